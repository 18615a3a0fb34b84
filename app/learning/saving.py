"""Answers a form that saves itself: what was kept, in which revision, and what another window holds."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from app.learning.forms import LONGEST_TEXT
from app.learning.pages.boxes import Sent, tell_clash
from app.learning.writings import Kept
from app.web.forms import Form
from app.web.texts import gettext as _


def answer_saved(kept: Iterable[Kept], now: datetime) -> Response:
    """200 with the new revisions, or 409 with the text that stands, by box; the sender still holds its own."""
    boxes = {one.key.rsplit("/", 1)[1]: _describe(one) for one in kept}
    is_clash = any("text" in box for box in boxes.values())
    status = HTTPStatus.CONFLICT if is_clash else HTTPStatus.OK
    return JSONResponse({"saved_at": now.isoformat(), "boxes": boxes}, status_code=status)


def answer_too_long() -> Response:
    return JSONResponse({"problem": tell_too_long()}, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)


def tell_too_long() -> str:
    return _("This box takes {n} characters. Shorten the text; nothing of it is lost.").format(n=LONGEST_TEXT)


def _describe(kept: Kept) -> dict[str, object]:
    return {"revision": kept.revision, **({"text": kept.text} if kept.is_conflict else {})}


def make_sent(form: Form, boxes: Iterable[str], *, kept: Iterable[Kept] = (), too_long: str | None = None) -> Sent:
    """What the form sent, for the page that shows it again."""
    texts = {box: form.one(f"text-{box}") for box in boxes if f"text-{box}" in form.fields}
    clashes = tuple(one for one in kept if one.is_conflict)
    problems = {too_long: tell_too_long()} if too_long else None
    return Sent(texts, clashes, problems)


def tell_problem(sent: Sent) -> str:
    """The sentence for the summary above the form."""
    if sent.clashes:
        return tell_clash()
    return next(iter((sent.problems or {}).values()), "")
