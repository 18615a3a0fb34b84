"""HTML answers: templates, the content security policy, and forms that post themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.practice_lms.platform import Platform

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


def build_policy(platform: Platform, *more_origins: str) -> str:
    """Own files only; frames and form targets are the tool's origins, frames of this page our own."""
    own = " ".join(platform.settings.origins())
    registration = platform.find_registration()
    config = registration.config if registration else None
    addresses = (*config.redirect_uris, config.initiate_login_uri) if config else ()
    tools = {origin_of(address) for address in (platform.settings.tool_base_url, *addresses, *more_origins)} - {""}
    outside = " ".join(sorted(tools))
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-src 'self' {own} {outside}; form-action 'self' {own} {outside}; frame-ancestors 'self' {own}"
    )


def render(
    platform: Platform, template: str, context: Mapping[str, Any], *, status: int = 200, origins: tuple[str, ...] = ()
) -> HTMLResponse:
    """A page with its policy; `origins` may be framed or posted to besides the tool's."""
    html = _TEMPLATES.get_template(template).render(temper=platform.temper.name, **context)
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
