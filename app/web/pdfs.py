"""Gives a PDF as a file to keep: what its sheets share, and where none can be made its page with a sentence."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from app.web.downloads import attach
from app.web.templating import path_for
from app.web.texts import get_language
from app.web.texts import gettext as _
from app.web.typesetting import NotTypeset

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


def give_pdf(request: Request, make: Callable[[], bytes], name: str, *, page: str, **params: str) -> Response:
    """What `make` sets, as an attachment of that name; where it raises NotTypeset, the page that says so."""
    try:
        made = make()
    except NotTypeset:
        return RedirectResponse(f"{path_for(request, page, **params)}?{NO_FILE}=1", status_code=303)
    return Response(made, media_type="application/pdf", headers=attach(name))


def lacks_file(request: Request) -> bool:
    """Whether this page is opened in place of a file that could not be made."""
    return NO_FILE in request.query_params
