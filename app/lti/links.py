"""The link of an arrival: which content it names, who opened it, and what its gradebook column should hold."""

from uuid import UUID

from app.db.direct import Direct
from app.db.rows import make_partial_copy
from app.lti import deliveries, offers, unnamed, upserts
from app.lti.arrival import SEEN_AGAIN_AFTER, Scene
from app.lti.launches import LinkClaim
from app.lti.models import ResourceLink
from app.lti.offer_rules import may_have_column
from app.membership.models import Context, User
from app.progress.rules import HOME_KEY


def find_opened(scene: Scene) -> str:
    """What a launch opens as far as it says so itself, or as is known of its link."""
    return scene.visiting.key or scene.known.link_key or HOME_KEY


def keep_link(db: Direct, scene: Scene, *, user: User, context: Context | None) -> tuple[str, UUID | None]:
    """The link, its opener and its column; what is owed to the column is derived last.

    Gives back what the link opens, and its address where this member of staff is to be asked for that.
    """
    claim = scene.launch.link
    if claim is None:
        return find_opened(scene), None
    link, is_new = _keep_link(db, scene, claim, context)
    is_new |= _keep_opener(db, scene, link, user)
    is_new |= _keep_column(db, scene, link)
    if is_new or deliveries.may_owe(is_complete=scene.known.is_complete, state=scene.known.delivery_state):
        deliveries.derive_for_launch(db.session, link=link, user=user, now=scene.now)
    return link.key, None if scene.visiting.key else unnamed.keep_unnamed(db, scene, link)


def _keep_link(db: Direct, scene: Scene, claim: LinkClaim, context: Context | None) -> tuple[ResourceLink, bool]:
    """The link, and whether this launch says anything new of it."""
    known, key = scene.known, scene.visiting.key or unnamed.find_key(db, scene, claim)
    context_id = context.id if context else known.link_context_id
    title = claim.title or known.link_title
    if (known.link_key, known.link_title, known.link_context_id) != (key, title, context_id):
        row = {
            "institution_id": scene.institution_id, "deployment_id": scene.deployment_id, "context_id": context_id,
            "platform_link_id": claim.id, "key": key, "title": title, "created_at": scene.now,
        }  # fmt: skip
        keep = upserts.KEEP_LINK if scene.visiting.key else upserts.KEEP_UNNAMED_KEY
        return make_partial_copy(ResourceLink, upserts.keep(db, keep, row)), True
    values = {"id": known.link_id, "institution_id": scene.institution_id, "key": key, "context_id": context_id}
    return make_partial_copy(ResourceLink, values), False


def _keep_opener(db: Direct, scene: Scene, link: ResourceLink, user: User) -> bool:
    """Whether somebody opens the link who was not known there, or as something else."""
    known = scene.known
    is_gradable = scene.launch.person.standing.is_learner and not user.is_test_user
    was_just_seen = known.opener_seen_at is not None and scene.now - known.opener_seen_at <= SEEN_AGAIN_AFTER
    if was_just_seen and known.is_gradable == is_gradable:
        return False
    row = {
        "institution_id": scene.institution_id, "resource_link_id": link.id, "user_id": user.id,
        "is_gradable": is_gradable, "seen_at": scene.now,
    }  # fmt: skip
    upserts.KEEP_LINK_USER.run(db, row)
    return bool(known.is_gradable != is_gradable)


def _keep_column(db: Direct, scene: Scene, link: ResourceLink) -> bool:
    """Whether this launch names a column that is new, or otherwise than before; then it is written down."""
    claim, known = scene.launch.line_item, scene.known
    if claim is None:
        _keep_offer(db, scene, link)
        return False
    if (known.item_url, known.may_score, known.gone_at) == (claim.url, claim.may_score, None):
        return False
    deliveries.keep_line_item(db.session, link=link, url=claim.url, may_score=claim.may_score, now=scene.now)
    return True


def _keep_offer(db: Direct, scene: Scene, link: ResourceLink) -> None:
    """Where a column could be made, for a link that has none, or has none any more."""
    url, known = scene.launch.line_items_url, scene.known
    has_column = known.item_url is not None and known.gone_at is None
    if url is not None and not has_column and may_have_column(link.key):
        offers.keep_offer(db.session, link=link, registration_id=scene.launch.registration_id, url=url, now=scene.now)
