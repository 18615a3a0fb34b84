"""A platform is asked for its keys seldom, whoever asks when."""

from datetime import UTC, datetime, timedelta

import pytest

from app.lti.keysets import KeySets
from app.outbound.errors import OutboundError, Reason
from tests.clients import run_apart

URL = "https://lms.test/keys"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Silent:
    """A platform that is asked in vain."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, *_args: object, **_options: object):
        self.asked += 1
        raise OutboundError(Reason.NOT_CONNECTED)


@pytest.mark.parametrize(("seconds", "asked"), [(-1, 1), (0, 1), (29, 1), (30, 2)])
def test_who_decided_to_ask_before_another_ones_fetch_began_asks_no_more_after_it(seconds, asked):
    platform = Silent()
    keysets = KeySets(platform)
    later = NOW + timedelta(seconds=seconds)
    assert keysets.is_worth_asking(1, URL, "a", now=NOW)
    assert keysets.is_worth_asking(1, URL, "b", now=later)
    run_apart(keysets.ask(1, URL, now=NOW))
    run_apart(keysets.ask(1, URL, now=later))
    assert platform.asked == asked
