"""The table of lies as a page for people: `python -m tests.security.lies_table` writes it anew."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.security.lies import Lie
from tests.security.lies_of_connections import LIES_OF_CONNECTIONS
from tests.security.lies_of_launches import LIES_OF_LAUNCHES
from tests.security.lies_of_services import LIES_OF_SERVICES

LIES = (*LIES_OF_LAUNCHES, *LIES_OF_SERVICES, *LIES_OF_CONNECTIONS)
PAGE = Path(__file__).parents[2] / "docs" / "hostile-platform.md"
_HEAD = """# What a hostile LMS can say, and what comes of it

An LMS that is connected to Cairn signs what it likes about its own people and answers what it likes. Each
line is told to a running Cairn through its public addresses and background jobs, on SQLite and on PostgreSQL.
After each, a learner's home, a course's completion list and an administrator's health page of two other
institutions are byte for byte as before; one of the two shares the hostile LMS's issuer, and the ids of its
people, course, link and deployment.

*Its own affair* means: believed of its own people and courses, it gives nobody a right and reaches nothing of
anybody else.

This page is written by `python -m tests.security.lies_table`, and a test holds it to what is tried.
"""


def render(lies: Sequence[Lie] = LIES) -> str:
    states = Counter(lie.expected.state for lie in lies)
    counts = ", ".join(f"{state} {count}" for state, count in states.most_common())
    rows = [f"| {lie.about} | {lie.what} | {lie.expected.state} |" for lie in lies]
    return "\n".join(
        [
            _HEAD,
            f"{len(lies)} lies: {counts}.",
            "",
            "| about | the lie | what comes of it |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
