"""What routes ask for: the platform, the browser's session, a posted form, a raw body, and the right temper."""

from collections.abc import Callable
from typing import Annotated, Any, cast
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from app.practice_lms.platform import Platform
from app.practice_lms.refusals import Refusal
from app.practice_lms.sessions import COOKIE, BrowserSession
from app.practice_lms.settings import TemperName

FORM_TYPE = "application/x-www-form-urlencoded"


def get_platform(request: Request) -> Platform:
    return cast("Platform", request.app.state.platform)


ThePlatform = Annotated[Platform, Depends(get_platform)]


def find_session(request: Request, platform: ThePlatform) -> BrowserSession | None:
    return platform.sessions.find(request.cookies.get(COOKIE))


Session = Annotated[BrowserSession | None, Depends(find_session)]


async def read_body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(read_body)]


def media_type_of(request: Request) -> str:
    """The posted media type without its parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def read_form(request: Request, body: RawBody) -> dict[str, str]:
    """A posted form; other media types give an empty one."""
    if media_type_of(request) != FORM_TYPE:
        return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


PostedForm = Annotated[dict[str, str], Depends(read_form)]


def read_parameters(request: Request, form: PostedForm) -> dict[str, str]:
    """Query and form together, as an authorization endpoint takes them."""
    return {**request.query_params, **form}


Parameters = Annotated[dict[str, str], Depends(read_parameters)]


def only_in(name: TemperName) -> Any:
    """A router dependency: addresses of the other LMS do not exist."""

    def check(platform: ThePlatform) -> None:
        if platform.temper.name != name:
            raise Refusal(404, "Not found", reason=f"this site is in {platform.temper.name}'s temper")

    return Depends(check)


def only_on(choose: Callable[[Platform], str]) -> Any:
    """A router dependency: an address answers on its own host only."""

    def check(request: Request, platform: ThePlatform) -> None:
        if request.headers.get("host") != choose(platform).split("://", 1)[-1]:
            raise Refusal(404, "Not found", reason="this host does not serve that address")

    return Depends(check)
