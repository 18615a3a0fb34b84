"""How far the reading of a roster is, and what it has read: put aside until its last page is in."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Key, PlatformText, UtcDateTime, Word


class RosterReading(Base):
    """Where a context's roster is, and the run that reads it; `run` counts the runs. Personal data: none."""

    __tablename__ = "roster_reading"
    __table_args__ = (
        UniqueConstraint("context_id"),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    context_id: Mapped[int]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    url: Mapped[str] = mapped_column(Text)
    # Where this platform tells only what has changed since the last run, if it does.
    differences_url: Mapped[str | None] = mapped_column(Text)
    whole_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failures: Mapped[int] = mapped_column(default=0)

    run: Mapped[int] = mapped_column(default=0)
    phase: Mapped[Word]
    is_whole: Mapped[bool] = mapped_column(default=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The page to be read next, byte for byte; how many were read; the last row that was worked off.
    next_url: Mapped[str | None] = mapped_column(Text)
    pages: Mapped[int] = mapped_column(default=0)
    done_to: Mapped[int] = mapped_column(default=0)
    differences_found: Mapped[str | None] = mapped_column(Text)


class RosterPage(Base):
    """A page that the present run has read, as the hash of its address: none is read twice. Personal data: none."""

    __tablename__ = "roster_page"
    __table_args__ = (UniqueConstraint("context_id", "url_hash"),)

    id: Mapped[Id]
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    url_hash: Mapped[Key]


class RosterEntry(Base):
    """A member whom the present run has read, gone when it ends. Personal data: name, e-mail, identifier, role."""

    __tablename__ = "roster_entry"
    __table_args__ = (
        UniqueConstraint("context_id", "sub"),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    context_id: Mapped[int]
    sub: Mapped[PlatformText]
    name: Mapped[str | None] = mapped_column(String(300))
    email: Mapped[str | None] = mapped_column(String(320))
    # None where the roster names no role in the context.
    is_learner: Mapped[bool | None]
    is_active: Mapped[bool]
