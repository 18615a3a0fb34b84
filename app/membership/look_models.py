"""Who looked at a page that names other people."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Key, Moment, UtcDateTime, Word


class Look(Base):
    """That somebody opened a page which names others, once for each of their days; told to whom it named.

    `about_id` is the person whom it showed; None for a list, on which everybody of its course or kind stands.
    Personal data: who looked, at what and on which day.
    """

    __tablename__ = "look"
    __table_args__ = (
        # Two tabs that open the same list leave one row.
        UniqueConstraint("viewer_id", "kind", "place", "until"),
        ForeignKeyConstraint(["institution_id", "viewer_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "about_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
        Index("ix_look_about_id", "about_id"),
        Index("ix_look_context_id", "context_id"),
        Index("ix_look_institution_id_until", "institution_id", "until"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    viewer_id: Mapped[int]
    kind: Mapped[Word]
    context_id: Mapped[int | None]
    about_id: Mapped[int | None]
    # Course, person and whether somebody acted as the viewer, in one word: what a row is unique by.
    place: Mapped[Key]
    is_masqueraded: Mapped[bool] = mapped_column(default=False)
    # The first time on that day, and the end of that day in UTC.
    at: Mapped[Moment]
    until: Mapped[datetime] = mapped_column(UtcDateTime())
