"""How long an institution keeps what is its people's."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Moment


class KeepingPeriod(Base):
    """An institution's periods, in months, 0 for no end, and when what is over is forgotten next. Personal data: none.

    Without a row the default periods are told, and nothing is forgotten yet.
    """

    __tablename__ = "keeping_period"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True, autoincrement=False)
    # Texts, answers, self-assessments and goals, after their person was last here.
    private: Mapped[int]
    visits: Mapped[int]
    looks: Mapped[int]
    due_at: Mapped[Moment]
