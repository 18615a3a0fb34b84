"""The stages of the attacks."""

from tests.attack_fixtures import database_of_the_run, fresh_stage, shared_stage, stage
from tests.deep_linking_kit import shared_tool
from tests.lti_kit import tool

__all__ = ["database_of_the_run", "fresh_stage", "shared_stage", "shared_tool", "stage", "tool"]
