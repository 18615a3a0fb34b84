"""What must hold inside a framework beyond the types of its fields."""

from collections import Counter
from collections.abc import Iterable, Iterator

from competencies.model import Framework
from competencies.problems import Problem

PER_DOMAIN = 3


def check_framework(framework: Framework, *, where: str) -> tuple[Problem, ...]:
    """Return every fault of a loaded framework; `where` names its file."""
    return (
        *_find_repeats(framework, where),
        *_find_strays(framework, where),
        *_find_uneven_domains(framework, where),
    )


def _find_repeats(framework: Framework, where: str) -> Iterator[Problem]:
    named = (
        ("domains", [domain.id for domain in framework.domains]),
        ("competencies", [competency.code for competency in framework.competencies]),
        ("uuid", [str(one.uuid) for one in framework.domains] + [str(one.uuid) for one in framework.competencies]),
    )
    for field, values in named:
        for value in _repeated(values):
            yield Problem(f"{where}: {field}", f"`{value}` is given twice; each must be its own")


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _find_strays(framework: Framework, where: str) -> Iterator[Problem]:
    known = {domain.id for domain in framework.domains}
    for competency in framework.competencies:
        place = f"{where}: competencies.{competency.code}"
        if competency.domain not in known:
            yield Problem(f"{place}.domain", f"there is no domain `{competency.domain}`")
        if competency.code[0] != competency.domain:
            yield Problem(f"{place}.code", f"begins with the letter of its domain, `{competency.domain}`")


def _find_uneven_domains(framework: Framework, where: str) -> Iterator[Problem]:
    counts = Counter(competency.domain for competency in framework.competencies)
    for domain in framework.domains:
        if counts[domain.id] != PER_DOMAIN:
            text = f"has {counts[domain.id]} competencies; a domain has {PER_DOMAIN}"
            yield Problem(f"{where}: domains.{domain.id}", text)
