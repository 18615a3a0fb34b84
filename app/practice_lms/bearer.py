"""Reading the bearer token of a service call; each temper words the refusal."""

from fastapi import Request

from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration
from app.practice_lms.tokens import AccessToken


class BearerRefused(Exception):  # noqa: N818 - an error's name is a sentence in this house
    """`is_expired` tells a token that has run out, `lacks_scope` one that is good for something else."""

    def __init__(self, text: str, *, is_expired: bool = False, lacks_scope: bool = False) -> None:
        super().__init__(text)
        self.is_expired = is_expired
        self.lacks_scope = lacks_scope


def get_caller(platform: Platform, request: Request, *scopes: str) -> Registration:
    """The registration whose token this is, with one of the scopes; raises BearerRefused."""
    token = _get_token(platform, request)
    if token.expires_at <= platform.now():
        raise BearerRefused("Access token expired", is_expired=True)
    registration = platform.registrations.find(token.client_id)
    if registration is None or not registration.is_active or registration.temper != platform.temper.name:
        raise BearerRefused("Invalid Developer Key")
    if not set(scopes) & set(token.scopes):
        raise BearerRefused("Insufficient permissions", lacks_scope=True)
    return registration


def _get_token(platform: Platform, request: Request) -> AccessToken:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = platform.tokens.find(value) if scheme.lower() == "bearer" else None
    if token is None:
        raise BearerRefused("Access token invalid")
    return token
