"""The fixtures of rosters."""

from tests.roster_kit import school as school
from tests.roster_kit import tool as tool
