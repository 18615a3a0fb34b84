"""What Moodle's temper gives and refuses at its token endpoint and services."""

import json

import pytest

from app.practice_lms.keys import SigningKey
from app.practice_lms.settings import FetchedAnswer
from app.practice_lms.words import (
    LINEITEM,
    LINEITEM_READ,
    LINEITEM_TYPE,
    LINEITEMS_TYPE,
    MEMBERS,
    MEMBERS_TYPE,
    RESULT_READ,
    SCORE,
)

ITEMS = "/mod/lti/services.php/2/lineitems?type_id=1"
PEOPLE = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"


def test_a_token_comes_as_json_that_calls_itself_html(moodle):
    answer = moodle.ask_token(SCORE, MEMBERS)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert set(json.loads(answer.text)["scope"].split()) == {SCORE, MEMBERS}


def test_the_granted_scopes_are_the_intersection(clock):
    from tests.unit.practice_lms.right_tool import RightTool  # noqa: PLC0415

    tool = RightTool("moodle", clock)
    tool.register(scopes=(SCORE,))
    assert json.loads(tool.ask_token(SCORE, MEMBERS).text)["scope"] == SCORE
    refused = tool.ask_token(MEMBERS)
    assert (refused.status_code, "invalid_scope" in refused.text) == (400, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aud": "http://localhost:8001"}, "'aud'"),
        ({"aud": ["http://localhost:8001/mod/lti/token.php", "http://elsewhere"]}, "'aud'"),
        ({"aud": None}, "'aud'"),
        ({"jti": None}, "'jti'"),
        ({"exp": 1}, "Expired token"),
        ({"exp": None}, "iat and exp"),
        ({"exp": 10**10}, "ten minutes"),
        ({"iat": None}, "iat and exp"),
        ({"iss": "somebody else"}, "invalid_client"),
        ({"sub": "nobody", "iss": "nobody"}, "invalid_client"),
    ],
)
def test_a_wrong_assertion_is_refused(moodle, changes, words):
    answer = moodle.ask_token(SCORE, assertion=moodle.build_assertion(**changes))
    assert answer.status_code == 400
    assert words in answer.text


def test_an_assertion_from_the_future_is_refused_without_leeway(moodle, clock):
    answer = moodle.ask_token(SCORE, assertion=moodle.build_assertion(iat=int(clock().timestamp()) + 1))
    assert (answer.status_code, "Cannot handle token with iat prior to" in answer.text) == (400, True)


def test_an_assertion_works_once(moodle):
    assertion = moodle.build_assertion()
    assert moodle.ask_token(SCORE, assertion=assertion).status_code == 200
    again = moodle.ask_token(SCORE, assertion=assertion)
    assert (again.status_code, "used before" in again.text) == (400, True)


def test_a_foreign_key_or_no_kid_is_refused_in_what_is_not_quite_json(moodle):
    assert moodle.ask_token(SCORE, assertion=moodle.build_assertion({"kid": None})).status_code == 400
    assertion = moodle.build_assertion()
    moodle.key = SigningKey.generate("another")
    answer = moodle.ask_token(SCORE, assertion=assertion)
    assert answer.status_code == 400
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(answer.text)


def test_an_unreadable_key_set_is_an_html_404(moodle):
    moodle.keys_answer = FetchedAnswer(500, b"oops")
    answer = moodle.ask_token(SCORE)
    assert (answer.status_code, answer.text[:9]) == (404, "<!DOCTYPE")


def test_a_wrong_grant_or_form_is_refused(moodle):
    assert "unsupported_grant_type" in moodle.ask_token(SCORE, grant_type="password").text
    assert "invalid_request" in moodle.ask_token().text
    assert "invalid_request" in moodle.client.post("/mod/lti/token.php", json={}).text


def test_a_final_score_fills_the_cell(moodle):
    answer = moodle.send_score()
    assert (answer.status_code, answer.content) == (200, b"")
    assert (moodle.stored().score, moodle.stored().by) == (1, "tool")


def test_a_score_is_scaled_and_cut_to_the_column(moodle, clock):
    moodle.send_score(scoreGiven=8, scoreMaximum=10)
    assert moodle.stored().score == 0.8
    clock.pass_by(seconds=1)
    moodle.send_score(scoreGiven=12, scoreMaximum=10)
    assert moodle.stored().score == 1


def test_an_equal_whole_second_is_a_409(moodle, clock):
    moodle.send_score()
    clock.pass_by(milliseconds=900)
    again = moodle.send_score()
    assert (again.status_code, again.text) == (409, "[]")
    assert again.headers["x-practice-reason"].startswith("Refusing score with an earlier timestamp")
    clock.pass_by(seconds=1)
    assert moodle.send_score().status_code == 200


def test_a_score_from_the_future_blocks_those_before_it(moodle, clock):
    later = clock().replace(year=2027).isoformat()
    assert moodle.send_score(timestamp=later).status_code == 200
    assert moodle.send_score().status_code == 409


def test_a_progress_score_wipes_the_grade(moodle, clock):
    moodle.send_score(comment="well done")
    clock.pass_by(seconds=1)
    assert moodle.send_score(gradingProgress="NotReady", scoreGiven=None).status_code == 200
    assert (moodle.stored().score, moodle.stored().comment) == (None, "")


@pytest.mark.parametrize("person", ["2", "3", "4", "8"])
def test_only_students_are_gradable(moodle, person):
    assert moodle.send_score(person=person).status_code == 400
    assert moodle.stored(person) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"scoreMaximum": None},
        {"scoreGiven": "1"},
        {"timestamp": "yesterday"},
        {"timestamp": "2026-11-22T14:00:00"},
        {"activityProgress": "Done"},
        {"gradingProgress": None},
        {"userId": "999"},
    ],
)
def test_an_incorrect_score_is_a_400(moodle, changes):
    answer = moodle.send_score(**changes)
    assert (answer.status_code, answer.text) == (400, "[]")
    assert moodle.stored() is None


def test_an_incorrect_score_over_several_lines_comes_out_as_200_with_nothing_stored(moodle):
    body = json.dumps(moodle.build_score(gradingProgress="Maybe"), indent=1)
    headers = {**moodle.bearer(SCORE), "Content-Type": "application/vnd.ims.lis.v1.score+json"}
    answer = moodle.client.post(moodle.score_url(), content=body, headers=headers)
    assert (answer.status_code, answer.text, moodle.stored()) == (200, "[]", None)


def test_a_wrong_media_type_is_a_400(moodle):
    assert moodle.send_score(media_type="application/json").status_code == 400
    assert moodle.send_score(media_type="application/vnd.ims.lis.v1.score+json; charset=utf-8").status_code == 200


def test_scores_after_the_query_are_not_found(moodle):
    wrong = moodle.score_url().replace("/scores", "") + "/scores"
    assert moodle.send_score(url=wrong).status_code in {403, 404, 405}
    assert moodle.stored() is None


@pytest.mark.parametrize(
    ("method", "url", "right", "wrong"),
    [
        ("GET", ITEMS, LINEITEM_READ, SCORE),
        ("POST", ITEMS, LINEITEM, LINEITEM_READ),
        ("GET", "/mod/lti/services.php/2/lineitems/11/lineitem?type_id=1", LINEITEM, MEMBERS),
        ("DELETE", "/mod/lti/services.php/2/lineitems/11/lineitem?type_id=1", LINEITEM, LINEITEM_READ),
        ("POST", "/mod/lti/services.php/2/lineitems/11/lineitem/scores?type_id=1", SCORE, LINEITEM),
        ("GET", "/mod/lti/services.php/2/lineitems/11/lineitem/results?type_id=1", RESULT_READ, SCORE),
        ("GET", PEOPLE, MEMBERS, SCORE),
    ],
)
def test_each_call_needs_its_own_scope(moodle, method, url, right, wrong):
    assert moodle.client.request(method, url, headers=moodle.bearer(wrong)).status_code == 401
    assert moodle.client.request(method, url).status_code == 401
    assert moodle.client.request(method, url, headers=moodle.bearer(right)).status_code != 401


def test_an_expired_or_revoked_token_is_a_401(moodle, clock):
    headers = moodle.bearer(MEMBERS)
    assert moodle.client.get(PEOPLE, headers=headers).status_code == 200
    clock.pass_by(seconds=3600)
    assert moodle.client.get(PEOPLE, headers=headers).status_code == 401
    headers = moodle.bearer(MEMBERS)
    moodle.platform.tokens.revoke_all()
    assert moodle.client.get(PEOPLE, headers=headers).status_code == 401


def test_line_items_are_made_listed_changed_and_deleted(moodle):
    headers = {**moodle.bearer(LINEITEM), "Content-Type": LINEITEM_TYPE}
    wanted = {"label": "Coach training", "scoreMaximum": 1, "resourceId": "program:1", "tag": "completion"}
    made = moodle.client.post(ITEMS, content=json.dumps(wanted), headers=headers)
    assert made.status_code == 201
    assert made.headers["content-type"].startswith(LINEITEM_TYPE)
    listed = moodle.client.get(f"{ITEMS}&tag=completion", headers={**headers, "Accept": LINEITEMS_TYPE}).json()
    assert [one["id"] for one in listed] == [made.json()["id"]]
    changed = moodle.client.put(made.json()["id"], content=json.dumps({**wanted, "label": "New"}), headers=headers)
    assert changed.json()["label"] == "New"
    assert moodle.client.delete(made.json()["id"], headers=headers).status_code == 204
    assert moodle.client.get(made.json()["id"], headers=headers).status_code == 404


@pytest.mark.parametrize("wanted", [{"label": "no maximum"}, {"label": " ", "scoreMaximum": 1}, {"scoreMaximum": 1}])
def test_a_line_item_without_label_or_maximum_is_a_400(moodle, wanted):
    headers = {**moodle.bearer(LINEITEM), "Content-Type": LINEITEM_TYPE}
    assert moodle.client.post(ITEMS, content=json.dumps(wanted), headers=headers).status_code == 400


def test_a_line_item_in_plain_json_or_for_a_foreign_link_is_refused(moodle):
    wanted = json.dumps({"label": "A", "scoreMaximum": 1, "resourceLinkId": "99"})
    headers = moodle.bearer(LINEITEM)
    assert (
        moodle.client.post(ITEMS, content=wanted, headers={**headers, "Content-Type": "application/json"}).status_code
        == 400
    )
    assert (
        moodle.client.post(ITEMS, content=wanted, headers={**headers, "Content-Type": LINEITEM_TYPE}).status_code == 403
    )


def test_deleting_a_links_own_column_takes_it_from_the_next_launch(moodle):
    url = "/mod/lti/services.php/2/lineitems/11/lineitem?type_id=1"
    assert moodle.client.delete(url, headers=moodle.bearer(LINEITEM)).status_code == 204
    endpoint = moodle.platform.claims("5", "1")["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    assert "lineitem" not in endpoint


def test_a_foreign_tool_type_is_refused(moodle):
    assert moodle.client.get(ITEMS.replace("=1", "=7"), headers=moodle.bearer(LINEITEM)).status_code == 403


def test_results_show_filled_cells_and_refuse_a_limit(moodle, clock):
    moodle.send_score()
    moodle.send_score(person="6", gradingProgress="Pending", scoreGiven=None)
    url = "/mod/lti/services.php/2/lineitems/11/lineitem/results?type_id=1"
    headers = moodle.bearer(RESULT_READ)
    assert [one["userId"] for one in moodle.client.get(url, headers=headers).json()] == ["5"]
    assert moodle.client.get(f"{url}&user_id=6", headers=headers).json() == []
    assert moodle.client.get(f"{url}&limit=10", headers=headers).status_code == 404


def test_the_whole_roster_comes_at_once_with_short_roles(moodle):
    members = moodle.client.get(PEOPLE, headers=moodle.bearer(MEMBERS)).json()["members"]
    assert {one["user_id"]: one["roles"] for one in members} == {
        "3": ["Instructor"], "4": ["Learner"], "5": ["Learner"], "6": ["Learner"], "7": ["Learner"], "8": ["Learner"],
    }  # fmt: skip


def test_a_roster_in_pages_loses_its_role_filter(moodle):
    headers = {**moodle.bearer(MEMBERS), "Accept": MEMBERS_TYPE}
    first = moodle.client.get(f"{PEOPLE}?role=Learner&limit=3", headers=headers)
    following = first.links["next"]["url"]
    assert "role" not in following
    assert {one["roles"][0] for one in first.json()["members"]} == {"Learner"}
    people = [*first.json()["members"], *moodle.client.get(following, headers=headers).json()["members"]]
    assert len(people) == 6


def test_a_lower_cased_page_link_is_not_found(moodle):
    headers = moodle.bearer(MEMBERS)
    following = moodle.client.get(f"{PEOPLE}?limit=3", headers=headers).links["next"]["url"]
    assert moodle.client.get(following, headers=headers).status_code == 200
    assert moodle.client.get(following.lower(), headers=headers).status_code == 404


def test_a_roster_takes_its_own_media_type_only(moodle):
    headers = moodle.bearer(MEMBERS)
    assert moodle.client.get(PEOPLE, headers={**headers, "Accept": "application/json"}).status_code == 400
    assert moodle.client.get(PEOPLE, headers={**headers, "Accept": MEMBERS_TYPE}).status_code == 200


def test_a_roster_of_a_link_carries_a_message_and_an_unknown_link_is_a_404(moodle):
    headers = moodle.bearer(MEMBERS)
    members = moodle.client.get(f"{PEOPLE}?rlid=1", headers=headers).json()["members"]
    assert all(len(one["message"]) == 1 for one in members)
    assert moodle.client.get(f"{PEOPLE}?rlid=99", headers=headers).status_code == 404
