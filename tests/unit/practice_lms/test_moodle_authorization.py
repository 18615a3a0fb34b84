"""What Moodle's temper gives and refuses at the authorization endpoint."""

import json

import jwt
import pytest

from app.practice_lms.forms import read_form
from app.practice_lms.jose import verify_compact


def test_a_right_tool_is_launched(moodle):
    form = moodle.launch("6")
    claims = verify_compact(form.fields["id_token"], moodle.client.get("/mod/lti/certs.php").json()).claims
    assert form.action == "http://127.0.0.1:8000/lti/launch"
    assert form.fields["state"] == "state-1"
    assert claims["nonce"] == "nonce-1"
    assert claims["sub"] == "6"
    assert claims["exp"] - claims["iat"] == 60


def test_the_hint_is_compact_json_and_echoed_in_any_encoding(moodle):
    begun = moodle.start().fields
    assert sorted(json.loads(begun["lti_message_hint"])) == ["cmid", "launchid"]
    asked = moodle.build_request(begun)
    assert "id_token" in moodle.client.post("/mod/lti/auth.php", data=asked).text


def test_a_replayed_hint_is_an_error_page(moodle):
    begun = moodle.start().fields
    moodle.authorize(begun)
    again = moodle.authorize(begun)
    assert again.status_code == 404
    assert "id_token" not in again.text


def test_a_hint_of_another_session_is_an_error_page(moodle):
    begun = moodle.start().fields
    moodle.client.cookies.clear()
    moodle.client.get("/as/5")
    assert moodle.authorize(begun).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:8000/lti/launch?item=1"},
        {"redirect_uri": "http://127.0.0.1:8000/lti/launch/"},
        {"scope": "openid profile"},
        {"response_type": "code"},
        {"nonce": None},
        {"lti_message_hint": None},
        {"lti_message_hint": '{"cmid":3}'},
        {"lti_message_hint": '{"cmid":3,"launchid":"ltilaunch1_0"}'},
        {"login_hint": None},
    ],
)
def test_what_moodle_cannot_trust_is_an_error_page(moodle, changes):
    answer = moodle.authorize(moodle.start().fields, **changes)
    assert answer.status_code == 404
    assert "Invalid request" in answer.text
    assert "<form" not in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "another"}, "unauthorized_client"),
        ({"login_hint": "6"}, "access_denied"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"response_mode": None}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
    ],
)
def test_other_errors_are_posted_to_the_tool(moodle, changes, error):
    form = read_form(moodle.authorize(moodle.start().fields, **changes).text)
    assert form.action == "http://127.0.0.1:8000/lti/launch"
    assert form.fields["error"] == error
    assert form.fields["state"] == "state-1"
    assert "id_token" not in form.fields


def test_a_frame_without_the_cookie_is_sent_round_once(moodle):
    begun = moodle.start().fields
    cookies = dict(moodle.client.cookies)
    moodle.client.cookies.clear()
    form = read_form(moodle.authorize(begun).text)
    assert form.action == "/mod/lti/auth.php"
    moodle.client.cookies.update(cookies)
    assert "id_token" in read_form(moodle.client.post(form.action, data=form.fields).text).fields


def test_a_pending_tool_is_not_launched(moodle):
    moodle.platform.registration.is_active = False
    page = moodle.client.get("/course/2/launch/1").text
    assert "waits to be activated" in page
    assert "lti_message_hint" not in page


def test_a_rotated_key_signs_and_the_old_one_stays_published(moodle):
    before = moodle.launch().fields["id_token"]
    moodle.platform.keys.rotate()
    after = moodle.launch().fields["id_token"]
    kids = [jwt.get_unverified_header(token)["kid"] for token in (before, after)]
    assert kids == [key["kid"] for key in moodle.client.get("/mod/lti/certs.php").json()["keys"]]
    moodle.platform.keys.rotate(drop_old=True)
    assert len(moodle.client.get("/mod/lti/certs.php").json()["keys"]) == 1


def test_canvas_addresses_do_not_exist_in_moodles_temper(moodle):
    assert moodle.client.get("/api/lti/security/jwks").status_code == 404
