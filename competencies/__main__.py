"""`python -m competencies check [--accept]`: every problem of framework and instruments, exit 1 on an error."""

import sys
from collections.abc import Sequence

from competencies import CURRENT, check_framework, check_instrument, has_errors, load_framework, load_instruments
from competencies.instrument_lock import accept_instruments, check_lock

USAGE = "usage: python -m competencies check [--accept]\n"
ACCEPT = "--accept"


def main(arguments: Sequence[str]) -> int:
    """Print every problem, or what was found in order; return the exit code."""
    if arguments[:1] != ["check"] or set(arguments[1:]) - {ACCEPT}:
        sys.stderr.write(USAGE)
        return 2
    instruments, problems = load_instruments()
    if ACCEPT in arguments:
        sys.stdout.write(f"{accept_instruments(instruments)} instruments added to instruments.lock\n")
    framework, faults = load_framework()
    problems += faults + check_lock(instruments)
    if framework:
        problems += check_framework(framework, where=CURRENT)
        counts = f"{len(framework.domains)} domains, {len(framework.competencies)} competencies"
        if not problems:
            sys.stdout.write(f"verified: {CURRENT}: {counts}; ids, uuids, domains and counts are in order\n")
    for instrument in instruments:
        problems += check_instrument(instrument, framework) if framework else ()
        sys.stdout.write(f"read: {instrument.name}: {len(instrument.items)} items with five anchors each\n")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return int(has_errors(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
