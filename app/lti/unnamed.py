"""Links whose launches name no content: what they open, and how the course's staff say so."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.direct import Direct
from app.lti import copies, deliveries, upserts
from app.lti import delivery_queries as queries
from app.lti.arrival import Scene
from app.lti.contents import UNDECIDED_KEY
from app.lti.copy_models import UnnamedLink
from app.lti.launches import LinkClaim
from app.lti.models import ResourceLink
from app.membership.models import Context
from app.progress.rules import HOME_KEY, FactKind


def find_key(db: Direct, scene: Scene, claim: LinkClaim) -> str:
    """What is known of the link, else what the one says that it was copied from."""
    known: str | None = scene.known.link_key
    return known if known is not None else copies.decide_key(db.session, scene, claim)


def keep_unnamed(db: Direct, scene: Scene, link: ResourceLink) -> UUID | None:
    """Remembers that staff may choose; the link's address where this visitor is to be asked now."""
    is_staff = scene.launch.person.standing.is_staff
    if not is_staff and scene.known.link_id is not None:
        return None
    row = {"institution_id": scene.institution_id, "resource_link_id": link.id}
    kept: UUID = upserts.keep(db, upserts.KEEP_UNNAMED_LINK, row)["uuid"]
    return kept if is_staff and link.key == UNDECIDED_KEY else None


def list_links(db: Session, *, context: Context) -> list[tuple[ResourceLink, UUID | None]]:
    """The course's links by title, each with its address where staff may choose what it opens."""
    rows = db.execute(
        select(ResourceLink, UnnamedLink.uuid)
        .outerjoin(
            UnnamedLink,
            (UnnamedLink.resource_link_id == ResourceLink.id)
            & (UnnamedLink.institution_id == ResourceLink.institution_id),
        )
        .where(ResourceLink.institution_id == context.institution_id, ResourceLink.context_id == context.id)
        .order_by(ResourceLink.title, ResourceLink.id)
        .limit(500)
    )
    return [(row[0], row[1]) for row in rows]


def find_link(db: Session, *, context: Context, uuid: UUID) -> ResourceLink | None:
    """A link of this course that names no content of its own."""
    return db.scalars(
        select(ResourceLink)
        .join(UnnamedLink, UnnamedLink.resource_link_id == ResourceLink.id)
        .where(
            ResourceLink.institution_id == context.institution_id,
            UnnamedLink.institution_id == context.institution_id,
            ResourceLink.context_id == context.id,
            UnnamedLink.uuid == uuid,
        )
    ).one_or_none()


def choose(db: Session, link: ResourceLink, *, key: str, now: datetime) -> None:
    """The link opens that from now on; whoever has already done it there is given what the gradebook owes them."""
    if link.key == key:
        return
    link.key = key
    db.flush()
    is_home = key == HOME_KEY
    kind = FactKind.PROGRAM_COMPLETED if is_home else FactKind.COMPLETED
    for user in queries.list_openers_with(db, link=link, kind=kind, is_any_key=is_home):
        deliveries.derive_for_launch(db, link=link, user=user, now=now)
