"""Platform storage: where a frame keeps no cookie, the LMS's own page keeps the browser's secret.

Source: 1EdTech's LTI Client Side postMessages, and LTI Platform Storage, both 0.1.
The secret alone proves nothing, since an attacker knows his own. What proves is that our own page, in this browser,
got it from the LMS's origin and posted it to us itself.
"""

import hmac
import re
import secrets
from dataclasses import dataclass

from fastapi import Request

from app.lti.addresses import find_origin
from app.lti.posts import LaunchForm
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered
from app.lti.states import State, hash_text
from app.web.forms import Form
from app.web.house import House

STORAGE_TARGET = "lti_storage_target"
# The LMS's page itself, or a frame beside ours that the page has given a plain name.
_TARGET = re.compile(r"_parent|[A-Za-z][A-Za-z0-9_-]{0,63}")
_SECRET_BYTES = 32
_SITE = "sec-fetch-site"
_SAME_ORIGIN = "same-origin"


@dataclass(frozen=True)
class Place:
    """Where something of ours is kept: which frame to ask, its one origin, and the key, which is no secret."""

    target: str
    origin: str
    key: str


@dataclass(frozen=True)
class Offer:
    """What the login page asks the LMS to keep, and the address to go on to once it has."""

    place: Place
    secret: str
    next: str


@dataclass(frozen=True)
class Question:
    """What the launch page asks the LMS for, and what it then posts back with the answer."""

    place: Place
    id_token: str
    state: str


def read_target(form: Form) -> str:
    """The frame that a login names, "" for none, several, or a name that is not plain."""
    named = form.all(STORAGE_TARGET)
    return named[0] if len(named) == 1 and _TARGET.fullmatch(named[0]) else ""


def tells_its_site(request: Request) -> bool:
    """Whether this browser says of a request which site's page made it; those of before 2023 do not."""
    return _SITE in request.headers


def make_secret() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def find_place(house: House, registered: Registered, *, target: str, secret_hash: str) -> Place | None:
    """Only the origin of the registered sign-in address may keep or give out a secret; None where it has none."""
    origin = find_origin(registered.authorization_url, allow_http=house.settings.is_development)
    return Place(target, origin, f"cairn_{secret_hash}") if origin else None


def check_sender(request: Request, posted: LaunchForm, state: State) -> None:
    """Raises Refused unless a page of ours sent it, with the secret of the login."""
    site = request.headers.get(_SITE)
    if not posted.secret or site is None:
        raise Refused(Reason.COOKIES_BLOCKED)
    if site != _SAME_ORIGIN or not state.storage_target:
        raise Refused(Reason.OTHER_BROWSER)
    if not hmac.compare_digest(hash_text(posted.secret), state.secret_hash):
        raise Refused(Reason.OTHER_BROWSER)
