"""What a score says, what an LMS's answer means, and when to try again: pure."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit, urlunsplit

SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
DAY = timedelta(days=1)
# Past so many attempts something is wrong that an hour does not mend; then once a day.
MANY_ATTEMPTS = 60
# So many failures in a row, and the registration rests; then one score goes ahead and tries.
FAILURES_BEFORE_REST = 3


class State(StrEnum):
    """Where a delivery stands."""

    DUE = "due"  # to be sent with a new timestamp
    WAITING = "waiting"  # to be sent again with the same timestamp; the gradebook surely has nothing of it
    SENDING = "sending"  # the same, but the gradebook may have it: a worker is at it, or nobody knows what came of it
    DELIVERED = "delivered"
    CHANGED = "changed"  # the gradebook holds something newer, which is left alone
    REFUSED = "refused"
    GONE = "gone"  # the column is not there any more


class Meaning(StrEnum):
    """What an answer means for one score."""

    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    UNAUTHORIZED = "unauthorized"
    THROTTLED = "throttled"
    FAILED = "failed"
    TOMORROW = "tomorrow"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True)
class Reply:
    """An LMS's answer to a score: its status, the beginning of its text in small letters, its Retry-After."""

    status: int
    text: str = ""
    retry_after: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A meaning, a reason word, the status, how long the LMS asked us to wait, and whether it may have acted."""

    meaning: Meaning
    reason: str = ""
    status: int | None = None
    wait: timedelta | None = None
    may_have_arrived: bool = False
    # The whole registration cannot send now (no token, throttled): rest at once.
    is_lanes: bool = False

    @property
    def is_trouble(self) -> bool:
        """Whether it speaks against the site rather than about this one score."""
        is_about_score = self.status is not None and 400 <= self.status < 500  # noqa: PLR2004  HTTP's own
        return self.meaning == Meaning.THROTTLED or (self.meaning == Meaning.FAILED and not is_about_score)


_REFUSED = {
    400: "bad-request", 403: "forbidden", 405: "not-a-score-service", 412: "not-our-line-item", 413: "too-large",
    415: "media-type", 422: "unprocessable",
}  # fmt: skip
# What the text of a 422 says, and what follows from it.
_UNPROCESSABLE = (
    ("unpublished", Meaning.TOMORROW, "unpublished"),
    ("concluded", Meaning.REFUSED, "course-concluded"),
    ("allowed attempts", Meaning.FAILED, "attempts-used-up"),
    ("not found in course", Meaning.TOMORROW, "not-enrolled"),
    ("not a student", Meaning.TOMORROW, "not-enrolled"),
)
# What looks like a lost permission or a lost column, and is about this person or this course: final until a launch.
_ABOUT_THE_PERSON = (
    (401, "not linked to a tool", "tool-removed"),
    (403, "not enrolled", "not-enrolled"),
    (404, "user in requested score", "no-such-user"),
)


def read_reply(reply: Reply, now: datetime) -> Verdict:
    """What an LMS's answer to a score means. Moodle's and Canvas's ways are both known; others fall between them."""
    status = reply.status
    if status in {429, 403} and (status == 429 or "rate limit exceeded" in reply.text):  # noqa: PLR2004  HTTP's own
        return Verdict(Meaning.THROTTLED, "throttled", status, read_wait(reply.retry_after, now), is_lanes=True)
    if status >= 500 or status in {408, 425}:  # noqa: PLR2004
        wait = read_wait(reply.retry_after, now)
        return Verdict(Meaning.FAILED, "lms-error", status, wait, may_have_arrived=True, is_lanes=wait is not None)
    meaning, reason = _read_final(status, reply.text)
    return Verdict(meaning, reason, status)


def _read_final(status: int, text: str) -> tuple[Meaning, str]:
    if 200 <= status < 300:  # noqa: PLR2004
        # Moodle says so when it stored nothing; a stored score has an empty body there and an object elsewhere.
        return (Meaning.REFUSED, "nothing-stored") if text.strip() == "[]" else (Meaning.DELIVERED, "")
    if 300 <= status < 400:  # noqa: PLR2004
        return Meaning.FAILED, "redirected"
    for code, words, reason in _ABOUT_THE_PERSON:
        if status == code and words in text:
            return Meaning.REFUSED, reason
    special = {401: (Meaning.UNAUTHORIZED, "not-authorized"), 403: (Meaning.UNAUTHORIZED, "forbidden"),
               404: (Meaning.GONE, "no-line-item"), 410: (Meaning.GONE, "no-line-item"),
               409: (Meaning.SUPERSEDED, "newer-grade")}.get(status)  # fmt: skip
    return special or _read_refusal(status, text)


def _read_refusal(status: int, text: str) -> tuple[Meaning, str]:
    if "before last updated timestamp" in text or "earlier timestamp" in text:
        return Meaning.SUPERSEDED, "newer-grade"
    if "in the future" in text:
        return Meaning.FAILED, "clock"
    if status == 422:  # noqa: PLR2004
        for words, meaning, reason in _UNPROCESSABLE:
            if words in text:
                return meaning, reason
    return Meaning.REFUSED, _REFUSED.get(status, f"status-{status}")


def is_service_good(verdict: Verdict) -> bool | None:
    """Whether an answer speaks for or against the whole service; None where it is about one score or column."""
    if verdict.meaning in {Meaning.DELIVERED, Meaning.SUPERSEDED}:
        return True
    is_refused_to_all = verdict.reason in {"forbidden", "not-authorized"}
    return False if verdict.is_trouble or is_refused_to_all else None


def settle_unauthorized(verdict: Verdict) -> Verdict:
    """A refusal that a new token did not mend: 403 is final, 401 (a key switched off, say) is tried daily."""
    if verdict.meaning != Meaning.UNAUTHORIZED:
        return verdict
    meaning = Meaning.REFUSED if verdict.reason == "forbidden" else Meaning.TOMORROW
    return Verdict(meaning, verdict.reason, verdict.status)


def read_wait(retry_after: str | None, now: datetime) -> timedelta | None:
    """Retry-After as seconds or as a date, a day at most; None where there is none, or it is unreadable."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text[:12]), 86_400)), DAY)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(timedelta(), min(at.replace(tzinfo=at.tzinfo or UTC) - now, DAY))


def back_off(tries: int, seed: int) -> timedelta:
    """How long to wait after so many tries: 30 s, doubled up to an hour, so at most 40 tries a day.

    `seed` makes it a tenth more or less, so that not all come at once; the same row and try wait the same time.
    """
    if tries > MANY_ATTEMPTS:
        return DAY
    wait = min(FIRST_WAIT * (1 << min(max(tries, 1) - 1, 20)), LONGEST_WAIT)
    spread: float = 0.9 + 0.2 * ((seed * 2_654_435_761 + tries * 40_503) % 1000) / 1000
    return wait * spread


def next_stamp(now: datetime, last: datetime | None) -> datetime:
    """A score's timestamp: now in whole milliseconds, but at least a second after the last (Moodle has no finer)."""
    stamp = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return stamp if last is None else max(stamp, last + timedelta(seconds=1))


@dataclass(frozen=True)
class Score:
    """One completion as it is sent: 1 of 1, and nothing else is ever sent."""

    user_id: str
    stamped_at: datetime
    completed_at: datetime
    is_resend: bool


def write_score(score: Score, *, extension: str | None) -> bytes:
    """Compact JSON in one line: Moodle repeats a refused body in its status line, where a line break does harm.

    `extension` as in a platform profile: "canvas" adds what Canvas wants to know of a submission.
    """
    body: dict[str, Any] = {
        "userId": score.user_id,
        "timestamp": _iso(score.stamped_at),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 1,
        "scoreMaximum": 1,
    }
    if extension == "canvas":
        body["submission"] = {"submittedAt": _iso(min(score.completed_at, score.stamped_at))}
        body[CANVAS_SUBMISSION] = {
            "prioritize_non_tool_grade": True, **({"new_submission": False} if score.is_resend else {}),
        }  # fmt: skip
    return json.dumps(body, separators=(",", ":"), ensure_ascii=True).encode()


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def scores_url(line_item_url: str, *, site: str) -> str:
    """The address that takes a line item's scores: the query stays behind the path.

    An address that came as http from a site that we know as https (a proxy's slip) is used as https: no token goes in
    the clear.
    """
    parts = urlsplit(line_item_url)
    scheme = "https" if site.startswith("https:") else parts.scheme
    return urlunsplit((scheme, parts.netloc, f"{parts.path.rstrip('/')}/scores", parts.query, ""))
