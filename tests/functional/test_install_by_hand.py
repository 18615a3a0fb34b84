"""An administrator installs us by hand: the invitation says how in the LMS's own words, and takes what it gave back."""

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.lti.delivery_rules import SCORE_SCOPE
from app.lti.invitations import uuid_of
from app.lti.models import Deployment
from app.lti.platform_profiles import list_profiles
from app.lti.tokens import get_token
from app.membership.models import Platform
from app.practice_lms.registrations import ToolConfig
from tests.clients import Client
from tests.lti_kit import jwk_of, make_key
from tests.practice_kit import TOOL, Campus

SSO = "https://sso.canvaslms.com"
KEYS = {"keys": [jwk_of(make_key(), "key-1")]}


@pytest.fixture
def moodle(settings, clock):
    campus = Campus(settings, clock)
    yield campus
    campus.close()


def serve(campus, origin, document, path):
    routes = [Route(path, lambda _request: JSONResponse(document))]
    campus.servers[origin] = Client(Starlette(routes=routes), base_url=origin)


def read_inputs(page) -> dict[str, str]:
    found = re.findall(r'<input id="([^"]+)"(?: name="[^"]+")? value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


def browse(campus):
    return Client(campus.tool, base_url=TOOL)


def typed(campus, given_id, **changes: str):
    urls = campus.platform.urls
    fields = {
        "issuer": urls.issuer, "client_id": given_id, "deployment_id": "", "keyset_url": urls.jwks,
        "token_url": urls.token, "authorization_url": urls.authorization,
    }  # fmt: skip
    return {**fields, **changes}


def test_the_invitation_asks_which_lms_it_is_and_each_has_its_page(moodle):
    link = moodle.invite("St. Elsewhere")
    page = browse(moodle).get(link)
    for profile in list_profiles():
        path = link.removeprefix(TOOL) + f"/{profile.key}"
        assert f'href="{path}"' in page.text
        shown = browse(moodle).get(path)
        assert (shown.status_code, shown.text.count("<h1")) == (200, 1)
        assert "St. Elsewhere" in shown.text
        assert read_inputs(shown)["invitation"] == link
        text = unescape(shown.text)
        for word in (*profile.words.ours.values(), *profile.words.switches.values(), profile.words.registration_menu):
            assert word in text, word
    assert browse(moodle).get(f"{link}/blackbird").status_code == 404


def test_our_values_stand_in_fields_that_can_be_selected_without_script(moodle):
    link = moodle.invite()
    shown = read_inputs(browse(moodle).get(f"{link}/moodle"))
    assert shown["our-target_link_uri"] == shown["our-redirect_uri"] == f"{TOOL}/lti/launch"
    assert shown["our-login_uri"] == f"{TOOL}/lti/login"
    assert shown["our-keyset_uri"] == f"{TOOL}/lti/jwks/{uuid_of(link.rpartition('/')[2])}"
    assert len(browse(moodle).get(shown["our-keyset_uri"]).json()["keys"]) == 1


def test_a_tool_that_was_set_up_by_hand_on_both_sides_launches(moodle):
    link = moodle.invite()
    keys_at = read_inputs(browse(moodle).get(f"{link}/moodle"))["our-keyset_uri"]
    config = replace(ToolConfig.at(TOOL), jwks_uri=keys_at)
    known = moodle.platform.temper.new_registration(config, moodle.platform.registrations)
    known.is_active = True
    moodle.platform.registrations.add(known)
    page = browse(moodle).post(f"{link}/moodle", data=typed(moodle, known.client_id))
    assert "Your LMS is connected" in page.text
    assert browse(moodle).get(link).status_code == 403
    (row,) = moodle.list_registrations()
    assert (row.product, row.site, row.token_audience) == ("moodle", "", None)
    assert row.scopes_asked is not None
    assert row.scopes_granted is None
    landed = moodle.open("5", "/course/2/launch/2")
    assert (landed.status_code, landed.url.path) == (200, "/")
    assert get_token(moodle.house, row, scope=SCORE_SCOPE)


def test_an_lms_with_usual_addresses_needs_only_its_own(moodle):
    fields = typed(moodle, "c-1", keyset_url="", token_url="", authorization_url="", deployment_id="7")
    assert browse(moodle).post(f"{moodle.invite()}/moodle", data=fields).status_code == 200
    (row,) = moodle.list_registrations()
    urls = moodle.platform.urls
    assert (row.keyset_url, row.token_url, row.authorization_url) == (urls.jwks, urls.token, urls.authorization)
    with moodle.house.database.reading() as db:
        assert [one.platform_deployment_id for one in db.scalars(select(Deployment))] == ["7"]


WRONG = (
    ("issuer", "", "Fill in"),
    ("issuer", "lms.school.test", "https://"),
    ("issuer", "http://lms.school.test", "https://"),
    ("issuer", "https://user@lms.school.test", "https://"),
    ("issuer", f"https://{'a' * 300}.test", "https://"),
    ("client_id", "", "Fill in"),
    ("client_id", "x" * 256, "longer"),
    ("client_id", "a\r\nb", "cannot be read"),
    ("token_url", "https://127.0.0.1/token", "private network"),
    ("token_url", "https://127.1/token", "private network"),
    ("token_url", "https://0x7f000001/token", "private network"),
    ("token_url", "https://2130706433/token", "private network"),
    ("token_url", "https://[::1]/token", "private network"),
    ("token_url", "https://169.254.169.254/latest", "private network"),
    ("token_url", "https://localhost/token", "private network"),
    ("authorization_url", "javascript:alert(1)", "https://"),
    ("keyset_url", "https://nowhere.test/keys", "did not get them"),
    ("keyset_url", "https://lms.school.test/", "keys"),
)


@pytest.mark.one_database("no row is read or written but the invitation")
def test_what_cannot_be_right_is_said_beside_its_field_and_nothing_is_lost(moodle):
    link = moodle.invite()
    for name, value, sentence in WRONG:
        page = browse(moodle).post(f"{link}/moodle", data=typed(moodle, "client-9", **{name: value}))
        assert page.status_code == 422, (name, value)
        assert sentence in unescape(page.text), (name, value)
        assert 'role="alert"' in page.text
        if name != "client_id":
            assert "client-9" in page.text
    assert moodle.list_registrations() == []
    assert browse(moodle).post(f"{link}/moodle", data=typed(moodle, "client-9")).status_code == 200


def test_without_an_invitation_nobody_is_asked_for_keys(moodle):
    page = browse(moodle).post("/lti/register/guessed/moodle", data=typed(moodle, "c-1"))
    assert (page.status_code, moodle.platform.calls) == (403, ())
    assert browse(moodle).get("/lti/register/guessed/moodle").status_code == 403


def test_a_hosted_canvas_gives_its_client_id_and_says_which_site_it_is(moodle):
    serve(moodle, "https://sso.beta.canvaslms.com", KEYS, "/api/lti/security/jwks")
    link = moodle.invite()
    page = browse(moodle).get(f"{link}/canvas")
    ring = uuid_of(link.rpartition("/")[2])
    assert read_inputs(page)["file"] == f"{TOOL}/lti/canvas/cairn.json?keys={ring}"
    keys_at = f"{TOOL}/lti/jwks/{ring}"
    assert browse(moodle).get(read_inputs(page)["file"]).json()["public_jwk_url"] == keys_at
    assert f'"public_jwk_url": "{keys_at}"' in unescape(page.text)
    assert f'"oidc_initiation_url": "{TOOL}/lti/login"' in unescape(page.text)
    nothing = browse(moodle).post(f"{link}/canvas", data={"client_id": "10000000000217", "site": "moon"})
    assert (nothing.status_code, "Choose which of the sites" in nothing.text) == (422, True)
    assert (
        browse(moodle).post(f"{link}/canvas", data={"client_id": "10000000000217", "site": "beta"}).status_code == 200
    )
    (row,) = moodle.list_registrations()
    assert (row.issuer, row.client_id, row.site) == ("https://canvas.beta.instructure.com", "10000000000217", "")
    assert row.authorization_url == "https://sso.beta.canvaslms.com/api/lti/authorize_redirect"
    with moodle.house.database.reading() as db:
        assert db.get_one(Platform, row.platform_id).use == "beta"


def test_brightspace_wants_tokens_asked_for_with_its_own_audience(moodle):
    serve(moodle, "https://learn.school.test", KEYS, "/d2l/.well-known/jwks")
    fields = {
        "issuer": "https://learn.school.test", "client_id": "7d1f4c92", "deployment_id": "b93e5a07",
        "keyset_url": "https://learn.school.test/d2l/.well-known/jwks",
        "token_url": "https://auth.brightspace.com/core/connect/token",
        "authorization_url": "https://learn.school.test/d2l/lti/authenticate",
    }  # fmt: skip
    assert browse(moodle).post(f"{moodle.invite()}/brightspace", data=fields).status_code == 200
    (row,) = moodle.list_registrations()
    assert (row.product, row.token_audience) == ("desire2learn", "https://api.brightspace.com/auth/token")


def test_a_registration_of_another_institution_is_left_alone(moodle):
    browse(moodle).post(f"{moodle.invite('First')}/moodle", data=typed(moodle, "c-1"))
    link = moodle.invite("Second")
    page = browse(moodle).post(f"{link}/moodle", data=typed(moodle, "c-1"))
    assert (page.status_code, "other-institution" in page.text) == (403, True)
    assert browse(moodle).get(link).status_code == 200
