"""Turns errors into pages: ours with their own words, the framework's and unforeseen ones with honest general ones."""

import secrets
from contextlib import suppress

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.web.deps import read_in_thread
from app.web.errors import AppError, Failed, NotFound, NotSignedIn
from app.web.guards import admit
from app.web.headers import add_headers
from app.web.house import house_of
from app.web.logs import describe_error
from app.web.returning import write_course_url
from app.web.templating import render
from app.web.texts import gettext, use_locale

log = structlog.get_logger()
CLIENT_ERROR = 400


def add_error_pages(app: FastAPI) -> None:
    app.add_exception_handler(AppError, show_app_error)
    app.add_exception_handler(HTTPException, _show_http_error)
    app.add_exception_handler(RequestValidationError, _show_not_found)
    app.add_exception_handler(Exception, _show_failure)


def show_app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    response = render_error(request, error)
    response.headers.update(error.headers)
    return response


def render_error(request: Request, error: AppError, *, reference: str | None = None) -> Response:
    title, visitor = gettext(error.title), getattr(request.state, "visitor", None)
    return render(
        request,
        "error.html",
        status=error.status,
        title=title,
        what=gettext(error.what),
        now=gettext(error.now),
        code=error.code,
        reference=reference,
        course_url=write_course_url(visitor.session.return_url, lti_errormsg=title) if visitor else None,
    )


async def _show_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    await _recognize(request)
    shown = NotFound() if error.status_code == NotFound.status else AppError()
    shown.status = error.status_code
    response = render_error(request, shown)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _recognize(request: Request) -> None:
    """No guard has asked who is at an address that no page has; they may still want home, and see it in their frame."""
    if any(hasattr(request.state, known) for known in ("visitor", "console")):
        return
    house = house_of(request)
    # Without a database it is the page that a stranger sees.
    with suppress(NotSignedIn, SQLAlchemyError):
        visitor = await read_in_thread(house, lambda db: admit(request, db, house))
        use_locale(visitor.session.locale)  # in this context, too, not in the thread's alone


async def _show_not_found(request: Request, _error: Exception) -> Response:
    """An address whose parts do not fit (an id that is no uuid) is an address that leads nowhere."""
    await _recognize(request)
    return render_error(request, NotFound())


def _show_failure(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    kinds, places = describe_error(error)
    log.error("unforeseen", reference=reference, kinds=kinds, route=_route_name(request), places=places)
    response = render_error(request, Failed(), reference=reference)
    # This page is made outside of the middleware that gives all others their headers.
    is_development = house_of(request).settings.is_development
    add_headers(response.raw_headers, request.scope.get("state", {}), is_development=is_development)
    return response


def _route_name(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "name", "?"))
