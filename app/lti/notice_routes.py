"""The address that platforms send their notices to. It answers in JSON, and with no more than is needed."""

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.lti.notice_refusals import NoticeRefused, Refusal
from app.lti.receiving import receive
from app.lti.subscriptions import HANDLER_PATH
from app.web.errors import FormTooLarge
from app.web.forms import read_body
from app.web.guards import Public
from app.web.house import house_of
from app.web.lean import LeanRoute

router = APIRouter(route_class=LeanRoute)
MOST_BYTES = 524_288
MOST_NOTICES = 50
_MOST_BRACKETS = 500
_KIND = "application/json"


@router.post(HANDLER_PATH, name="lti.notices", dependencies=[Public])
async def receive_notices(request: Request) -> Response:
    """200 once every notice was kept or ignored, 4xx where one was refused; good ones are kept in either case."""
    try:
        texts = _read_texts(await _read_body(request))
    except NoticeRefused as refused:
        return _tell([refused.refusal])
    return _tell(await receive(house_of(request), texts))


async def _read_body(request: Request) -> bytes:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _KIND:
        raise NoticeRefused(Refusal.NOT_JSON)
    try:
        return await read_body(request, MOST_BYTES)
    except FormTooLarge as error:
        raise NoticeRefused(Refusal.TOO_LARGE) from error


def _read_texts(body: bytes) -> list[str]:
    if body.count(b"{") + body.count(b"[") > _MOST_BRACKETS:
        raise NoticeRefused(Refusal.MALFORMED)
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoticeRefused(Refusal.MALFORMED) from error
    listed = given.get("notices") if isinstance(given, dict) else None
    if not isinstance(listed, list):
        raise NoticeRefused(Refusal.MALFORMED)
    if len(listed) > MOST_NOTICES:
        raise NoticeRefused(Refusal.TOO_LARGE)
    texts = [one.get("jwt") if isinstance(one, dict) else None for one in listed]
    if not all(isinstance(one, str) and one.isascii() for one in texts):
        raise NoticeRefused(Refusal.MALFORMED)
    return [str(one) for one in texts]


def _tell(refusals: list[Refusal]) -> Response:
    if not refusals:
        return JSONResponse({})
    status, word = refusals[0].value
    return JSONResponse({"error": word}, status_code=status)
