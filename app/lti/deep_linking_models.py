"""What a platform asked to have chosen, until it is answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, PublicId, UtcDateTime


class DeepLinkingRequest(Base):
    """One deep linking request, answered once and only by the session that got it. Personal data: who was asked."""

    __tablename__ = "deep_linking_request"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        Index("ix_deep_linking_request_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    session_id: Mapped[int] = mapped_column(ForeignKey("web_session.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    # Whether the roles of that launch let this person choose content for the course.
    may_choose: Mapped[bool]
    return_url: Mapped[str] = mapped_column(Text)
    accepts_links: Mapped[bool]
    accepts_several: Mapped[bool]
    # None where the platform does not say.
    accepts_line_items: Mapped[bool | None]
    # JSON text, sent back as it came; None where none came.
    data: Mapped[str | None] = mapped_column(Text)
    placement: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
