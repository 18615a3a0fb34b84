"""What copied courses need: where a course came from, and links whose launches name no content."""

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, PlatformText


class ContextOrigin(Base):
    """What a platform told us before a course was opened: it was copied from that one. Personal data: none."""

    __tablename__ = "context_origin"
    __table_args__ = (
        UniqueConstraint("platform_id", "platform_context_id", "origin_context_id"),
        ForeignKeyConstraint(["institution_id", "platform_id"], ["platform.institution_id", "platform.id"]),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    platform_id: Mapped[int]
    platform_context_id: Mapped[PlatformText]
    origin_context_id: Mapped[PlatformText]
    told_at: Mapped[Moment]


class UnnamedLink(Base):
    """A link whose launches name no content: the course's staff may say what it opens. Personal data: none."""

    __tablename__ = "unnamed_link"
    __table_args__ = (
        UniqueConstraint("resource_link_id"),
        ForeignKeyConstraint(
            ["institution_id", "resource_link_id"], ["resource_link.institution_id", "resource_link.id"]
        ),
    )

    id: Mapped[Id]
    uuid: Mapped[UUID] = mapped_column(Uuid(), unique=True, default=uuid4)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    resource_link_id: Mapped[int]
