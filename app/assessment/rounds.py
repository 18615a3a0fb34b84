"""Takes a self-assessment out of the rounds of which the office's group picture is made; the dashboard draws it."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import jobs
from app.assessment.models import Assessment, GroupEntry, GroupRound

# The kind of the job that draws; its lanes are institutions.
GROUP_PICTURE = "group-picture"


def take_out(db: Session, *, assessment: Assessment) -> None:
    """Before it is deleted: its round's counts go with it, and the picture is drawn without this round."""
    round_id = db.scalar(
        delete(GroupEntry)
        .where(GroupEntry.institution_id == assessment.institution_id, GroupEntry.assessment_id == assessment.id)
        .returning(GroupEntry.round_id)
    )
    if round_id is None:
        return
    db.execute(
        update(GroupRound)
        .where(GroupRound.institution_id == assessment.institution_id, GroupRound.id == round_id)
        .values(counts={}, is_gone=True, is_drawn=False)
    )
    wake(db, institution_id=assessment.institution_id)


def wake(db: Session, *, institution_id: int) -> None:
    """Has this institution's picture looked after, with the caller's commit."""
    jobs.wake(db, kind=GROUP_PICTURE, lane=str(institution_id))
