"""From answers to scores: competency, domain, gap, priorities. Pure; what is missing is named and never guessed.

An answer is a level from 1 to 5, or `N`: no chance yet. An item without an answer stands in no mapping at all. Scores
are means on the same scale, from 1 to 5, and None where too little was answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from competencies.instrument_model import NOT_YET, Form, Instrument
from competencies.model import Framework

Answer = int | str
Answers = Mapping[str, Answer]
FEWEST_TO_ASK = 2


@dataclass(frozen=True)
class CompetencyScore:
    """One competency: its mean, and the items behind it by what was done with them."""

    code: str
    value: Fraction | None
    answered: tuple[str, ...]
    not_yet: tuple[str, ...]
    unanswered: tuple[str, ...]


@dataclass(frozen=True)
class DomainScore:
    """One domain: the mean of its competencies, and the codes of those that have none."""

    id: str
    value: Fraction | None
    competencies: tuple[CompetencyScore, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The competencies that could not be scored."""
        return tuple(one.code for one in self.competencies if one.value is None)


@dataclass(frozen=True)
class Priority:
    """A competency below its target: how far, how much it matters (None: not said), and the two multiplied."""

    code: str
    gap: Fraction
    importance: int | None

    @property
    def weight(self) -> Fraction | None:
        return None if self.importance is None else self.gap * self.importance


def score_competency(instrument: Instrument, code: str, form: Form, answers: Answers) -> CompetencyScore:
    """The mean of the answered items of one competency; None below the instrument's least number of them."""
    ids = [item.id for item in instrument.items_of(code, form)]
    levels = {one: level for one in ids if isinstance(level := answers.get(one), int)}
    needs = instrument.scoring.competency_needs
    least = needs.long if form == "long" else needs.core
    return CompetencyScore(
        code=code,
        value=_mean(list(levels.values())) if len(levels) >= least else None,
        answered=tuple(levels),
        not_yet=tuple(one for one in ids if answers.get(one) == NOT_YET),
        unanswered=tuple(one for one in ids if one not in answers),
    )


def score_domains(
    instrument: Instrument, framework: Framework, form: Form, answers: Answers
) -> tuple[DomainScore, ...]:
    """All domains in the framework's order. There is no grand total."""
    found = []
    for domain in framework.domains:
        codes = [one.code for one in framework.competencies if one.domain == domain.id]
        scores = tuple(score_competency(instrument, code, form, answers) for code in codes)
        values = [one.value for one in scores if one.value is not None]
        value = _mean(values) if len(values) >= instrument.scoring.domain_needs else None
        found.append(DomainScore(domain.id, value, scores))
    return tuple(found)


def tell_gap(now: Fraction | None, target: int | None) -> Fraction | None:
    """How far the target lies above (below: negative) where somebody is; None where either was not said."""
    return None if now is None or target is None else target - now


def list_priorities(
    domains: Sequence[DomainScore], targets: Mapping[str, int], importance: Mapping[str, int]
) -> tuple[Priority, ...]:
    """The competencies below their domain's target, the heaviest first; those whose importance is unknown come last.

    Of equal weight the wider gap comes first, then the framework's order.
    """
    found = []
    for domain in domains:
        for one in domain.competencies:
            gap = tell_gap(one.value, targets.get(domain.id))
            if gap is not None and gap > 0:
                found.append(Priority(one.code, gap, importance.get(one.code)))
    return tuple(sorted(found, key=lambda one: (one.weight is None, -(one.weight or 0), -one.gap)))


def is_all_equal(answers: Answers) -> bool:
    """Whether every answer is the same: such answers are asked about once, and then taken as they are."""
    return len(answers) >= FEWEST_TO_ASK and len(set(answers.values())) == 1


def keep_shared(first: Answers, second: Answers) -> tuple[Answers, Answers]:
    """Both sets of answers, with the items alone to which both give a level: only these can show a change."""
    shared = [one for one in first if isinstance(first[one], int) and isinstance(second.get(one), int)]
    return {one: first[one] for one in shared}, {one: second[one] for one in shared}


def _mean(values: Sequence[Fraction] | Sequence[int]) -> Fraction:
    return Fraction(sum(values)) / len(values)
