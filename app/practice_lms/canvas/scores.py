"""Canvas's score and result services: an older time is refused, an equal one taken; every post is a new submission."""

import json
import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.canvas import callers
from app.practice_lms.canvas.hosts import ON_COURSE_HOST
from app.practice_lms.dependencies import RawBody, ThePlatform, only_in
from app.practice_lms.platform import Platform
from app.practice_lms.words import CANVAS, RESULT_READ, RESULTS_TYPE, SCORE, SCORE_TYPE
from app.practice_lms.world import Course, Grade, LineItem, Person

router = APIRouter(prefix="/api/lti/courses", dependencies=[only_in("canvas"), ON_COURSE_HOST])

_AHEAD = timedelta(minutes=1)
_REQUIRED = ("userId", "activityProgress", "gradingProgress", "timestamp")
_EXTENSION = CANVAS + "submission"


@dataclass(frozen=True)
class PostedScore:
    """`given` None clears, unless `keeps_score`; `at` is aware."""

    person: Person
    at: datetime
    given: float | None
    maximum: float
    comment: str
    is_new_submission: bool
    yields_to_teacher: bool
    keeps_score: bool


@router.post("/{course_number}/line_items/{number}/scores", name="canvas.scores")
def take_score(course_number: str, number: str, request: Request, body: RawBody, platform: ThePlatform) -> Response:
    """Store a score, or refuse it as Canvas does."""
    registration = callers.get_canvas_caller(platform, request, SCORE)
    callers.check_media_type(request, SCORE_TYPE)
    course = callers.get_course(platform, course_number)
    item = callers.get_item(platform, course, number, registration)
    score = _read_score(platform, course, body)
    with platform.lock:
        _check_assignment(platform, course, item, score)
        _check_order(platform, item, score)
        platform.world.record_grade(item.id, score.person.id, _grade(platform, item, score))
    result = f"{platform.temper.line_item_url(item, registration)}/results/{55000 + int(score.person.id)}"
    return callers.answer({_EXTENSION: {"content_items": []}, "resultUrl": result}, SCORE_TYPE)


def _bad(message: str) -> Exception:
    return callers.refuse(400, "bad_request", message)


def _unprocessable(message: str) -> Exception:
    return callers.refuse(422, "unprocessable_entity", message)


def _read_score(platform: Platform, course: Course, body: bytes) -> PostedScore:
    given = _read_json(body)
    at = _read_time(str(given["timestamp"]))
    _check_submitted(given, platform.now())
    person = platform.temper.find_person(str(given["userId"]))
    if person is None or not platform.world.is_gradable(person.id, course.id):
        raise _unprocessable("User not found in course or is not a student")
    extension = given.get(_EXTENSION, {})
    score, maximum = _read_numbers(given)
    counted = given["gradingProgress"] in {"FullyGraded", "PendingManual"}
    return PostedScore(
        person=person,
        at=at,
        given=score if counted else None,
        maximum=maximum or 0,
        comment=str(given.get("comment", "")),
        is_new_submission=extension.get("new_submission", True) is not False,
        yields_to_teacher=extension.get("prioritize_non_tool_grade") is True,
        keeps_score=extension.get("preserve_score") is True,
    )


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError as problem:
        raise _bad("the body is no JSON") from problem
    for name in _REQUIRED:
        if not isinstance(given, dict) or not given.get(name):
            raise _bad(f"param is missing or the value is empty: {name}")
    if not isinstance(given.get(_EXTENSION, {}), dict):
        raise _bad(f"{_EXTENSION} must be an object")
    return dict(given)


def _read_time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _bad(f"Provided timestamp of {text} not a valid timestamp")
    return at.astimezone(UTC)


def _check_submitted(given: dict[str, Any], now: datetime) -> None:
    submission = given.get("submission", {})
    text = submission.get("submittedAt") if isinstance(submission, dict) else None
    if text is not None and _read_time(str(text)) > now + _AHEAD:
        raise _bad(f"Provided submitted_at timestamp of {text} in the future")


def _read_numbers(given: dict[str, Any]) -> tuple[float | None, float | None]:
    score, maximum = given.get("scoreGiven"), given.get("scoreMaximum")
    for name, value in (("scoreGiven", score), ("scoreMaximum", maximum)):
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if value is not None and not is_number:
            raise _unprocessable(f"{name} must be a number")
    if score is not None and maximum is None:
        raise _unprocessable("ScoreMaximum not supplied when ScoreGiven present.")
    if maximum is not None and maximum < 0:
        raise _unprocessable("ScoreMaximum must be greater than or equal to 0")
    if maximum == 0:
        raise _unprocessable("cannot be zero if line item's maximum is not zero")
    return score, maximum


def _check_assignment(platform: Platform, course: Course, item: LineItem, score: PostedScore) -> None:
    if course.is_concluded:
        raise _unprocessable("This course has concluded. AGS requests will no longer be accepted for this course.")
    link = platform.links.get(item.link_id or "")
    if link is not None and not link.is_published:
        raise _unprocessable("This assignment is still unpublished")
    stored = platform.world.grades.get((item.id, score.person.id))
    allowed = math.inf if link is None or link.allowed_attempts is None else link.allowed_attempts
    if score.is_new_submission and (stored.submissions if stored else 0) >= allowed:
        raise _unprocessable("The maximum number of allowed attempts has been reached for this submission")


def _check_order(platform: Platform, item: LineItem, score: PostedScore) -> None:
    stored = platform.world.grades.get((item.id, score.person.id))
    if stored is not None and score.at < stored.at:
        raise _bad(f"Provided timestamp of {_shown(score.at)} before last updated timestamp of {_shown(stored.at)}")


def _shown(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _grade(platform: Platform, item: LineItem, score: PostedScore) -> Grade:
    """The cell after this post: scaled, or as it was where a teacher's grade or the tool's wish keeps it."""
    stored = platform.world.grades.get((item.id, score.person.id)) or Grade(None, item.maximum, score.at)
    submissions = stored.submissions + (1 if score.is_new_submission else 0)
    comment = "\n".join(part for part in (stored.comment, score.comment) if part)
    kept = replace(stored, at=score.at, submissions=submissions, comment=comment)
    teacher_first = score.yields_to_teacher and stored.by == "teacher" and stored.score is not None
    if score.keeps_score or teacher_first:
        return kept
    scaled = None if score.given is None else round(score.given / score.maximum * item.maximum, 5)
    return replace(kept, score=scaled, by="tool")


@router.get("/{course_number}/line_items/{number}/results", name="canvas.results")
def list_results(course_number: str, number: str, request: Request, platform: ThePlatform) -> Response:
    """The filled cells of a column."""
    registration = callers.get_canvas_caller(platform, request, RESULT_READ)
    callers.check_accept(request, RESULTS_TYPE)
    course = callers.get_course(platform, course_number)
    item = callers.get_item(platform, course, number, registration)
    own, wanted = platform.temper.line_item_url(item, registration), request.query_params.get("user_id")
    cells = [(person, grade) for (cell, person), grade in platform.world.grades.items() if cell == item.id]
    shown = [_result(own, platform.sub_of(person), int(person), grade) for person, grade in cells]
    return callers.answer([one for one in shown if wanted in {None, one["userId"]}], RESULTS_TYPE)


def _result(own: str, sub: str, number: int, grade: Grade) -> dict[str, Any]:
    score = {} if grade.score is None else {"resultScore": grade.score, "resultMaximum": grade.maximum}
    return {"id": f"{own}/results/{55000 + number}", "scoreOf": own, "userId": sub, **score}
