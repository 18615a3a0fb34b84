"""Deletes all self-assessments of a person at once, also those that were only begun."""

from sqlalchemy.orm import Session

from app.assessment import queries, service
from app.assessment.models import Assessment
from app.assessment.rules import Sheet
from app.membership.models import User
from competencies import Form
from modules import Library


def delete_all_assessments(db: Session, *, user: User, library: Library) -> None:
    """Deletes each with its answers, for good, and takes baselines out of the sums. The record keeps what it keeps."""
    for one in queries.list_assessments(db, user=user, is_held=True):
        service.delete_assessment(db, user=user, assessment=one, sheet=find_sheet(one, library))


def find_sheet(assessment: Assessment, library: Library) -> Sheet | None:
    """What it asked; None where this server no longer has its instrument."""
    instrument = library.find_instrument(assessment.instrument)
    if instrument is None:
        return None
    form: Form = "long" if assessment.form == "long" else "core"
    return Sheet(instrument, library.framework, assessment.point, form)
