"""The token in every form that we render: a MAC over the person and the day, not over the session.

So a form that was open before a second launch of the same person still saves, and another person's form is told apart.
"""

from datetime import date, datetime, timedelta
from enum import Enum, auto

from app.membership.models import User
from app.web.models import OperatorSession
from app.web.signing import Signer

FIELD = "csrf"
_PURPOSE = "csrf"
_OWNER = "csrf-owner"
_OWNER_LENGTH = 8


class Verdict(Enum):
    """What a posted token proves."""

    OURS = auto()
    SOMEBODY_ELSES = auto()
    FORGED = auto()


def make_token(signer: Signer, user: User | OperatorSession, now: datetime) -> str:
    return f"{_owner(signer, user)}.{signer.mac(_PURPOSE, user.uuid.hex, now.date().isoformat())}"


def judge_token(signer: Signer, user: User | OperatorSession, token: str, now: datetime) -> Verdict:
    """Yesterday's token counts too: people write past midnight."""
    owner, _, mac = token.partition(".")
    if not mac:
        return Verdict.FORGED
    if owner != _owner(signer, user):
        return Verdict.SOMEBODY_ELSES
    days: tuple[date, ...] = (now.date(), now.date() - timedelta(days=1))
    fits = [signer.is_mac(mac, _PURPOSE, user.uuid.hex, day.isoformat()) for day in days]
    return Verdict.OURS if any(fits) else Verdict.FORGED


def _owner(signer: Signer, user: User | OperatorSession) -> str:
    return signer.mac(_OWNER, user.uuid.hex)[:_OWNER_LENGTH]
