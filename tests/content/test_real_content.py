"""The content that we ship: it loads whole, without a single problem."""

from pathlib import Path

from competencies import CURRENT, check_framework, load_framework
from modules import CONTENT, ROLES, Library, check_all
from modules.checks.coverage import is_whole
from modules.coverage import cover, write_table
from modules.loader import list_folders
from modules.report import make_report
from modules.survey import survey

ROOT = Path(__file__).parent.parent.parent


def test_the_framework_has_no_problem():
    framework, problems = load_framework()
    assert problems == ()
    assert framework is not None
    assert check_framework(framework, where=CURRENT) == ()
    assert len(framework.domains) == 5
    assert len(framework.competencies) == 15


def test_the_modules_have_no_problem():
    assert [str(problem) for problem in check_all(CONTENT)] == []


def test_every_lesson_keeps_the_bounds_that_the_report_prints():
    report = make_report(survey())
    assert report.modules
    assert report.list_excesses() == ()


def test_every_folder_reaches_a_course_or_is_a_draft():
    library, _ = Library.load()
    folders, _ = list_folders(CONTENT)
    assert folders
    assert {one.slug for one in (*library.modules, *library.drafts, *library.retired)} == set(folders)


def test_module_0_is_whole():
    module = Library.load()[0].get_module("m0")
    assert (len(module.lessons), len(module.vignettes), len(module.role_sets)) == (5, 2, 1)
    assert len(module.role_sets[0].scenarios) == 12
    assert {item.kind for item in module.check.items} == {"best", "sjt", "multiple", "classify", "claim", "spot"}


def test_every_later_module_is_whole():
    for module in Library.load()[0].modules:
        if module.sheet.order == 0:
            continue
        assert len(module.lessons) in {4, 5}, module.slug
        assert (len(module.vignettes), len(module.role_sets)) == (2, 0), module.slug
        assert len(module.check.items) >= 15, module.slug
        kinds = {item.kind for item in module.check.items}
        assert kinds == {"best", "sjt", "multiple", "classify", "claim", "spot"}, module.slug


def test_the_second_form_stands_beside_the_first_and_asks_for_the_same_roles():
    module = Library.load()[0].get_module("m0")
    (first,), (second,) = module.role_sets, module.later_role_sets
    pairs = list(zip(first.scenarios, second.scenarios, strict=True))
    assert [(one.id[1:], other.id[1:]) for one, other in pairs] == [(f"{n:02}", f"{n:02}") for n in range(1, 13)]
    for one, other in pairs:
        assert (one.safety, one.distress) == (other.safety, other.distress), other.id
        assert [one.role_answers.of(role).points for role in ROLES] == [
            other.role_answers.of(role).points for role in ROLES
        ], other.id
        assert one.situation != other.situation
    assert (first.roles, first.weights) == (second.roles, second.weights)


def test_a_modules_main_competencies_are_taught_and_asked_about():
    for module in Library.load()[0].modules:
        main = set(module.sheet.competencies.main)
        assert main <= {code for lesson in module.lessons for code in lesson.competencies}, module.slug
        assert main <= {item.competency for item in module.check.items}, module.slug


def test_every_competency_that_content_names_exists():
    library, _ = Library.load()
    for module in (*library.modules, *library.drafts):
        named = {*module.sheet.competencies.main, *module.sheet.competencies.also}
        named |= {code for lesson in module.lessons for code in lesson.competencies}
        named |= {item.competency for item in module.check.items}
        named |= {code for vignette in module.vignettes for code in vignette.competencies}
        assert named
        assert named <= library.framework.codes


def test_the_coverage_table_is_todays():
    written = (ROOT / "docs" / "coverage.md").read_text("utf-8")
    found = survey()
    current = write_table(cover(found.framework, found.folders))
    assert written == current, "run `./dev cairn report coverage --write` and commit docs/coverage.md; that is all"


def test_every_competency_is_taught_practiced_and_checked_somewhere():
    found = survey()
    assert is_whole(found.folders)
    assert {one.competency.code: one.missing for one in cover(found.framework, found.folders) if one.missing} == {}
