"""What Canvas's temper gives and refuses at its token endpoint and services."""

import json

import pytest

from app.practice_lms.faults import Fault
from app.practice_lms.words import LINEITEM, LINEITEM_READ, LINEITEM_TYPE, MEMBERS, RESULT_READ, SCORE
from tests.unit.practice_lms.right_tool import ISSUER, TOKEN_HOST, RightTool

ITEMS = "/api/lti/courses/4402/line_items"
PEOPLE = "/api/lti/courses/4402/names_and_roles"
EXTENSION = "https://canvas.instructure.com/lti/submission"


def message_of(answer):
    return answer.json()["errors"]["message"]


def test_a_token_has_exactly_the_scopes_that_were_asked_for(canvas):
    assert canvas.ask_token(SCORE, MEMBERS).json()["scope"] == f"{SCORE} {MEMBERS}"


def test_one_lacking_scope_refuses_the_whole_request(clock):
    tool = RightTool("canvas", clock)
    tool.register(scopes=(SCORE,))
    answer = tool.ask_token(SCORE, MEMBERS)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert MEMBERS in answer.json()["error_description"]


@pytest.mark.parametrize("audience", [ISSUER, TOKEN_HOST, f"{ISSUER}/login/oauth2/token", None])
def test_the_audience_is_the_token_address_and_not_the_issuer(canvas, audience):
    answer = canvas.ask_token(SCORE, assertion=canvas.build_assertion(aud=audience))
    assert (answer.status_code, answer.json()["error_description"]) == (400, "the 'aud' is invalid")


def test_a_used_assertion_is_refused(canvas):
    assertion = canvas.build_assertion()
    assert canvas.ask_token(SCORE, assertion=assertion).status_code == 200
    assert "jti" in canvas.ask_token(SCORE, assertion=assertion).json()["error_description"]


def test_an_unknown_client_and_a_wrong_key_read_the_same(canvas):
    unknown = canvas.build_assertion(iss="1", sub="1")
    foreign = canvas.build_assertion({"kid": "another"})
    told = {canvas.ask_token(SCORE, assertion=one).json()["error_description"] for one in (unknown, foreign)}
    assert told == {"JWS signature invalid."}


def test_a_score_fills_the_cell_and_each_post_is_a_submission(canvas):
    answer = canvas.send_score()
    assert answer.status_code == 200
    assert answer.json()["resultUrl"].startswith("http://localhost:8001/api/lti/courses/4402/line_items/9071/results/")
    canvas.send_score()
    assert (canvas.stored().score, canvas.stored().submissions) == (1, 2)
    canvas.send_score(**{EXTENSION: {"new_submission": False}})
    assert canvas.stored().submissions == 2


def test_an_older_timestamp_is_a_400_and_an_equal_one_is_taken(canvas, clock):
    canvas.send_score()
    assert canvas.send_score().status_code == 200
    older = canvas.send_score(timestamp=clock().replace(minute=2).isoformat())
    assert (older.status_code, "before last updated timestamp" in message_of(older)) == (400, True)


def test_a_submission_more_than_a_minute_ahead_is_a_400(canvas, clock):
    ahead = clock().replace(minute=clock().minute + 2).isoformat()
    answer = canvas.send_score(submission={"submittedAt": ahead})
    assert (answer.status_code, "in the future" in message_of(answer)) == (400, True)


@pytest.mark.parametrize("person", ["2", "3", "4", "8"])
def test_only_students_are_gradable(canvas, person):
    answer = canvas.send_score(person=person)
    assert (answer.status_code, message_of(answer)) == (422, "User not found in course or is not a student")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"scoreMaximum": None}, 422),
        ({"scoreMaximum": -1}, 422),
        ({"scoreMaximum": 0}, 422),
        ({"scoreGiven": "1"}, 422),
        ({"userId": "nobody"}, 422),
        ({"timestamp": "yesterday"}, 400),
        ({"timestamp": "2026-11-22T14:00:00"}, 400),
        ({"activityProgress": None}, 400),
        ({EXTENSION: "x"}, 400),
    ],
)
def test_a_wrong_score_is_refused(canvas, changes, status):
    assert canvas.send_score(**changes).status_code == status
    assert canvas.stored() is None


def test_unpublished_concluded_and_used_up_are_422(canvas):
    canvas.platform.publish("1", published=False)
    unpublished = canvas.send_score()
    canvas.platform.publish("1")
    canvas.platform.links["1"].allowed_attempts = 1
    canvas.send_score()
    spent, resent = canvas.send_score(), canvas.send_score(**{EXTENSION: {"new_submission": False}})
    canvas.platform.conclude("2")
    concluded = canvas.send_score()
    assert [one.status_code for one in (unpublished, spent, resent, concluded)] == [422, 422, 200, 422]
    assert message_of(unpublished) == "This assignment is still unpublished"


def test_a_teachers_grade_yields_unless_the_tool_says_otherwise(canvas):
    canvas.platform.set_grade("11", "5", 0.5)
    kept = canvas.send_score(**{EXTENSION: {"prioritize_non_tool_grade": True}})
    assert (kept.status_code, canvas.stored().score, canvas.stored().by) == (200, 0.5, "teacher")
    canvas.send_score()
    assert (canvas.stored().score, canvas.stored().by) == (1, "tool")


def test_a_progress_score_clears_unless_the_score_is_preserved(canvas):
    canvas.send_score()
    canvas.send_score(gradingProgress="Pending", **{EXTENSION: {"preserve_score": True}})
    assert canvas.stored().score == 1
    canvas.send_score(gradingProgress="Pending")
    assert canvas.stored().score is None


def test_comments_pile_up(canvas):
    canvas.send_score(comment="one")
    canvas.send_score(comment="two")
    assert canvas.stored().comment == "one\ntwo"


def test_a_wrong_media_type_and_a_lacking_scope_are_refused(canvas):
    assert canvas.send_score(media_type="application/json").status_code == 415
    headers = {**canvas.bearer(MEMBERS), "Content-Type": "application/vnd.ims.lis.v1.score+json"}
    answer = canvas.client.post(canvas.score_url(), content=json.dumps(canvas.build_score()), headers=headers)
    assert (answer.status_code, message_of(answer)) == (401, "Insufficient permissions")


@pytest.mark.parametrize(
    ("method", "url", "right", "wrong"),
    [
        ("GET", ITEMS, LINEITEM_READ, SCORE),
        ("POST", ITEMS, LINEITEM, LINEITEM_READ),
        ("GET", f"{ITEMS}/9071", LINEITEM_READ, MEMBERS),
        ("PUT", f"{ITEMS}/9071", LINEITEM, LINEITEM_READ),
        ("GET", f"{ITEMS}/9071/results", RESULT_READ, SCORE),
        ("GET", PEOPLE, MEMBERS, SCORE),
    ],
)
def test_each_call_needs_its_own_scope(canvas, method, url, right, wrong):
    assert canvas.client.request(method, url, headers=canvas.bearer(wrong)).status_code == 401
    assert canvas.client.request(method, url).status_code == 401
    assert canvas.client.request(method, url, headers=canvas.bearer(right)).status_code != 401


def test_tokens_run_out_and_keys_are_switched_off(canvas, clock):
    headers = canvas.bearer(MEMBERS)
    clock.pass_by(seconds=3600)
    assert message_of(canvas.client.get(PEOPLE, headers=headers)) == "Access token expired"
    headers = canvas.bearer(MEMBERS)
    canvas.platform.registration.is_active = False
    assert message_of(canvas.client.get(PEOPLE, headers=headers)) == "Invalid Developer Key"


def test_line_items_are_made_and_only_own_ones_deleted(canvas):
    headers = {**canvas.bearer(LINEITEM), "Content-Type": LINEITEM_TYPE}
    wanted = {"label": "Training", "scoreMaximum": 1, "resourceId": "program:1", "tag": "completion"}
    made = canvas.client.post(ITEMS, content=json.dumps(wanted), headers=headers)
    assert made.status_code == 201
    found = canvas.client.get(f"{ITEMS}?resource_id=program:1", headers=headers).json()
    assert [one["id"] for one in found] == [made.json()["id"]]
    changed = canvas.client.put(made.json()["id"], content=json.dumps({**wanted, "label": "New"}), headers=headers)
    assert changed.json()["label"] == "New"
    assert canvas.client.delete(made.json()["id"], headers=headers).status_code == 204
    assert canvas.client.delete(f"{ITEMS}/9071", headers=headers).status_code == 401


def test_another_clients_column_is_a_412_and_a_missing_one_a_404(canvas):
    canvas.platform.world.line_items["11"].owner = "somebody else"
    headers = canvas.bearer(LINEITEM)
    assert canvas.client.get(f"{ITEMS}/9071", headers=headers).status_code == 412
    assert canvas.client.get(f"{ITEMS}/9999", headers=headers).status_code == 404
    assert canvas.client.get("/api/lti/courses/1/line_items", headers=headers).status_code == 404


def test_wrong_line_items_are_refused(canvas):
    headers = {**canvas.bearer(LINEITEM), "Content-Type": LINEITEM_TYPE}
    bodies = [
        {"label": "x"},
        {"label": "x", "scoreMaximum": 0},
        {"label": "x", "scoreMaximum": 1, "resourceLinkId": "no"},
    ]
    statuses = [canvas.client.post(ITEMS, content=json.dumps(body), headers=headers).status_code for body in bodies]
    assert statuses == [400, 422, 412]
    upload = {
        "label": "x",
        "scoreMaximum": 1,
        "https://canvas.instructure.com/lti/submission_type": {"type": "online_upload"},
    }
    assert "Invalid submission_type" in canvas.client.post(ITEMS, content=json.dumps(upload), headers=headers).text


def test_the_roster_comes_in_pages_of_fifty_at_most(canvas):
    canvas.platform.add_people("2", 120)
    headers, url, people, pages = canvas.bearer(MEMBERS), f"{PEOPLE}?limit=500", [], 0
    while url:
        answer = canvas.client.get(url, headers=headers)
        people += [one["user_id"] for one in answer.json()["members"]]
        url, pages = answer.links.get("next", {}).get("url"), pages + 1
    assert (pages, len(people), len(set(people))) == (3, 126, 126)


def test_a_lower_cased_page_link_is_refused(canvas):
    headers = canvas.bearer(MEMBERS)
    following = canvas.client.get(f"{PEOPLE}?limit=2", headers=headers).links["next"]["url"]
    assert following != following.lower()
    assert canvas.client.get(following, headers=headers).status_code == 200
    assert canvas.client.get(following.lower(), headers=headers).status_code == 400


def test_an_unknown_role_is_nobody_and_a_wrong_link_a_400(canvas):
    headers = canvas.bearer(MEMBERS)
    assert canvas.client.get(f"{PEOPLE}?role=Nonsense", headers=headers).json()["members"] == []
    assert len(canvas.client.get(f"{PEOPLE}?role=Instructor", headers=headers).json()["members"]) == 2
    assert canvas.client.get(f"{PEOPLE}?rlid=nonsense", headers=headers).status_code == 400
    assert canvas.client.get(PEOPLE, headers={**headers, "Accept": "application/json"}).status_code == 406


def test_the_rate_limit_is_a_403_with_its_own_words(canvas):
    canvas.platform.faults.add(Fault.throttled(service="scores"))
    answer = canvas.send_score()
    assert (answer.status_code, answer.text) == (403, "403 Forbidden (Rate Limit Exceeded)\n")
    assert answer.headers["x-rate-limit-remaining"] == "0.0"
    assert canvas.send_score().status_code == 200


def test_results_name_the_person_as_the_launch_does(canvas):
    canvas.send_score()
    results = canvas.client.get(f"{ITEMS}/9071/results", headers=canvas.bearer(RESULT_READ)).json()
    assert [(one["userId"], one["resultScore"]) for one in results] == [(canvas.platform.sub_of("5"), 1)]
