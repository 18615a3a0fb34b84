"""What happens to a deployment that is seen for the first time, and which scopes it shows."""

import pytest
from sqlalchemy import event, select, update

from app.lti.models import Deployment, LaunchFailure, Registration
from app.lti.policies import DeploymentPolicy
from app.membership.models import User
from tests.lti_kit import AGS_CLAIM, AGS_SCOPE

NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"


def set_policy(tool, policy):
    with tool.house.database.writing() as db:
        db.execute(update(Registration).values(deployment_policy=policy))


def list_deployments(tool):
    with tool.house.database.reading() as db:
        return db.scalars(select(Deployment).order_by(Deployment.id)).all()


def test_a_new_deployment_is_let_in_by_default(tool):
    """S12."""
    assert tool.browser().launch(deployment_id="new").status_code == 303
    (made,) = list_deployments(tool)
    assert (made.platform_deployment_id, made.platform_id is None, made.is_closed) == ("new", False, False)


def test_by_approval_it_waits_until_somebody_gives_it_a_platform(tool):
    """S12."""
    assert tool.browser().launch(deployment_id="known").status_code == 303
    set_policy(tool, DeploymentPolicy.APPROVAL)
    for _ in range(2):
        answer = tool.browser().launch(deployment_id="new", sub="newcomer")
        assert (answer.status_code, "deployment-pending" in answer.text) == (403, True)
    known, waiting = list_deployments(tool)
    assert (waiting.platform_deployment_id, waiting.platform_id) == ("new", None)
    with tool.house.database.reading() as db:
        assert db.scalars(select(User).where(User.sub == "newcomer")).all() == []
    assert tool.browser().launch(deployment_id="known").status_code == 303
    with tool.house.database.writing() as db:
        db.execute(update(Deployment).where(Deployment.id == waiting.id).values(platform_id=known.platform_id))
    assert tool.browser().launch(deployment_id="new", sub="newcomer").status_code == 303


def test_closed_takes_no_new_ones_and_keeps_no_row_of_them(tool):
    """S12."""
    assert tool.browser().launch(deployment_id="known").status_code == 303
    set_policy(tool, DeploymentPolicy.CLOSED)
    answer = tool.browser().launch(deployment_id="new", sub="newcomer")
    assert (answer.status_code, "deployment-closed" in answer.text) == (403, True)
    assert "Back to your course" in answer.text
    assert [one.platform_deployment_id for one in list_deployments(tool)] == ["known"]
    assert tool.browser().launch(deployment_id="known").status_code == 303
    with tool.house.database.reading() as db:
        assert [one.reason for one in db.scalars(select(LaunchFailure))] == ["deployment-closed"]


def test_a_deployment_that_was_closed_is_refused_and_can_be_opened_again(tool):
    assert tool.browser().launch().status_code == 303
    with tool.house.database.writing() as db:
        db.execute(update(Deployment).values(is_closed=True))
    answer = tool.browser().launch(sub="newcomer")
    assert (answer.status_code, "deployment-closed" in answer.text) == (403, True)
    with tool.house.database.reading() as db:
        assert db.scalars(select(User).where(User.sub == "newcomer")).all() == []
    with tool.house.database.writing() as db:
        db.execute(update(Deployment).values(is_closed=False))
    assert tool.browser().launch().status_code == 303


SEEN = (
    ({AGS_CLAIM: {"scope": [f"{AGS_SCOPE}score", "https://x.test/other", 7]}}, f"{AGS_SCOPE}score"),
    ({AGS_CLAIM: {"scope": [f"{AGS_SCOPE}score"]}, NRPS_CLAIM: {}}, f"{AGS_SCOPE}score {NRPS_SCOPE}"),
    ({AGS_CLAIM: {"scope": "score"}, NRPS_CLAIM: []}, ""),
    ({}, ""),
)


@pytest.mark.parametrize(("claims", "seen"), SEEN)
def test_the_scopes_that_a_launch_shows_are_kept_with_its_deployment(tool, claims, seen):
    assert tool.browser().launch(**claims).status_code == 303
    assert list_deployments(tool)[0].scopes_seen == seen


def test_a_launch_from_no_link_says_nothing_about_scopes(tool):
    tool.browser().launch(**SEEN[0][0])
    tool.browser().launch(resource_link={"id": "course-1"})
    assert list_deployments(tool)[0].scopes_seen == f"{AGS_SCOPE}score"


def test_a_launch_that_shows_what_is_known_writes_nothing_for_it(tool):
    tool.browser().launch(**SEEN[0][0])
    said = []
    event.listen(
        tool.house.database.engine, "before_cursor_execute", lambda _c, _cursor, text, *_rest: said.append(text)
    )
    tool.browser().launch(**SEEN[0][0])
    assert [text for text in said if "scopes_seen" in text and text.startswith("UPDATE")] == []
    assert [text for text in said if "deployment_policy" in text] == []


def test_what_was_asked_and_what_the_lms_granted_is_kept(campus):
    campus.register()
    (row,) = campus.list_registrations()
    assert set(row.scopes_granted.split()) <= set(row.scopes_asked.split())
    assert f"{AGS_SCOPE}score" in row.scopes_granted
    assert "openid" not in row.scopes_granted
