"""What a person did in an activity, pinned to the very content that they saw."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Key, Moment, PublicId, UtcDateTime, Word


class ContentVersion(Base):
    """An activity as it was when it was answered, stored once under its digest. Personal data: none."""

    __tablename__ = "content_version"

    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[Word]
    format: Mapped[int]
    body: Mapped[Any] = mapped_column(JSON)
    stored_at: Mapped[Moment]


class Attempt(Base):
    """One go at a vignette, role set or check. Personal data: the choices made; private to the person."""

    __tablename__ = "attempt"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        # Two tabs that begin at once begin the same attempt.
        UniqueConstraint("user_id", "key", "number"),
        Index("ix_attempt_institution_id_user_id", "institution_id", "user_id"),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    key: Mapped[Key]
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(ForeignKey("content_version.digest"))
    is_replay: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Answer(Base):
    """One answer inside an attempt; the step says which. Personal data: the answer; private to the person."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "step"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        Index("ix_answer_user_id", "user_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    step: Mapped[Key]
    given: Mapped[Any] = mapped_column(JSON)
    at: Mapped[Moment]


class Writing(Base):
    """A private text: a reflection's box, a task's notes, a lesson's own words. Personal data: free text; private."""

    __tablename__ = "writing"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        UniqueConstraint("user_id", "key"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    # `m0/m0-reflection/p1`: module, activity, box.
    key: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    # Counts saves; a page that saves an older revision over a newer one is told, and nothing is lost.
    revision: Mapped[int]
    saved_at: Mapped[Moment]
