"""Deletes what a person alone decides about: texts, self-assessments, goals. What is complete stays complete."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.assessment import goals
from app.assessment import queries as assessment_queries
from app.assessment.deleting import delete_all_assessments
from app.learning import writings
from app.membership.models import User
from modules import Library


class OwnKind(StrEnum):
    """What can be deleted all at once."""

    TEXTS = "texts"
    ASSESSMENTS = "assessments"
    GOALS = "goals"

    @property
    def table(self) -> str:
        """Whose records are counted for it."""
        return {"texts": "writing", "assessments": "assessment", "goals": "goal"}[self.value]


def read_kinds(names: Iterable[str]) -> frozenset[OwnKind]:
    """The kinds of these names; others are no kinds."""
    known = {one.value for one in OwnKind}
    return frozenset(OwnKind(name) for name in names if name in known)


def delete_own(db: Session, *, user: User, kinds: Collection[OwnKind], library: Library, now: datetime) -> None:
    """Deletes everything of these kinds for good, whether handed in or only begun. Facts and receipts are not touched.

    A window that still shows a text cannot bring it back unasked.
    """
    if OwnKind.TEXTS in kinds:
        writings.delete_all_texts(db, user=user, now=now)
    if OwnKind.ASSESSMENTS in kinds:
        delete_all_assessments(db, user=user, library=library)
    if OwnKind.GOALS in kinds:
        for goal in assessment_queries.list_all_goals(db, user=user):
            goals.delete_goal(db, goal=goal)
