"""What course staff read about their gradebook columns: each link of the course, and whether it has one, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.lti import offer_queries as queries
from app.lti.models import LineItem, ResourceLink
from app.lti.offer_models import LineItemOffer
from app.lti.offer_rules import MAY_BE_ASKED, UNDER_WAY, OfferState, may_have_column
from app.membership.models import Context
from app.progress.rules import HOME_KEY, module_key
from app.web.texts import gettext as _
from app.web.texts import lazy
from modules import Library

_WHY = {
    "forbidden": lazy("It does not let Cairn make columns in this course."),
    "not-authorized": lazy("It does not accept Cairn's key at the moment."),
    "token-invalid_scope": lazy("Its administrator has not allowed Cairn to make columns."),
    "token-invalid_client": lazy("It does not know Cairn any more, or has switched it off."),
    "no-line-item": lazy("It finds no gradebook for this course."),
    "throttled": lazy("It asked Cairn to slow down."),
    "lms-error": lazy("It had a fault of its own."),
    "timeout": lazy("It did not answer in time."),
}


@dataclass(frozen=True)
class ColumnRow:
    """One link: how its column stands (`good`, `going`, `none`, `bad`), the sentence, and the offer to take up."""

    title: str
    what: str
    mood: str
    why: str | None
    next_at: datetime | None
    offer: UUID | None


@dataclass(frozen=True)
class ColumnsPage:
    """All links of a course that can be completed."""

    context: Context
    rows: tuple[ColumnRow, ...]
    is_under_way: bool


def make_columns_page(
    context: Context, columns: Iterable[tuple[ResourceLink, LineItem | None, LineItemOffer | None]], library: Library
) -> ColumnsPage:
    rows = tuple(_make_row(*column, library) for column in columns if may_have_column(column[0].key))
    return ColumnsPage(context, rows[: queries.MOST_LINKS], any(row.mood == "going" for row in rows))


def _make_row(link: ResourceLink, item: LineItem | None, offer: LineItemOffer | None, library: Library) -> ColumnRow:
    what, mood = _say(item, offer)
    is_troubled = offer is not None and mood in {"going", "bad"} and offer.reason is not None
    may_ask = offer is not None and mood in {"none", "bad"} and offer.state in MAY_BE_ASKED
    return ColumnRow(
        title=link.title or _name_content(link.key, library),
        what=what,
        mood=mood,
        why=_say_why(offer) if offer is not None and is_troubled else None,
        next_at=offer.next_at if offer is not None and is_troubled and mood == "going" else None,
        offer=offer.uuid if offer is not None and may_ask else None,
    )


def _say(item: LineItem | None, offer: LineItemOffer | None) -> tuple[str, str]:
    state = offer.state if offer is not None else None
    if state == OfferState.FILLING:
        return _("The column is there. Completions are on their way into it."), "going"
    if state in UNDER_WAY:
        return _("Being made. Your LMS has been asked; open this page again in a minute."), "going"
    if item is not None and item.gone_at is None:
        return _say_living(item, offer)
    return _say_missing(item, state)


def _say_missing(item: LineItem | None, state: str | None) -> tuple[str, str]:
    if state == OfferState.REFUSED:
        return _("Your LMS did not make the column."), "bad"
    if item is not None:
        return _("The column is gone from the gradebook."), "bad"
    if state == OfferState.OPEN:
        return _("No column yet. Completions are not shown in the gradebook."), "none"
    return _("No column, and your LMS does not let Cairn make one for this link."), "none"


def _say_living(item: LineItem, offer: LineItemOffer | None) -> tuple[str, str]:
    if not item.may_score:
        return _("There is a column, and your LMS does not let Cairn write to it."), "bad"
    if offer is not None and offer.made_url == item.url:
        return _("Has a column, made by Cairn."), "good"
    return _("Has a column, made by your LMS."), "good"


def _say_why(offer: LineItemOffer) -> str:
    known = _WHY.get(offer.reason or "")
    code = " ".join(filter(None, (offer.reason, str(offer.status or ""))))
    return _(known) if known else _("Tell your LMS administrator this code: {code}.").format(code=code)


def _name_content(key: str, library: Library) -> str:
    if key == HOME_KEY:
        return _("The whole training")
    module = library.find_module(key.removeprefix(module_key("")))
    return module.title if module else key
