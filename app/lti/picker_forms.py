"""What was posted from the page of choices: which contents, with which columns and dates."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.lti.content_items import Dates
from app.lti.contents import Content
from app.web.errors import NotFound
from app.web.forms import Form
from app.web.texts import gettext as _

CHOICE, COLUMN, ZONE = "choice", "column", "zone"
OPENS, CLOSES, DUE = "opens", "closes", "due"
UTC_NAME = "UTC"
_LONGEST_DATE = 25
_YEARS = range(2000, 2200)

Problems = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Posted:
    """The form as it was filled in; `columns` is None before anybody has."""

    keys: tuple[str, ...] = ()
    columns: frozenset[str] | None = None
    dates: dict[str, str] = field(default_factory=dict)
    zone: str = UTC_NAME

    def wants_column(self, content: Content) -> bool:
        """On at first for all that can be graded."""
        return content.is_gradable and (self.columns is None or content.key in self.columns)


def read_posted(form: Form) -> Posted:
    dates = {name: form.one(name).strip()[:_LONGEST_DATE] for name in (OPENS, CLOSES, DUE)}
    zone = form.one(ZONE)
    known = zone if zone in _list_zones() else UTC_NAME
    return Posted(form.all(CHOICE), frozenset(form.all(COLUMN)), dates, known)


@cache
def _list_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def find_chosen(posted: Posted, contents: tuple[Content, ...]) -> tuple[Content, ...]:
    """In the order of the list. Raises NotFound for a key that is not on it."""
    wanted = set(posted.keys)
    if wanted - {content.key for content in contents}:
        raise NotFound
    return tuple(content for content in contents if content.key in wanted)


def list_problems(posted: Posted, *, takes_several: bool) -> Problems:
    """What must be mended first: the field and a sentence each."""
    found = []
    if not posted.keys:
        found.append((CHOICE, _("Choose what to add.")))
    if len(set(posted.keys)) > 1 and not takes_several:
        found.append((CHOICE, _("Your LMS takes one link at a time here. Choose one.")))
    unread = [name for name, text in posted.dates.items() if text and _read_date(text, posted.zone) is None]
    found += [(name, _("Write the date and time like 2026-12-01 08:00.")) for name in unread]
    return (*found, *(() if unread else _list_wrong_order(read_dates(posted))))


def _list_wrong_order(dates: Dates) -> Problems:
    rules: tuple[tuple[str, str, Callable[[Dates], datetime | None]], ...] = (
        (CLOSES, _("The links would close before they open."), lambda found: found.closes_at),
        (DUE, _("The links would be due before they open."), lambda found: found.due_at),
    )
    opens = dates.opens_at
    late = [(name, text, end(dates)) for name, text, end in rules]
    return tuple((name, text) for name, text, at in late if opens and at and at <= opens)


def read_dates(posted: Posted) -> Dates:
    """The dates in the chosen zone; a text that is none counts as absent."""
    opens, closes, due = (_read_date(posted.dates.get(name, ""), posted.zone) for name in (OPENS, CLOSES, DUE))
    return Dates(opens, closes, due)


def _read_date(text: str, zone: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    return at if at.year in _YEARS else None
