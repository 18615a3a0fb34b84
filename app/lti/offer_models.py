"""Line items that may be made for links which have none, and what became of the wish to have one."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, PublicId, UtcDateTime, Word


class LineItemOffer(Base):
    """A link whose launches name no line item, and where one may be made for it. Personal data: none."""

    __tablename__ = "line_item_offer"
    __table_args__ = (
        UniqueConstraint("resource_link_id"),
        ForeignKeyConstraint(
            ["institution_id", "resource_link_id"], ["resource_link.institution_id", "resource_link.id"]
        ),
        Index("ix_line_item_offer_registration_id_next_at", "registration_id", "next_at"),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    resource_link_id: Mapped[int]
    # The course's `lineitems`, as the newest launch named it.
    url: Mapped[str] = mapped_column(Text)
    state: Mapped[Word]
    # When work is due on it; None while nothing is asked, or all is done.
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(64))
    # What was made for it, and when: a line item with this address is ours.
    made_url: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    seen_at: Mapped[Moment]
