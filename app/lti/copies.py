"""Where a new course and a new link were copied from, as far as their platform tells.

Whatever a platform names is looked up among the same institution's courses of the same platform, never elsewhere.
All of this runs once for a new course, and at launches of links that name no content.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from app.db.rows import table_of
from app.lti import upserts
from app.lti.arrival import Scene
from app.lti.contents import UNDECIDED_KEY
from app.lti.copy_models import ContextOrigin
from app.lti.histories import MOST_IDS, read_history
from app.lti.launches import LinkClaim
from app.lti.models import Deployment, ResourceLink
from app.membership.models import Context
from app.progress.rules import HOME_KEY

# A copy of a copy of a copy: further back than this nobody's links look the same.
_GENERATIONS = 10

_context = table_of(Context)
_link = table_of(ResourceLink)
_deployment = table_of(Deployment)
_origin = table_of(ContextOrigin)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_ORIGINS = (
    select(_origin.c.origin_context_id)
    .where(
        _origin.c.institution_id == bindparam("institution_id"),
        _origin.c.platform_id == bindparam("platform_id"),
        _origin.c.platform_context_id.in_(_IDS),
    )
    .order_by(_origin.c.id.desc())
    .limit(MOST_IDS)
)
_CONTEXTS = select(_context.c.platform_context_id, _context.c.id).where(
    _context.c.institution_id == bindparam("institution_id"),
    _context.c.platform_id == bindparam("platform_id"),
    _context.c.platform_context_id.in_(_IDS),
)
_LINKS = (
    select(_link.c.platform_link_id, _link.c.key)
    .join(_deployment, _deployment.c.id == _link.c.deployment_id)
    .where(
        _link.c.institution_id == bindparam("institution_id"),
        _deployment.c.platform_id == bindparam("platform_id"),
        _link.c.platform_link_id.in_(_IDS),
        _link.c.key != UNDECIDED_KEY,
    )
)
_TWINS = (
    select(_context.c.platform_context_id, _link.c.key)
    .join(_context, _context.c.id == _link.c.context_id)
    .where(
        _link.c.institution_id == bindparam("institution_id"),
        _context.c.institution_id == bindparam("institution_id"),
        _context.c.platform_id == bindparam("platform_id"),
        _context.c.platform_context_id.in_(_IDS),
        _link.c.title == bindparam("title"),
        _link.c.key != UNDECIDED_KEY,
    )
)


def list_origins(db: Session, *, institution_id: int, platform_id: int, course_id: str) -> list[str]:
    """The courses that notices named as this one's origins, and theirs, nearest first. The course itself is none."""
    tenant = {"institution_id": institution_id, "platform_id": platform_id}
    found: dict[str, None] = {course_id: None}
    nearest = [course_id]
    for _ in range(_GENERATIONS):
        nearest = [one for one in db.scalars(_ORIGINS, {**tenant, "ids": nearest}) if one not in found]
        found.update(dict.fromkeys(nearest))
        if not nearest or len(found) > MOST_IDS:
            break
    return list(found)[1 : MOST_IDS + 1]


def keep_copy(db: Session, scene: Scene, *, context: Context) -> None:
    """A context that nobody opened before: the newest known one that it was copied from is written down."""
    ancestors = _list_ancestors(db, scene)
    if ancestors:
        tenant = {"institution_id": scene.institution_id, "platform_id": scene.platform_id}
        link_to_ancestor(db, **tenant, context_id=context.id, ancestors=ancestors, now=scene.now)


def link_to_ancestor(  # noqa: PLR0913  one row, named in full
    db: Session, *, institution_id: int, platform_id: int, context_id: int, ancestors: Sequence[str], now: datetime
) -> None:
    """Writes down the first of these that is known here; what was written down before stays."""
    tenant = {"institution_id": institution_id, "platform_id": platform_id}
    known = _first_known(db.execute(_CONTEXTS, {**tenant, "ids": list(ancestors)}), ancestors)
    ancestor_id = max(known - {context_id}, default=None)
    if ancestor_id is not None:
        row = {
            "institution_id": institution_id, "context_id": context_id, "ancestor_id": ancestor_id, "created_at": now,
        }  # fmt: skip
        upserts.KEEP_CONTEXT_COPY.run(db, row)


def decide_key(db: Session, scene: Scene, claim: LinkClaim) -> str:
    """What a new link opens whose launch names no content: what the newest known link that it was copied from opens.

    Many LMSs name no links, only courses: then the link of the same title in the newest known course that has one.
    Undecided where that leaves nothing or several things; home where the course is no copy at all.
    """
    tenant = {"institution_id": scene.institution_id, "platform_id": scene.platform_id}
    history = [one for one in read_history(scene.launch.link_history) if one != claim.id]
    keys = _first_known(db.execute(_LINKS, {**tenant, "ids": history}), history) if history else set()
    ancestors = [] if keys else _list_ancestors(db, scene)
    if ancestors:
        rows = db.execute(_TWINS, {**tenant, "ids": ancestors, "title": claim.title})
        keys = _first_known(rows, ancestors)
    if len(keys) == 1:
        return str(keys.pop())
    return UNDECIDED_KEY if keys or ancestors or history else HOME_KEY


def _list_ancestors(db: Session, scene: Scene) -> list[str]:
    """The courses that this launch's history names, then those that notices named, each newest first."""
    course = scene.launch.course
    if course is None:
        return []
    told = list_origins(db, institution_id=scene.institution_id, platform_id=scene.platform_id, course_id=course.id)
    named = [one for one in read_history(scene.launch.context_history) if one != course.id]
    return list(dict.fromkeys((*named, *told)))[:MOST_IDS]


def _first_known(rows: Iterable[Any], ids: Sequence[str]) -> set[Any]:
    """All values of the first id that has any; rows are pairs of an id and a value."""
    known: dict[str, set[Any]] = {}
    for one, value in rows:
        known.setdefault(one, set()).add(value)
    return next((known[one] for one in ids if one in known), set())
