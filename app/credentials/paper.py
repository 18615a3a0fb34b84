"""Everything that is kept about a person as a document to be read: in words, by kind, with who sees it and how long."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.assessment.sheets import KeptSheet
from app.credentials.keeping_rules import Periods
from app.credentials.pages import Holding, list_holdings
from app.credentials.telling import INNER, LINES, RECORDS, Part, Source, Told, list_lines, list_records
from app.learning.pages.looks import LookLine
from app.web import words
from app.web.pdfs import make_head
from app.web.texts import gettext as _
from app.web.texts import ngettext

TEMPLATE = Path(__file__).parent / "templates" / "credentials" / "own_data.typ"


@dataclass(frozen=True)
class Section:
    """One kind of thing: what is said about it, its short lines, and its records in full."""

    title: str
    notes: tuple[str, ...]
    lines: tuple[str, ...] = ()
    records: tuple[Told, ...] = ()


def make_document(
    source: Source, sheets: Sequence[KeptSheet], looks: Sequence[LookLine], periods: Periods, now: datetime
) -> dict[str, Any]:
    """The document as data for paper. `sheets` are the person's self-assessments, `looks` who read their name."""
    sections = [_make_section(one, source, sheets) for one in list_holdings(periods)]
    sections.insert(1, _tell_looks(looks))
    made = _("Made on {moment}. The same as data, complete, is in the JSON file on the page Your data.")
    return {
        **make_head(_("Your data")),
        "about": [made.format(moment=words.moment(now)), _("On a shared computer, delete this file before you leave.")],
        "sections": [asdict(one) for one in sections],
    }


def _make_section(one: Holding, source: Source, sheets: Sequence[KeptSheet]) -> Section:
    lines = [line for table in one.tables for line in list_lines(source, table)]
    records = [record for table in one.tables for record in list_records(source, table)]
    if "assessment" in one.tables:
        records += [_tell_sheet(sheet) for sheet in sheets]
    notes = [_("Kept {how_long}. Seen by others: {who}.").format(how_long=one.kept, who=one.seen_by)]
    if not lines and not records:
        notes.append(_("Nothing of this kind is kept."))
    rest = sum(len(source.records[table]) for table in one.tables if not _is_told(table))
    if rest:
        said = ngettext(
            "{n} more record, which holds nothing that you wrote or answered, is in the JSON file.",
            "{n} more records, which hold nothing that you wrote or answered, are in the JSON file.",
            rest,
        )
        notes.append(said.format(n=rest))
    return Section(one.what, tuple(notes), tuple(lines), tuple(records))


def _is_told(table: str) -> bool:
    return table in LINES or table in RECORDS or table in INNER or table == "assessment"


def _tell_looks(looks: Iterable[LookLine]) -> Section:
    lines = tuple(f"{words.day(look.at)}: {look.who}. {look.what}" for look in looks)
    about = _("Each page on which somebody else could read your name, once for each day that they opened it.")
    return Section(_("Who looked at your name"), (about,) if lines else (about, _("Nobody so far.")), lines)


def _tell_sheet(kept: KeptSheet) -> Told:
    sheet = kept.page
    handed_in = words.moment(sheet.at) if sheet.at else _("not yet")
    parts = [Part(_("Handed in"), handed_in)]
    for group in sheet.groups:
        for line in group.lines:
            before = f" ({_('before')}: {line.then})" if sheet.asks_then else ""
            parts.append(Part(line.stem, f"{line.now}{before}"))
        parts += [Part(_("Your target"), group.target)] if group.target else []
        parts += [Part(_("Your example"), group.example)] if group.example else []
    parts += [
        Part(_("How much it matters in your role: {what}").format(what=what), word) for what, word in kept.importance
    ]
    return Told(sheet.point_title, tuple(parts))
