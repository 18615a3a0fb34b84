"""The keys with which we sign."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Key, Moment, UtcDateTime, Word


class ToolKey(Base):
    """One of our key pairs; the private half is encrypted with the operator's secret. Personal data: none."""

    __tablename__ = "tool_key"
    __table_args__ = (Index("ix_tool_key_key_ring", "key_ring"),)

    kid: Mapped[Key] = mapped_column(primary_key=True)
    # As `Registration.key_ring`.
    key_ring: Mapped[UUID | None] = mapped_column(Uuid())
    state: Mapped[Word]
    public_pem: Mapped[str] = mapped_column(Text)
    # Empty once it is retired.
    private_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
