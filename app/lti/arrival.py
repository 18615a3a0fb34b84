"""A checked launch becomes rows, in the caller's transaction: who, where, by which link.

One statement reads all that is known; only what is new or has changed is written. The persons, links and courses
handed on from here are copies of rows: they belong to no session.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.direct import Direct, is_taken
from app.db.rows import make_partial_copy
from app.lti import upserts
from app.lti.launches import Launch, Message
from app.lti.models import Deployment, Registration, SpentNonce
from app.lti.policies import DeploymentPolicy
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered
from app.membership.models import Context, Platform, User
from app.progress import queries as progress_queries
from app.progress import service as progress_service
from app.progress.rules import FactKind, belonging_key

NONCE_MARGIN = timedelta(minutes=5)
SEEN_AGAIN_AFTER = timedelta(minutes=5)
_PURGE_EACH = 500
_launches = count(1)
_PURGE = delete(SpentNonce).where(SpentNonce.expires_at < bindparam("now"))
_SET_SCOPES = update(Deployment).where(Deployment.id == bindparam("deployment")).values(scopes_seen=bindparam("scopes"))
_POLICY = select(Registration.deployment_policy).where(Registration.id == bindparam("registration"))
_SET_PRODUCT = (
    update(Registration)
    .where(Registration.id == bindparam("registration"))
    .values(product=bindparam("said_product"), product_version=bindparam("said_version"))
)

_SET_TELLING = (
    update(Registration)
    .where(Registration.id == bindparam("registration"))
    .values(tells_masquerading=bindparam("tells"))
)


@dataclass(frozen=True)
class Visiting:
    """What a launch opens ("": it does not say), when, and whether a course that staff open is marked at once."""

    key: str
    now: datetime
    marks_courses: bool


@dataclass(frozen=True)
class Arrived:
    """Where a launch has led: the person, the course in which they may be staff, and what was opened.

    `question` is the address of a link of which this member of staff should say what it opens.
    """

    user: User
    platform_id: int
    context: Context | None
    is_staff: bool
    key: str
    question: UUID | None
    # The origins that launches of this platform have named before.
    stored_origins: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """One arrival on its way: the launch, what was known of it before (a row of FIND_ALL), and where it belongs."""

    launch: Launch
    visiting: Visiting
    known: Any
    deployment_id: int
    platform_id: int
    institution_id: int

    @property
    def now(self) -> datetime:
        return self.visiting.now


def spend_nonce(db: Direct, launch: Launch, *, now: datetime) -> None:
    """Before anything else that an arrival writes, and with all of it; see `refusing_repeats`."""
    db.add_later(upserts.ADD_NONCE, {"nonce": launch.nonce, "expires_at": launch.expires_at + NONCE_MARGIN})
    if next(_launches) % _PURGE_EACH == 0:
        db.execute(_PURGE, {"now": now})


@contextmanager
def refusing_repeats() -> Iterator[None]:
    """Around the transaction of an arrival: raises Refused where its token was used already."""
    try:
        yield
    except DBAPIError as error:
        if is_taken(error, SpentNonce.__tablename__):
            raise Refused(Reason.ALREADY_USED) from error
        raise


def set_scene(db: Direct, launch: Launch, registered: Registered, visiting: Visiting) -> Scene | None:
    """What is known of this launch; None where its deployment waits for an institution. Raises Refused."""
    known = upserts.FIND_ALL.run(
        db,
        {
            "registration_id": launch.registration_id,
            "deployment_id": launch.deployment_id,
            "sub": launch.person.sub,
            "context_id": launch.course.id if launch.course else None,
            "link_id": launch.link.id if launch.link else None,
        },
    ).one_or_none()
    if known is None or not known.is_active:
        raise Refused(Reason.REGISTRATION_CLOSED, return_url=launch.return_url)
    if known.deployment_id is None:
        return _set_new_scene(db, launch, registered, visiting, known)
    if known.is_closed:
        raise Refused(Reason.DEPLOYMENT_CLOSED, return_url=launch.return_url)
    if known.platform_id is None:
        return None
    return Scene(launch, visiting, known, known.deployment_id, known.platform_id, known.institution_id)


def _set_new_scene(db: Direct, launch: Launch, registered: Registered, visiting: Visiting, known: Any) -> Scene | None:
    """An unknown deployment belongs to the invitation's platform, as the policy says; else it waits. Raises Refused."""
    policy = db.session.scalar(_POLICY, {"registration": registered.id})
    if policy == DeploymentPolicy.CLOSED:
        raise Refused(Reason.DEPLOYMENT_CLOSED, return_url=launch.return_url)
    row = {
        "registration_id": registered.id,
        "platform_id": registered.platform_id if policy == DeploymentPolicy.AUTOMATIC else None,
        "platform_deployment_id": launch.deployment_id, "created_at": visiting.now,
    }  # fmt: skip
    made = upserts.KEEP_DEPLOYMENT.run(db, row).one()
    if made.platform_id is None:
        return None
    platform = db.session.get_one(Platform, made.platform_id)
    return Scene(launch, visiting, known, made.id, platform.id, platform.institution_id)


def keep_user(db: Direct, scene: Scene) -> User:
    """The person, with whatever this launch says that was not known; a known name is never lost. Raises Refused."""
    known, person = scene.known, scene.launch.person
    is_test_user = person.standing.is_test_user
    is_new = known.user_id is None
    if (
        is_new
        or _differs(person.name, known.name)
        or _differs(person.email, known.email)
        or (is_test_user and not known.is_test_user)
    ):
        row = {
            "institution_id": scene.institution_id, "platform_id": scene.platform_id, "sub": person.sub,
            "name": person.name, "email": person.email, "is_test_user": is_test_user, "created_at": scene.now,
        }  # fmt: skip
        user = make_partial_copy(User, upserts.keep(db, upserts.KEEP_USER, row))
    else:
        values = {
            "id": known.user_id, "uuid": known.user_uuid, "institution_id": scene.institution_id,
            "platform_id": scene.platform_id, "sub": person.sub, "name": known.name, "email": known.email,
            "is_test_user": known.is_test_user, "blocked_at": known.blocked_at,
        }  # fmt: skip
        user = make_partial_copy(User, values)
    if user.blocked_at is not None:
        raise Refused(Reason.PERSON_BLOCKED, return_url=scene.launch.return_url)
    return user


def _differs(said: str | None, known: str | None) -> bool:
    return said is not None and said != known


def keep_context(db: Direct, scene: Scene) -> Context | None:
    course, known = scene.launch.course, scene.known
    if course is None:
        return None
    marks = scene.visiting.marks_courses and scene.launch.person.standing.is_staff and known.marked_at is None
    if (
        known.context_id is None
        or marks
        or _differs(course.title, known.context_title)
        or (_differs(course.label, known.context_label))
    ):
        row = {
            "institution_id": scene.institution_id, "platform_id": scene.platform_id,
            "deployment_id": scene.deployment_id, "platform_context_id": course.id, "title": course.title,
            "label": course.label, "marked_at": scene.now if marks else None, "created_at": scene.now,
        }  # fmt: skip
        return make_partial_copy(Context, upserts.keep(db, upserts.KEEP_CONTEXT, row))
    values = {"id": known.context_id, "uuid": known.context_uuid, "marked_at": known.marked_at}
    return make_partial_copy(Context, values)


def keep_visit(db: Direct, scene: Scene, *, user: User, context: Context | None) -> None:
    row = {
        "institution_id": scene.institution_id, "user_id": user.id, "context_id": context.id if context else None,
        "at": scene.now, "is_masqueraded": scene.launch.person.is_masqueraded,
    }  # fmt: skip
    db.add_later(upserts.ADD_VISIT, row)


def keep_membership(db: Direct, scene: Scene, *, user: User, context: Context | None) -> None:
    """Role and presence as this launch says; a role that is gone is gone at once, and who had left is back.

    Somebody without a role in the course only looked in: that makes nobody a learner, and brings nobody back.
    """
    if context is None:
        return
    standing, known = scene.launch.person.standing, scene.known
    looks_in = not (standing.is_staff or standing.is_learner)
    if looks_in and known.left_at is not None:
        return
    is_learner = standing.is_learner or bool(looks_in and known.listed_at and known.is_learner)
    is_same = (standing.is_staff, is_learner) == (known.is_staff, known.is_learner) and known.left_at is None
    if is_same and _was_just_seen(known.member_seen_at, scene.now):
        return
    row = {
        "institution_id": scene.institution_id, "context_id": context.id, "user_id": user.id,
        "is_staff": standing.is_staff, "is_learner": is_learner, "joined_at": scene.now, "seen_at": scene.now,
        "left_at": None,
    }  # fmt: skip
    upserts.KEEP_MEMBERSHIP.run(db, row)
    if not is_same:
        _tell_of_belonging(db.session, scene, user=user, context=context, is_learner=is_learner)


def _tell_of_belonging(db: Session, scene: Scene, *, user: User, context: Context, is_learner: bool) -> None:
    """Whether somebody is a learner of a course can change figures, so it is a fact when it begins and when it ends."""
    was_learner = bool(scene.known.is_learner) and scene.known.left_at is None
    if is_learner == was_learner or user.is_test_user:
        return
    kind = FactKind.JOINED if is_learner else FactKind.LEFT
    # Another launch, or a roster's run, may have said so since this one has read.
    if progress_queries.read_belonging(db, user=user, context=context.uuid) == kind:
        return
    progress_service.record(db, user=user, kind=kind, key=belonging_key(context.uuid, scene.now), at=scene.now)


def _was_just_seen(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is not None and now - seen_at <= SEEN_AGAIN_AFTER


def keep_product(db: Direct, scene: Scene) -> None:
    """What the LMS says that it is: scores are sent in the way of each product."""
    launch, known = scene.launch, scene.known
    said = (launch.product, launch.product_version)
    if launch.product is not None and said != (known.product, known.product_version):
        values = {"registration": launch.registration_id, "said_product": said[0], "said_version": said[1]}
        db.execute(_SET_PRODUCT, values)


def keep_scopes(db: Direct, scene: Scene) -> None:
    """Which of the scopes that we asked for this deployment really has, where it shows others than before."""
    shown = scene.launch.scopes
    if shown is not None and shown != scene.known.scopes_seen:
        db.execute(_SET_SCOPES, {"deployment": scene.deployment_id, "scopes": shown})


def keep_telling(db: Direct, scene: Scene) -> None:
    """Whether this LMS's launches say who really acts, for the page that says what works."""
    launch = scene.launch
    if launch.tells_masquerading != scene.known.tells_masquerading and launch.message is Message.RESOURCE_LINK:
        db.execute(_SET_TELLING, {"registration": launch.registration_id, "tells": launch.tells_masquerading})
