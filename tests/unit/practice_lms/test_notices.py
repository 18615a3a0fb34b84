"""Canvas's notices as the practice LMS plays them: who may subscribe to what, and what is sent."""

import json

import pytest

from app.practice_lms.canvas.notices import send_notice
from app.practice_lms.jose import verify_compact
from app.practice_lms.words import CONTEXT_COPY, HELLO_WORLD, LTI, NOTICES, SCORE
from tests.unit.practice_lms.right_tool import LMS, TOOL, RightTool
from tests.unit.practice_lms.shapes import assert_same_shape, read_sample

HANDLER = f"{TOOL}/lti/notices"


@pytest.fixture
def sent():
    return []


@pytest.fixture
def tool(clock, sent):
    def take(url, body):
        sent.append((url, json.loads(body)))
        return 200

    made = RightTool("canvas", clock, post=take)
    made.register()
    return made


def url_of(tool):
    return f"{LMS}/api/lti/notice-handlers/{tool.platform.registration.deployment_id.split(':')[0]}"


def put(tool, *, scope=NOTICES, url=None, media_type="application/json", **changes: object):
    wish = {"notice_type": CONTEXT_COPY, "handler": HANDLER, "max_batch_size": 20, **changes}
    headers = {**tool.bearer(scope), "content-type": media_type}
    return tool.client.put(url or url_of(tool), content=json.dumps(wish), headers=headers)


def read_claims(tool, sent):
    (one,) = sent[-1][1]["notices"]
    return verify_compact(one["jwt"], tool.platform.keys.jwks())


def test_a_subscription_is_answered_and_listed_as_in_the_sample(tool):
    sample = read_sample("canvas/pns.json")
    assert_same_shape(put(tool).json(), sample["put_handler"]["body"])
    listed = tool.client.get(url_of(tool), headers=tool.bearer(NOTICES))
    assert_same_shape(listed.json(), sample["get_handlers"]["body"])
    assert {one["notice_type"]: one["handler"] for one in listed.json()["notice_handlers"]} == {
        CONTEXT_COPY: HANDLER, HELLO_WORLD: "",
    }  # fmt: skip
    assert put(tool, handler="").status_code == 200
    assert tool.platform.registration.handlers == {}


def test_hello_is_said_to_whoever_asks_for_it(tool, sent):
    put(tool)
    assert sent == []
    put(tool, notice_type=HELLO_WORLD)
    token = read_claims(tool, sent)
    assert sent[-1][0] == HANDLER
    assert_same_shape(token.claims, read_sample("canvas/pns.json")["hello_world_claims"])


def test_a_copy_is_told_once_as_in_the_sample(tool, sent):
    put(tool)
    course = tool.platform.copy_course("2")
    token = read_claims(tool, sent)
    sample = read_sample("canvas/pns.json")
    assert_same_shape(token.claims, sample["notice_claims"])
    assert_same_shape(token.header, sample["notice_header"])
    assert token.claims[LTI + "context"]["id"] == course.opaque_id
    assert token.claims[LTI + "origin_contexts"] == [tool.platform.world.courses["2"].opaque_id]
    assert len(sent) == 1


def test_a_tool_that_does_not_answer_is_not_asked_again(clock):
    made = RightTool("canvas", clock, post=lambda _url, _body: 0)
    registration = made.register()
    put(made)
    assert not send_notice(made.platform, registration, CONTEXT_COPY, {})
    assert not send_notice(made.platform, registration, HELLO_WORLD, {})
    assert made.platform.notices_sent == [(CONTEXT_COPY, 0)]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"scope": SCORE}, 401),
        ({"notice_type": "LtiEulaNotice"}, 400),
        ({"handler": "https://evil.test/lti/notices"}, 400),
        ({"handler": 7}, 400),
        ({"handler": "no url"}, 400),
        ({"max_batch_size": 0}, 400),
        ({"max_batch_size": True}, 400),
        ({"media_type": "text/plain"}, 415),
        ({"url": f"{LMS}/api/lti/notice-handlers/9999"}, 404),
    ],
)
def test_what_is_wrong_is_refused(tool, changes, status):
    assert put(tool, **changes).status_code == status
    assert tool.platform.registration.handlers == {}


def test_another_clients_deployment_is_forbidden_and_no_json_is_a_bad_request(tool):
    url = url_of(tool)
    tool.register()
    assert put(tool, url=url).status_code == 403
    headers = {**tool.bearer(NOTICES), "content-type": "application/json"}
    assert tool.client.put(url_of(tool), content="[]", headers=headers).status_code == 400


@pytest.mark.parametrize("temper", ["moodle", "canvas"])
def test_the_courses_own_button_makes_a_copy_with_new_ids_and_the_same_links(temper, clock):
    made = RightTool(temper, clock)
    made.register()
    answer = made.client.post("/course/2/copy")
    assert answer.headers["location"] == "/course/4"
    world = made.platform.world
    old, new = world.links_of("2"), world.links_of("4")
    assert [(one.url, one.custom, one.title) for one in new] == [(one.url, one.custom, one.title) for one in old]
    assert not {one.id for one in new} & {one.id for one in old}
    assert not {one.line_item_id for one in new if one.line_item_id} & {one.line_item_id for one in old}
    assert made.platform.notices_sent == []
    assert made.client.post("/course/9/copy").status_code == 404
    assert world.courses["4"].origin_ids == ("2",)
    assert made.platform.copy_course("4").origin_ids == ("4", "2")
