"""Removes whatever a person wrote and answered in the modules, rows and all. Facts are not touched."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.learning.models import Answer, Attempt, Writing
from app.membership.models import User


def forget_work(db: Session, *, user: User) -> None:
    for model in (Answer, Attempt, Writing):
        db.execute(delete(model).where(model.institution_id == user.institution_id, model.user_id == user.id))
