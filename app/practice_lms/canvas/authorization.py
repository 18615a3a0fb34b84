"""Canvas's authorization endpoint: errors are posted to the tool, the launch is given out once within five minutes."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.canvas.callers import site_of
from app.practice_lms.canvas.hosts import ON_TOKEN_HOST
from app.practice_lms.dependencies import Parameters, Session, ThePlatform, only_in
from app.practice_lms.launches import BegunLaunch
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.rendering import post_itself
from app.practice_lms.sessions import BrowserSession

router = APIRouter(dependencies=[only_in("canvas"), ON_TOKEN_HOST])

_REQUIRED = (
    "client_id", "login_hint", "lti_message_hint", "nonce", "prompt", "redirect_uri", "response_mode",
    "response_type", "scope",
)  # fmt: skip
_EXACT = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}


@router.api_route("/api/lti/authorize_redirect", methods=["GET", "POST"], name="canvas.authorize")
def authorize(request: Request, asked: Parameters, platform: ThePlatform, session: Session) -> Response:
    """An id_token or an error for the tool; a page where the tool cannot be told."""
    hint = site_of(platform).read_hint(asked.get("lti_message_hint", ""))
    _check_page_errors(platform, asked, hint)
    begun = platform.begun.find(str((hint or {}).get("verifier")))
    if session is None and "repost" not in asked and begun is not None and begun.session is not None:
        return post_itself(platform, str(request.url.path), {**asked, "repost": "1"}, title="One moment")
    error = _find_error(asked, begun, session) or _find_expiry(platform, hint)
    answer = {"error": error[0], "error_description": error[1]} if error else _spend(platform, asked, hint)
    state = {"state": asked["state"]} if "state" in asked else {}
    return post_itself(platform, asked["redirect_uri"], {**answer, **state}, title="Opening the tool")


def _check_page_errors(platform: Platform, asked: dict[str, str], hint: dict[str, Any] | None) -> None:
    if hint is None and asked.get("lti_message_hint"):
        raise _page_error("Invalid lti_message_hint")
    registration = platform.registrations.find(asked.get("client_id", ""))
    if registration is None or asked.get("redirect_uri") not in registration.config.redirect_uris:
        raise _page_error("Invalid redirect_uri")


def _page_error(text: str) -> Refusal:
    return Refusal(400, f"<!DOCTYPE html><html lang=en><title>Error</title><p>{text}</p>", reason=text)


def _find_error(
    asked: dict[str, str], begun: BegunLaunch | None, session: BrowserSession | None
) -> tuple[str, str] | None:
    missing = [name for name in _REQUIRED if not asked.get(name)]
    if missing:
        return "invalid_request_object", f"The following parameters are missing: {','.join(missing)}"
    wrong = [name for name, value in _EXACT.items() if asked[name] != value]
    if wrong:
        return "invalid_request_object", f"The '{wrong[0]}' must be '{_EXACT[wrong[0]]}'"
    if begun is None:
        return "launch_no_longer_valid", "The launch has either expired or already been consumed"
    registration = begun.launch.registration
    if registration.client_id != asked["client_id"] or not registration.is_active:
        return "unauthorized_client", "Client not authorized in requested context"
    if not _is_signed_in(asked, begun, session):
        return "login_required", "Must have an active user session"
    return None


def _is_signed_in(asked: dict[str, str], begun: BegunLaunch, session: BrowserSession | None) -> bool:
    """The same browser session, the same person, and the login hint that was given out."""
    person = begun.launch.person
    hinted = asked["login_hint"] == (person.legacy_id if person else "public")
    same = begun.session is None or (session is not None and session.id == begun.session)
    still = begun.session is None or (session is not None and session.person_id == (person.id if person else None))
    return hinted and same and still


def _find_expiry(platform: Platform, hint: dict[str, Any] | None) -> tuple[str, str] | None:
    if hint is None or platform.now().timestamp() > hint["exp"]:
        return "launch_no_longer_valid", "The launch has either expired or already been consumed"
    return None


def _spend(platform: Platform, asked: dict[str, str], hint: dict[str, Any] | None) -> dict[str, str]:
    begun = platform.begun.take(str((hint or {}).get("verifier")))
    if begun is None:
        return {"error": "launch_no_longer_valid", "error_description": "The launch has already been consumed"}
    claims = platform.temper.claims(begun, nonce=asked["nonce"], now=platform.now())
    rails = {"utf8": "✓", "authenticity_token": secrets.token_urlsafe(24)}
    return {**rails, "id_token": platform.sign(claims), **platform.settings.storage_fields()}
