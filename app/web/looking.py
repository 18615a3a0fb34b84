"""Leaves a trace of whoever opens a page that names other people, before that page is shown."""

from collections.abc import Iterable
from functools import partial

from fastapi import Request
from sqlalchemy.orm import Session

from app.membership import looks
from app.membership.looks import LookKind, Viewing
from app.web.deps import write_from_thread
from app.web.guards import Visitor
from app.web.house import house_of


def keep_look(
    request: Request, db: Session, kind: LookKind, *, context_id: int | None = None,
    about_ids: Iterable[int] | None = None,
) -> None:  # fmt: skip
    """Every route that shows somebody else's name calls this. `about_ids`: whom it shows; None for a whole list.

    `db` is the request's own session, which reads; what is new on this day is written and committed beside it. No
    trace, no page: what cannot be kept is not shown.
    """
    visitor: Visitor = request.state.visitor
    house = house_of(request)
    viewing = Viewing(
        viewer=visitor.user, kind=kind, at=house.clock(), context_id=context_id,
        about_ids=None if about_ids is None else tuple(about_ids), is_masqueraded=visitor.session.is_masqueraded,
    )  # fmt: skip
    if not looks.is_recorded(db, viewing):
        # Whoever waits for a writer's place holds no connection meanwhile; what was read keeps its values.
        db.close()
        write_from_thread(house, partial(looks.record_look, viewing=viewing))
