"""The statements of an arrival, each built once: rows are made, or found if another launch made them first."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, insert, literal_column, or_, select

from app.db.direct import Executes
from app.db.inserting import build_insert, build_once, build_upsert
from app.db.rows import table_of
from app.db.statements import Statement
from app.lti.copy_models import ContextOrigin, UnnamedLink
from app.lti.frame_origins import select_stored
from app.lti.models import Delivery, Deployment, LineItem, LinkUser, Registration, ResourceLink, SpentNonce
from app.lti.notice_models import Notice, NoticeSubscription
from app.lti.roster.models import RosterReading
from app.membership.models import Context, ContextCopy, EmbeddingOrigin, Membership, Platform, User, Visit
from app.progress.models import Fact
from app.progress.rules import HOME_KEY, FactKind

Row = Mapping[str, Any]


def keep(db: Executes, statement: Statement, row: Row) -> Mapping[str, Any]:
    """The row as it now stands, made or changed, by column."""
    kept: Mapping[str, Any] = statement.run(db, row).one()._asdict()
    return kept


def _keep(model: Any, unique: list[str], *, newest: tuple[str, ...] = (), filled: tuple[str, ...] = ()) -> Statement:
    """An upsert that returns the row as it now stands."""
    table = table_of(model)
    return build_upsert(table, unique, newest=newest, filled=filled).returning(*table.c)


def _shape_user(insert: Any) -> Any:
    columns = table_of(User).c
    kept: dict[str, Any] = {name: func.coalesce(insert.excluded[name], columns[name]) for name in ("name", "email")}
    kept["is_test_user"] = or_(insert.excluded.is_test_user, columns.is_test_user)
    return insert.on_conflict_do_update(index_elements=["platform_id", "sub"], set_=kept).returning(*columns)


def _shape_context(insert: Any) -> Any:
    columns = table_of(Context).c
    kept: dict[str, Any] = {name: func.coalesce(insert.excluded[name], columns[name]) for name in ("title", "label")}
    # What the office has declined, no launch marks.
    marked = func.coalesce(columns.marked_at, insert.excluded.marked_at)
    kept["marked_at"] = case((columns.declined_at.is_(None), marked), else_=columns.marked_at)
    keys = ["deployment_id", "platform_context_id"]
    return insert.on_conflict_do_update(index_elements=keys, set_=kept).returning(*columns)


SPEND_NONCE = build_once(table_of(SpentNonce), ["nonce"]).returning(SpentNonce.nonce)
ADD_NONCE = insert(table_of(SpentNonce))
ADD_VISIT = insert(table_of(Visit))
KEEP_DEPLOYMENT = _keep(Deployment, ["registration_id", "platform_deployment_id"], newest=("registration_id",))
KEEP_USER = build_insert(table_of(User), _shape_user)
KEEP_CONTEXT = build_insert(table_of(Context), _shape_context)
KEEP_MEMBERSHIP = _keep(Membership, ["context_id", "user_id"], newest=("is_staff", "is_learner", "seen_at", "left_at"))
KEEP_LINK = _keep(ResourceLink, ["deployment_id", "platform_link_id"], newest=("key",), filled=("title", "context_id"))
# Where a launch names no content, what the link opens stays as it was decided.
KEEP_UNNAMED_KEY = _keep(ResourceLink, ["deployment_id", "platform_link_id"], filled=("title", "context_id"))
KEEP_UNNAMED_LINK = _keep(UnnamedLink, ["resource_link_id"], newest=("institution_id",))
KEEP_CONTEXT_COPY = build_once(table_of(ContextCopy), ["context_id"])
KEEP_SUBSCRIPTION = _keep(
    NoticeSubscription,
    ["deployment_id"],
    newest=("service_url", "notice_types", "handler", "state", "next_at", "attempts"),
)
ADD_NOTICE = build_once(table_of(Notice), ["registration_id", "notice_id"])
ADD_ORIGIN = build_once(table_of(ContextOrigin), ["platform_id", "platform_context_id", "origin_context_id"])
KEEP_LINK_USER = _keep(LinkUser, ["resource_link_id", "user_id"], newest=("is_gradable", "seen_at"))
KEEP_ORIGIN = build_once(table_of(EmbeddingOrigin), ["platform_id", "origin"])

# Of plain tables too: nothing of it becomes an object.
_registration = table_of(Registration)
_deployment = table_of(Deployment)
_platform = table_of(Platform)
_user = table_of(User)
_context = table_of(Context)
_member = table_of(Membership)
_link = table_of(ResourceLink)
_opener = table_of(LinkUser)
_item = table_of(LineItem)
_roster = table_of(RosterReading)
_delivery = table_of(Delivery)
_fact = table_of(Fact)
_stored = select_stored(_platform.c.id).correlate(_platform).subquery()
# Whether the person has what the link's column is to show.
_is_complete = (
    select(_fact.c.id)
    .where(
        _fact.c.institution_id == _user.c.institution_id,
        _fact.c.user_id == _user.c.id,
        or_(
            and_(_fact.c.kind == FactKind.COMPLETED.value, _fact.c.key == _link.c.key),
            and_(_fact.c.kind == FactKind.PROGRAM_COMPLETED.value, _link.c.key == HOME_KEY),
        ),
    )
    .correlate(_user, _link)
    .exists()
)
_COLUMNS = (
    _registration.c.is_active,
    _registration.c.product,
    _registration.c.product_version,
    _registration.c.tells_masquerading,
    _deployment.c.id.label("deployment_id"),
    _deployment.c.platform_id,
    _deployment.c.is_closed,
    _deployment.c.scopes_seen,
    _platform.c.institution_id,
    _user.c.id.label("user_id"),
    _user.c.uuid.label("user_uuid"),
    _user.c.name,
    _user.c.email,
    _user.c.is_test_user,
    _user.c.blocked_at,
    _context.c.id.label("context_id"),
    _context.c.uuid.label("context_uuid"),
    _context.c.title.label("context_title"),
    _context.c.label.label("context_label"),
    _context.c.marked_at,
    _member.c.is_staff,
    _member.c.is_learner,
    _member.c.seen_at.label("member_seen_at"),
    _member.c.listed_at,
    _member.c.left_at,
    _link.c.id.label("link_id"),
    _link.c.key.label("link_key"),
    _link.c.title.label("link_title"),
    _link.c.context_id.label("link_context_id"),
    _opener.c.is_gradable,
    _opener.c.seen_at.label("opener_seen_at"),
    _item.c.url.label("item_url"),
    _item.c.may_score,
    _item.c.gone_at,
    _roster.c.url.label("roster_url"),
    _delivery.c.state.label("delivery_state"),
    _is_complete.label("is_complete"),
)


def _is_ours(table: Table) -> ColumnElement[bool]:
    """The rows of the institution to which the launch's deployment belongs."""
    return table.c.institution_id == _platform.c.institution_id


_WHOLE = (
    select(*_COLUMNS)
    .select_from(_registration)
    .outerjoin(
        _deployment,
        and_(
            _deployment.c.registration_id == _registration.c.id,
            _deployment.c.platform_deployment_id == bindparam("deployment_id"),
        ),
    )
    .outerjoin(_platform, _platform.c.id == _deployment.c.platform_id)
    .outerjoin(_user, and_(_is_ours(_user), _user.c.platform_id == _platform.c.id, _user.c.sub == bindparam("sub")))
    .outerjoin(
        _context,
        and_(
            _is_ours(_context),
            _context.c.deployment_id == _deployment.c.id,
            _context.c.platform_context_id == bindparam("context_id"),
        ),
    )
    .outerjoin(_roster, and_(_is_ours(_roster), _roster.c.context_id == _context.c.id))
    .outerjoin(_member, and_(_is_ours(_member), _member.c.context_id == _context.c.id, _member.c.user_id == _user.c.id))
    .outerjoin(
        _link,
        and_(
            _is_ours(_link),
            _link.c.deployment_id == _deployment.c.id,
            _link.c.platform_link_id == bindparam("link_id"),
        ),
    )
    .outerjoin(
        _opener, and_(_is_ours(_opener), _opener.c.resource_link_id == _link.c.id, _opener.c.user_id == _user.c.id)
    )
    .outerjoin(_item, and_(_is_ours(_item), _item.c.resource_link_id == _link.c.id))
    .outerjoin(
        _delivery,
        and_(_is_ours(_delivery), _delivery.c.line_item_id == _item.c.id, _delivery.c.user_id == _user.c.id),
    )
    .where(_registration.c.id == bindparam("registration_id"))
)


def _find_all(joined: Callable[..., Any]) -> Any:
    """Everything that is known of a launch, in one row; `joined` is the database's function that joins texts."""
    return _WHOLE.add_columns(
        select(joined(_stored.c.origin, literal_column("' '"))).scalar_subquery().label("stored_origins")
    )


FIND_ALL = Statement(_find_all(func.group_concat), _find_all(func.string_agg))
