"""Gives a PDF as a file to keep: what its sheets share, and where none can be made its page with a sentence.

Setting a PDF takes a core for as long as many pages take together. So it is done when the answer is sent, after the
request's session was closed, a few at once and in threads of their own: no page waits for a PDF.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from app.web.downloads import attach
from app.web.errors import AppError
from app.web.templating import path_for
from app.web.texts import get_language, lazy
from app.web.texts import gettext as _
from app.web.typesetting import NotTypeset

AT_ONCE = 2
MOST_WAITING = 20
# Of one person, being set and in line: nobody fills the line for all others.
MOST_OF_ONE = 4

# Said in the address of a page whose PDF could not be made.
NO_FILE = "no-file"


def make_head(title: str) -> dict[str, Any]:
    """What `paper.typ` reads, in the language of this request."""
    language = get_language().split("-", maxsplit=1)[0]
    return {
        "title": title,
        "lang": language,
        "paper": "us-letter" if language == "en" else "a4",
        "foot": _("Cairn, coach training for medical education."),
    }


class TooManyPdfs(AppError):  # noqa: N818  a sentence
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "too-many-pdfs"
    title = lazy("Many PDFs are being made just now")
    what = lazy("Cairn makes a few at a time, and more were asked for than it can make at once. Yours was not made.")
    now = lazy("Wait a minute, go back, and download it once more.")
    headers = {"retry-after": "60"}  # noqa: RUF012  as its base names it


class _Press:
    """Where PDFs are set: so many at once, so many more in line."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)
        # The limiter counts whoever waits a moment after they came; in that moment a whole crowd would get in.
        self._inside: Counter[int | None] = Counter()

    async def run(self, make: Callable[[], bytes], *, user_id: int | None) -> bytes:
        """Raises TooManyPdfs, and what `make` raises."""
        if self._inside.total() >= AT_ONCE + MOST_WAITING or self._inside[user_id] >= MOST_OF_ONE:
            raise TooManyPdfs
        self._inside[user_id] += 1
        try:
            return await to_thread.run_sync(make, limiter=self._limiter)
        finally:
            self._inside[user_id] -= 1
            # Without those who left: what is kept is as long as the line.
            self._inside = +self._inside


_presses: WeakKeyDictionary[asyncio.AbstractEventLoop, _Press] = WeakKeyDictionary()


class PdfFile(Response):
    """An attachment that is set when it is sent. Where that raises NotTypeset, the address that says so instead."""

    def __init__(self, make: Callable[[], bytes], name: str, *, otherwise: str, user_id: int | None) -> None:
        super().__init__(media_type="application/pdf")
        self._make, self._name, self._otherwise, self._user_id = make, name, otherwise, user_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer()
        await answer(scope, receive, send)

    async def _answer(self) -> Response:
        """Raises TooManyPdfs, of which the framework makes a page: nothing has been sent."""
        press = _presses.setdefault(asyncio.get_running_loop(), _Press())
        try:
            made = await press.run(self._make, user_id=self._user_id)
        except NotTypeset:
            return RedirectResponse(self._otherwise, status_code=HTTPStatus.SEE_OTHER)
        return Response(made, media_type=self.media_type, headers=attach(self._name))


def give_pdf(request: Request, make: Callable[[], bytes], name: str, *, page: str, **params: str) -> Response:
    """What `make` sets, as an attachment of that name; where it raises NotTypeset, the page that says so.

    `make` is called when the session is closed: it has read everything already.
    """
    visitor = getattr(request.state, "visitor", None)
    otherwise = f"{path_for(request, page, **params)}?{NO_FILE}=1"
    return PdfFile(make, name, otherwise=otherwise, user_id=visitor.user.id if visitor else None)


def lacks_file(request: Request) -> bool:
    """Whether this page is opened in place of a file that could not be made."""
    return NO_FILE in request.query_params
