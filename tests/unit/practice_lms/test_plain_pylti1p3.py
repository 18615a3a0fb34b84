"""PyLTI1p3, unchanged, accepts what the practice LMS signs, and is accepted at its services."""

from datetime import UTC, datetime

import pytest
import requests
from pylti1p3.exception import LtiException
from pylti1p3.grade import Grade

from app.practice_lms.forms import read_form
from app.practice_lms.live import run_live
from app.practice_lms.registrations import ToolConfig
from tests.unit.practice_lms.plain_pylti import LAUNCH, PlainTool


@pytest.fixture(params=["moodle", "canvas"])
def visit(request):
    """The running LMS, a tool, and a browser at the course."""
    tool = PlainTool()
    with run_live(tool_base_url="http://127.0.0.1:8000", temper=request.param, fetch=tool.answer_keys) as live:
        live.platform.add_registration(ToolConfig.at("http://127.0.0.1:8000"))
        tool.configure(live.platform)
        with requests.Session() as browser:
            yield live, tool, browser


def launch(visit, person="5"):
    live, tool, browser = visit
    begun = read_form(browser.get(f"{live.base_url}/as/{person}?next=/course/2/launch/1").text)
    came = read_form(browser.get(tool.log_in(begun.fields)).text)
    assert came.action == LAUNCH
    return came, tool.launch(came.fields)


def test_pylti1p3_accepts_the_plain_launch(visit):
    _, message = launch(visit)
    data = message.get_launch_data()
    assert message.is_resource_launch()
    assert data["sub"] == visit[0].platform.sub_of("5")
    assert data["name"] == "Chloé Müller-Šimić"


def test_pylti1p3_refuses_it_in_another_browser(visit):
    came, _ = launch(visit)
    stranger = PlainTool()
    stranger.configure(visit[0].platform)
    with pytest.raises(LtiException, match="State"):
        stranger.launch(came.fields)


def test_pylti1p3_sends_a_score_that_arrives(visit):
    _, message = launch(visit)
    grade = Grade().set_score_given(1).set_score_maximum(1).set_user_id(message.get_launch_data()["sub"])
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    grade.set_timestamp(datetime.now(UTC).isoformat())
    message.get_ags().put_grade(grade)
    assert visit[0].platform.grade_of("5", "11").score == 1


def test_pylti1p3_reads_the_roster(visit):
    _, message = launch(visit)
    members = message.get_nrps().get_members()
    assert {one["user_id"] for one in members} == {visit[0].platform.sub_of(person) for person in "345678"}


@pytest.mark.parametrize("visit", ["canvas"], indirect=True)
def test_pylti1p3_loses_the_second_page_of_canvas_because_it_changes_the_links_letters(visit):
    visit[0].platform.add_people("2", 60)
    _, message = launch(visit)
    with pytest.raises(LtiException):
        message.get_nrps().get_members()
