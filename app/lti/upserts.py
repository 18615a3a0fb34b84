"""The statements of an arrival, each built once: rows are made, or found if another launch made them first."""

from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lti.models import Deployment, LinkUser, ResourceLink, SpentNonce
from app.membership.models import Context, EmbeddingOrigin, Membership, User

_DIALECTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

FIND_ALL = (
    select(Deployment, User, Context, Membership, ResourceLink, LinkUser)
    .select_from(Deployment)
    .outerjoin(User, and_(User.platform_id == Deployment.platform_id, User.sub == bindparam("sub")))
    .outerjoin(
        Context,
        and_(Context.deployment_id == Deployment.id, Context.platform_context_id == bindparam("context_id")),
    )
    .outerjoin(Membership, and_(Membership.context_id == Context.id, Membership.user_id == User.id))
    .outerjoin(
        ResourceLink,
        and_(ResourceLink.deployment_id == Deployment.id, ResourceLink.platform_link_id == bindparam("link_id")),
    )
    .outerjoin(LinkUser, and_(LinkUser.resource_link_id == ResourceLink.id, LinkUser.user_id == User.id))
    .where(
        Deployment.registration_id == bindparam("registration_id"),
        Deployment.platform_deployment_id == bindparam("deployment_id"),
    )
)


def _each(build: Any) -> dict[str, Any]:
    return {name: build(insert) for name, insert in _DIALECTS.items()}


def _build_nonce(insert: Any) -> Any:
    return insert(SpentNonce).on_conflict_do_nothing(index_elements=["nonce"]).returning(SpentNonce.nonce)


def _build_deployment(insert: Any) -> Any:
    made = insert(Deployment)
    return made.on_conflict_do_update(
        index_elements=["registration_id", "platform_deployment_id"],
        set_={"registration_id": made.excluded.registration_id},
    ).returning(Deployment)


def _build_user(insert: Any) -> Any:
    made = insert(User)
    known = {
        "name": func.coalesce(made.excluded.name, User.name),
        "email": func.coalesce(made.excluded.email, User.email),
        "is_test_user": or_(made.excluded.is_test_user, User.is_test_user),
    }
    return made.on_conflict_do_update(index_elements=["platform_id", "sub"], set_=known).returning(User)


def _build_context(insert: Any) -> Any:
    made = insert(Context)
    known = {
        "title": func.coalesce(made.excluded.title, Context.title),
        "label": func.coalesce(made.excluded.label, Context.label),
        "marked_at": func.coalesce(Context.marked_at, made.excluded.marked_at),
    }
    return made.on_conflict_do_update(index_elements=["deployment_id", "platform_context_id"], set_=known).returning(
        Context
    )


def _build_membership(insert: Any) -> Any:
    made = insert(Membership)
    newest = {name: made.excluded[name] for name in ("is_staff", "is_learner", "seen_at")}
    return made.on_conflict_do_update(index_elements=["context_id", "user_id"], set_=newest)


def _build_link(insert: Any) -> Any:
    made = insert(ResourceLink)
    newest = {
        "key": made.excluded.key,
        "title": func.coalesce(made.excluded.title, ResourceLink.title),
        "context_id": func.coalesce(made.excluded.context_id, ResourceLink.context_id),
    }
    return made.on_conflict_do_update(index_elements=["deployment_id", "platform_link_id"], set_=newest).returning(
        ResourceLink
    )


def _build_link_user(insert: Any) -> Any:
    made = insert(LinkUser)
    newest = {name: made.excluded[name] for name in ("is_gradable", "seen_at")}
    return made.on_conflict_do_update(index_elements=["resource_link_id", "user_id"], set_=newest)


def _build_origin(insert: Any) -> Any:
    return insert(EmbeddingOrigin).on_conflict_do_nothing(index_elements=["platform_id", "origin"])


SPEND_NONCE = _each(_build_nonce)
KEEP_DEPLOYMENT = _each(_build_deployment)
KEEP_USER = _each(_build_user)
KEEP_CONTEXT = _each(_build_context)
KEEP_MEMBERSHIP = _each(_build_membership)
KEEP_LINK = _each(_build_link)
KEEP_LINK_USER = _each(_build_link_user)
KEEP_ORIGIN = _each(_build_origin)


def keep(db: Session, statements: dict[str, Any], row: dict[str, Any]) -> Any:
    """The row as it now stands, made or changed."""
    fresh = {"populate_existing": True}
    return db.scalars(statements[db.get_bind().dialect.name], row, execution_options=fresh).one()


def put(db: Session, statements: dict[str, Any], *rows: dict[str, Any]) -> None:
    """The same, where nobody asks for the row."""
    if rows:
        db.execute(statements[db.get_bind().dialect.name], list(rows))
