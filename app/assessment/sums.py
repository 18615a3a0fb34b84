"""Adds a baseline to its institution's sums, or takes it out of them; many may do so at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.assessment.models import ScaleSum
from app.assessment.rules import Asked, Sheet, pick_ratings
from app.db.inserting import build_insert
from app.db.rows import table_of
from app.membership.models import User
from competencies.change import ScaleSums, Sums

_sum = table_of(ScaleSum)
_ADDED = ("n", "total", "squares")


def _add_up(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["institution_id", "instrument", "scale", "item"],
        set_={name: _sum.c[name] + insert.excluded[name] for name in _ADDED},
    )


_ADD = build_insert(_sum, _add_up)


def add_baseline(db: Session, *, user: User, sheet: Sheet, answers: Mapping[str, str], sign: int = 1) -> None:
    """Adds (`sign` -1: takes out) each domain whose core items all have a level."""
    ratings = pick_ratings(Asked.NOW, answers)
    head = {"institution_id": user.institution_id, "instrument": sheet.instrument.name}
    rows = [
        {**head, "scale": domain.id, **row}
        for domain in sheet.framework.domains
        for row in _list_rows(ratings, core_ids(sheet, domain.id), sign)
    ]
    if rows:
        _ADD.run(db, rows)


def core_ids(sheet: Sheet, domain: str) -> tuple[str, ...]:
    """The items of a domain that everybody answers, whatever the form."""
    return Sheet(sheet.instrument, sheet.framework, sheet.point, "core").list_ids(domain)


def _list_rows(ratings: Mapping[str, int | str], ids: tuple[str, ...], sign: int) -> Iterator[dict[str, Any]]:
    levels = [level for one in ids if isinstance(level := ratings.get(one), int)]
    if len(levels) < len(ids):
        return
    # In the order of the key, so that two who add at once never wait for each other.
    for item, value in sorted({"": sum(levels), **dict(zip(ids, levels, strict=True))}.items()):
        yield {"item": item, "n": sign, "total": sign * value, "squares": sign * value**2}


def find_scale(rows: Mapping[tuple[str, str], ScaleSum], ids: tuple[str, ...], domain: str) -> ScaleSums | None:
    """The sums of one domain, as the change rule takes them; None where nobody has answered yet."""
    added = rows.get((domain, ""))
    if added is None or any((domain, one) not in rows for one in ids):
        return None
    items = tuple(_as_sums(rows[domain, one]) for one in ids)
    return ScaleSums(items, _as_sums(added))


def _as_sums(row: ScaleSum) -> Sums:
    return Sums(row.n, row.total, row.squares)
