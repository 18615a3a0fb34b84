"""View data of the self-assessment: the overview, one domain with its questions, the look before handing in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from app.assessment.models import Assessment
from app.assessment.rules import Asked, Facts, Offer, OfferState, Sheet, Stage, answer_key, find_ready, list_offers
from app.assessment.words import ABOUT, FRAMES, POINTS
from app.web.templating import path_for
from app.web.texts import gettext as _
from competencies import Domain, Instrument, InstrumentItem


@dataclass(frozen=True)
class OfferRow:
    """One occasion on the overview; `path` leads to where one goes on or reads, None where one begins or waits."""

    point: str
    title: str
    about: str
    state: str
    at: datetime | None
    path: str | None


@dataclass(frozen=True)
class OverviewPage:
    """What can be taken now, what was taken, and what comes."""

    instrument: Instrument
    coming: OfferRow | None
    rows: tuple[OfferRow, ...]
    earlier: tuple[OfferRow, ...]
    has_profile: bool


@dataclass(frozen=True)
class Option:
    """One sentence to choose."""

    value: str
    name: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """One question with its options; `field` is the form's name, `id` fits an address."""

    field: str
    id: str
    over: str
    text: str
    options: tuple[Option, ...]
    support: str | None = None


@dataclass(frozen=True)
class Group:
    """A competency on the page of its domain."""

    code: str
    title: str
    items: tuple[Choice, ...]
    importance: Choice | None


@dataclass(frozen=True)
class DomainPage:
    """One domain: its questions, how many items have an answer, and where the neighbors lie."""

    stage: Stage
    point: str
    point_title: str
    domain: Domain
    number: int
    total: int
    groups: tuple[Group, ...]
    target: Choice | None
    example_field: str | None
    example: str
    answered: int
    asked: int
    path: str
    back_path: str
    next_title: str
    problem: str | None = None


@dataclass(frozen=True)
class DomainLine:
    """How far one domain is answered."""

    title: str
    path: str
    answered: int
    asked: int
    not_yet: int


@dataclass(frozen=True)
class ReviewPage:
    """All domains before something is fixed."""

    stage: Stage
    point_title: str
    lines: tuple[DomainLine, ...]
    asks_then_next: bool
    asks_about_equal: bool
    path: str
    back_path: str
    delete_path: str

    @property
    def answered(self) -> int:
        return sum(line.answered for line in self.lines)

    @property
    def missing(self) -> int:
        return sum(line.asked - line.answered for line in self.lines)


def make_overview(
    request: Request, instrument: Instrument, taken: Sequence[Assessment], facts: Facts, now: datetime
) -> OverviewPage:
    offers = list_offers(taken, facts, now)
    coming = find_ready(offers)
    rows = tuple(_make_row(request, one) for one in offers)
    done = [one for one in taken if one.submitted_at is not None]
    earlier = (Offer(one.point, OfferState.DONE, one.submitted_at, one.uuid) for one in done)
    return OverviewPage(
        instrument=instrument,
        coming=_make_row(request, coming) if coming else None,
        rows=tuple(row for row in rows if coming is None or row.point != coming.point),
        earlier=tuple(_make_row(request, one) for one in earlier),
        has_profile=bool(done),
    )


def _make_row(request: Request, offer: Offer) -> OfferRow:
    path = path_for(request, "assessment.answers", assessment=offer.uuid) if offer.uuid else None
    return OfferRow(offer.point, _(POINTS[offer.point]), _(ABOUT[offer.point]), offer.state, offer.at, path)


def page_path(request: Request, assessment: Assessment, stage: Stage, domain: str) -> str:
    return path_for(request, "assessment.page", assessment=assessment.uuid, stage=stage, domain=domain.lower())


def review_path(request: Request, assessment: Assessment) -> str:
    return path_for(request, "assessment.review", assessment=assessment.uuid)


def make_domain_page(  # noqa: PLR0913, PLR0917  a page is of all this
    request: Request,
    assessment: Assessment,
    sheet: Sheet,
    stage: Stage,
    domain: Domain,
    answers: Mapping[str, str],
    problem: str | None = None,
) -> DomainPage:
    domains = sheet.framework.domains
    at = domains.index(domain)
    before, after = domains[:at], domains[at + 1 :]
    asks = sheet.instrument.get_point(assessment.point).asks if stage is Stage.NOW else ()
    rated = [answer_key(Asked(stage), one) for one in sheet.list_ids(domain.id)]
    example = answer_key(Asked.EXAMPLE, domain.id)
    return DomainPage(
        stage=stage,
        point=assessment.point,
        point_title=_(POINTS[assessment.point]),
        domain=domain,
        number=at + 1,
        total=len(domains),
        groups=tuple(_make_groups(sheet, stage, domain, answers, asks)),
        target=_make_target(sheet, domain, answers) if "target" in asks else None,
        example_field=example if stage is Stage.NOW else None,
        example=answers.get(example, ""),
        answered=sum(key in answers for key in rated),
        asked=len(rated),
        path=page_path(request, assessment, stage, domain.id),
        back_path=(
            page_path(request, assessment, stage, before[-1].id) if before else path_for(request, "assessment.home")
        ),
        next_title=after[0].title if after else _("look it over"),
        problem=problem,
    )


def _make_groups(
    sheet: Sheet, stage: Stage, domain: Domain, answers: Mapping[str, str], asks: Iterable[str]
) -> Iterable[Group]:
    for one in sheet.framework.competencies:
        if one.domain == domain.id:
            items = sheet.instrument.items_of(one.code, sheet.form)
            importance = _make_importance(sheet, one.code, answers) if "importance" in asks else None
            yield Group(
                code=one.code,
                title=one.title,
                items=tuple(_make_item(sheet, stage, item, one.title, answers) for item in items),
                importance=importance,
            )


def _make_item(sheet: Sheet, stage: Stage, item: InstrumentItem, title: str, answers: Mapping[str, str]) -> Choice:
    key = answer_key(Asked(stage), item.id)
    scale = sheet.instrument.scale
    levels = [
        (str(level.value), f"{level.value} {level.name}", item.anchors[str(level.value)]) for level in scale.levels
    ]
    options = [*levels, (scale.not_yet.value, scale.not_yet.name, scale.not_yet.text)]
    over = _("{competency}: {period}").format(competency=title, period=_(FRAMES[item.frame]))
    return Choice(key, _make_id(key), over, item.stem, _mark(options, answers.get(key)), item.support)


def _make_importance(sheet: Sheet, code: str, answers: Mapping[str, str]) -> Choice:
    key = answer_key(Asked.IMPORTANCE, code)
    options = [(str(one.value), one.name, "") for one in sheet.instrument.importance]
    text = sheet.instrument.prompts.importance
    return Choice(key, _make_id(key), "", text, _mark(options, answers.get(key)))


def _make_target(sheet: Sheet, domain: Domain, answers: Mapping[str, str]) -> Choice:
    key = answer_key(Asked.TARGET, domain.id)
    levels = sheet.instrument.scale.levels
    options = [(str(level.value), f"{level.value} {level.name}", "") for level in levels]
    text = sheet.instrument.prompts.target
    return Choice(key, _make_id(key), _("Your target"), text, _mark(options, answers.get(key)))


def _mark(options: Iterable[tuple[str, str, str]], chosen: str | None) -> tuple[Option, ...]:
    return tuple(Option(value, name, text, value == chosen) for value, name, text in options)


def _make_id(key: str) -> str:
    return key.replace("/", "-").replace(".", "-").lower()


def make_review(
    request: Request, assessment: Assessment, sheet: Sheet, stage: Stage, answers: Mapping[str, str]
) -> ReviewPage:
    lines = tuple(_make_line(request, assessment, sheet, stage, domain, answers) for domain in sheet.framework.domains)
    asks = sheet.instrument.get_point(assessment.point).asks
    given = {answers.get(key) for key in sheet.list_rated(stage)} - {None}
    return ReviewPage(
        stage=stage,
        point_title=_(POINTS[assessment.point]),
        lines=lines,
        asks_then_next=stage is Stage.NOW and "then" in asks,
        asks_about_equal=stage is Stage.NOW and assessment.equal_asked_at is not None and len(given) == 1,
        path=review_path(request, assessment),
        back_path=page_path(request, assessment, stage, sheet.framework.domains[-1].id),
        delete_path=path_for(request, "assessment.delete", assessment=assessment.uuid),
    )


def _make_line(  # noqa: PLR0913, PLR0917  a line is of all this
    request: Request,
    assessment: Assessment,
    sheet: Sheet,
    stage: Stage,
    domain: Domain,
    answers: Mapping[str, str],
) -> DomainLine:
    keys = [answer_key(Asked(stage), one) for one in sheet.list_ids(domain.id)]
    return DomainLine(
        title=domain.title,
        path=page_path(request, assessment, stage, domain.id),
        answered=sum(key in answers for key in keys),
        asked=len(keys),
        not_yet=sum(answers.get(key) == "N" for key in keys),
    )
