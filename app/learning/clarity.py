"""How clearly somebody told the roles apart before the training and after it: the first way through each form."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy.orm import Session

from app.learning import queries, role_set_service, versions
from app.learning.models import ContentVersion
from app.learning.queries import FirstAnswer
from app.learning.runs import Run
from app.membership.models import User
from app.progress.rules import activity_key
from app.web.neighbors import FormTaken, RoleClarity, RoleForm
from modules import Library, Module, RoleSet, role_clarity_index


def read_role_clarity(db: Session, user: User, library: Library) -> RoleClarity | None:
    """The two forms of the first module that has two, with what a person's first way through each came to.

    A retake is practice and changes nothing. One statement.
    """
    module = next(_list_paired((*library.modules, *library.retired)), None)
    if module is None:
        return None
    forms = (module.role_sets[0], module.later_role_sets[0])
    keys = [activity_key(module.id, one.id) for one in forms]
    rows = queries.list_first_answers(db, user=user, keys=keys)
    taken = {key: _take(user, list(found)) for key, found in groupby(rows, key=lambda row: row.attempt.key)}
    before, after = (
        RoleForm(one.id, one.title, one.minutes, taken.get(key)) for one, key in zip(forms, keys, strict=True)
    )
    return RoleClarity(module.slug, module.sheet.competencies.main[0], before, after)


def _list_paired(modules: Iterable[Module]) -> Iterator[Module]:
    return (one for one in modules if one.role_sets and one.later_role_sets and one.sheet.competencies.main)


def _take(user: User, rows: Sequence[FirstAnswer]) -> FormTaken | None:
    """By the keys that it was answered under, whatever today's are."""
    first = rows[0]
    activity = versions.restore(
        ContentVersion(digest=first.attempt.digest, kind=first.kind, format=first.format, body=first.body)
    )
    at = first.attempt.finished_at
    if not isinstance(activity, RoleSet) or at is None:
        return None
    run = Run(user, first.attempt, activity, tuple(row.answer for row in rows))
    marks = [one.mark for _scenario, one in role_set_service.list_firsts(run)]
    index = role_clarity_index(marks)
    return None if index is None else FormTaken(at, index, len(marks), activity.keys.state == "author")
