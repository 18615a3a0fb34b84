"""Cookie headers, written by hand: `Partitioned` is unknown to the standard library below Python 3.14."""

from collections.abc import Mapping

from starlette.responses import Response

SESSION = "__Host-cairn"
LOOK = "__Host-cairn-look"
OPERATOR = "__Host-cairn-operator"


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """A cookie that works in a cross-site frame: of this host alone, unreadable by script, one jar for each LMS."""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    response.headers.append("set-cookie", f"{name}={value}; Path=/{age}; Secure; HttpOnly; SameSite=None; Partitioned")


def set_strict_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """A cookie for a page of its own tab: no other site's link, form or frame ever brings it along."""
    age = "" if max_age is None else f"; Max-Age={max_age}"
    response.headers.append("set-cookie", f"{name}={value}; Path=/{age}; Secure; HttpOnly; SameSite=Strict")


def drop_cookie(response: Response, name: str) -> None:
    set_cookie(response, name, "", max_age=0)


def read_cookie(cookies: Mapping[str, str], name: str) -> str | None:
    return cookies.get(name) or None
