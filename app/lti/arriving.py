"""The whole arrival of a launch, step by step."""

from app.db.direct import Direct
from app.lti.arrival import (
    Arrived,
    Scene,
    Visiting,
    keep_context,
    keep_membership,
    keep_product,
    keep_scopes,
    keep_telling,
    keep_user,
    keep_visit,
    set_scene,
)
from app.lti.copies import keep_copy
from app.lti.framing import list_stored
from app.lti.launches import Launch
from app.lti.links import find_opened, keep_link
from app.lti.registrations import Registered
from app.lti.roster.noticing import notice_roster


def arrive(db: Direct, launch: Launch, registered: Registered, visiting: Visiting) -> Arrived | None:
    """Makes or finds every row that the launch speaks of; None while its deployment waits for its institution.

    Where somebody acts in the person's name, only the visit is kept. Raises Refused for a blocked person.
    """
    scene = set_scene(db, launch, registered, visiting)
    if scene is None:
        return None
    keep_product(db, scene)
    keep_scopes(db, scene)
    keep_telling(db, scene)
    user = keep_user(db, scene)
    context = keep_context(db, scene)
    if context is not None and scene.known.context_id is None:
        keep_copy(db.session, scene, context=context)
    keep_visit(db, scene, user=user, context=context)
    key, question = find_opened(scene), None
    if not launch.person.is_masqueraded:
        keep_membership(db, scene, user=user, context=context)
        key, question = keep_link(db, scene, user=user, context=context)
        notice_roster(db, scene, context=context)
    is_staff = launch.person.standing.is_staff and not launch.person.is_masqueraded
    return Arrived(
        user=user,
        platform_id=scene.platform_id,
        context=context,
        is_staff=is_staff,
        key=key,
        question=question,
        stored_origins=_read_origins(db, scene),
    )


def _read_origins(db: Direct, scene: Scene) -> tuple[str, ...]:
    """Read with everything else, except at a deployment's first launch: there its platform was not known yet."""
    if scene.known.platform_id is None:
        return list_stored(db, platform_id=scene.platform_id)
    return tuple((scene.known.stored_origins or "").split())
