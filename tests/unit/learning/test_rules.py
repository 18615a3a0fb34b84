"""What remains of a module, and when it is complete."""

from datetime import UTC, datetime

import pytest

from app.learning import rules
from app.learning.rules import PartKind
from app.progress.rules import FactKind
from modules import Library, Module

NOW = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def module() -> Module:
    library, _problems = Library.load()
    return library.get_module("m0")


def do(parts: tuple[rules.Part, ...]) -> dict[tuple[str, str], datetime]:
    return {part.fact: NOW for part in parts}


def test_a_module_asks_for_lessons_cases_role_sets_check_and_reflection(module):
    kinds = [part.kind for part in rules.list_parts(module)]
    assert kinds.count(PartKind.LESSON) == 5
    assert kinds.count(PartKind.VIGNETTE) == 2
    assert kinds[-3:] == [PartKind.ROLE_SET, PartKind.CHECK, PartKind.REFLECTION]


def test_a_case_comes_right_after_its_lesson(module):
    parts = rules.list_parts(module)
    for at, part in enumerate(parts):
        if part.kind is PartKind.VIGNETTE:
            assert module.find_lesson(parts[at - 1].id).interaction.vignette == part.id


def test_nobody_is_complete_at_first(module):
    assert not rules.is_complete(module, {})
    assert rules.list_remaining(module, {}) == rules.list_parts(module)


def test_a_module_is_complete_when_everything_is_done(module):
    assert rules.is_complete(module, do(rules.list_parts(module)))


@pytest.mark.parametrize("missing", range(10))
def test_one_missing_part_keeps_a_module_open(module, missing):
    parts = rules.list_parts(module)
    facts = do(parts[:missing] + parts[missing + 1 :])
    assert not rules.is_complete(module, facts)
    assert rules.find_next(module, facts) == parts[missing]


def test_another_kind_of_fact_does_not_count(module):
    facts = {(FactKind.STARTED, part.key): NOW for part in rules.list_parts(module)}
    assert rules.list_remaining(module, facts) == rules.list_parts(module)


def test_the_practice_task_is_no_part_of_completion(module):
    assert module.task.id not in {part.id for part in rules.list_parts(module)}


def test_a_second_form_is_no_part_of_completion(module):
    assert module.later_role_sets
    assert not {one.id for one in module.later_role_sets} & {part.id for part in rules.list_parts(module)}


def test_the_minutes_are_those_of_the_module_and_its_role_sets(module):
    own = sum(role_set.minutes for role_set in module.role_sets)
    assert rules.count_minutes(rules.list_parts(module)) == module.sheet.minutes + own


def test_a_case_counts_in_its_lesson_until_it_is_done(module):
    lesson = next(part for part in rules.list_parts(module) if rules.find_inner(module, part))
    inner = rules.find_inner(module, lesson)
    assert rules.tell_minutes(module, lesson, {}) == module.find_lesson(lesson.id).minutes
    assert rules.tell_minutes(module, lesson, do((inner,))) == lesson.minutes


def test_the_next_step_lies_behind_the_present_one_first(module):
    parts = rules.list_parts(module)
    facts = do(parts[2:4])
    assert rules.find_next(module, facts) == parts[0]
    assert rules.find_next(module, facts, after=parts[2].key) == parts[4]


def test_from_the_end_the_next_step_is_the_first_open_one(module):
    parts = rules.list_parts(module)
    assert rules.find_next(module, do(parts[1:]), after=parts[-1].key) == parts[0]


def test_there_is_no_next_step_when_everything_is_done(module):
    parts = rules.list_parts(module)
    assert rules.find_next(module, do(parts), after=parts[0].key) is None
