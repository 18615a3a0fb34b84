"""The stages of the attacks, and whole LMSs."""

import pytest

from tests.attack_fixtures import database_of_the_run, fresh_stage, shared_stage, stage
from tests.deep_linking_kit import shared_tool
from tests.practice_kit import Campus
from tests.roster_kit import school, tool


@pytest.fixture(params=["moodle", "canvas"])
def campus(request, settings, clock):
    made = Campus(settings, clock, request.param)
    yield made
    made.close()


__all__ = ["database_of_the_run", "fresh_stage", "school", "shared_stage", "shared_tool", "stage", "tool"]
