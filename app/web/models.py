"""Sessions: who is here, never where; and the operator's, which belong to nobody in an LMS."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, PublicId, UtcDateTime


class WebSession(Base):
    """One signed-in browser. The token itself is never stored, only its hash. Personal data: who was here, and when."""

    __tablename__ = "web_session"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        Index("ix_web_session_seen_at", "seen_at"),
        Index("ix_web_session_user_id", "user_id"),
    )

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The origins that may frame this person's pages, as they stood at the launch; blank-separated.
    frame_origins: Mapped[str] = mapped_column(Text, default="")
    is_masqueraded: Mapped[bool] = mapped_column(default=False)
    # Whether the launch was made as an administrator of the institution or of the whole LMS.
    is_administrator: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str | None] = mapped_column(String(35))
    # The way back to the course that this launch named.
    return_url: Mapped[str | None] = mapped_column(Text)


class WebTicket(Base):
    """A way from a frame into a tab of its own: one use, one minute, kept as a hash. Personal data: whose session."""

    __tablename__ = "web_ticket"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        Index("ix_web_ticket_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    session_id: Mapped[int] = mapped_column(ForeignKey("web_session.id"))
    expires_at: Mapped[Moment]


class OperatorLink(Base):
    """A way into the operator's console: one use, minutes only, kept as a hash. Personal data: none."""

    __tablename__ = "operator_link"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class OperatorSession(Base):
    """One browser in the operator's console; only the hash of its token is stored. Personal data: none."""

    __tablename__ = "operator_session"

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
