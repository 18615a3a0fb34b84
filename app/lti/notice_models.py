"""Notices of platforms: whether we asked for them, and those that came, until they have been read."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, PlatformText, UtcDateTime, Word


class NoticeSubscription(Base):
    """What a deployment offers to tell us, and whether it was asked to. Personal data: none."""

    __tablename__ = "notice_subscription"
    __table_args__ = (
        UniqueConstraint("deployment_id"),
        Index("ix_notice_subscription_registration_id_next_at", "registration_id", "next_at"),
    )

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    service_url: Mapped[str] = mapped_column(Text)
    # Those of our notice types that the platform offers, with a space between.
    notice_types: Mapped[str] = mapped_column(String(255))
    # Our own address, as the platform was or will be told.
    handler: Mapped[str] = mapped_column(Text)
    state: Mapped[Word]
    # When it is to be tried; None once it is settled.
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(64))
    subscribed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # When the platform last said hello: the way to us is open.
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Notice(Base):
    """One notice as it was told, once for each name that its platform gave it. Personal data: none."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("registration_id", "notice_id"),
        Index("ix_notice_registration_id_received_at", "registration_id", "received_at"),
        Index("ix_notice_read_at", "read_at"),
    )

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    notice_id: Mapped[PlatformText]
    notice_type: Mapped[str] = mapped_column(String(64))
    # For a context copy: {"context": id, "origins": [id, …]}; {} for a hello.
    told: Mapped[dict[str, object]] = mapped_column(JSON())
    received_at: Mapped[Moment]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
