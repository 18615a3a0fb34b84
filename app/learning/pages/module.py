"""A module's front page, its end, and its role card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from app.learning import rules
from app.learning.pages.coming import NextCard, find_next_part
from app.learning.pages.parts import PartRow, list_rows
from app.learning.pages.receipts import ReceiptLine, list_receipt_lines
from app.learning.rules import Facts
from app.programs.rules import Standing, Status, status
from app.progress.models import Receipt
from app.progress.rules import HOME_KEY, FactKind, activity_key, module_key
from modules import Html, Module, PageText, Source


@dataclass(frozen=True)
class Reading:
    """A source worth reading, and why."""

    source: Source
    why: Html


@dataclass(frozen=True)
class ModulePage:
    """What a module is, what it consists of, and what of it remains."""

    module: Module
    standing: Standing
    rows: tuple[PartRow, ...]
    done: int
    minutes_left: int
    attested_at: datetime | None
    readings: tuple[Reading, ...]
    missing_reviews: tuple[str, ...]

    @property
    def coming(self) -> PartRow | None:
        return next((row for row in self.rows if row.is_next), None)


@dataclass(frozen=True)
class CompletePage:
    """What was done and when, what the LMS said, what comes in the next module, and what is left with a learner."""

    module: Module
    completed_at: datetime | None
    rows: tuple[PartRow, ...]
    attested_at: datetime | None
    receipts: tuple[ReceiptLine, ...]
    is_begun: bool
    coming: NextCard | None


@dataclass(frozen=True)
class RoleLine:
    """A role's name and when it is the one."""

    name: str
    when: Html


@dataclass(frozen=True)
class CardPage:
    """The role card: half a page of advice, the five roles, and lines to write on."""

    module: Module
    text: Html
    roles: tuple[RoleLine, ...]
    blanks: tuple[Html, ...]


def make_module_page(request: Request, module: Module, facts: Facts, text: PageText) -> ModulePage:
    rows = list_rows(request, module, facts)
    return ModulePage(
        module=module,
        standing=status(facts, module_key(module.id)),
        rows=rows,
        done=sum(row.done_at is not None for row in rows),
        minutes_left=rules.count_minutes(rules.list_remaining(module, facts)),
        attested_at=read_attested_at(module, facts),
        readings=_list_readings(module, text),
        missing_reviews=module.missing_reviews,
    )


def make_complete_page(
    request: Request, module: Module, facts: Facts, receipts: Sequence[Receipt], offered: Sequence[Module]
) -> CompletePage:
    key = module_key(module.id)
    is_complete = (FactKind.COMPLETED, key) in facts
    return CompletePage(
        module=module,
        completed_at=facts.get((FactKind.COMPLETED, key)),
        rows=list_rows(request, module, facts),
        attested_at=read_attested_at(module, facts),
        receipts=list_receipt_lines(receipts, [key, HOME_KEY]),
        is_begun=status(facts, key).status is not Status.NOT_STARTED,
        coming=find_next_part(request, offered, facts) if is_complete else None,
    )


def make_card_page(module: Module, text: PageText) -> CardPage:
    roles = tuple(RoleLine(name, text.inline(when)) for name, when in split_roles(module))
    aid = module.sheet.job_aid
    return CardPage(module, text.paragraphs(aid.text), roles, tuple(text.inline(one) for one in aid.blanks))


def split_roles(module: Module) -> tuple[tuple[str, str], ...]:
    """The roles of a module that has a role set: each one's name, and when it is the one."""
    sentences = module.role_sets[0].roles.model_dump().values() if module.role_sets else ()
    lines = (sentence.partition(". ") for sentence in sentences)
    return tuple((name, when) for name, _dot, when in lines)


def read_attested_at(module: Module, facts: Facts) -> datetime | None:
    return facts.get((FactKind.ATTESTED, activity_key(module.id, module.task.id)))


def _list_readings(module: Module, text: PageText) -> tuple[Reading, ...]:
    found = ((text.citations.find_source(reading.cite), reading) for reading in module.sheet.further_reading)
    return tuple(Reading(source, text.inline(reading.why)) for source, reading in found if source)
