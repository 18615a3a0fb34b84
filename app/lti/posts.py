"""The form that a platform posts to the launch address: bounded, each field once, an error told instead of a token."""

import re
from dataclasses import dataclass

from fastapi import Request

from app.lti.jws import MOST_CHARACTERS
from app.lti.refusals import Reason, Refused
from app.web.errors import FormTooLarge, UnsupportedForm
from app.web.forms import Form, parse_form, read_body
from app.web.texts import gettext as _

MOST_BYTES = MOST_CHARACTERS + 32_768
FORM_KIND = "application/x-www-form-urlencoded"
# What platforms are known to report; anything else is shown as "an error", never in its own words.
_KNOWN_ERRORS = re.compile(r"[a-z][a-z_]{2,48}")


@dataclass(frozen=True)
class LaunchForm:
    """A token and the state that it answers to; `secret` only from our own page, where the LMS kept it."""

    id_token: str
    state: str
    error: str = ""
    secret: str = ""

    def raise_error(self) -> None:
        """Raises Refused where the platform reported an error instead of a token."""
        if self.error:
            known = _KNOWN_ERRORS.fullmatch(self.error)
            raise Refused(Reason.PLATFORM_ERROR, detail=known[0] if known else _("an error"))


async def read_launch_form(request: Request) -> LaunchForm:
    """Raises Refused for a form without a token, with a field twice, or with an error in it."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_KIND:
        raise UnsupportedForm
    try:
        form = parse_form(await read_body(request, MOST_BYTES))
    except FormTooLarge as error:
        raise Refused(Reason.TOKEN_TOO_LARGE) from error
    if request.query_params.get("id_token") is not None:
        raise Refused(Reason.BAD_LAUNCH)
    return _read(form)


def _read(form: Form) -> LaunchForm:
    names = ("id_token", "state", "error", "secret")
    if any(len(form.all(name)) > 1 for name in names):
        raise Refused(Reason.BAD_LAUNCH)
    if len(form.one("id_token")) > MOST_CHARACTERS:
        raise Refused(Reason.TOKEN_TOO_LARGE)
    found = LaunchForm(form.one("id_token"), form.one("state"), form.one("error"), form.one("secret"))
    if not found.state:
        found.raise_error()
    if not found.state or not (found.id_token or found.error):
        raise Refused(Reason.BAD_LAUNCH)
    return found
