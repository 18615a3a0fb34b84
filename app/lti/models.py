"""Registrations, deployments and links as the platforms know them, and the keys and nonces of the protocol."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Key, Moment, PlatformText, PublicId, UtcDateTime, Word


class Registration(Base):
    """An issuer and the client id that it gave us. Personal data: none."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("issuer", "client_id", "site"),)

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    # The invitation's platform; new deployments belong to it. None where one registration serves many institutions.
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    issuer: Mapped[PlatformText]
    client_id: Mapped[PlatformText]
    # The origin of a school's own server that keeps an issuer which others share, and so may repeat their client ids;
    # it logs in at an address of its own. "" for all others.
    site: Mapped[str] = mapped_column(String(255), default="")
    product: Mapped[str | None] = mapped_column(String(64))
    product_version: Mapped[str | None] = mapped_column(String(64))
    authorization_url: Mapped[str] = mapped_column(Text)
    token_url: Mapped[str] = mapped_column(Text)
    token_audience: Mapped[str | None] = mapped_column(Text)
    keyset_url: Mapped[str] = mapped_column(Text)
    registration_url: Mapped[str | None] = mapped_column(Text)
    # What happens to a deployment that is seen for the first time: a `policies.DeploymentPolicy`.
    deployment_policy: Mapped[Word] = mapped_column(default="automatic")
    # Scopes, blank-separated; None where nobody asked, or where the LMS did not say what it granted.
    scopes_asked: Mapped[str | None] = mapped_column(Text)
    scopes_granted: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(default=True)
    # The keys that sign for it, one of the invitations' uuids; None: those that connections of old share.
    key_ring: Mapped[UUID | None] = mapped_column(Uuid())
    # When the operator asked for a next key; None once it is made.
    keys_ordered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Whether launches without a user open a page that says how to sign in, instead of being refused.
    allow_anonymous: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Whether its launches say if somebody acts in a person's name; None before the first.
    tells_masquerading: Mapped[bool | None]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Deployment(Base):
    """One installation of a registration; pending while it belongs to no platform. Personal data: none."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("registration_id", "platform_deployment_id"),)

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    platform_deployment_id: Mapped[PlatformText]
    is_closed: Mapped[bool] = mapped_column(default=False)
    # Those of our scopes that the last launch from a link showed, blank-separated; None before there was one.
    scopes_seen: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Moment]


class Invitation(Base):
    """A single-use registration link, stored as a hash. Personal data: none."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    # Of the registration that it makes, known beforehand: the addresses that the LMS is told bear it.
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))


class SpentNonce(Base):
    """A nonce that was used; it outlives every token that could carry it, then it is purged. Personal data: none."""

    __tablename__ = "spent_nonce"
    __table_args__ = (Index("ix_spent_nonce_expires_at", "expires_at"),)

    nonce: Mapped[Key] = mapped_column(primary_key=True)
    expires_at: Mapped[Moment]


class LaunchFailure(Base):
    """How often a registration's launches were refused for one reason. Personal data: none."""

    __tablename__ = "launch_failure"
    __table_args__ = (UniqueConstraint("registration_id", "reason"),)

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    reason: Mapped[Word]
    count: Mapped[int]
    last_at: Mapped[Moment]


class ServiceHealth(Base):
    """When one service of a registration last worked and last failed, and why. Personal data: none."""

    __tablename__ = "service_health"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True, autoincrement=False)
    service: Mapped[Word] = mapped_column(primary_key=True)
    is_good: Mapped[bool]
    noted_at: Mapped[Moment]
    last_good_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_bad_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # A word or a status, never what somebody wrote.
    last_bad_reason: Mapped[str | None] = mapped_column(String(64))
    # How many seconds the platform's clock is ahead of ours, where it was measured.
    skew_seconds: Mapped[int | None]


class ResourceLink(Base):
    """A link in a course, and the content key that it names. Personal data: none."""

    __tablename__ = "resource_link"
    __table_args__ = (
        UniqueConstraint("deployment_id", "platform_link_id"),
        UniqueConstraint("institution_id", "id"),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
        Index("ix_resource_link_institution_id_key", "institution_id", "key"),
        Index("ix_resource_link_institution_id_platform_link_id", "institution_id", "platform_link_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    context_id: Mapped[int | None]
    platform_link_id: Mapped[PlatformText]
    key: Mapped[Key]
    title: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[Moment]


class LineItem(Base):
    """The gradebook column of a link, as its last launch named it. Personal data: none."""

    __tablename__ = "line_item"
    __table_args__ = (
        UniqueConstraint("resource_link_id"),
        UniqueConstraint("institution_id", "id"),
        ForeignKeyConstraint(
            ["institution_id", "resource_link_id"], ["resource_link.institution_id", "resource_link.id"]
        ),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    resource_link_id: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    may_score: Mapped[bool] = mapped_column(default=True)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    seen_at: Mapped[Moment]


class LinkUser(Base):
    """A person who opened a link, and whether as somebody who can be graded there. Personal data: who opened what."""

    __tablename__ = "link_user"
    __table_args__ = (
        UniqueConstraint("resource_link_id", "user_id"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(
            ["institution_id", "resource_link_id"], ["resource_link.institution_id", "resource_link.id"]
        ),
        Index("ix_link_user_user_id", "user_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    resource_link_id: Mapped[int]
    user_id: Mapped[int]
    is_gradable: Mapped[bool]
    seen_at: Mapped[Moment]


# Delivered ones are kept for good and are most of the table; no poll has to pass them.
_DUE = text("next_at IS NOT NULL")
# What an LMS refused is rare, and the health page counts it.
_REFUSED = text("state = 'refused'")


class Delivery(Base):
    """A completion that a gradebook should hold, one for each line item and person. Personal data: whose it is."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("line_item_id", "user_id"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "line_item_id"], ["line_item.institution_id", "line_item.id"]),
        # In the whole order of the poll: after an outage thousands are due at one moment, and none has to be sorted.
        Index(
            "ix_delivery_registration_id_due",
            "registration_id",
            "next_at",
            "id",
            sqlite_where=_DUE,
            postgresql_where=_DUE,
        ),
        Index("ix_delivery_user_id", "user_id"),
        Index(
            "ix_delivery_registration_id_refused", "registration_id", sqlite_where=_REFUSED, postgresql_where=_REFUSED
        ),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    line_item_id: Mapped[int]
    user_id: Mapped[int]
    completed_at: Mapped[Moment]
    state: Mapped[Word]
    # When it is due; None once nothing more is to be sent.
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    status: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(64))


class SendingPause(Base):
    """How often sending to a registration failed one after another, and until when it rests. Personal data: none."""

    __tablename__ = "sending_pause"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True, autoincrement=False)
    failures: Mapped[int]
    resume_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(String(64))


class AccessToken(Base):
    """A platform's access token, encrypted, shared by all workers until shortly before it ends. Personal data: none."""

    __tablename__ = "access_token"
    __table_args__ = (UniqueConstraint("registration_id", "scope"),)

    id: Mapped[Id]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    scope: Mapped[str] = mapped_column(String(255))
    token_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[Moment]


class LaunchRecord(Base):
    """What one administrator's next launch held, at their own request. Personal data: that they asked.

    Of the launch only names of claims, types and values that say nothing about a person.
    """

    __tablename__ = "launch_record"
    __table_args__ = (ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),)

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    asked_at: Mapped[Moment]
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    content: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
