"""The office's group picture as it is shown, and the two things that are set about it."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Key, Moment, Word


class GroupLine(Base):
    """One competency of one group on one occasion: what is shown, and what it was made of. Personal data: none."""

    __tablename__ = "group_line"
    __table_args__ = (UniqueConstraint("institution_id", "whose", "least", "point", "code"),)

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    whose: Mapped[Key]
    # Changing the setting begins a new line; an older one is shown again when its number is.
    least: Mapped[int]
    point: Mapped[Word]
    code: Mapped[Word]
    # What a page or a file may show, and nothing else: [first level, last level, how many] for each cell.
    shown: Mapped[list[list[int]]] = mapped_column(JSON)
    # `rules.Line` as data. Read by the job alone.
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[Moment]


class GroupSetting(Base):
    """The least number of coaches in any group figure of an institution. Personal data: none."""

    __tablename__ = "group_setting"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True, autoincrement=False)
    least: Mapped[int]


class GroupCourse(Base):
    """A course whose coaches are shown by themselves, and with nobody else, for good. Personal data: none."""

    __tablename__ = "group_course"
    __table_args__ = (ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),)

    context_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
