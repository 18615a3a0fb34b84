"""What administrators did."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, Word


class AdminEvent(Base):
    """One thing that an administrator, the office or the operator did. Personal data: who did it, and about whom."""

    __tablename__ = "admin_event"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "actor_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "about_id"], ["user.institution_id", "user.id"]),
        Index("ix_admin_event_institution_id_id", "institution_id", "id"),
    )

    id: Mapped[Id]
    # None for what concerns the whole server, such as its keys.
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    # None: the operator.
    actor_id: Mapped[int | None]
    kind: Mapped[Word]
    about_id: Mapped[int | None]
    # A course's title, a host or a number; never what a learner wrote.
    detail: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[Moment]
