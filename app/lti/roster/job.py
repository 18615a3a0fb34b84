"""Reads rosters: for each registration one course after another, page by page, whatever the platform answers."""

from collections.abc import Callable
from functools import partial
from time import monotonic

import structlog
from sqlalchemy.orm import Session

from app.jobs import Job
from app.jobs.killing import die_at
from app.lti.health import Service, note_service_result
from app.lti.roster import runs
from app.lti.roster.belonging import let_join, let_leave
from app.lti.roster.client import Caller, PageRefused
from app.lti.roster.rules import Page, Phase, UnreadablePage
from app.lti.roster.runs import Held, Run
from app.lti.roster.staging import keep_page
from app.membership.rosters import ROSTER
from app.web.house import House

BATCH_SECONDS = 5.0
_log = structlog.get_logger()
# Moves the run that is held by one step; nothing is said of what it left undone, the rows tell.
_Work = Callable[[Session, Held], None]


def roster_job() -> Job:
    """The work of this room: one lane for each registration."""
    return Job(ROSTER, runs.list_due_lanes, drain)


def drain(house: House, lane: str) -> bool:
    """Works some seconds on the course that is due longest; True when more may be due."""
    ends_at = monotonic() + BATCH_SECONDS
    with house.database.writing() as db:
        found = runs.claim(db, registration_id=int(lane), now=house.clock())
    if found is None:
        return False
    run: Run | None = found[0]
    caller = Caller(house, found[1])
    while run is not None and monotonic() < ends_at:
        run = _step(house, caller, run)
        die_at("roster-step")
    if run is not None:
        with house.database.writing() as db:
            runs.release(db, run, now=house.clock())
    return True


def _step(house: House, caller: Caller, run: Run) -> Run | None:
    """One page or one batch, in one transaction. The run as it stands then; None where it rests, or another has it."""
    work = _fetch(caller, run) if run.phase == Phase.READING else _WORK[run.phase]
    with house.database.writing() as db:
        held = runs.take_up(db, run, now=house.clock())
        if held is None:
            return None
        failures = held.reading.failures
        work(db, held)
        for hook in house.before_commit:
            hook(db)
        is_bad = held.reading.failures > failures
        if is_bad or held.reading.phase == Phase.RESTING:
            _note(db, held, registration_id=caller.registration.id, is_good=not is_bad)
            return None
        return runs.describe(held.reading, run)


def _note(db: Session, held: Held, *, registration_id: int, is_good: bool) -> None:
    reason = None if is_good else held.roster.reason
    note_service_result(
        db, registration_id=registration_id, service=Service.NRPS, ok=is_good, reason=reason, now=held.now
    )
    if reason is not None:
        _log.info("roster.not-read", registration=registration_id, reason=reason, pages=held.reading.pages)


def _fetch(caller: Caller, run: Run) -> _Work:
    assert run.url is not None
    try:
        return partial(_keep, page=caller.get_page(run.url))
    except PageRefused as refused:
        return partial(_refuse, refused=refused)


def _keep(db: Session, held: Held, *, page: Page) -> None:
    try:
        keep_page(db, held, page)
    except UnreadablePage as unreadable:
        runs.give_up(db, held, unreadable.reason)


def _refuse(db: Session, held: Held, *, refused: PageRefused) -> None:
    if refused.is_lost:
        runs.give_up(db, held, refused.reason)
    else:
        runs.fail(held, refused.reason, wait=refused.wait)


def _leave(db: Session, held: Held) -> None:
    if not let_leave(db, held):
        runs.finish(db, held)


_WORK: dict[Phase, _Work] = {Phase.JOINING: let_join, Phase.LEAVING: _leave}
