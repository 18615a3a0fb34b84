"""All self-assessments of a person with every answer in words, also those not handed in yet."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.assessment import queries
from app.assessment.forms import FORMS
from app.assessment.profile_pages import AnswersPage, make_answers
from app.assessment.rules import Sheet
from app.membership.models import User
from modules import Library


def read_sheets(db: Session, *, user: User, library: Library) -> Sequence[AnswersPage]:
    """Oldest first. Left out is one whose instrument this server no longer has. Two statements."""
    answers = queries.read_all_answers(db, user=user)
    found = []
    for one in queries.list_assessments(db, user=user):
        instrument = library.find_instrument(one.instrument)
        if instrument is not None:
            sheet = Sheet(instrument, library.framework, one.point, FORMS[one.form])
            found.append(make_answers(one, sheet, answers.get(one.id, {})))
    return found
