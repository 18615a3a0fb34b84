"""Faults that a test asks for, over real sockets."""

import json
import time

import pytest
import requests

from app.practice_lms.faults import Fault, find_service
from app.practice_lms.live import run_live
from app.practice_lms.registrations import ToolConfig
from app.practice_lms.words import SCORE, SCORE_TYPE
from tests.unit.practice_lms.right_tool import RightTool


@pytest.fixture(scope="module")
def live():
    with run_live(tool_base_url="http://127.0.0.1:8000") as running:
        running.platform.add_registration(ToolConfig.at("http://127.0.0.1:8000"))
        yield running


@pytest.fixture
def send(live):
    """Posts one score with a token of its own."""
    platform = live.platform
    platform.world.grades.clear()
    platform.call_log.clear()
    platform.faults.clear()

    def post(timeout=5):
        token = platform.tokens.issue(platform.registration.client_id, (SCORE,), now=platform.now())
        score = {
            "userId": "5", "timestamp": platform.now().isoformat(), "scoreGiven": 1, "scoreMaximum": 1,
            "activityProgress": "Completed", "gradingProgress": "FullyGraded",
        }  # fmt: skip
        url = f"{live.base_url}/mod/lti/services.php/2/lineitems/11/lineitem/scores?type_id=1"
        headers = {"Authorization": f"Bearer {token.value}", "Content-Type": SCORE_TYPE}
        return requests.post(url, data=json.dumps(score), headers=headers, timeout=timeout)

    return post


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 429, 503])
def test_a_status_is_answered_so_many_times(live, send, status):
    live.platform.faults.add(Fault(service="scores", status=status, times=2, retry_after="120"))
    first, second, third = send(), send(), send()
    assert [one.status_code for one in (first, second, third)] == [status, status, 200]
    assert first.headers["retry-after"] == "120"


def test_a_fault_of_another_service_does_not_disturb(live, send):
    live.platform.faults.add(Fault(service="members", status=500))
    assert send().status_code == 200


def test_an_answer_is_lost_after_the_score_was_stored(live, send):
    live.platform.faults.add(Fault(service="scores", lose_answer=True))
    with pytest.raises(requests.ConnectionError):
        send()
    assert live.platform.grade_of("5", "11").score == 1
    assert live.platform.calls_to("scores")[-1].status is None


def test_a_site_that_is_down_stores_nothing(live, send):
    live.platform.faults.add(Fault(service="any", down=True, times=None))
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            send()
    live.platform.faults.clear()
    assert live.platform.grade_of("5", "11") is None
    assert send().status_code == 200


def test_a_stopped_site_refuses_connections_and_remembers_when_it_comes_back(live, send):
    send()
    live.stop()
    with pytest.raises(requests.ConnectionError):
        send()
    live.start()
    assert live.platform.grade_of("5", "11").score == 1
    assert requests.get(f"{live.base_url}/", timeout=30).status_code == 200


def test_an_answer_may_be_late(live, send):
    live.platform.faults.add(Fault(service="scores", delay=0.3))
    started = time.monotonic()
    assert send().status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_late_answer_was_still_applied(live, send):
    live.platform.faults.add(Fault(service="scores", delay=2))
    with pytest.raises(requests.Timeout):
        send(timeout=0.1)
    ends = time.monotonic() + 30
    while live.platform.grade_of("5", "11") is None and time.monotonic() < ends:
        time.sleep(0.02)
    assert live.platform.grade_of("5", "11").score == 1


def test_without_a_socket_a_dropped_connection_is_raised(clock):
    tool = RightTool("moodle", clock)
    tool.register()
    tool.platform.faults.add(Fault(service="token", down=True))
    with pytest.raises(ConnectionResetError):
        tool.ask_token(SCORE)


def test_calls_are_logged_without_their_secrets(clock):
    tool = RightTool("moodle", clock)
    tool.register()
    tool.send_score()
    token_call, score_call = tool.platform.calls
    assert (token_call.service, score_call.service) == ("token", "scores")
    assert "cut" in token_call.body
    assert score_call.scope == SCORE
    assert score_call.headers["authorization"] == "Bearer [cut]"
    assert score_call.json()["scoreGiven"] == 1
    assert score_call.url == tool.score_url()
    assert all("eyJ" not in f"{call.body}{call.headers}{call.url}" for call in tool.platform.calls)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/mod/lti/services.php/2/lineitems", "lineitems"),
        ("/mod/lti/services.php/2/lineitems/11/lineitem", "lineitem"),
        ("/mod/lti/services.php/2/lineitems/11/lineitem/scores", "scores"),
        ("/api/lti/courses/4402/line_items/9071/results", "results"),
        ("/api/lti/courses/4402/line_items/9071", "lineitem"),
        ("/api/lti/courses/4402/line_items", "lineitems"),
        ("/api/lti/courses/4402/names_and_roles", "members"),
        ("/course/2", None),
        ("/practice/calls", None),
    ],
)
def test_each_address_belongs_to_its_service(path, service):
    assert find_service(path) == service
