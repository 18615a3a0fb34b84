"""What functional tests share: a tool with a platform, and a whole LMS beside Cairn."""

import pytest

from tests.lti_kit import tool as tool
from tests.practice_kit import Campus


@pytest.fixture(params=["moodle", "canvas"])
def campus(request, settings, clock):
    made = Campus(settings, clock, request.param)
    yield made
    made.close()
