"""Facts, which are never changed or deleted, and receipts of deliveries."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Key, Moment, Word


class Fact(Base):
    """One thing that happened and can change a status. Personal data: what a person completed, and when."""

    __tablename__ = "fact"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        # Said once: a second completion of the same thing is no news. Concurrent requests meet here.
        UniqueConstraint("user_id", "kind", "key"),
        Index("ix_fact_institution_id_user_id", "institution_id", "user_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    kind: Mapped[Word]
    key: Mapped[Key]
    at: Mapped[Moment]


class Receipt(Base):
    """What became of a completion on its way to a gradebook. Personal data: whose completion."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("user_id", "context_id", "key"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
        Index("ix_receipt_context_id", "context_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    context_id: Mapped[int]
    key: Mapped[Key]
    state: Mapped[Word]
    at: Mapped[Moment]
