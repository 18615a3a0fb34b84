"""The posted form of a goal, read into a draft with what is wrong in it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.assessment.goals import Draft, GoalState
from app.web.errors import BadForm
from app.web.forms import Form
from app.web.texts import gettext as _
from competencies import Framework

LONGEST = {"behavior": 2000, "with_whom": 200, "how_known": 2000, "support": 2000, "outcome": 4000}
LONGEST_NUMBER = 9


@dataclass(frozen=True)
class PostedGoal:
    """What was posted, with the problems by field; `by_text` is the date as it was typed.

    `made` is the id that the page's script gives a new goal, so that saved twice it is one; None without script.
    """

    draft: Draft
    by_text: str
    revision: int
    made: UUID | None
    problems: dict[str, str]


def read_goal(form: Form, framework: Framework) -> PostedGoal:
    """Raises BadForm for a competency or state that the form does not offer."""
    texts = {name: form.one(name).replace("\r\n", "\n").strip() for name in LONGEST}
    competency, state = form.one("competency") or None, form.one("state") or GoalState.PLANNED
    if (competency is not None and competency not in framework.codes) or state not in set(GoalState):
        raise BadForm
    by_text = form.one("by").strip()
    by = read_date(by_text)
    problems = dict(_find_problems(texts, by_text, by))
    draft = Draft(competency=competency, by=by, state=GoalState(state), **texts)
    return PostedGoal(draft, by_text, _read_revision(form), _read_made(form), problems)


def _find_problems(texts: dict[str, str], by_text: str, by: date | None) -> list[tuple[str, str]]:
    found = []
    if not texts["behavior"]:
        found.append(("behavior", _("Say in a sentence what you will do. The other fields may wait.")))
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            text = _("This box takes {n} characters. Shorten the text; nothing of it is lost.")
            found.append((name, text.format(n=most)))
    if by_text and by is None:
        found.append(("by", _("Write the date as year, month, day: 2027-03-31.")))
    return found


def read_date(text: str) -> date | None:
    """A day as a date field sends it; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_made(form: Form) -> UUID | None:
    text = form.one("made")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BadForm from None


def _read_revision(form: Form) -> int:
    text = form.one("revision") or "0"
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise BadForm
    return int(text)
