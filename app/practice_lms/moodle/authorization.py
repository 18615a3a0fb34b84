"""Moodle's authorization endpoint: one-shot hints of this session, exact redirect addresses, errors for the tool."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.dependencies import Parameters, Session, ThePlatform, only_in
from app.practice_lms.launches import BegunLaunch
from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.rendering import post_itself
from app.practice_lms.sessions import BrowserSession

router = APIRouter(prefix="/mod/lti", dependencies=[only_in("moodle")])

_REQUIRED = ("scope", "response_type", "client_id", "redirect_uri", "login_hint", "nonce")
INVALID_REQUEST = (
    "<!DOCTYPE html><html lang=en><title>Error</title><p>Invalid request</p>"
    "<p>Practice LMS: this page comes where Moodle shows its own error page in the frame.</p>"
)


@router.api_route("/auth.php", methods=["GET", "POST"], name="moodle.authorize")
def authorize(request: Request, asked: Parameters, platform: ThePlatform, session: Session) -> Response:
    """An id_token, an error for the tool, or an error page; a frame that brought no cookie is sent round once more."""
    if session is None and "repost" not in asked and _is_bound(platform, asked):
        return post_itself(platform, str(request.url.path), {**asked, "repost": "1"}, title="One moment")
    begun = _take_launch(platform, asked, session)
    registration = begun.launch.registration
    if asked["redirect_uri"] not in registration.config.redirect_uris:
        raise page_error("redirect_uri is not a registered one")
    error = _find_error(asked, begun, session)
    answer = error or {"id_token": _sign(platform, begun, asked)}
    state = {"state": asked["state"]} if "state" in asked else {}
    return post_itself(platform, asked["redirect_uri"], {**answer, **state}, title="Opening the tool")


def page_error(reason: str) -> Refusal:
    return Refusal(404, INVALID_REQUEST, reason=reason)


def _is_bound(platform: Platform, asked: dict[str, str]) -> bool:
    begun = platform.begun.find(_read_launch_id(asked.get("lti_message_hint", "")))
    return begun is not None and begun.session is not None


def _take_launch(platform: Platform, asked: dict[str, str], session: BrowserSession | None) -> BegunLaunch:
    """Spend the hint; raises the error page where Moodle cannot trust the redirect address."""
    missing = [name for name in _REQUIRED if not asked.get(name)]
    if missing:
        raise page_error(f"missing {', '.join(missing)}")
    if asked["scope"] != "openid" or asked["response_type"] != "id_token":
        raise page_error("scope must be openid and response_type id_token")
    begun = platform.begun.take(_read_launch_id(asked.get("lti_message_hint", "")))
    if begun is None:
        raise page_error("lti_message_hint is unknown or was used before")
    if begun.session is not None and (session is None or begun.session != session.id):
        raise page_error("lti_message_hint belongs to another session")
    return begun


def _read_launch_id(hint: str) -> str:
    try:
        parsed: Any = json.loads(hint)
        return str(parsed["launchid"])
    except (ValueError, KeyError, TypeError):
        raise page_error("No launch id in LTI hint") from None


def _find_error(asked: dict[str, str], begun: BegunLaunch, session: BrowserSession | None) -> dict[str, str] | None:
    registration, person = begun.launch.registration, begun.launch.person
    if asked["client_id"] != registration.client_id or not registration.is_active:
        return {"error": "unauthorized_client"}
    present = session.person_id if begun.session and session else (person.id if person else None)
    if asked["login_hint"] != present:
        return {"error": "access_denied"}
    if asked.get("response_mode") != "form_post":
        given = "Invalid" if asked.get("response_mode") else "Missing"
        return {"error": "invalid_request", "error_description": f"{given} response_mode"}
    if asked.get("prompt", "none") != "none":
        return {"error": "invalid_request", "error_description": "Invalid prompt"}
    return None


def _sign(platform: Platform, begun: BegunLaunch, asked: dict[str, str]) -> str:
    return platform.sign(platform.temper.claims(begun, nonce=asked["nonce"], now=platform.now()))
