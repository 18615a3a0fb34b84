"""Canvas's token endpoint: one scope that is lacking refuses the whole request."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.practice_lms.assertions import AssertionRefused, get_asserted_registration
from app.practice_lms.canvas.hosts import ON_TOKEN_HOST
from app.practice_lms.dependencies import FORM_TYPE, PostedForm, ThePlatform, media_type_of, only_in
from app.practice_lms.refusals import Refusal
from app.practice_lms.tokens import TOKEN_SECONDS

router = APIRouter(dependencies=[only_in("canvas"), ON_TOKEN_HOST])

_WORDS = {"client": "JWS signature invalid.", "signature": "JWS signature invalid.", "early": "the 'iat' is invalid"}


@router.post("/login/oauth2/token", name="canvas.token")
def give_token(request: Request, form: PostedForm, platform: ThePlatform) -> Response:
    """An access token for exactly the scopes that were asked for."""
    if media_type_of(request) != FORM_TYPE:
        raise _refused("invalid_request", f"Content-Type must be {FORM_TYPE}")
    try:
        registration = get_asserted_registration(platform, form)
    except AssertionRefused as problem:
        raise _worded(problem) from problem
    asked = tuple(form["scope"].split())
    lacking = [scope for scope in asked if scope not in registration.config.scopes]
    if lacking:
        told = f"The following scopes were requested, but not granted: {', '.join(lacking)}"
        raise _refused("invalid_scope", told)
    token = platform.tokens.issue(registration.client_id, asked, now=platform.now())
    answer: dict[str, Any] = {"access_token": token.value, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    return JSONResponse({**answer, "scope": " ".join(asked)})


def _worded(problem: AssertionRefused) -> Refusal:
    if problem.fault == "grant":
        return _refused("unsupported_grant_type", "The grant_type you requested is not currently supported")
    if problem.fault == "key set":
        return _refused("invalid_request", f"JWK Error: {problem}")
    return _refused("invalid_request", _WORDS.get(problem.fault, str(problem)), reason=str(problem))


def _refused(error: str, description: str, *, reason: str = "") -> Refusal:
    body = json.dumps({"error": error, "error_description": description})
    return Refusal(400, body, "application/json; charset=utf-8", reason or description)
