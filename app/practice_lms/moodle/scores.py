"""Moodle's score and result services: whole seconds, only gradable people, and scores that wipe."""

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.dependencies import RawBody, ThePlatform, media_type_of, only_in
from app.practice_lms.moodle.callers import check_type, get_course, get_item, get_moodle_caller, refuse
from app.practice_lms.platform import Platform
from app.practice_lms.words import RESULT_READ, RESULTS_TYPE, SCORE, SCORE_TYPE
from app.practice_lms.world import Grade, LineItem

router = APIRouter(prefix="/mod/lti/services.php", dependencies=[only_in("moodle")])

_DECIMALS = 5
_PROGRESS = {"Initialized", "Started", "InProgress", "Submitted", "Completed"}
_GRADING = {"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"}


@dataclass(frozen=True)
class PostedScore:
    """`given` is scaled to nothing yet; `at` is an aware time of whole seconds."""

    person_id: str
    at: datetime
    is_final: bool
    given: float | None
    maximum: float | None
    comment: str


@router.post("/{course_id}/lineitems/{item_id}/lineitem/scores", name="moodle.scores")
def take_score(  # noqa: PLR0913, PLR0917 - a route's injected arguments
    course_id: str, item_id: str, request: Request, body: RawBody, platform: ThePlatform, type_id: str | None = None
) -> Response:
    """Store a score, or refuse it as Moodle does."""
    check_type(get_moodle_caller(platform, request, SCORE), type_id)
    if media_type_of(request) != SCORE_TYPE:
        raise refuse(400, f"Content-Type must be {SCORE_TYPE}")
    item = get_item(platform, course_id, item_id)
    score = _read_score(body)
    if not score.person_id.isdecimal():
        raise refuse(502, "userId is no number")
    if not platform.world.is_gradable(score.person_id, course_id):
        raise _incorrect(body)
    with platform.lock:
        _check_order(platform, item, score)
        platform.world.record_grade(item.id, score.person_id, _grade(item, score))
    return Response(status_code=200)


def _incorrect(body: bytes) -> Exception:
    """The body goes into the status line: with a line break in it, Moodle's 400 comes out as 200, nothing stored."""
    status = 200 if b"\n" in body else 400
    return refuse(status, f"Incorrect score received {body.decode('utf-8', 'replace')}")


def _read_score(body: bytes) -> PostedScore:
    try:
        return _parse_score(json.loads(body))
    except (ValueError, TypeError, KeyError) as problem:
        raise _incorrect(body) from problem


def _parse_score(given: Any) -> PostedScore:
    if given["activityProgress"] not in _PROGRESS or given["gradingProgress"] not in _GRADING:
        raise ValueError("unknown progress")
    score, maximum = _number(given, "scoreGiven"), _number(given, "scoreMaximum")
    if score is not None and (maximum is None or maximum <= 0):
        raise ValueError("scoreGiven needs a scoreMaximum above zero")
    return PostedScore(
        person_id=str(given["userId"]),
        at=_read_time(given["timestamp"]),
        is_final=given["gradingProgress"] == "FullyGraded",
        given=score,
        maximum=maximum,
        comment=str(given.get("comment", "")),
    )


def _read_time(text: str) -> datetime:
    """The standard asks for a time zone; real Moodle would do without."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("timestamp without a time zone")
    return at.astimezone(UTC).replace(microsecond=0)


def _number(given: dict[str, Any], name: str) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} is no number")
    return float(value)


def _check_order(platform: Platform, item: LineItem, score: PostedScore) -> None:
    stored = platform.world.grades.get((item.id, score.person_id))
    if stored is not None and stored.at.replace(microsecond=0) >= score.at:
        told = f"for item {item.id} and user {score.person_id}"
        raise refuse(409, f"Refusing score with an earlier timestamp {told}")


def _grade(item: LineItem, score: PostedScore) -> Grade:
    """Anything but a final score empties the cell and its comment."""
    if not score.is_final or score.given is None or score.maximum is None:
        return Grade(None, item.maximum, score.at)
    scaled = round(score.given / score.maximum * item.maximum, _DECIMALS)
    return Grade(min(max(scaled, 0), item.maximum), item.maximum, score.at, comment=score.comment)


@router.get("/{course_id}/lineitems/{item_id}/lineitem/results", name="moodle.results")
def list_results(
    course_id: str, item_id: str, request: Request, platform: ThePlatform, type_id: str | None = None
) -> Response:
    """The filled cells of a column."""
    registration = get_moodle_caller(platform, request, RESULT_READ)
    check_type(registration, type_id)
    if "limit" in request.query_params:
        raise refuse(404, "limit is not served here")
    item = get_item(platform, get_course(platform, course_id).id, item_id)
    wanted = request.query_params.get("user_id")
    cells = [(person, grade) for (cell, person), grade in platform.world.grades.items() if cell == item.id]
    own = platform.temper.line_item_url(item, registration)
    shown = [_result(own, item, person, grade) for person, grade in cells if wanted in {None, person}]
    return Response(json.dumps([one for one in shown if one]), media_type=f"{RESULTS_TYPE}; charset=utf-8")


def _result(own: str, item: LineItem, person_id: str, grade: Grade) -> dict[str, Any] | None:
    if grade.score is None:
        return None
    path, _, query = own.partition("?")
    comment = {"comment": grade.comment} if grade.comment else {}
    return {
        "id": f"{path}/results?{query}&user_id={person_id}",
        "userId": person_id,
        "resultScore": _plain(grade.score),
        "resultMaximum": _plain(item.maximum),
        "scoreOf": own,
        "timestamp": grade.at.isoformat(timespec="seconds"),
        **comment,
    }


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number
