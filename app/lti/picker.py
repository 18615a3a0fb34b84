"""The page of choices as it is shown: what may be added here, and what this place of the LMS takes."""

from dataclasses import dataclass

from app.lti import picker_forms as forms
from app.lti.content_items import Dates, build_item
from app.lti.contents import Content
from app.lti.deep_linking import Asked
from app.lti.delivery_rules import SCORE_SCOPE
from app.lti.picker_forms import Posted, Problems
from app.lti.platform_profiles import DeepLinking, recognize
from app.web.texts import gettext as _

ZONES = (
    "UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Anchorage",
    "America/Bogota", "America/Chicago", "America/Denver", "America/Halifax", "America/Lima", "America/Los_Angeles",
    "America/Mexico_City", "America/New_York", "America/Phoenix", "America/Santiago", "America/Sao_Paulo",
    "America/St_Johns", "Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Manila", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Tehran",
    "Asia/Tokyo", "Australia/Adelaide", "Australia/Brisbane", "Australia/Perth", "Australia/Sydney", "Europe/Athens",
    "Europe/Berlin", "Europe/Dublin", "Europe/Istanbul", "Europe/Lisbon", "Europe/London", "Europe/Madrid",
    "Europe/Moscow", "Europe/Oslo", "Europe/Paris", "Europe/Rome", "Europe/Stockholm", "Europe/Warsaw",
    "Europe/Zurich", "Pacific/Auckland", "Pacific/Honolulu",
)  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One content to choose, and whether a column would come with it; None where it cannot have one here."""

    content: Content
    is_chosen: bool
    has_column: bool | None


@dataclass(frozen=True)
class DateField:
    """One optional date of all that is added."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Picker:
    """The whole page."""

    options: tuple[Option, ...]
    takes_several: bool
    column_hint: str
    dates: tuple[DateField, ...]
    zones: tuple[str, ...]
    zone: str
    problems: Problems


def tell_refusal(asked: Asked) -> str:
    """Why nothing can be chosen here, "" where it can. The sentence goes to the LMS too."""
    if not asked.request.may_choose:
        return _("Links are added by those who teach or build the course, and your LMS does not say that you do.")
    if not asked.request.accepts_links:
        return _("This place in your LMS takes no links to a tool, and Cairn has nothing else to add.")
    return ""


def takes_columns(asked: Asked) -> bool:
    """Whether a link that is added here brings its column. A platform that does not say mostly takes them.

    A column that we may not fill would stay empty for ever.
    """
    if not may_score(asked):
        return False
    if asked.request.accepts_line_items is not None:
        return asked.request.accepts_line_items
    graded, placement = _customs(asked).graded_placements, asked.request.placement
    return not graded or placement is None or placement in graded


def may_score(asked: Asked) -> bool:
    """Whether the registration let us send completions; so, too, where it did not say."""
    granted = asked.registration.scopes_granted
    return granted is None or SCORE_SCOPE in granted.split()


def takes_dates(asked: Asked) -> bool:
    return takes_columns(asked) and _customs(asked).takes_dates


def _customs(asked: Asked) -> DeepLinking:
    return recognize(asked.registration.product, asked.registration.issuer).deep_linking


def make_picker(
    asked: Asked, contents: tuple[Content, ...], posted: Posted | None = None, problems: Problems = ()
) -> Picker:
    """The page at first, or filled in as it was posted beside what is wrong with it."""
    posted, has_columns = posted or Posted(), takes_columns(asked)
    options = [
        Option(one, one.key in posted.keys, posted.wants_column(one) if has_columns and one.is_gradable else None)
        for one in contents
    ]
    return Picker(
        options=tuple(options),
        takes_several=asked.request.accepts_several,
        column_hint="" if has_columns else _tell_no_columns(asked),
        dates=_list_dates(posted) if takes_dates(asked) else (),
        zones=ZONES if posted.zone in ZONES else (posted.zone, *ZONES),
        zone=posted.zone,
        problems=problems,
    )


def _tell_no_columns(asked: Asked) -> str:
    if not may_score(asked):
        return _("Your LMS does not let Cairn send completions, so links that are added here have no gradebook column.")
    if asked.request.placement is None:
        return _("Your LMS makes no gradebook column for links that are added here.")
    return _("Links that are added here have no gradebook column. To see 1 of 1 in the gradebook, add an assignment.")


def _list_dates(posted: Posted) -> tuple[DateField, ...]:
    labels = ((forms.OPENS, _("Opens")), (forms.DUE, _("Due")), (forms.CLOSES, _("Closes")))
    return tuple(DateField(name, label, posted.dates.get(name, "")) for name, label in labels)


def build_items(
    asked: Asked, contents: tuple[Content, ...], posted: Posted, *, base_url: str
) -> tuple[dict[str, object], ...]:
    """The chosen contents as the LMS takes them: no column and no date where it would not."""
    has_columns = takes_columns(asked)
    dates = forms.read_dates(posted) if takes_dates(asked) else Dates()
    return tuple(
        build_item(one, base_url=base_url, has_column=has_columns and posted.wants_column(one), dates=dates)
        for one in forms.find_chosen(posted, contents)
    )
