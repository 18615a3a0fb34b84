"""`python -m competencies check`: every problem of the framework, exit 1 on an error."""

import sys
from collections.abc import Sequence

from competencies import CURRENT, check_framework, has_errors, load_framework

USAGE = "usage: python -m competencies check\n"


def main(arguments: Sequence[str]) -> int:
    """Print every problem, or what was found in order; return the exit code."""
    if list(arguments) != ["check"]:
        sys.stderr.write(USAGE)
        return 2
    framework, problems = load_framework()
    if framework:
        problems += check_framework(framework, where=CURRENT)
        counts = f"{len(framework.domains)} domains, {len(framework.competencies)} competencies"
        if not problems:
            sys.stdout.write(f"verified: {CURRENT}: {counts}; ids, uuids, domains and counts are in order\n")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return int(has_errors(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
