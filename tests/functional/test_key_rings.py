"""Each connection has keys of its own: what is signed for one LMS proves nothing to another, and each can rotate."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import jwt
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.lti import key_rotation
from app.lti.delivery_rules import SCORE_SCOPE
from app.lti.invitations import invite, uuid_of
from app.lti.key_models import ToolKey
from app.lti.keys import ACTIVE, RETIRED
from app.lti.models import Registration
from app.lti.tokens import TokenRefused, get_token
from app.practice_lms.assertions import AssertionRefused, get_asserted_registration
from tests.clients import Client
from tests.every_admin_page import open_console
from tests.lti_kit import jwk_of, make_key, sign_in
from tests.practice_kit import TOOL, Campus
from tests.security.test_installing import Recorder, register

HOSTILE = "https://hostile.test"
MANY = 60


@pytest.fixture
def campus(settings, clock):
    made = Campus(settings, clock)
    yield made
    made.close()


def shown_at(campus, url) -> list[str]:
    return [key["kid"] for key in Client(campus.tool, base_url=TOOL).get(url).json()["keys"]]


def count_keys(campus) -> int:
    with campus.house.database.reading() as db:
        return len(db.scalars(select(ToolKey)).all())


def test_two_connections_are_shown_keys_of_their_own_and_each_gives_a_token_for_its_own(campus):
    first, second = (campus.register(campus.invite(name)) for name in ("One College", "Two College"))
    kids = [shown_at(campus, known.config.jwks_uri) for known in (first, second)]
    assert [len(one) for one in kids] == [1, 1]
    assert kids[0] != kids[1]
    for row in campus.list_registrations():
        assert get_token(campus.house, row, scope=SCORE_SCOPE)


class Hostile:
    """An LMS that is connected by hand under the client id that a neighbour's launches show, and notes assertions."""

    def __init__(self, campus) -> None:
        self.campus, self.caught = campus, []
        routes = [
            Route("/keys", lambda _request: JSONResponse({"keys": [jwk_of(make_key("hostile"), "k")]})),
            Route("/token", self.take, methods=["POST"]),
        ]
        campus.servers[HOSTILE] = Client(Starlette(routes=routes), base_url=HOSTILE)

    async def take(self, request):
        self.caught.append(dict(parse_qsl((await request.body()).decode())))
        return JSONResponse({"error": "invalid_client"}, status_code=400)

    def connect(self, client_id):
        fields = {
            "issuer": HOSTILE, "client_id": client_id, "keyset_url": f"{HOSTILE}/keys",
            "token_url": f"{HOSTILE}/token", "authorization_url": f"{HOSTILE}/auth",
        }  # fmt: skip
        link = self.campus.invite("Hostile College")
        page = Client(self.campus.tool, base_url=TOOL).post(f"{link}/other", data=fields)
        assert page.status_code == 200, page.text
        return self.campus.list_registrations()[-1]


def test_what_we_sign_for_a_hostile_lms_is_nothing_at_the_lms_whose_client_id_it_has(campus):
    """Also where that LMS looks at no audience: the key is not one that it was told."""
    victim, hostile = campus.register(), Hostile(campus)
    with pytest.raises(TokenRefused):
        get_token(campus.house, hostile.connect(victim.client_id), scope=SCORE_SCOPE)
    (caught,) = hostile.caught
    assert jwt.decode(caught["client_assertion"], options={"verify_signature": False})["sub"] == victim.client_id
    with pytest.raises(AssertionRefused) as refused:
        get_asserted_registration(campus.platform, caught)
    assert refused.value.fault == "signature"


def test_a_connection_of_old_goes_on_with_the_keys_that_all_of_them_share(campus):
    known = campus.register()
    with campus.house.database.writing() as db:
        db.query(Registration).one().key_ring = None
    campus.platform.registrations.add(replace(known, config=replace(known.config, jwks_uri=f"{TOOL}/lti/jwks")))
    (row,) = campus.list_registrations()
    assert get_token(campus.house, row, scope=SCORE_SCOPE)
    assert shown_at(campus, "/lti/jwks") == shown_at(campus, known.config.jwks_uri)
    assert count_keys(campus) == 1


def test_an_lms_that_registers_once_more_finds_the_same_keys_at_both_addresses(campus):
    for _ in range(2):
        assert register(campus, Recorder()).status_code == 200
    (row,) = campus.list_registrations()
    assert row.key_ring != row.uuid
    assert shown_at(campus, f"/lti/jwks/{row.uuid}") == shown_at(campus, f"/lti/jwks/{row.key_ring}")


def list_key_states(campus) -> dict[str, tuple[UUID | None, str, bool]]:
    """By kid: the ring, the state, and whether the private half is kept."""
    with campus.house.database.reading() as db:
        return {key.kid: (key.key_ring, key.state, bool(key.private_encrypted)) for key in db.scalars(select(ToolKey))}


def test_the_keys_from_before_a_renewal_are_retired_and_end(campus, clock):
    register(campus, Recorder())
    (first,) = campus.list_registrations()
    (old,) = shown_at(campus, f"/lti/jwks/{first.key_ring}")
    register(campus, Recorder())
    (second,) = campus.list_registrations()
    assert list_key_states(campus)[old] == (first.key_ring, RETIRED, False)
    (new,) = shown_at(campus, f"/lti/jwks/{first.key_ring}")
    page = open_console(campus.tool).get("/operator/keys").text
    assert "no connection any more" in page
    assert "without a key of their own" not in page
    clock.pass_by(days=7)
    sweep(campus)
    assert list_key_states(campus) == {new: (second.key_ring, ACTIVE, True)}


def test_an_invitation_that_ended_unused_shows_no_keys_and_those_that_it_made_end(campus, clock):
    known = campus.register(campus.invite("Two College"))
    (kept,) = shown_at(campus, known.config.jwks_uri)
    address = f"/lti/jwks/{uuid_of(campus.invite().rpartition('/')[2])}"
    (made,) = shown_at(campus, address)
    clock.pass_by(hours=71)
    sweep(campus)
    assert shown_at(campus, address) == [made]
    clock.pass_by(hours=1)
    sweep(campus)
    assert Client(campus.tool, base_url=TOOL).get(address).status_code == 404
    assert list_key_states(campus)[made][1:] == (RETIRED, False)
    clock.pass_by(days=7)
    sweep(campus)
    assert list(list_key_states(campus)) == [kept]


def test_by_hand_once_more_the_keys_stay_and_are_found_at_both_addresses(campus):
    hostile = Hostile(campus)
    first = hostile.connect("c-1")
    again = hostile.connect("c-1")
    assert (again.id, again.key_ring) == (first.id, first.uuid)
    with campus.house.database.reading() as db:
        addresses = db.execute(select(ToolKey.key_ring)).scalars().all()
    assert set(addresses) <= {first.uuid}


def test_a_guessed_address_shows_nothing_and_makes_no_key(campus):
    client = Client(campus.tool, base_url=TOOL)
    assert client.get(f"/lti/jwks/{uuid4()}").status_code == 404
    assert client.get("/lti/jwks/x").status_code in {404, 422}
    assert count_keys(campus) == 0


def test_s63_a_next_key_is_published_in_each_ring_and_signs_a_day_later(campus, clock):
    known = [campus.register(campus.invite(name)) for name in ("One College", "Two College")]

    def published() -> list[set[str]]:
        return [set(shown_at(campus, one.config.jwks_uri)) for one in known]

    old = published()
    with campus.house.database.writing() as db:
        assert key_rotation.rotate(db, campus.house) == clock() + timedelta(hours=24)
    for _ in range(2):
        sweep(campus)
        both = published()
        assert [len(now) for now in both] == [2, 2]
        assert all(before < now for before, now in zip(old, both, strict=True))
    clock.pass_by(hours=24)
    sweep(campus)
    assert all(get_token(campus.house, row, scope=SCORE_SCOPE) for row in campus.list_registrations())
    clock.pass_by(days=7)
    sweep(campus)
    assert published() == [now - before for before, now in zip(old, both, strict=True)]
    assert count_keys(campus) == 2


def sweep(campus) -> None:
    """What the periodic job does when it looks."""
    with campus.house.database.reading() as db:
        due = key_rotation.list_due(db, campus.house.clock())
    for lane in due:
        while key_rotation.drain(campus.house, lane):
            pass


def test_whoever_asks_for_a_first_key_while_somebody_writes_keeps_no_page_from_its_thread(app):
    """More askers than there are threads for pages; who writes needs one of those to end, and so would never end."""
    here, house = sign_in(app), app.state.house
    with house.database.writing() as db:
        addresses = [uuid_of(invite(db, name="One College", now=house.clock())) for _ in range(3)]

    def ask(number: int) -> int:
        return int(here.client.get(f"/lti/jwks/{addresses[number % 3]}").status_code)

    with ThreadPoolExecutor(MANY + 1) as pool:
        with house.database.writing() as db:
            db.connection()
            asked = [pool.submit(ask, number) for number in range(MANY)]
            wait(asked, timeout=1)
            page = pool.submit(here.get, "/")
            is_shown = bool(wait([page], timeout=30).done)
        assert {one.result() for one in asked} == {200}
    assert is_shown
    with house.database.reading() as db:
        rings = db.scalars(select(ToolKey.key_ring)).all()
    assert sorted(rings) == sorted(addresses)
