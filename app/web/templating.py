"""Renders pages: one Jinja environment, links by route name, static files under their content's digest."""

import hashlib
from contextvars import ContextVar
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.web import csrf, words
from app.web.cookies import LOOK, read_cookie
from app.web.house import house_of
from app.web.quick_jinja import QuickEnvironment
from app.web.texts import get_language, gettext, lazy, ngettext

APP = Path(__file__).parent.parent
STATIC = Path(__file__).parent / "static"
LOOKS = ("light", "dark")


def digest_static() -> str:
    """One short digest over all static files: it changes when any of them does, and so do their addresses."""
    total = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            total.update(file.relative_to(STATIC).as_posix().encode() + file.read_bytes())
    return total.hexdigest()[:12]


STATIC_DIGEST = digest_static()


def static_path(name: str) -> str:
    return f"/static/{STATIC_DIGEST}/{name}"


class _Page:
    """The page that is being rendered, for what macros call: they are imported without context, and so only once."""

    def __init__(self, request: Request) -> None:
        self.request = request

    @cached_property
    def csrf_token(self) -> str:
        house = house_of(self.request)
        console = getattr(self.request.state, "console", None)
        owner = console if console is not None else self.request.state.visitor.user
        return csrf.make_token(house.signer, owner, house.clock())


_page: ContextVar[_Page] = ContextVar("cairn_page")


def _url(name: str, /, **params: Any) -> Markup:
    return escape(path_for(_page.get().request, name, **params))


def _csrf_token() -> str:
    return _page.get().csrf_token


def _say(text: str, /, **values: Any) -> Markup:
    """The translated sentence, values escaped and put in, `%%` a per cent sign. Quicker than the extension's own."""
    return _put_in(gettext(text), values)


def _say_many(one: str, many: str, count: int, /, **values: Any) -> Markup:
    return _put_in(ngettext(one, many, count), {"num": count, **values})


def _put_in(said: str, values: dict[str, Any]) -> Markup:
    if "%" in said:
        said %= {name: value if type(value) is int else escape(value) for name, value in values.items()}
    return Markup(said)  # noqa: S704  our own sentence, written by no visitor; the values were escaped


@lru_cache(maxsize=32)
def _environment_of(_language: str) -> Environment:
    """The environment of one language: it is compiled while a page of that language is made."""
    return _make_environment()


def _make_environment() -> Environment:
    # The practice LMS is a stranger with a base.html of its own.
    rooms = [folder for folder in sorted(APP.glob("*/templates")) if folder.parent.name != "practice_lms"]
    environment = QuickEnvironment(
        foldable={"_": gettext, "static": static_path},
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in rooms]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,  # asking each file of each page for its time costs as much as a paragraph
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        static=static_path, lazy=lazy, url=_url, csrf_token=_csrf_token, _=_say, gettext=_say, ngettext=_say_many
    )
    environment.filters.update(
        day=words.day, moment=words.moment, clock=words.clock, minutes=words.minutes, of=words.of
    )
    environment.share("parts.html")
    return environment


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from `app/<feature>/templates/<template>`, with what every page needs beside its own values."""
    _page.set(_Page(request))
    text = _environment_of(get_language()).get_template(template).render(**_page_values(request), **values)
    return HTMLResponse(text, status_code=status)


def _page_values(request: Request) -> dict[str, Any]:
    visitor = getattr(request.state, "visitor", None)
    look = read_cookie(request.cookies, LOOK)
    return {
        "here": request.url.path,
        # Where a form in the page's foot leads back to: an address that was posted to cannot simply be opened.
        "back": request.url.path if request.method == "GET" else "/",
        "visitor": visitor,
        "look": look if look in LOOKS else None,
        "locale": get_language(),
    }


def path_for(request: Request, name: str, **params: Any) -> str:
    """The path of a route by its name, without host: no page ever links to a host that a header named."""
    return _path_in(request.app, name, tuple((key, str(value)) for key, value in params.items()))


@lru_cache(maxsize=4096)
def _path_in(app: FastAPI, name: str, params: tuple[tuple[str, str], ...]) -> str:
    """Routes do not change while an app runs, and finding one by trying them all costs more than a whole macro."""
    return str(app.url_path_for(name, **dict(params)))


def see_other(request: Request, name: str, **params: Any) -> Response:
    """Sends the browser on after a form, by route name."""
    return RedirectResponse(path_for(request, name, **params), status_code=303)
