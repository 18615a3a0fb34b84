"""Keeps the origins at which each deployment's services were first seen, and those that came later.

A platform may have its services anywhere. That they have moved is for its administrators to see: it is what a stolen
key, or a forgotten setting, looks like from here.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db.inserting import insert_once
from app.lti.addresses import find_origin
from app.lti.desk import desk_of
from app.lti.launches import Launch
from app.lti.models import Deployment
from app.lti.service_models import ServicePlace
from app.web.house import House

GRADES, ROSTER, NOTICES = "grades", "roster", "notices"
# One that names another at each launch fills no table.
MOST_OF_A_KIND = 10
_MOST_REMEMBERED = 10_000

Places = frozenset[tuple[str, str]]


def list_named(launch: Launch) -> Places:
    """Kind and origin of each service that this launch names."""
    item = launch.line_item
    urls = (
        (GRADES, item.url if item else launch.line_items_url),
        (ROSTER, launch.roster_url),
        (NOTICES, launch.notices.url if launch.notices else None),
    )
    found = ((kind, find_origin(url, allow_http=True)) for kind, url in urls)
    return frozenset((kind, origin) for kind, origin in found if origin is not None)


def is_news(house: House, launch: Launch) -> bool:
    """Whether this process has not yet written down what this launch names. Costs a normal launch a look-up.

    Where somebody acts in the person's name, nothing is written.
    """
    named = list_named(launch)
    return bool(named) and not launch.person.is_masqueraded and _mark_of(launch, named) not in desk_of(house).places


def remember(house: House, launch: Launch) -> None:
    """After the commit: the next launch needs not look again."""
    desk = desk_of(house)
    with desk.lock:
        if len(desk.places) >= _MOST_REMEMBERED:
            desk.places.clear()
        desk.places.add(_mark_of(launch, list_named(launch)))


def _mark_of(launch: Launch, named: Places) -> tuple[int, str, Places]:
    return launch.registration_id, launch.deployment_id, named


def keep(db: Session, house: House, launch: Launch) -> None:
    """Writes down what is new: as known where nothing of that kind was seen before."""
    deployment_id = db.scalars(
        select(Deployment.id).where(
            Deployment.registration_id == launch.registration_id,
            Deployment.platform_deployment_id == launch.deployment_id,
        )
    ).one()
    stored = db.execute(
        select(ServicePlace.kind, ServicePlace.origin).where(ServicePlace.deployment_id == deployment_id)
    ).all()
    seen = [kind for kind, _origin in stored]
    for kind, origin in sorted(list_named(launch) - {(kind, origin) for kind, origin in stored}):
        if seen.count(kind) >= MOST_OF_A_KIND:
            continue
        row = {
            "deployment_id": deployment_id, "kind": kind, "origin": origin, "is_known": kind not in seen,
            "first_seen_at": house.clock(),
        }  # fmt: skip
        insert_once(db, ServicePlace, row, unique=["deployment_id", "kind", "origin"])


def accept(db: Session, *, registration_id: int, platform_id: int) -> None:
    """An administrator of that platform says that all of these are theirs."""
    theirs = select(Deployment.id).where(
        Deployment.registration_id == registration_id, Deployment.platform_id == platform_id
    )
    db.execute(update(ServicePlace).where(ServicePlace.deployment_id.in_(theirs)).values(is_known=True))
