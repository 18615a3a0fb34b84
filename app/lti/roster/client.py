"""Asks a platform for one page of a roster, and reads what its answer means."""

from dataclasses import dataclass
from datetime import timedelta

from app.lti import tokens
from app.lti.delivery_rules import read_wait
from app.lti.models import Registration
from app.lti.roster.rules import MEMBERS_SCOPE, MEMBERS_TYPE, Page, UnreadablePage, read_page
from app.lti.tokens import TokenRefused
from app.outbound.errors import OutboundError, Reason
from app.outbound.http import Answer
from app.web.house import House

MOST_BYTES = 10_000_000
_UNAUTHORIZED, _FORBIDDEN, _THROTTLED = 401, 403, 429
_GONE = frozenset({400, 404, 410, 422})
_RATE_LIMIT = b"rate limit"


class PageRefused(Exception):  # noqa: N818  says what happened
    """No page: a reason word, how long the platform asks us to wait, and whether to begin anew rather than go on."""

    def __init__(self, reason: str, *, wait: timedelta | None = None, is_lost: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.is_lost = is_lost


@dataclass
class Caller:
    """Asks for pages in one registration's name; the token is looked up once for all of them."""

    house: House
    registration: Registration
    _token: str | None = None

    def get_page(self, url: str) -> Page:
        """The page at that address. Raises PageRefused. Not inside a transaction: it waits for the platform."""
        answer = self._ask(url)
        if answer.status == _UNAUTHORIZED:
            self._drop_token()
            answer = self._ask(url)
        if not answer.is_success:
            raise self._read_refusal(answer)
        allow_http = self.house.settings.is_development
        try:
            return read_page(answer.json(), answer.headers.get("link", ""), url, allow_http=allow_http)
        except OutboundError as error:
            raise PageRefused("unreadable") from error
        except UnreadablePage as error:
            raise PageRefused(error.reason, is_lost=error.reason != "unreadable") from error

    def _ask(self, url: str) -> Answer:
        headers = {"accept": MEMBERS_TYPE, "authorization": f"Bearer {self._get_token()}"}
        try:
            return self.house.outbound.send("GET", url, headers=headers, limit=MOST_BYTES)
        except OutboundError as error:
            raise PageRefused(error.reason.value, is_lost=error.reason == Reason.BAD_URL) from error

    def _get_token(self) -> str:
        if self._token is None:
            try:
                self._token = tokens.get_token(self.house, self.registration, scope=MEMBERS_SCOPE)
            except TokenRefused as refused:
                wait = read_wait(refused.retry_after, self.house.clock())
                raise PageRefused(refused.reason, wait=wait) from refused
        return self._token

    def _drop_token(self) -> None:
        assert self._token is not None
        tokens.drop_token(self.house, self.registration, scope=MEMBERS_SCOPE, token=self._token)
        self._token = None

    def _read_refusal(self, answer: Answer) -> PageRefused:
        wait = read_wait(answer.headers.get("retry-after"), self.house.clock())
        status = answer.status
        if status == _UNAUTHORIZED:
            return PageRefused("unauthorized", wait=wait)
        if status == _THROTTLED or (status == _FORBIDDEN and _RATE_LIMIT in answer.body[:2000].lower()):
            return PageRefused("throttled", wait=wait)
        if status == _FORBIDDEN:
            return PageRefused("forbidden", wait=wait)
        return PageRefused("not-found" if status in _GONE else f"status-{status}", wait=wait, is_lost=status in _GONE)
