"""All self-assessments of a person with every answer in words, also those not handed in yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.assessment import queries
from app.assessment.deleting import find_sheet
from app.assessment.profile_pages import AnswersPage, make_answers
from app.assessment.rules import Asked, Sheet, pick_numbers
from app.membership.models import User
from modules import Library


@dataclass(frozen=True)
class KeptSheet:
    """One self-assessment: its answers as their page tells them, and how much each competency mattered."""

    page: AnswersPage
    importance: tuple[tuple[str, str], ...]


def read_sheets(db: Session, *, user: User, library: Library) -> Sequence[KeptSheet]:
    """Oldest first. Left out is one whose instrument this server no longer has. One statement."""
    found = []
    for one, given in queries.read_all(db, user=user):
        sheet = find_sheet(one, library)
        if sheet is not None:
            found.append(KeptSheet(make_answers(one, sheet, given), tuple(_list_importance(sheet, given))))
    return found


def _list_importance(sheet: Sheet, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    names = {one.value: one.name for one in sheet.instrument.importance}
    for code, value in pick_numbers(Asked.IMPORTANCE, given).items():
        competency = sheet.framework.find_competency(code)
        yield competency.title if competency else code, names.get(value, str(value))
