"""A registered tool that does everything right, for each temper."""

import pytest

from tests.unit.practice_lms.right_tool import RightTool


@pytest.fixture
def moodle(clock):
    tool = RightTool("moodle", clock)
    tool.register()
    return tool


@pytest.fixture
def canvas(clock):
    tool = RightTool("canvas", clock)
    tool.register()
    return tool
