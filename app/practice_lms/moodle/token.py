"""Moodle's token endpoint: JSON that calls itself HTML, the intersection of scopes, errors that are not always JSON."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.practice_lms.assertions import AssertionRefused, get_asserted_registration
from app.practice_lms.dependencies import FORM_TYPE, PostedForm, ThePlatform, only_in
from app.practice_lms.refusals import Refusal
from app.practice_lms.registrations import Registration
from app.practice_lms.tokens import TOKEN_SECONDS

router = APIRouter(prefix="/mod/lti", dependencies=[only_in("moodle")])

_HTML = "text/html; charset=utf-8"
_WORDS = {"grant": "unsupported_grant_type", "request": "invalid_request", "client": "invalid_client"}
_UNREADABLE = "<!DOCTYPE html><html lang=en><title>Error</title><p>The tool's key set could not be read.</p>"


@router.post("/token.php", name="moodle.token")
def give_token(request: Request, form: PostedForm, platform: ThePlatform) -> Response:
    """An access token for the scopes that the tool has, of those it asks for."""
    if request.headers.get("content-type", "").lower() != FORM_TYPE:
        raise _refused("invalid_request", "Content-Type must be exactly application/x-www-form-urlencoded")
    try:
        registration = get_asserted_registration(platform, form)
    except AssertionRefused as problem:
        raise _worded(problem) from problem
    scopes = _intersect(registration, form["scope"])
    token = platform.tokens.issue(registration.client_id, scopes, now=platform.now())
    answer = {"access_token": token.value, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return Response(json.dumps({**answer, "scope": " ".join(scopes)}), media_type=_HTML)


def _intersect(registration: Registration, asked: str) -> tuple[str, ...]:
    wanted = asked.split()
    scopes = tuple(scope for scope in registration.config.scopes if scope in wanted)
    if not scopes:
        raise _refused("invalid_scope", "none of the scopes is the tool's")
    return scopes


def _worded(problem: AssertionRefused) -> Refusal:
    if problem.fault == "key set":
        return Refusal(404, _UNREADABLE, reason="the tool's key set could not be read")
    return _refused(_WORDS.get(problem.fault, str(problem)), str(problem))


def _refused(error: str, reason: str) -> Refusal:
    """Quotes inside are left as they are: the answer is then no JSON, as Moodle's is not."""
    return Refusal(400, f'{{"error" : "{error}"}}', _HTML, reason)
