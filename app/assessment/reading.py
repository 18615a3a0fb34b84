"""What a person's self-assessments say together: the last, the one it is compared with, what counts as change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from app.assessment import queries, sums
from app.assessment.models import Assessment
from app.assessment.rules import Asked, Sheet, pick_numbers, pick_ratings
from app.membership.models import User
from competencies import Form, Framework, Instrument
from competencies.change import Change, Yardstick, compare_domains, make_yardstick
from competencies.scoring import Answers, DomainScore, Priority, keep_shared, list_priorities, score_domains
from modules import Library


@dataclass(frozen=True)
class Sitting:
    """One self-assessment that was handed in, with its answers."""

    assessment: Assessment
    sheet: Sheet
    answers: Mapping[str, str]

    @property
    def at(self) -> datetime:
        assert self.assessment.submitted_at is not None
        return self.assessment.submitted_at

    def ratings(self, asked: Asked = Asked.NOW) -> Answers:
        return pick_ratings(asked, self.answers)

    def scores(self) -> tuple[DomainScore, ...]:
        return score_domains(self.sheet.instrument, self.sheet.framework, self.sheet.form, self.ratings())


@dataclass(frozen=True)
class Compared:
    """Two sets of answers, scored from the items that both answer; one change for each domain, None without."""

    before: tuple[DomainScore, ...]
    after: tuple[DomainScore, ...]
    changes: Mapping[str, Change | None]


@dataclass(frozen=True)
class ProfileReading:
    """Everything that a profile is made of. `sittings` are those handed in, oldest first."""

    instrument: Instrument
    framework: Framework
    library: Library
    sittings: tuple[Sitting, ...]
    yardsticks: Mapping[str, Yardstick]

    @property
    def last(self) -> Sitting | None:
        return self.sittings[-1] if self.sittings else None

    @property
    def first(self) -> Sitting | None:
        """What the last one is compared with: the baseline, else the oldest; None where there is but one."""
        earlier = self.sittings[:-1]
        return next((one for one in earlier if one.assessment.point == "baseline"), next(iter(earlier), None))

    @property
    def looked_back(self) -> Sitting | None:
        """The newest one that also asked about before."""
        return next((one for one in reversed(self.sittings) if one.ratings(Asked.THEN)), None)

    @property
    def targets(self) -> Mapping[str, int]:
        """Targets by domain, the newest that were given."""
        return self._newest(Asked.TARGET)

    @property
    def importance(self) -> Mapping[str, int]:
        return self._newest(Asked.IMPORTANCE)

    def _newest(self, asked: Asked) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for one in self.sittings:
            found |= pick_numbers(asked, one.answers)
        return found

    def priorities(self) -> tuple[Priority, ...]:
        return list_priorities(self.last.scores(), self.targets, self.importance) if self.last else ()

    def since_first(self) -> Compared | None:
        """From the baseline's answers to the last."""
        if self.first is None or self.last is None:
            return None
        form: Form = "long" if self.first.sheet.form == self.last.sheet.form == "long" else "core"
        return self._compare(form, self.first.ratings(), self.last.ratings())

    def since_then(self) -> Compared | None:
        """From where somebody puts their former self afterward, to where they put themselves that day."""
        one = self.looked_back
        return self._compare(one.sheet.form, one.ratings(Asked.THEN), one.ratings()) if one else None

    def shift(self) -> Compared | None:
        """From the baseline's answers to what the same person later says of that time."""
        one, first = self.looked_back, self.first
        if one is None or first is None or first.assessment.point != "baseline":
            return None
        return self._compare("core", first.ratings(), one.ratings(Asked.THEN))

    def _compare(self, form: Form, before: Answers, after: Answers) -> Compared:
        shared = keep_shared(before, after)
        scored = [score_domains(self.instrument, self.framework, form, one) for one in shared]
        pairs = zip(*scored, strict=True)
        changes = {one.id: compare_domains(one, other, self.yardsticks[one.id]) for one, other in pairs}
        return Compared(scored[0], scored[1], changes)


def read_profile(
    db: Session, *, user: User, library: Library, instrument: Instrument, with_sums: bool = True
) -> ProfileReading:
    """Two statements, however often somebody answered; one without the sums, and then the rule of thumb stands in."""
    taken = queries.read_all(db, user=user)
    institution_id = user.institution_id
    rows = queries.read_sums(db, institution_id=institution_id, instrument=instrument.name) if with_sums else ()
    by_key = {(row.scale, row.item): row for row in rows}
    sheet = Sheet(instrument, library.framework, "baseline", "core")
    scales = {one.id: sums.find_scale(by_key, sums.core_ids(sheet, one.id), one.id) for one in sheet.framework.domains}
    rule = instrument.scoring.change
    sittings = (_sit(one, sheet, library, answers) for one, answers in taken if one.submitted_at is not None)
    return ProfileReading(
        instrument=instrument,
        framework=library.framework,
        library=library,
        sittings=tuple(sorted(sittings, key=lambda one: one.at)),
        yardsticks={name: make_yardstick(rule, scale) for name, scale in scales.items()},
    )


def _sit(assessment: Assessment, sheet: Sheet, library: Library, answers: Mapping[str, str]) -> Sitting:
    """An older version of the instrument keeps the ids of the items that it shares with today's."""
    instrument = library.find_instrument(assessment.instrument) or sheet.instrument
    form: Form = "long" if assessment.form == "long" else "core"
    own = replace(sheet, instrument=instrument, point=assessment.point, form=form)
    return Sitting(assessment, own, answers)


def find_value(scores: tuple[DomainScore, ...], domain: str) -> Fraction | None:
    """The score of one domain."""
    return next((one.value for one in scores if one.id == domain), None)
