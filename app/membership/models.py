"""Institutions, their platforms, people and contexts, and each visit of a person.

Deployments belong to `lti`; contexts point at them by table name only.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Moment, PlatformText, PublicId, UtcDateTime, Word


class Institution(Base):
    """The tenant. Personal data: none."""

    __tablename__ = "institution"

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[Moment]


class Platform(Base):
    """One LMS site of one institution; only production counts in figures. Personal data: none."""

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("institution_id", "id"),)

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    name: Mapped[str] = mapped_column(String(200))
    product: Mapped[str | None] = mapped_column(String(64))
    use: Mapped[Word] = mapped_column(default="production")
    created_at: Mapped[Moment]


class EmbeddingOrigin(Base):
    """A web origin that may frame pages of this platform's people. Personal data: none."""

    __tablename__ = "embedding_origin"
    __table_args__ = (UniqueConstraint("platform_id", "origin"),)

    id: Mapped[Id]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    origin: Mapped[str] = mapped_column(String(255))
    # Whether an LMS admin named it; launches name the others.
    is_added: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[Moment]


class User(Base):
    """A person as one platform knows them. Personal data: name, e-mail, the platform's identifier."""

    __tablename__ = "user"
    __table_args__ = (
        UniqueConstraint("platform_id", "sub"),
        UniqueConstraint("institution_id", "id"),
        ForeignKeyConstraint(["institution_id", "platform_id"], ["platform.institution_id", "platform.id"]),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    platform_id: Mapped[int]
    sub: Mapped[PlatformText]
    name: Mapped[str | None] = mapped_column(String(300))
    email: Mapped[str | None] = mapped_column(String(320))
    is_test_user: Mapped[bool] = mapped_column(default=False)
    # An LMS admin keeps this person out.
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[Moment]


class Context(Base):
    """A course of one deployment. Personal data: none."""

    __tablename__ = "context"
    __table_args__ = (
        UniqueConstraint("deployment_id", "platform_context_id"),
        UniqueConstraint("institution_id", "id"),
        ForeignKeyConstraint(["institution_id", "platform_id"], ["platform.institution_id", "platform.id"]),
        Index("ix_context_institution_id_platform_context_id", "institution_id", "platform_context_id"),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    platform_id: Mapped[int]
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    platform_context_id: Mapped[PlatformText]
    title: Mapped[str | None] = mapped_column(String(300))
    label: Mapped[str | None] = mapped_column(String(300))
    # The office decides: a training course, whose staff see who is done, or not one. Neither while nobody decided.
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[Moment]


class ContextCopy(Base):
    """A context and the newest one known here that it was copied from. Personal data: none."""

    __tablename__ = "context_copy"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
        ForeignKeyConstraint(["institution_id", "ancestor_id"], ["context.institution_id", "context.id"]),
    )

    context_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    ancestor_id: Mapped[int]
    created_at: Mapped[Moment]


class Membership(Base):
    """What a person is in one context: rights by the last launch, belonging by the newest word of launch or roster.

    `is_learner` counts only while `left_at` is None. Personal data: the roles received, when somebody came and left.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("context_id", "user_id"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
        Index("ix_membership_user_id", "user_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    context_id: Mapped[int]
    user_id: Mapped[int]
    is_staff: Mapped[bool] = mapped_column(default=False)
    is_learner: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[Moment]
    # The last launch; None for somebody whom only the roster names.
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Since when the roster names them; None where no roster did.
    listed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Roster(Base):
    """How the reading of a context's roster stands, as pages tell it. Its context has one where the LMS offers it.

    `lane` names the work to an engine, `due_at` is when to read next. Personal data: none.
    """

    __tablename__ = "roster"
    __table_args__ = (
        UniqueConstraint("context_id"),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
        Index("ix_roster_due_at", "due_at"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    context_id: Mapped[int]
    lane: Mapped[Word]
    due_at: Mapped[Moment]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The last time that it was read to its end, and how many learners it named then.
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    people: Mapped[int | None]
    # What went wrong since; None once it was read.
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reason: Mapped[str | None] = mapped_column(String(64))
    # Whether this LMS names only people who have opened the tool, so that "never started" cannot be known.
    names_only_openers: Mapped[bool] = mapped_column(default=False)


class Visit(Base):
    """One launch, told to the person it was made as. Personal data: when, where, and whether somebody else acted."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "context_id"], ["context.institution_id", "context.id"]),
        Index("ix_visit_user_id_at", "user_id", "at"),
    )

    id: Mapped[Id]
    uuid: Mapped[UUID] = mapped_column(Uuid(), default=uuid4)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    context_id: Mapped[int | None]
    at: Mapped[Moment]
    is_masqueraded: Mapped[bool] = mapped_column(default=False)


_LIVING = text("revoked_at IS NULL")


class Grant(Base):
    """A right that a person was given by name, until it is revoked. Personal data: who may what, and by whom."""

    __tablename__ = "right_grant"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "granted_by_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "revoked_by_id"], ["user.institution_id", "user.id"]),
        Index(
            "uq_right_grant_user_id_kind_living", "user_id", "kind", unique=True, sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
        Index("ix_right_grant_institution_id_granted_at", "institution_id", "granted_at"),
    )  # fmt: skip

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    kind: Mapped[Word]
    granted_at: Mapped[Moment]
    # None: by a code that the operator's side made, or by the operator.
    granted_by_id: Mapped[int | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    revoked_by_id: Mapped[int | None]


class RightCode(Base):
    """A code of one use that gives a right to whoever enters it; only its hash is kept. Personal data: who made it."""

    __tablename__ = "right_code"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "made_by_id"], ["user.institution_id", "user.id"]),
        Index("ix_right_code_institution_id_expires_at", "institution_id", "expires_at"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    kind: Mapped[Word]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None]
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class CodeTry(Base):
    """How often a person entered a wrong code lately. Personal data: that they tried."""

    __tablename__ = "code_try"
    __table_args__ = (ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),)

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    tries: Mapped[int]
    first_at: Mapped[Moment]
