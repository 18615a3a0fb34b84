"""The posted form that shares a goal, or changes for how long and how much of it."""

from dataclasses import dataclass
from datetime import date

from app.assessment.plan_forms import read_date
from app.assessment.sharing_rules import Scope, may_last_until
from app.web.errors import BadForm
from app.web.forms import Form
from app.web.texts import gettext as _


@dataclass(frozen=True)
class PostedShare:
    """What was posted, with the problems by field; `until_text` is the day as it was typed."""

    code: str
    scope: Scope
    until: date | None
    until_text: str
    problems: dict[str, str]


def read_share(form: Form, today: date) -> PostedShare:
    """Raises BadForm for a scope that the form does not offer."""
    scope = form.one("scope") or Scope.GOAL
    if scope not in set(Scope):
        raise BadForm
    until_text = form.one("until").strip()
    until = read_date(until_text)
    problems = {}
    if until is None:
        problems["until"] = _("Say until when, as year, month, day: 2027-03-31. Sharing always has an end.")
    elif not may_last_until(until, today):
        problems["until"] = _("Choose a day from today on, within a year from now.")
    return PostedShare(form.one("code").strip(), Scope(scope), until, until_text, problems)
