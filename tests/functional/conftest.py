"""What functional tests share: a tool with a platform, and a whole LMS beside Cairn."""

import pytest

from tests.deep_linking_kit import shared_tool as shared_tool
from tests.lti_kit import tool as tool
from tests.practice_kit import Campus


@pytest.fixture
def campus_of(settings, clock):
    """Makes an LMS of one temper, for what only that one does."""
    made = []

    def make(temper):
        made.append(Campus(settings, clock, temper))
        return made[-1]

    yield make
    for campus in made:
        campus.close()


@pytest.fixture(params=["moodle", "canvas"])
def campus(request, settings, clock):
    made = Campus(settings, clock, request.param)
    yield made
    made.close()
