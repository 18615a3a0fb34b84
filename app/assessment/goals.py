"""Keeps the goals of a development plan, and writes a calendar entry that gives nothing of them away."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.assessment import sharing
from app.assessment.models import Goal
from app.db.inserting import insert_once
from app.membership.models import User

# A plan of more is a list of wishes; kept ones stay, and none is refused for being one too many before this.
MOST_GOALS = 50
PLENTY = 3
FIRST_REVISION = 1


class GoalState(StrEnum):
    """How far a goal has come."""

    PLANNED = "planned"
    TRIED = "tried"
    REVIEWED = "reviewed"


@dataclass(frozen=True)
class Draft:
    """A goal as a form holds it."""

    competency: str | None = None
    behavior: str = ""
    with_whom: str = ""
    how_known: str = ""
    support: str = ""
    outcome: str = ""
    by: date | None = None
    state: GoalState = GoalState.PLANNED


def add_goal(db: Session, *, user: User, draft: Draft, uuid: UUID, now: datetime) -> bool:
    """False where there is a goal of that id already, of whomever."""
    row = {
        "uuid": uuid, "institution_id": user.institution_id, "user_id": user.id, "revision": FIRST_REVISION,
        "created_at": now, "saved_at": now, **asdict(draft),
    }  # fmt: skip
    return insert_once(db, Goal, row, unique=["uuid"])


def change_goal(goal: Goal, *, draft: Draft, revision: int, now: datetime) -> bool:
    """Writes the draft over the revision that it was made of; False where another window was quicker."""
    if read_draft(goal) == draft:
        return True
    if goal.revision != revision:
        return False
    for name, value in asdict(draft).items():
        setattr(goal, name, value)
    goal.revision += 1
    goal.saved_at = now
    return True


def delete_goal(db: Session, *, goal: Goal) -> None:
    sharing.forget_shares(db, goal=goal)
    db.execute(delete(Goal).where(Goal.institution_id == goal.institution_id, Goal.id == goal.id))


def read_draft(goal: Goal) -> Draft:
    """A kept goal as a form holds it."""
    return Draft(
        competency=goal.competency, behavior=goal.behavior, with_whom=goal.with_whom, how_known=goal.how_known,
        support=goal.support, outcome=goal.outcome, by=goal.by, state=GoalState(goal.state),
    )  # fmt: skip


def write_calendar(uuid: UUID, by: date, now: datetime, *, title: str, text: str) -> str:
    """A calendar file (RFC 5545) with one whole day. Calendars are shared: it says nothing of the goal itself."""
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cairn//Plan//EN", "BEGIN:VEVENT", f"UID:{uuid}@cairn",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}", f"DTSTART;VALUE=DATE:{by:%Y%m%d}",
        f"DTEND;VALUE=DATE:{by + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_escape(title)}",
        f"DESCRIPTION:{_escape(text)}",
        "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(piece for line in lines for piece in _fold(line))


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> list[str]:
    """Lines of at most 75 bytes; what goes on begins with a space. A character is never cut."""
    pieces, here = [], ""
    for letter in line:
        if len((here + letter).encode()) > 75:  # noqa: PLR2004  RFC 5545, 3.1
            pieces.append(here)
            here = " "
        here += letter
    return [*pieces, here]
