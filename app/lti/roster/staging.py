"""Puts a page's members aside, once each, until the run has read its last page."""

import hashlib
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.db.inserting import build_insert, build_once
from app.db.rows import table_of
from app.lti.roster.models import RosterEntry, RosterPage, RosterReading
from app.lti.roster.rules import MOST_MEMBERS, MOST_PAGES, Member, Page, Phase, UnreadablePage
from app.lti.roster.runs import Held, Run

_entry = table_of(RosterEntry)
_page = table_of(RosterPage)


def _keep_entry(insert: Any) -> Any:
    """A member who stands on two pages is one: the later word, with what only the earlier knew."""
    new = insert.excluded
    kept: dict[str, Any] = {name: func.coalesce(new[name], _entry.c[name]) for name in ("name", "email")}
    kept["is_learner"] = or_(
        func.coalesce(new.is_learner, _entry.c.is_learner), func.coalesce(_entry.c.is_learner, False)
    )
    kept["is_active"] = or_(new.is_active, _entry.c.is_active)
    return insert.on_conflict_do_update(index_elements=["context_id", "sub"], set_=kept)


_KEEP_ENTRY = build_insert(_entry, _keep_entry)
_KEEP_PAGE = build_once(_page, ["context_id", "url_hash"]).returning(_page.c.id)
_OURS = (_entry.c.institution_id == bindparam("institution_id"), _entry.c.context_id == bindparam("context_id"))
_COUNT_ENTRIES = select(func.count(_entry.c.id)).where(*_OURS)
_IS_ANY_ENTRY = select(select(_entry.c.id).where(*_OURS).exists())


def keep_page(db: Session, held: Held, page: Page) -> None:
    """The page's members and the way on. Raises UnreadablePage where pages go round, never end, or hold too many."""
    run, reading = held.run, held.reading
    seen = {"context_id": run.context_id, "url_hash": hashlib.sha256((run.url or "").encode()).hexdigest()}
    if _KEEP_PAGE.run(db, seen).one_or_none() is None:
        raise UnreadablePage("page-loop")
    rows = [_as_row(run, member) for member in page.members if member.is_active or not run.is_whole]
    if rows:
        _KEEP_ENTRY.run(db, rows)
    if (db.scalar(_COUNT_ENTRIES, run.ours) or 0) > MOST_MEMBERS:
        raise UnreadablePage("too-many-members")
    reading.pages += 1
    reading.next_url = page.next_url
    reading.differences_found = page.differences_url or reading.differences_found
    if page.next_url is None:
        _end_reading(db, run, reading)
    elif reading.pages >= MOST_PAGES:
        raise UnreadablePage("too-many-pages")


def _end_reading(db: Session, run: Run, reading: RosterReading) -> None:
    """The last page is in. A whole roster without anybody is no roster: a service that has lost its mind says so."""
    if run.is_whole and not db.scalar(_IS_ANY_ENTRY, run.ours):
        raise UnreadablePage("empty")
    reading.phase = Phase.JOINING


def _as_row(run: Run, member: Member) -> dict[str, Any]:
    return {
        **run.ours, "sub": member.sub, "name": member.name, "email": member.email, "is_learner": member.is_learner,
        "is_active": member.is_active,
    }  # fmt: skip
