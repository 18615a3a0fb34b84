"""Where deployments have their services, as launches have said."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, Word


class ServicePlace(Base):
    """The origin of one kind of service of a deployment. Personal data: none.

    `is_known` where it was named at first sight, or an administrator has said that it is theirs.
    """

    __tablename__ = "service_place"
    __table_args__ = (UniqueConstraint("deployment_id", "kind", "origin"),)

    id: Mapped[Id]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    kind: Mapped[Word]
    origin: Mapped[str] = mapped_column(String(255))
    is_known: Mapped[bool]
    first_seen_at: Mapped[Moment]
