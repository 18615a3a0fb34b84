"""How dates, minutes and counts are written on pages."""

from datetime import date, datetime

from app.web.texts import gettext as _
from app.web.texts import ngettext

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUTES_AN_HOUR = 60
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(at: date) -> str:
    """`12 October 2026`."""
    return f"{at.day}{NO_BREAK}{_(MONTHS[at.month - 1])}{NO_BREAK}{at.year}"


def clock(at: datetime) -> str:
    """`14:03`, in UTC; the page's script writes it in the reader's own time."""
    return f"{at:%H:%M}"


def moment(at: datetime) -> str:
    return f"{day(at)}, {clock(at)}{NO_BREAK}UTC"


def minutes(count: int) -> str:
    """`37 min` or `1 h 15 min`."""
    hours, rest = divmod(count, MINUTES_AN_HOUR)
    short = ngettext("{n} min", "{n} min", rest).format(n=rest).replace(" ", NO_BREAK)
    if not hours:
        return short
    long = ngettext("{n} h", "{n} h", hours).format(n=hours).replace(" ", NO_BREAK)
    return f"{long}{NO_BREAK}{short}" if rest else long


def of(count: int, total: int) -> str:
    """`2 of 6`, never broken across lines."""
    return _("{n} of {total}").format(n=count, total=total).replace(" ", NO_BREAK)
