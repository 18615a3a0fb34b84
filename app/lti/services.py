"""One call to a platform's service with its token: a refused token is renewed once, and every failure is a verdict."""

from dataclasses import dataclass

from app.lti import tokens
from app.lti.delivery_rules import Meaning, Reply, Verdict, read_reply, read_wait, settle_unauthorized
from app.lti.models import Registration
from app.lti.tokens import TokenRefused
from app.outbound.errors import OutboundError, Reason
from app.outbound.http import Answer
from app.web.house import House

TEXT_READ = 2000
_HOPELESS = frozenset({Reason.BAD_URL, Reason.NOT_ALLOWED})


@dataclass(frozen=True)
class Call:
    """What is asked, with which scope; `headers` name the media types, `body` is sent as it is."""

    method: str
    url: str
    scope: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a call: the verdict, and the answer where there was one."""

    verdict: Verdict
    answer: Answer | None = None


class ServiceFailed(Exception):  # noqa: N818  says what happened
    """A service did not do what it was asked; the verdict says why, and whether to ask again."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.reason} {verdict.status or ''}".strip())
        self.verdict = verdict


def exchange(house: House, registration: Registration, call: Call) -> Outcome:
    """Sends the call; a token that is refused is dropped, and one new token is tried once. Never raises.

    Not inside a write transaction.
    """
    outcome = Outcome(Verdict(Meaning.UNAUTHORIZED))
    for _ in range(2):
        try:
            token = tokens.get_token(house, registration, scope=call.scope)
        except TokenRefused as refused:
            wait = read_wait(refused.retry_after, house.clock())
            return Outcome(Verdict(Meaning.FAILED, refused.reason, wait=wait, is_lanes=True))
        outcome = _send(house, call, token)
        if outcome.verdict.meaning != Meaning.UNAUTHORIZED:
            return outcome
        tokens.drop_token(house, registration, scope=call.scope, token=token)
    return Outcome(settle_unauthorized(outcome.verdict), outcome.answer)


def request(house: House, registration: Registration, call: Call) -> Answer:
    """The answer of a call that succeeded. Raises ServiceFailed."""
    outcome = exchange(house, registration, call)
    if outcome.answer is None or not outcome.answer.is_success:
        raise ServiceFailed(outcome.verdict)
    return outcome.answer


def _send(house: House, call: Call, token: str) -> Outcome:
    headers = {"authorization": f"Bearer {token}", **call.headers}
    try:
        answer = house.outbound.send(call.method, call.url, headers=headers, body=call.body)
    except OutboundError as error:
        meaning = Meaning.REFUSED if error.reason in _HOPELESS else Meaning.FAILED
        return Outcome(Verdict(meaning, error.reason.value, may_have_arrived=error.may_have_arrived))
    text = answer.body[:TEXT_READ].decode("utf-8", "replace").lower()
    return Outcome(read_reply(Reply(answer.status, text, answer.headers.get("retry-after")), house.clock()), answer)
