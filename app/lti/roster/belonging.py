"""Makes a course's people what a whole roster says: who joins, who stays, who has left. A hundred changes at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, not_, or_, select, update
from sqlalchemy.orm import Session

from app.db.inserting import build_insert, build_upsert
from app.db.rows import table_of
from app.lti.arrival import SEEN_AGAIN_AFTER
from app.lti.roster.models import RosterEntry
from app.lti.roster.rules import Known, Outcome, Phase, settle_listed
from app.lti.roster.runs import Held, Run
from app.membership.models import Membership, User
from app.progress import service as progress_service
from app.progress.rules import FactKind, belonging_key
from app.progress.service import MOST_FACTS_A_REQUEST
from app.web.session import end_sessions_of

# So many entries are looked at in one transaction, and of those that change something as many are taken as may become
# facts; at the first reading everybody is new, so there is no use in looking further.
LOOKED_AT = 1000
_entry = table_of(RosterEntry)
_user = table_of(User)
_member = table_of(Membership)
_IN_CONTEXT = (
    _member.c.institution_id == bindparam("institution_id"),
    _member.c.context_id == bindparam("context_id"),
)

_LISTED = (
    select(
        _entry.c.id,
        _entry.c.sub,
        _entry.c.name,
        _entry.c.email,
        _entry.c.is_learner,
        _user.c.id.label("user_id"),
        _user.c.name.label("known_name"),
        _user.c.email.label("known_email"),
        _user.c.is_test_user,
        _member.c.id.label("member_id"),
        _member.c.is_staff,
        _member.c.is_learner.label("was_learner"),
        _member.c.left_at,
        _member.c.listed_at,
        _member.c.seen_at,
    )
    .outerjoin(
        _user,
        and_(
            _user.c.institution_id == _entry.c.institution_id,
            _user.c.platform_id == bindparam("platform_id"),
            _user.c.sub == _entry.c.sub,
        ),
    )
    .outerjoin(
        _member,
        and_(
            _member.c.institution_id == _entry.c.institution_id,
            _member.c.context_id == _entry.c.context_id,
            _member.c.user_id == _user.c.id,
        ),
    )
    .where(
        _entry.c.institution_id == bindparam("institution_id"),
        _entry.c.context_id == bindparam("context_id"),
        _entry.c.is_active,
        _entry.c.id > bindparam("done_to"),
    )
    .order_by(_entry.c.id)
    .limit(bindparam("most"))
)


def _is_listed(*, is_active: bool) -> Any:
    here = _entry.c.institution_id == _member.c.institution_id, _entry.c.context_id == _member.c.context_id
    return (
        select(_entry.c.id)
        .where(*here, _entry.c.sub == _user.c.sub, _entry.c.is_active.is_(is_active))
        .correlate(_member, _user)
        .exists()
    )


_USER_IDS = select(_user.c.id, _user.c.sub).where(
    _user.c.institution_id == bindparam("institution_id"),
    _user.c.platform_id == bindparam("platform_id"),
    _user.c.sub.in_(bindparam("subs", expanding=True)),
)
# Whoever launched since the run began is newer news than the run. A visitor whom no roster ever named, and who is no
# learner (an administrator who looked in), cannot have left.
_BELONGING = (
    select(_member.c.id, _member.c.user_id, _member.c.is_learner)
    .join(_user, and_(_user.c.id == _member.c.user_id, _user.c.institution_id == _member.c.institution_id))
    .where(
        *_IN_CONTEXT,
        _member.c.id > bindparam("done_to"),
        _member.c.left_at.is_(None),
        or_(_member.c.is_learner, _member.c.listed_at.is_not(None)),
        or_(_member.c.seen_at.is_(None), _member.c.seen_at < bindparam("seen_before")),
        not_(_user.c.is_test_user),
    )
    .order_by(_member.c.id)
    .limit(MOST_FACTS_A_REQUEST)
)
_VANISHED = _BELONGING.where(not_(_is_listed(is_active=True)))
_SAID_TO_HAVE_LEFT = _BELONGING.where(_is_listed(is_active=False))


def _keep_member(insert: Any) -> Any:
    """Rights are the launch's alone: they are not touched."""
    made = insert.excluded
    kept = {
        "is_learner": made.is_learner,
        "left_at": None,
        "listed_at": func.coalesce(_member.c.listed_at, made.listed_at),
    }
    return insert.on_conflict_do_update(index_elements=["context_id", "user_id"], set_=kept)


# A known name is never overwritten by nothing.
_KEEP_USER = build_upsert(_user, ["platform_id", "sub"], filled=("name", "email"))
_KEEP_MEMBER = build_insert(_member, _keep_member)


@dataclass(frozen=True)
class _Listed:
    entry: Any
    outcome: Outcome


def let_join(db: Session, held: Held) -> None:
    """The next entries of the run become people of the course; after the last one it is the turn of those who left."""
    run, reading, now = held.run, held.reading, held.now
    most = MOST_FACTS_A_REQUEST if held.roster.read_at is None else LOOKED_AT
    values = {**run.ours, "platform_id": run.platform_id, "done_to": run.done_to, "most": most}
    entries = db.execute(_LISTED, values).all()
    chosen, done_to = _choose(run, entries)
    if not entries:
        reading.phase, reading.done_to = Phase.LEAVING, 0
        return
    ids = _keep_users(db, run, [one.entry for one in chosen if _is_user_news(one)], now)
    changed = [one for one in chosen if one.outcome.is_news]
    if changed:
        rows = [_member_row(run, one, ids, now) for one in changed]
        _KEEP_MEMBER.run(db, rows)
    _record(db, run, FactKind.JOINED, [_id_of(one, ids) for one in changed if one.outcome.joins])
    _record(db, run, FactKind.LEFT, [_id_of(one, ids) for one in changed if one.outcome.stops])
    reading.done_to = done_to


def _choose(run: Run, entries: Sequence[Any]) -> tuple[list[_Listed], int]:
    """Those that concern the course, as long as what changes may become facts; and where to go on."""
    chosen: list[_Listed] = []
    facts, done_to = 0, 0
    for entry in entries:
        outcome = settle_listed(is_learner=entry.is_learner, known=_know(run, entry))
        if outcome is not None:
            facts += outcome.joins or outcome.stops
            if facts > MOST_FACTS_A_REQUEST:
                break
            chosen.append(_Listed(entry, outcome))
        done_to = entry.id
    return chosen, done_to


def seen_before(run: Run) -> datetime:
    """Whoever was seen since launched during the run, as exactly as launches are noted."""
    return run.started_at - SEEN_AGAIN_AFTER


def _know(run: Run, entry: Any) -> Known:
    return Known(
        is_test_user=bool(entry.is_test_user),
        is_member=entry.member_id is not None,
        launch_decides=bool(entry.is_staff) or (entry.seen_at is not None and entry.seen_at >= seen_before(run)),
        is_learner=bool(entry.was_learner),
        has_left=entry.left_at is not None,
        is_listed=entry.listed_at is not None,
    )


def _is_user_news(listed: _Listed) -> bool:
    entry = listed.entry
    said = (entry.name or entry.known_name, entry.email or entry.known_email)
    return entry.user_id is None or said != (entry.known_name, entry.known_email)


def _keep_users(db: Session, run: Run, entries: Sequence[Any], now: datetime) -> dict[str, int]:
    """New people, and new names of known ones. The ids of these, by identifier."""
    if not entries:
        return {}
    rows = [
        {
            "institution_id": run.institution_id, "platform_id": run.platform_id, "sub": entry.sub, "name": entry.name,
            "email": entry.email, "is_test_user": False, "created_at": now,
        }
        for entry in entries
    ]  # fmt: skip
    # Read afterwards: a statement that returns rows is written and parsed anew for each batch.
    _KEEP_USER.run(db, rows)
    ours = {"institution_id": run.institution_id, "platform_id": run.platform_id}
    new = db.execute(_USER_IDS, {**ours, "subs": [entry.sub for entry in entries]})
    return {sub: user_id for user_id, sub in new}


def _id_of(listed: _Listed, ids: dict[str, int]) -> int:
    user_id: int | None = listed.entry.user_id
    return ids[listed.entry.sub] if user_id is None else user_id


def _member_row(run: Run, listed: _Listed, ids: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        **run.ours, "user_id": _id_of(listed, ids), "is_staff": False, "is_learner": listed.outcome.is_learner,
        "joined_at": now, "seen_at": None, "listed_at": now, "left_at": None,
    }  # fmt: skip


def let_leave(db: Session, held: Held) -> bool:
    """The next of those whom the roster names no more: their data stays, their sessions end. False where none is left.

    A session is the person's, not the course's: it lives on while there is another course that they belong to.
    """
    run, reading, now = held.run, held.reading, held.now
    values = {**run.ours, "done_to": run.done_to, "seen_before": seen_before(run)}
    gone = db.execute(_VANISHED if run.is_whole else _SAID_TO_HAVE_LEFT, values).all()
    if not gone:
        return False
    ours = _member.c.institution_id == run.institution_id, _member.c.id.in_([row.id for row in gone])
    db.execute(update(_member).where(*ours).values(left_at=now))
    end_sessions_of(
        db, institution_id=run.institution_id, user_ids=[row.user_id for row in gone], before=run.started_at, now=now
    )
    _record(db, run, FactKind.LEFT, [row.user_id for row in gone if row.is_learner])
    reading.done_to = gone[-1].id
    return True


def _record(db: Session, run: Run, kind: FactKind, user_ids: Sequence[int]) -> None:
    at = run.started_at
    progress_service.record_all(
        db,
        institution_id=run.institution_id,
        user_ids=user_ids,
        kind=kind,
        key=belonging_key(run.context_uuid, at),
        at=at,
    )
