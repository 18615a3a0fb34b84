"""A content folder becomes a module; whatever is wrong with it takes nothing else down."""

from pathlib import Path

import pytest

from competencies import has_errors
from modules import CONTENT, Library, ModuleNotInLibrary, check_all
from modules.loader import load_folder
from tests.unit.modules import sample


def lines(problems: tuple[object, ...]) -> list[str]:
    return [str(one) for one in problems]


def test_a_whole_folder_becomes_a_module(content: Path):
    library, problems = Library.load((content,))
    module = library.get_module("m0-door")
    assert lines(problems) == []
    assert [lesson.id for lesson in module.lessons] == ["01-at-the-door", "02-at-the-door"]
    assert module.find_vignette("by-the-lift") is module.vignettes[0]
    assert module.find_lesson_of_vignette("by-the-lift") is module.lessons[0]
    assert module.find_figure("two-roads") is not None
    assert module.find_objective("m0-o2") is not None
    assert module.find_role_set("role-set-a") is module.role_sets[0]
    assert module.find_lesson("09-gone") is None
    assert module.missing_reviews == ("content", "safety")


def test_a_module_is_found_by_slug_and_by_id(content: Path):
    library, _ = Library.load((content,))
    assert library.find_module("m0") is library.find_module("m0-door")
    assert library.find_module("m9") is None
    with pytest.raises(ModuleNotInLibrary):
        library.get_module("m9")


def test_lessons_stand_in_the_order_of_the_sheet(tmp_path: Path):
    files = sample.whole()
    files["m0-door/module.yaml"]["lessons"].reverse()
    library, _ = Library.load((sample.write(tmp_path, files),))
    assert [lesson.id for lesson in library.get_module("m0").lessons] == ["02-at-the-door", "01-at-the-door"]


@pytest.mark.parametrize("status", ["review", "published"])
def test_modules_in_review_and_published_reach_a_course(tmp_path: Path, status: str):
    files = sample.whole()
    files["m0-door/module.yaml"]["status"] = status
    library, _ = Library.load((sample.write(tmp_path, files),))
    assert library.find_module("m0") is not None


def test_a_draft_reaches_no_course_and_can_be_previewed(tmp_path: Path):
    files = sample.whole()
    files["m0-door/module.yaml"]["status"] = "draft"
    library, _ = Library.load((sample.write(tmp_path, files),))
    assert library.find_module("m0") is None
    assert library.find_draft("m0") is not None


def two_roots(tmp_path: Path) -> tuple[Path, Path]:
    mine = sample.write(tmp_path / "shipped", sample.whole())
    theirs = sample.whole()
    del theirs["citations.yaml"]
    sheet = theirs["m0-door/module.yaml"]
    sheet.update(id="m7", slug="m7-ours", order=5)
    return mine, sample.write(tmp_path / "data", {name.replace("m0-door", "m7-ours"): t for name, t in theirs.items()})


def test_an_operators_folder_adds_modules(tmp_path: Path):
    library, problems = Library.load(two_roots(tmp_path))
    assert lines(problems) == []
    assert [module.id for module in library.modules] == ["m0", "m7"]


def test_a_broken_folder_takes_nothing_else_dlines(tmp_path: Path):
    shipped, data = two_roots(tmp_path)
    (data / "m7-ours" / "module.yaml").write_bytes(b"\xff\xfe\x00")
    library, problems = Library.load((shipped, data))
    assert [module.id for module in library.modules] == ["m0"]
    assert any("m7-ours/module.yaml: byte 0 is not UTF-8" in line for line in lines(problems))


def test_a_folder_that_does_not_exist_is_passed_over(content: Path, tmp_path: Path):
    library, problems = Library.load((content, tmp_path / "nowhere"))
    assert lines(problems) == []
    assert len(library.modules) == 1


def test_a_retired_module_is_offered_to_nobody_and_found_where_it_is_named(tmp_path: Path):
    files = sample.whole()
    files["m0-door/module.yaml"]["status"] = "retired"
    library, problems = Library.load((sample.write(tmp_path, files),))
    assert lines(problems) == []
    assert library.modules == library.drafts == ()
    assert library.find_module("m0") is library.retired[0]


def replacing(tmp_path: Path, change) -> tuple[Library, list[str]]:
    """Our module and, in a second root, a folder of the same name: another title, and what the test changes."""
    files = sample.whole()
    del files["citations.yaml"]
    files["m0-door/module.yaml"]["title"] = "At their door"
    change(files)
    roots = (sample.write(tmp_path / "shipped", sample.whole()), sample.write(tmp_path / "data", files))
    library, problems = Library.load(roots)
    return library, lines(problems)


def test_an_operators_folder_of_the_same_name_replaces_ours(tmp_path: Path):
    library, problems = replacing(tmp_path, dict)
    assert problems == []
    assert [module.title for module in library.modules] == ["At their door"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda files: files["m0-door/check.yaml"].pop("items"), "m0-door/check.yaml: items: this field is missing"),
        (lambda files: files["m0-door/module.yaml"].update(id="m7"), "this folder replaces `m0-door`, so its id stays"),
        (lambda files: files.update({"m0-door/lessons/01-at-the-door.md": "no fields"}), "begin with `---`"),
    ],
)
def test_a_bad_replacement_is_reported_and_ours_stays(tmp_path: Path, change, line: str):
    library, problems = replacing(tmp_path, change)
    assert [module.title for module in library.modules] == ["At the door"]
    assert [one for one in problems if line in one], problems


def test_an_id_is_taken_once_and_the_way_to_replace_is_named(tmp_path: Path):
    shipped, data = two_roots(tmp_path)
    sheet = sample.whole()["m0-door/module.yaml"]
    sheet.update(slug="m7-ours")
    (data / "m7-ours" / "module.yaml").write_text(sample.dump(sheet), "utf-8")
    library, problems = Library.load((shipped, data))
    assert [module.slug for module in library.modules] == ["m0-door"]
    assert any(
        "id: `m0` is taken by `m0-door`; take another, or name the folder `m0-door` to replace it" in line
        for line in lines(problems)
    )


def test_a_folder_that_cannot_be_looked_into_is_one_bad_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shipped, data = two_roots(tmp_path)

    def refuse(root: Path, name: str):
        if name == "m7-ours":
            raise PermissionError(13, "Permission denied")
        return load_folder(root, name)

    monkeypatch.setattr("modules.survey.load_folder", refuse)
    library, problems = Library.load((shipped, data))
    assert [module.id for module in library.modules] == ["m0"]
    assert "m7-ours: cannot be read: Permission denied" in lines(problems)


def test_a_fault_of_prose_is_reported_and_the_module_is_shlines(tmp_path: Path):
    files = sample.whole()
    files["m0-door/check.yaml"]["intro"] = "A robust journey."
    library, problems = Library.load((sample.write(tmp_path, files),))
    assert has_errors(problems)
    assert len(library.modules) == 1


def test_a_broken_reference_keeps_a_module_out(tmp_path: Path):
    files = sample.whole()
    files["m0-door/vignettes/by-the-lift.yaml"]["start"] = "gone"
    library, problems = Library.load((sample.write(tmp_path, files),))
    assert has_errors(problems)
    assert library.modules == ()


@pytest.mark.parametrize("linked", ["m0-door/check.yaml", "m0-door/lessons/01-at-the-door.md", "citations.yaml"])
def test_a_link_out_of_the_folder_is_refused(content: Path, tmp_path: Path, linked: str):
    target = tmp_path / "elsewhere"
    (content / linked).rename(target)
    (content / linked).symlink_to(target)
    library, problems = Library.load((content,))
    assert any(f"{linked}: links are not followed" in line for line in lines(problems))
    assert library.modules == ()


def test_a_linked_folder_is_refused(content: Path, tmp_path: Path):
    (content / "m0-door").rename(tmp_path / "elsewhere")
    (content / "m0-door").symlink_to(tmp_path / "elsewhere")
    library, problems = Library.load((content,))
    assert library.modules == ()
    assert any(line.startswith("m0-door: unexpected file") for line in lines(problems))


def test_a_linked_part_of_a_folder_is_refused(content: Path, tmp_path: Path):
    (content / "m0-door" / "lessons").rename(tmp_path / "elsewhere")
    (content / "m0-door" / "lessons").symlink_to(tmp_path / "elsewhere")
    library, problems = Library.load((content,))
    assert library.modules == ()
    assert any("m0-door/lessons: links are not followed" in line for line in lines(problems))


def test_names_that_climb_out_are_no_ids(tmp_path: Path):
    files = sample.whole()
    files["m0-door/module.yaml"]["lessons"] = ["../../secret", "01-at-the-door"]
    _, problems = Library.load((sample.write(tmp_path, files),))
    assert any("`../../secret` has the wrong form" in line for line in lines(problems))


def test_figures_that_climb_out_are_not_there(tmp_path: Path):
    files = sample.whole()
    name = "m0-door/lessons/02-at-the-door.md"
    files[name]["body"] = files[name]["body"].replace("figure two-roads", "figure ../../secret")
    _, problems = Library.load((sample.write(tmp_path, files),))
    assert any("there is no figures/../../secret.svg" in line for line in lines(problems))


def test_checking_everything_includes_the_locked_ids_of_our_own_content():
    assert not has_errors(check_all(CONTENT))
    assert check_all() == check_all(CONTENT)
