"""One launch from the posted form to the session: checked first, then written in one transaction.

All of it runs in one worker thread of its own kind. No transaction is open while a platform's keys are fetched.
"""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from app.db.direct import Direct
from app.lti import failures, service_places, subscriptions
from app.lti.arrival import Visiting, refusing_repeats, spend_nonce
from app.lti.arriving import arrive
from app.lti.claims import Expected
from app.lti.contents import Destination, find_destination, get_known_key
from app.lti.desk import desk_of
from app.lti.framing import keep_origins
from app.lti.health import note_keyset
from app.lti.keysets import get_key
from app.lti.launches import Launch, Message
from app.lti.message_launch import check_launch
from app.lti.messages import find_answer
from app.lti.received import keep_if_asked
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered
from app.lti.states import State, nonce_for
from app.web.house import House
from app.web.limits import take_turn
from app.web.session import open_session
from app.web.tickets import mint_first_ticket

T = TypeVar("T")
# Threads of their own: a launch may wait for the one writer, and must not keep a page from its thread meanwhile.
_LAUNCHES_AT_ONCE = 16
# What a deployment says of itself at every launch and each process writes down once.
_NOTED_ONCE = (subscriptions, service_places)
_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()


@dataclass(frozen=True)
class Posted:
    """What arrived at the launch address, its state already read and found to be this browser's."""

    token: str
    state_text: str
    state: State


@dataclass(frozen=True)
class Entered:
    """A person who is in: the session's token for the cookie, where to go, and who may frame it.

    Where the browser keeps no cookie in the frame, `ticket` opens a tab with that session, and the token is void.
    """

    token: str
    destination: Destination
    frame_origins: tuple[str, ...]
    ticket: str = ""


class _KeysWanted(Exception):  # noqa: N818  a pause on the way, not an error
    def __init__(self, registered: Registered) -> None:
        super().__init__()
        self.registered = registered


async def enter(house: House, posted: Posted) -> Entered:
    """The whole launch. Raises Refused; then nothing of it was kept."""
    try:
        return await in_own_thread(partial(_launch, house, posted, may_ask=True))
    except _KeysWanted as wanted:
        registered = wanted.registered
    fetched = await desk_of(house).keysets.ask(registered.id, registered.keyset_url, now=house.clock())
    if fetched is not None:
        await in_own_thread(partial(note_keyset, house, registration_id=registered.id, fetched=fetched))
    return await in_own_thread(partial(_launch, house, posted, may_ask=False))


async def in_own_thread(work: partial[T]) -> T:
    """Does that in one of the launches' own threads: it may wait there for the one writer."""
    limiter = _limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(_LAUNCHES_AT_ONCE))
    return await to_thread.run_sync(work, limiter=limiter)


def _launch(house: House, posted: Posted, *, may_ask: bool) -> Entered:
    registered = desk_of(house).registrations.get_open(house.database, registration_id=posted.state.registration_id)
    launch = _check(house, posted, registered, may_ask=may_ask)
    # Only now is it known who speaks; a platform that makes up people without end leaves no more rows than this.
    take_turn(house.limits.launch, str(registered.id))
    try:
        key = get_known_key(house.library, launch.key) if launch.key else ""
    except Refused as refusal:
        refusal.return_url = launch.return_url
        raise
    entered = _write(house, launch, registered, key, with_ticket=bool(posted.state.storage_target))
    if launch.target_differs:
        failures.count_failure(house, registration_id=registered.id, reason=failures.TARGET_DIFFERS)
    if launch.person.standing.is_administrator:
        keep_if_asked(house, posted.token, launch)
    return entered


def _check(house: House, posted: Posted, registered: Registered, *, may_ask: bool) -> Launch:
    keysets, now = desk_of(house).keysets, house.clock()
    where = (registered.id, registered.keyset_url)

    def find_key(kid: str) -> RSAPublicKey:
        if may_ask and keysets.is_worth_asking(*where, kid, now=now):
            raise _KeysWanted(registered)
        return get_key(keysets, *where, kid, now=now)

    expected = Expected(
        issuer=registered.issuer,
        client_id=registered.client_id,
        nonce=nonce_for(house.signer, posted.state_text),
        state=posted.state,
        now=now,
        origin=house.settings.origin,
        allow_http=house.settings.is_development,
    )
    return check_launch(posted.token, expected, find_key)


def _write(house: House, launch: Launch, registered: Registered, key: str, *, with_ticket: bool) -> Entered:
    news = [room for room in _NOTED_ONCE if room.is_news(house, launch)]
    try:
        with refusing_repeats(), house.database.writing_directly() as db:
            entered = _write_rows(house, db, launch, registered, key)
            if entered is not None and with_ticket:
                ticket = mint_first_ticket(db.session, token=entered.token, now=house.clock())
                entered = replace(entered, ticket=ticket)
            for room in news if entered is not None else ():
                room.keep(db.session, house, launch)
    except Refused as refusal:
        if refusal.reason is Reason.REGISTRATION_CLOSED:
            desk_of(house).registrations.forget()
        raise
    if entered is None:
        raise Refused(Reason.DEPLOYMENT_PENDING, return_url=launch.return_url)
    for room in news:
        room.remember(house, launch)
    return entered


def _write_rows(house: House, db: Direct, launch: Launch, registered: Registered, key: str) -> Entered | None:
    """Everything of one launch; only the deployment, and None, where it waits for an institution."""
    now, person = house.clock(), launch.person
    spend_nonce(db, launch, now=now)
    arrived = arrive(db, launch, registered, Visiting(key, now, marks_courses=house.settings.is_development))
    if arrived is None:
        return None
    origins = keep_origins(db, arrived=arrived, registered=registered, named=launch.origins, now=now)
    token = open_session(
        db,
        user=arrived.user,
        now=now,
        frame_origins=origins,
        is_masqueraded=person.is_masqueraded,
        is_administrator=person.standing.is_administrator,
        locale=person.locale,
        return_url=launch.return_url,
    )
    if launch.message is Message.RESOURCE_LINK:
        destination = find_destination(house.library, arrived)
    else:
        destination = find_answer(db.session, launch, arrived, token=token, now=now)
    if db.is_awake:
        for hook in house.before_commit:
            hook(db.session)
    return Entered(token, destination, origins)
