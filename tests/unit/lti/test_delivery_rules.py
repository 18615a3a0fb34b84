"""What a score says, what answers mean, and how long we wait: without any LMS."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.lti.delivery_rules import (
    CANVAS_SUBMISSION,
    Meaning,
    Reply,
    Score,
    back_off,
    next_stamp,
    read_reply,
    scores_url,
    settle_unauthorized,
    write_score,
)

NOW = datetime(2026, 11, 22, 14, 3, 5, 123456, tzinfo=UTC)
COMPLETED = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def body_of(*, canvas: bool, resend: bool = False, completed_at: datetime = COMPLETED):
    score = Score("u-1", next_stamp(NOW, None), completed_at, resend)
    return json.loads(write_score(score, extension="canvas" if canvas else None))


def test_a_score_is_compact_and_stands_in_one_line():
    written = write_score(Score("línea\n\u2028", NOW, COMPLETED, is_resend=False), extension="canvas")
    assert b"\n" not in written
    assert b": " not in written
    assert written.isascii()


def test_a_plain_score_has_the_six_members_of_the_standard_and_no_comment():
    assert body_of(canvas=False, resend=True) == {
        "userId": "u-1", "timestamp": "2026-11-22T14:03:05.123Z", "activityProgress": "Completed",
        "gradingProgress": "FullyGraded", "scoreGiven": 1, "scoreMaximum": 1,
    }  # fmt: skip


def test_canvas_is_told_when_it_was_done_and_to_leave_a_teachers_grade_alone():
    first, again = body_of(canvas=True), body_of(canvas=True, resend=True)
    assert first["submission"] == {"submittedAt": "2026-11-22T14:00:00.000Z"}
    assert first[CANVAS_SUBMISSION] == {"prioritize_non_tool_grade": True}
    assert again[CANVAS_SUBMISSION] == {"prioritize_non_tool_grade": True, "new_submission": False}


def test_a_submission_is_never_dated_after_its_score():
    ahead = body_of(canvas=True, completed_at=NOW + timedelta(hours=1))
    assert ahead["submission"]["submittedAt"] == ahead["timestamp"]


@pytest.mark.parametrize(
    ("line_item", "scores"),
    [
        ("https://lms.edu/services.php/2/lineitems/2/lineitem?type_id=1",
         "https://lms.edu/services.php/2/lineitems/2/lineitem/scores?type_id=1"),
        ("https://lms.edu/api/lti/courses/4410/line_items/9071", "https://lms.edu/api/lti/courses/4410/line_items/9071/scores"),
        ("https://lms.edu/items/9/", "https://lms.edu/items/9/scores"),
        ("https://lms.edu/items/a%2Fb?x=%26#there", "https://lms.edu/items/a%2Fb/scores?x=%26"),
        ("http://lms.edu/items/9", "https://lms.edu/items/9/scores"),
    ],
)  # fmt: skip
def test_scores_stands_before_the_query_and_nothing_goes_in_the_clear(line_item, scores):
    assert scores_url(line_item, site="https://lms.edu/token") == scores


def test_a_practice_site_on_http_stays_on_http():
    assert scores_url("http://localhost:8001/x", site="http://localhost:8001/t") == "http://localhost:8001/x/scores"


def test_a_stamp_is_in_milliseconds_and_a_second_after_the_last():
    assert next_stamp(NOW, None).microsecond == 123_000
    assert next_stamp(NOW, NOW) == NOW + timedelta(seconds=1)
    assert next_stamp(NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1, seconds=1)
    assert next_stamp(NOW, NOW - timedelta(hours=1)).replace(microsecond=0) == NOW.replace(microsecond=0)


@pytest.mark.parametrize("seed", [0, 1, 7, 999_983])
def test_a_day_of_failures_is_at_most_forty_tries(seed):
    now, tries = timedelta(), 0
    while now < timedelta(days=1):
        tries += 1
        now += back_off(tries, seed)
    assert tries <= 40
    assert timedelta(seconds=27) <= back_off(1, seed) <= timedelta(seconds=33)
    assert back_off(30, seed) <= timedelta(minutes=66)
    assert back_off(10_000, seed) == timedelta(days=1)


def test_rows_do_not_all_come_back_at_the_same_moment():
    assert len({back_off(5, seed) for seed in range(50)}) > 20


@pytest.mark.parametrize(
    ("status", "text", "meaning", "reason"),
    [
        (200, "", Meaning.DELIVERED, ""),
        (200, '{"resulturl": "x"}', Meaning.DELIVERED, ""),
        (204, "", Meaning.DELIVERED, ""),
        (200, " []\n", Meaning.REFUSED, "nothing-stored"),
        (302, "", Meaning.FAILED, "redirected"),
        (400, '{"errors":{"message":"provided timestamp of a before last updated timestamp of b"}}', Meaning.SUPERSEDED,
         "newer-grade"),
        (400, '{"errors":{"message":"provided submitted_at timestamp of a in the future"}}', Meaning.FAILED, "clock"),
        (400, "incorrect score received", Meaning.REFUSED, "bad-request"),
        (401, "", Meaning.UNAUTHORIZED, "not-authorized"),
        (403, "403 forbidden (rate limit exceeded)\n", Meaning.THROTTLED, "throttled"),
        (403, "you may not", Meaning.UNAUTHORIZED, "forbidden"),
        (404, '{"errors":[{"message":"the specified resource does not exist."}]}', Meaning.GONE, "no-line-item"),
        (410, "", Meaning.GONE, "no-line-item"),
        (409, "", Meaning.SUPERSEDED, "newer-grade"),
        (412, "", Meaning.REFUSED, "not-our-line-item"),
        (422, "user not found in course or is not a student", Meaning.TOMORROW, "not-enrolled"),
        (422, "this assignment is still unpublished", Meaning.TOMORROW, "unpublished"),
        (422, "this course has concluded. ags requests will no longer", Meaning.REFUSED, "course-concluded"),
        (422, "the maximum number of allowed attempts has been reached", Meaning.FAILED, "attempts-used-up"),
        (422, "scoremaximum not supplied", Meaning.REFUSED, "unprocessable"),
        (429, "", Meaning.THROTTLED, "throttled"),
        (500, "", Meaning.FAILED, "lms-error"),
        (599, "", Meaning.FAILED, "lms-error"),
    ],
)  # fmt: skip
def test_each_answer_has_its_meaning(status, text, meaning, reason):
    verdict = read_reply(Reply(status, text), NOW)
    assert (verdict.meaning, verdict.reason, verdict.status) == (meaning, reason, status)


def test_only_a_servers_own_failure_leaves_open_whether_it_acted():
    unsure = {status for status in (200, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503)
              if read_reply(Reply(status), NOW).may_have_arrived}  # fmt: skip
    assert unsure == {500, 502, 503}


def test_a_refused_right_is_final_and_a_refused_token_is_not():
    assert settle_unauthorized(read_reply(Reply(403), NOW)).meaning == Meaning.REFUSED
    assert settle_unauthorized(read_reply(Reply(401), NOW)).meaning == Meaning.TOMORROW
    assert settle_unauthorized(read_reply(Reply(200), NOW)).meaning == Meaning.DELIVERED


@pytest.mark.parametrize(
    ("status", "body", "meaning", "reason"),
    [
        (403, '{"title": "User in requested score is not enrolled in the org unit"}', Meaning.REFUSED, "not-enrolled"),
        (404, '{"title": "User in requested score does not exist"}', Meaning.REFUSED, "no-such-user"),
        (404, "", Meaning.GONE, "no-line-item"),
        (422, '{"title": "Unprocessable Entity"}', Meaning.REFUSED, "unprocessable"),
        (401, "", Meaning.UNAUTHORIZED, "not-authorized"),
        (429, "", Meaning.THROTTLED, "throttled"),
        (200, "", Meaning.DELIVERED, ""),
    ],
)
def test_brightspace_answers_are_understood_and_a_missing_person_is_no_missing_column(status, body, meaning, reason):
    verdict = read_reply(Reply(status, body.lower(), "20"), NOW)
    assert (verdict.meaning, verdict.reason) == (meaning, reason)
    assert verdict.wait == (timedelta(seconds=20) if status == 429 else None)


@pytest.mark.parametrize(
    ("status", "message", "meaning", "reason"),
    [
        (401, "Access Token not linked to a Tool associated with this Context", Meaning.REFUSED, "tool-removed"),
        (401, "Invalid Developer Key", Meaning.UNAUTHORIZED, "not-authorized"),
        (404, "Context not found", Meaning.GONE, "no-line-item"),
        (412, "Tool does not have permission to view line_item", Meaning.REFUSED, "not-our-line-item"),
        (422, "User not found in course or is not a student", Meaning.TOMORROW, "not-enrolled"),
        (422, "cannot be changed at this time: This assignment is still unpublished", Meaning.TOMORROW, "unpublished"),
        (422, "ScoreMaximum not supplied when ScoreGiven present.", Meaning.REFUSED, "unprocessable"),
        (400, "Provided submitted_at timestamp of 2027-01-01T00:00:00Z in the future", Meaning.FAILED, "clock"),
        (403, "403 Forbidden (Rate Limit Exceeded)", Meaning.THROTTLED, "throttled"),
        (429, "429 Too Many Requests (Rate Limit Exceeded)", Meaning.THROTTLED, "throttled"),
    ],
)
def test_canvas_answers_are_understood_in_both_of_its_wrappers(status, message, meaning, reason):
    for body in ({"errors": {"type": "x", "message": message}}, {"errors": [{"field": "grade", "message": message}]}):
        verdict = read_reply(Reply(status, json.dumps(body).lower()), NOW)
        assert (verdict.meaning, verdict.reason) == (meaning, reason)
