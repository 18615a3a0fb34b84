"""Judging a deep linking response, and adding what it offers to a course."""

from collections.abc import Mapping
from typing import Any

from app.practice_lms.assertions import AssertionRefused, read_tool_keys
from app.practice_lms.content_items import list_item_problems
from app.practice_lms.jose import RefusedToken, verify_compact
from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration
from app.practice_lms.seed import add_column
from app.practice_lms.words import DL, LTI
from app.practice_lms.world import Link


class ResponseRefused(Exception):  # noqa: N818 - an error's name is a sentence in this house
    """A deep linking response that does not hold; the text says why."""


def read_response(platform: Platform, registration: Registration, token: str) -> dict[str, Any]:
    """The claims of a response by this tool for this site; raises ResponseRefused."""
    try:
        claims = verify_compact(token, read_tool_keys(platform, registration)).claims
    except (RefusedToken, AssertionRefused) as problem:
        raise ResponseRefused(f"JWT verification failure: {problem}") from problem
    for problem_found in _list_problems(platform, registration, claims):
        raise ResponseRefused(problem_found)
    return claims


def _list_problems(platform: Platform, registration: Registration, claims: Mapping[str, Any]) -> list[str]:
    now = platform.now().timestamp()
    issued, ends = claims.get("iat"), claims.get("exp")
    timed = isinstance(issued, int | float) and isinstance(ends, int | float) and issued <= now < ends
    checks = {
        "iss must be the client id": claims.get("iss") == registration.client_id,
        "aud must be the issuer": claims.get("aud") in (platform.urls.issuer, [platform.urls.issuer]),
        "iat and exp must hold now": timed,
        "deployment_id is another": claims.get(LTI + "deployment_id") == registration.deployment_id,
        "message_type must be LtiDeepLinkingResponse": claims.get(LTI + "message_type") == "LtiDeepLinkingResponse",
        "version must be 1.3.0": claims.get(LTI + "version") == "1.3.0",
        "data was not asked for": DL + "data" not in claims,
        "content_items must be a list": isinstance(claims.get(DL + "content_items", []), list),
        "nonce is missing": isinstance(claims.get("nonce"), str),
    }
    found = [problem for problem, holds in checks.items() if not holds]
    found = found or list_item_problems(claims.get(DL + "content_items", []), domain=registration.config.domain)
    return found or _list_reuse(platform, registration, str(claims["nonce"]))


def _list_reuse(platform: Platform, registration: Registration, nonce: str) -> list[str]:
    first = platform.tokens.is_first_use(registration.client_id, f"deep linking {nonce}", now=platform.now())
    return [] if first else ["nonce was used before"]


def list_items(claims: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The offered resource links; other types are left out."""
    items = claims.get(DL + "content_items", [])
    return [item for item in items if isinstance(item, dict) and item.get("type") == "ltiResourceLink"]


def add_items(platform: Platform, course_id: str, items: list[dict[str, Any]], *, graded: bool) -> tuple[Link, ...]:
    """One link per item; a line item becomes a column where the place honors it."""
    return tuple(_add_item(platform, course_id, item, graded=graded) for item in items)


def _add_item(platform: Platform, course_id: str, item: dict[str, Any], *, graded: bool) -> Link:
    link = Link(
        platform.world.next_id("link"),
        course_id,
        str(item.get("title", "Untitled")),
        description=str(item.get("text", "")),
        url=item.get("url"),
        custom={str(key): str(value) for key, value in item.get("custom", {}).items()},
    )
    wanted = item.get("lineItem")
    if graded and isinstance(wanted, dict):
        ids = {"resource_id": str(wanted.get("resourceId", "")), "tag": str(wanted.get("tag", ""))}
        add_column(platform.world, link, maximum=float(wanted.get("scoreMaximum", 1)), **ids)
    return platform.world.add_link(link)
