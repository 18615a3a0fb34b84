"""Keeps who looked at pages that name other people, and tells those people.

One row says that a viewer opened a list on a day, however long the list: nobody's name is copied for it. Who stood on
the list is read when they ask, by the same belonging that put them there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.db.inserting import insert_all_once
from app.membership.look_models import Look
from app.membership.models import Context, Grant, Membership, User

MOST_LOOKS = 50
_UNIQUE = ("viewer_id", "kind", "place", "until")


class LookKind(StrEnum):
    """What was opened."""

    # Lists: whoever belonged to them by the end of that day stood on them.
    COURSE_LIST = "course-list"
    RIGHTS = "rights"
    LOG = "log"
    # Pages on which this person was shown.
    FOUND = "found"
    COURSES = "courses"
    SHARED_GOAL = "shared-goal"


# Lists of whoever was given a right, gave one or took one back.
OF_RIGHTS = (LookKind.RIGHTS, LookKind.LOG)
# Whose readers the person meets in the course, or chose by name; of others the office they hold is told.
BY_NAME = frozenset({LookKind.COURSE_LIST, LookKind.SHARED_GOAL})


@dataclass(frozen=True)
class Viewing:
    """One page that somebody opens: a list where `about_ids` is None, else those people whom it shows."""

    viewer: User
    kind: LookKind
    at: datetime
    context_id: int | None = None
    about_ids: Sequence[int] | None = None
    is_masqueraded: bool = False

    @property
    def until(self) -> datetime:
        """The end of that day, in UTC."""
        return self.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def list_rows(self) -> list[dict[str, Any]]:
        """The rows that this leaves; nobody is told of a look at themselves."""
        shown = [None] if self.about_ids is None else [one for one in set(self.about_ids) if one != self.viewer.id]
        return [self._make_row(one) for one in shown]

    def _make_row(self, about_id: int | None) -> dict[str, Any]:
        place = f"{self.context_id or ''}/{about_id or ''}{'/acting' if self.is_masqueraded else ''}"
        return {
            "institution_id": self.viewer.institution_id, "viewer_id": self.viewer.id, "kind": self.kind.value,
            "context_id": self.context_id, "about_id": about_id, "place": place, "at": self.at, "until": self.until,
            "is_masqueraded": self.is_masqueraded,
        }  # fmt: skip


def is_recorded(db: Session, viewing: Viewing) -> bool:
    """Whether this day's rows of it stand already, so that nothing need be written. One statement, at most."""
    places = {row["place"] for row in viewing.list_rows()}
    if not places:
        return True
    known = select(Look.place).where(
        Look.institution_id == viewing.viewer.institution_id,
        Look.viewer_id == viewing.viewer.id,
        Look.kind == viewing.kind,
        Look.until == viewing.until,
        Look.place.in_(places),
    )
    return places == set(db.scalars(known))


def record_look(db: Session, viewing: Viewing) -> None:
    """Keeps that somebody looked, once a day for each list or person. One statement."""
    rows = viewing.list_rows()
    if rows:
        insert_all_once(db, Look, rows, unique=_UNIQUE)


@dataclass(frozen=True)
class LookSeen:
    """A look as it is told to whom it named; `name` is None where only the viewer's office is told."""

    at: datetime
    kind: LookKind
    name: str | None
    course: str | None
    is_masqueraded: bool


def list_looks(db: Session, *, user: User, most: int | None = MOST_LOOKS) -> tuple[LookSeen, ...]:
    """Who opened a page that named this person, newest first. One statement."""
    viewer, ours = aliased(User), user.institution_id
    query = (
        select(Look.at, Look.kind, viewer.name, Context.title, Context.label, Look.is_masqueraded)
        .join(viewer, and_(viewer.id == Look.viewer_id, viewer.institution_id == ours))
        .outerjoin(Context, and_(Context.id == Look.context_id, Context.institution_id == ours))
        .where(Look.institution_id == ours, Look.viewer_id != user.id, Look.id.in_(_told_to(user)))
        .order_by(Look.at.desc(), Look.id.desc())
        .limit(most)
    )
    return tuple(
        LookSeen(at, LookKind(kind), name if kind in BY_NAME else None, title or label, is_masqueraded)
        for at, kind, name, title, label, is_masqueraded in db.execute(query)
    )


def _told_to(user: User) -> Any:
    """The ids of the looks at pages on which this person stood."""
    ours = Look.institution_id == user.institution_id
    shown = select(Look.id).where(ours, Look.about_id == user.id)
    on_list = (
        select(Look.id)
        .join(Membership, and_(Membership.context_id == Look.context_id, Membership.joined_at < Look.until))
        .where(
            ours, Membership.institution_id == user.institution_id, Membership.user_id == user.id,
            Membership.is_learner, Look.kind == LookKind.COURSE_LIST,
        )
    )  # fmt: skip
    held = select(Look.id).where(ours, Look.kind.in_(OF_RIGHTS), _has_grant(user))
    return union_all(shown, on_list, held)


def _has_grant(user: User) -> ColumnElement[bool]:
    """Whether a right of theirs, or one that they gave or took, was there to be listed on that day."""
    named = or_(Grant.user_id == user.id, Grant.granted_by_id == user.id, Grant.revoked_by_id == user.id)
    return (
        select(Grant.id)
        .where(Grant.institution_id == user.institution_id, named, Grant.granted_at < Look.until)
        .correlate(Look)
        .exists()
    )
