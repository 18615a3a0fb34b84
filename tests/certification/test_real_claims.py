"""The claims that real LMSs send (Moodle 4.5 observed, Canvas documented) are launched as they are."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from app.lti.models import ResourceLink
from app.membership.models import Context, User, Visit
from tests.attack_kit import LAUNCH, assert_accepted, assert_refused
from tests.attack_tokens import CLAIM, write_token

SAMPLES = Path(__file__).parents[1] / "samples"
FILES = sorted(SAMPLES.glob("*/id_token-LtiResourceLinkRequest-*.json"))
NOT_SIGNED_IN = "public-course-not-logged-in"
KEPT_FROM_HONEST = ("iss", "aud", "azp", "exp", "iat", "nonce", f"{CLAIM}deployment_id", f"{CLAIM}target_link_uri")


def launch_sample(stage, file):
    """The sample's claims, with what belongs to this login and moment made to fit; the content key is not ours."""
    sample = json.loads(file.read_text())["claims"]

    def write(begun):
        honest = stage.claims(begun.nonce)
        fitting = {name: honest[name] for name in KEPT_FROM_HONEST if name in honest}
        claims = {**{name: value for name, value in sample.items() if name not in KEPT_FROM_HONEST}, **fitting}
        return write_token(stage.lms.header, claims, stage.lms.key)

    return stage.launch(write)


def find_sample(ending):
    return next(file for file in FILES if file.stem.endswith(ending))


@pytest.mark.parametrize(
    "file", [f for f in FILES if NOT_SIGNED_IN not in f.name], ids=lambda f: f"{f.parent.name}-{f.stem[9:]}"
)
def test_real_claims_open_a_page(stage, file):
    assert_accepted(launch_sample(stage, file))


def test_somebody_who_is_not_signed_in_to_canvas_is_asked_to_be(stage):
    assert_refused(launch_sample(stage, find_sample(NOT_SIGNED_IN)), "no-user")


def test_a_navigation_entry_is_no_link(fresh_stage):
    """Canvas: its id is the context's own, and nothing is graded there (canvas.md 12)."""
    assert_accepted(launch_sample(fresh_stage, find_sample("-course_navigation")))
    with fresh_stage.database.reading() as db:
        assert (len(db.scalars(select(Context)).all()), len(db.scalars(select(ResourceLink)).all())) == (1, 0)


def test_an_account_is_no_course(fresh_stage):
    assert_accepted(launch_sample(fresh_stage, find_sample("account_navigation-admin")))
    with fresh_stage.database.reading() as db:
        assert db.scalars(select(Context)).all() == []


def test_student_view_is_a_test_user_and_not_somebody_acting_as_another(fresh_stage):
    """The masquerading variables resolve there too (canvas.md 24)."""
    assert_accepted(launch_sample(fresh_stage, find_sample("student-view")))
    with fresh_stage.database.reading() as db:
        assert db.scalars(select(User)).one().is_test_user
        assert not db.scalars(select(Visit)).one().is_masqueraded


def test_acting_as_a_coach_is_seen_and_closes_what_is_private(fresh_stage):
    file = find_sample("masqueraded")
    names = json.loads(file.read_text())["claims"][f"{CLAIM}custom"]
    assert {"masquerading_id", "masquerading_sub"} & set(names)
    tried = launch_sample(fresh_stage, file)
    assert_accepted(tried)
    with fresh_stage.database.reading() as db:
        assert db.scalars(select(Visit)).one().is_masqueraded
    assert tried.browser.get("/modules/m0-roles/reflection").status_code == 403


@pytest.mark.parametrize("login", ["canvas/oidc-login-initiation.json", "moodle-4.5/oidc-login-initiation.json"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_real_logins_come_as_far_as_the_platform(stage, login, method):
    sent = json.loads((SAMPLES / login).read_text())["params"]
    ours = {"iss": stage.lms.issuer, "client_id": stage.lms.client_id, "target_link_uri": LAUNCH}
    begun = stage.begin(stage.browser(), method=method, **{**sent, **ours})
    assert begun.asked["lti_message_hint"] == sent["lti_message_hint"]
    assert begun.asked["login_hint"] == sent["login_hint"]


def test_an_older_canvas_names_the_deployment_otherwise(stage):
    older = {"lti_deployment_id": None, "deployment_id": "7:abc"}
    assert_accepted(stage.launch(login=older, deployment_id="7:abc"))
    assert_refused(stage.launch(login=older, deployment_id="7:other"), "deployment-differs")
