"""Begins, keeps, hands in and deletes a self-assessment."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.assessment import queries, rounds, rules, sums
from app.assessment.models import Assessment, AssessmentAnswer
from app.assessment.rules import Asked, Sheet, Stage
from app.db.inserting import build_upsert, insert_once
from app.db.rows import table_of
from app.membership.models import User
from app.progress import queries as progress_queries
from app.progress import service as progress_service
from app.progress.rules import FactKind, submitted_key
from competencies import Form, Instrument
from competencies.scoring import is_all_equal

_KEEP = build_upsert(table_of(AssessmentAnswer), ["assessment_id", "key"], newest=("value", "at"))


class Outcome(Enum):
    """What became of handing in."""

    NOW_FIXED = auto()
    SUBMITTED = auto()
    ASKS_ABOUT_EQUAL = auto()
    NOTHING_ANSWERED = auto()
    ALREADY = auto()


def begin(  # noqa: PLR0913  an occasion is all this
    db: Session, *, user: User, instrument: Instrument, point: str, form: Form, now: datetime
) -> Assessment | None:
    """Begins the occasion if it is open; one that is begun already is given back. None where it is not open."""
    taken = queries.list_assessments(db, user=user)
    begun = next((one for one in taken if one.point == point and one.submitted_at is None), None)
    if begun is not None:
        return begun
    facts = progress_queries.read_facts(db, user=user)
    offer = next((one for one in rules.list_offers(taken, facts, now) if one.point == point), None)
    if offer is None or offer.state is not rules.OfferState.READY:
        return None
    number = 1 + max((one.number for one in taken if one.point == point), default=0)
    row = {
        "uuid": uuid4(), "institution_id": user.institution_id, "user_id": user.id, "point": point,
        "number": number, "form": form, "instrument": instrument.name, "started_at": now,
    }  # fmt: skip
    insert_once(db, Assessment, row, unique=["user_id", "point", "number"])
    found = queries.list_assessments(db, user=user)
    return next(one for one in found if (one.point, one.number) == (point, number))


def save(db: Session, *, assessment: Assessment, given: Mapping[str, str], now: datetime) -> None:
    """Keeps these answers over earlier ones, an empty text as none. The caller has read them by their questions."""
    kept = [
        {
            "institution_id": assessment.institution_id, "user_id": assessment.user_id,
            "assessment_id": assessment.id, "key": key, "value": value, "at": now,
        }
        for key, value in given.items() if value
    ]  # fmt: skip
    if kept:
        _KEEP.run(db, kept)
    emptied = [key for key, value in given.items() if not value]
    if emptied:
        db.execute(_delete_answers(assessment).where(AssessmentAnswer.key.in_(emptied)))


def hand_in(db: Session, *, user: User, assessment: Assessment, sheet: Sheet, now: datetime) -> Outcome:
    """Fixes what was answered in this stage; the last stage hands in the whole. Items may stay without an answer.

    Answers that are all the same are asked about, once.
    """
    stage = rules.tell_stage(sheet.instrument, assessment)
    if stage is Stage.CLOSED:
        return Outcome.ALREADY
    answers = queries.read_answers(db, assessment=assessment)
    ratings = rules.pick_ratings(Asked(stage), answers)
    if not ratings:
        return Outcome.NOTHING_ANSWERED
    if stage is Stage.NOW and assessment.equal_asked_at is None and is_all_equal(ratings):
        _stamp(db, assessment, equal_asked_at=now)
        return Outcome.ASKS_ABOUT_EQUAL
    if stage is Stage.NOW and rules.asks_then(sheet.instrument, assessment.point):
        _stamp(db, assessment, now_saved_at=now)
        return Outcome.NOW_FIXED
    _stamp(db, assessment, submitted_at=now, now_saved_at=assessment.now_saved_at or now)
    key = submitted_key(assessment.point)
    progress_service.record(db, user=user, kind=FactKind.SUBMITTED, key=key, at=now)
    if assessment.point == "baseline" and queries.is_in_production(db, user=user):
        sums.add_baseline(db, user=user, sheet=sheet, answers=answers)
    return Outcome.SUBMITTED


def delete_assessment(db: Session, *, user: User, assessment: Assessment, sheet: Sheet | None) -> None:
    """Removes one with all its answers, for good, also from sums and group figures. The record keeps that it was taken.

    Without a sheet (its instrument is no longer here) nothing is read of its sums any more, and they stay.
    """
    is_counted = assessment.point == "baseline" and assessment.submitted_at is not None
    if is_counted and sheet is not None and queries.is_in_production(db, user=user):
        answers = queries.read_answers(db, assessment=assessment)
        sums.add_baseline(db, user=user, sheet=sheet, answers=answers, sign=-1)
    rounds.take_out(db, assessment=assessment)
    db.execute(_delete_answers(assessment))
    db.execute(
        delete(Assessment).where(Assessment.institution_id == assessment.institution_id, Assessment.id == assessment.id)
    )


def _delete_answers(assessment: Assessment) -> Any:
    return delete(AssessmentAnswer).where(
        AssessmentAnswer.institution_id == assessment.institution_id,
        AssessmentAnswer.assessment_id == assessment.id,
    )


def _stamp(db: Session, assessment: Assessment, **moments: datetime) -> None:
    db.execute(
        update(Assessment)
        .where(Assessment.institution_id == assessment.institution_id, Assessment.id == assessment.id)
        .values(**moments)
    )
