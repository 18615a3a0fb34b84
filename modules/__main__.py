"""`python -m modules check [--accept] [FOLDER …]`: every problem of the content, exit 1 on an error."""

import sys
from collections.abc import Sequence
from pathlib import Path

from competencies import has_errors
from modules.ids_lock import accept_ids
from modules.survey import CONTENT, check_all, survey
from modules.verified import list_verified

USAGE = "usage: python -m modules check [--accept] [FOLDER ...]\n"
ACCEPT = "--accept"


def main(arguments: Sequence[str]) -> int:
    """Print every problem, then what was verified when there is no error; return the exit code."""
    if not arguments or arguments[0] != "check":
        sys.stderr.write(USAGE)
        return 2
    roots = tuple(Path(one) for one in arguments[1:] if one != ACCEPT) or (CONTENT,)
    if ACCEPT in arguments:
        sys.stdout.write(f"{accept_ids(survey().folders)} ids of our own content added to ids.lock\n")
    problems = check_all(*roots)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    if has_errors(problems):
        return 1
    sys.stdout.writelines(f"verified: {line}\n" for line in list_verified(survey(roots)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
