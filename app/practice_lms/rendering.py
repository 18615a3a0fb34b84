"""HTML answers: templates, the content security policy, and forms that post themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.practice_lms.platform import Platform
from app.practice_lms.settings import STORAGE_FRAME

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


@dataclass(frozen=True)
class PageStorage:
    """What a page with a tool in it does about tools' data; `frame` is the address of the frame beside the tool's.

    `keeps_here`: only a page on the sign-in's own origin may keep anything. `tools` are blank-separated origins.
    """

    answers: bool
    name: str
    frame: str
    keeps_here: bool
    tools: str


def describe_storage(platform: Platform) -> PageStorage:
    settings = platform.settings
    sign_in = origin_of(platform.urls.authorization)
    has_frame = settings.storage == "frame"
    return PageStorage(
        answers=platform.temper.name == "canvas" and settings.storage in {"frame", "parent"},
        name=STORAGE_FRAME if has_frame else "",
        frame=f"{sign_in}/{STORAGE_FRAME}" if has_frame else "",
        keeps_here=sign_in == settings.base_url,
        tools=list_tools(platform),
    )


def list_tools(platform: Platform, *more_origins: str) -> str:
    """The origins of the tool, blank-separated."""
    registration = platform.find_registration()
    config = registration.config if registration else None
    addresses = (*config.redirect_uris, config.initiate_login_uri) if config else ()
    tools = {origin_of(address) for address in (platform.settings.tool_base_url, *addresses, *more_origins)} - {""}
    return " ".join(sorted(tools))


def build_policy(platform: Platform, *more_origins: str) -> str:
    """Own files only; frames and form targets are the tool's origins, frames of this page our own."""
    own, outside = " ".join(platform.settings.origins()), list_tools(platform, *more_origins)
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-src 'self' {own} {outside}; form-action 'self' {own} {outside}; frame-ancestors 'self' {own}"
    )


def render(
    platform: Platform, template: str, context: Mapping[str, Any], *, status: int = 200, origins: tuple[str, ...] = ()
) -> HTMLResponse:
    """A page with its policy; `origins` may be framed or posted to besides the tool's."""
    shared = {"temper": platform.temper.name, "storage": describe_storage(platform)}
    html = _TEMPLATES.get_template(template).render(**shared, **context)
    headers = {
        "Content-Security-Policy": build_policy(platform, *origins),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
    }
    return HTMLResponse(html, status, headers)


def post_itself(platform: Platform, action: str, fields: Mapping[str, str], *, title: str) -> HTMLResponse:
    """A form that a small script submits; without script it has a button."""
    context = {"action": action, "fields": fields, "title": title}
    return render(platform, "autopost.html", context, origins=(origin_of(action),))
