"""A checked launch becomes rows, in the caller's transaction: who, where, by which link, and the session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from app.lti import deliveries, upserts
from app.lti.addresses import find_origin
from app.lti.launches import Launch
from app.lti.models import Deployment, LinkUser, ResourceLink, SpentNonce
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered
from app.membership.models import Context, Membership, Platform, User, Visit

NONCE_MARGIN = timedelta(minutes=5)
SEEN_AGAIN_AFTER = timedelta(minutes=5)
_PURGE_EACH = 500
_launches = count(1)
_PURGE = delete(SpentNonce).where(SpentNonce.expires_at < bindparam("now"))


@dataclass(frozen=True)
class Arrived:
    """Where a launch has led: the person, and the course in which they may be staff."""

    user: User
    platform_id: int
    context: Context | None
    is_staff: bool


@dataclass(frozen=True)
class Visiting:
    """What a launch opens, when, and whether a course that staff open counts as a training course at once."""

    key: str
    now: datetime
    marks_courses: bool


@dataclass
class _Found:
    """What the database knows of a launch; None where this launch is the first to name it."""

    deployment: Deployment | None = None
    user: User | None = None
    context: Context | None = None
    membership: Membership | None = None
    link: ResourceLink | None = None
    link_user: LinkUser | None = None


@dataclass(frozen=True)
class _Scene:
    """What each step of an arrival needs beside the database."""

    launch: Launch
    institution_id: int
    platform_id: int
    deployment: Deployment
    visiting: Visiting

    @property
    def now(self) -> datetime:
        return self.visiting.now


def spend_nonce(db: Session, launch: Launch, *, now: datetime) -> None:
    """The first statement of each arrival: whoever comes second is refused. Raises Refused."""
    row = {"nonce": launch.nonce, "expires_at": launch.expires_at + NONCE_MARGIN}
    if db.scalar(upserts.SPEND_NONCE[db.get_bind().dialect.name], row) is None:
        raise Refused(Reason.ALREADY_USED)
    if next(_launches) % _PURGE_EACH == 0:
        db.execute(_PURGE, {"now": now})


def arrive(db: Session, launch: Launch, registered: Registered, visiting: Visiting) -> Arrived | None:
    """Makes or finds every row that the launch speaks of; None while its deployment waits for its institution.

    Raises Refused for a blocked person.
    """
    found = _find(db, launch)
    deployment = found.deployment or _keep_deployment(db, launch, registered, visiting.now)
    if deployment.platform_id is None:
        return None
    scene = _set_scene(db, launch, deployment, found, visiting)
    user = _keep_user(db, scene, found.user)
    context = _keep_context(db, scene, found.context)
    _keep_visit(db, scene, user=user, context=context)
    if not launch.person.is_masqueraded:
        _keep_membership(db, scene, found.membership, user=user, context=context)
        _keep_link(db, scene, found, user=user, context=context)
    is_staff = launch.person.standing.is_staff and not launch.person.is_masqueraded
    return Arrived(user=user, platform_id=scene.platform_id, context=context, is_staff=is_staff)


def _find(db: Session, launch: Launch) -> _Found:
    row = db.execute(
        upserts.FIND_ALL,
        {
            "registration_id": launch.registration_id,
            "deployment_id": launch.deployment_id,
            "sub": launch.person.sub,
            "context_id": launch.course.id if launch.course else None,
            "link_id": launch.link.id if launch.link else None,
        },
    ).one_or_none()
    return _Found() if row is None else _Found(*row)


def _keep_deployment(db: Session, launch: Launch, registered: Registered, now: datetime) -> Deployment:
    """An unknown deployment belongs to the invitation's platform; where there is none it waits for one."""
    row = {
        "registration_id": registered.id, "platform_id": registered.platform_id,
        "platform_deployment_id": launch.deployment_id, "created_at": now,
    }  # fmt: skip
    kept: Deployment = upserts.keep(db, upserts.KEEP_DEPLOYMENT, row)
    return kept


def _set_scene(db: Session, launch: Launch, deployment: Deployment, found: _Found, visiting: Visiting) -> _Scene:
    assert deployment.platform_id is not None
    known = found.user
    institution_id = known.institution_id if known else db.get_one(Platform, deployment.platform_id).institution_id
    return _Scene(launch, institution_id, deployment.platform_id, deployment, visiting)


def _keep_user(db: Session, scene: _Scene, user: User | None) -> User:
    person = scene.launch.person
    is_test_user = person.standing.is_test_user
    if user is None:
        row = {
            "institution_id": scene.institution_id, "platform_id": scene.platform_id, "sub": person.sub,
            "name": person.name, "email": person.email, "is_test_user": is_test_user, "created_at": scene.now,
        }  # fmt: skip
        user = upserts.keep(db, upserts.KEEP_USER, row)
    user.name = person.name or user.name
    user.email = person.email or user.email
    user.is_test_user = user.is_test_user or is_test_user
    if user.blocked_at is not None:
        raise Refused(Reason.PERSON_BLOCKED, return_url=scene.launch.return_url)
    return user


def _keep_context(db: Session, scene: _Scene, context: Context | None) -> Context | None:
    course, standing = scene.launch.course, scene.launch.person.standing
    if course is None:
        return None
    if context is None:
        row = {
            "institution_id": scene.institution_id, "platform_id": scene.platform_id,
            "deployment_id": scene.deployment.id, "platform_context_id": course.id, "title": course.title,
            "label": course.label, "created_at": scene.now,
        }  # fmt: skip
        context = upserts.keep(db, upserts.KEEP_CONTEXT, row)
    context.title = course.title or context.title
    context.label = course.label or context.label
    if scene.visiting.marks_courses and standing.is_staff and context.marked_at is None:
        context.marked_at = scene.now
    return context


def _keep_visit(db: Session, scene: _Scene, *, user: User, context: Context | None) -> None:
    visit = Visit(
        institution_id=scene.institution_id,
        user_id=user.id,
        context_id=context.id if context else None,
        at=scene.now,
        is_masqueraded=scene.launch.person.is_masqueraded,
    )
    db.add(visit)


def _keep_membership(
    db: Session, scene: _Scene, membership: Membership | None, *, user: User, context: Context | None
) -> None:
    """Role and presence as this launch says; a role that is gone is gone at once."""
    if context is None:
        return
    standing, now = scene.launch.person.standing, scene.now
    if membership is not None:
        membership.is_staff, membership.is_learner = standing.is_staff, standing.is_learner
        if now - membership.seen_at > SEEN_AGAIN_AFTER:
            membership.seen_at = now
        return
    row = {
        "institution_id": scene.institution_id, "context_id": context.id, "user_id": user.id,
        "is_staff": standing.is_staff, "is_learner": standing.is_learner, "joined_at": now, "seen_at": now,
    }  # fmt: skip
    upserts.put(db, upserts.KEEP_MEMBERSHIP, row)


def _keep_link(db: Session, scene: _Scene, found: _Found, *, user: User, context: Context | None) -> None:
    launch = scene.launch
    if launch.link is None:
        return
    link = found.link
    if link is None:
        row = {
            "institution_id": scene.institution_id, "deployment_id": scene.deployment.id, "key": scene.visiting.key,
            "context_id": context.id if context else None, "platform_link_id": launch.link.id,
            "title": launch.link.title, "created_at": scene.now,
        }  # fmt: skip
        link = upserts.keep(db, upserts.KEEP_LINK, row)
    assert link is not None
    link.key, link.title = scene.visiting.key, launch.link.title or link.title
    link.context_id = context.id if context else link.context_id
    _keep_link_user(db, scene, found.link_user, link=link, user=user)
    if launch.line_item is not None:
        _keep_line_item(db, scene, link)
    deliveries.derive_for_launch(db, link=link, user=user, now=scene.now)


def _keep_link_user(db: Session, scene: _Scene, row: LinkUser | None, *, link: ResourceLink, user: User) -> None:
    standing, now = scene.launch.person.standing, scene.now
    is_gradable = standing.is_learner and not user.is_test_user
    if row is not None:
        row.is_gradable = is_gradable
        if now - row.seen_at > SEEN_AGAIN_AFTER:
            row.seen_at = now
        return
    values = {
        "institution_id": scene.institution_id, "resource_link_id": link.id, "user_id": user.id,
        "is_gradable": is_gradable, "seen_at": now,
    }  # fmt: skip
    upserts.put(db, upserts.KEEP_LINK_USER, values)


def _keep_line_item(db: Session, scene: _Scene, link: ResourceLink) -> None:
    claim = scene.launch.line_item
    assert claim is not None
    deliveries.keep_line_item(db, link=link, url=claim.url, may_score=claim.may_score, now=scene.now)
    if scene.deployment.service_origin is None:
        scene.deployment.service_origin = find_origin(claim.url, allow_http=True)
