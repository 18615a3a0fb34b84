"""A content folder on disk becomes a Folder; every fault of its files comes back as a Problem."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from competencies.problems import Problem, Severity
from competencies.reading import SourceFile, build_model, parse_model, read_marked_up, read_text, read_yaml
from competencies.yaml_tree import NotReadable, parse_yaml
from modules.folder import Folder, Translation
from modules.model import (
    Check,
    Figure,
    FigureText,
    Lesson,
    LessonFront,
    ModuleSheet,
    Reflection,
    RoleSet,
    Task,
    Vignette,
)
from modules.model.citations import Citations
from modules.translated import parse_translation

CITATIONS = "citations.yaml"
_TRANSLATED = r"(\.[a-z]{2,3}(-[A-Za-z]{2,4})?)?"
EXPECTED = re.compile(
    rf"^(module{_TRANSLATED}\.yaml|check{_TRANSLATED}\.yaml|role-set-[a-z]{_TRANSLATED}\.yaml"
    rf"|reflection{_TRANSLATED}\.yaml|task{_TRANSLATED}\.yaml|lessons/[0-9]{{2}}-[a-z0-9-]+{_TRANSLATED}\.md"
    rf"|vignettes/[a-z0-9-]+{_TRANSLATED}\.yaml|figures/[a-z0-9-]+(\.svg|{_TRANSLATED}\.yaml))$"
)
TRANSLATION = re.compile(r"\.[a-z]{2,3}(-[A-Za-z]{2,4})?\.(yaml|md)$")
FOLDERS = ("lessons", "vignettes", "figures")
Found = TypeVar("Found", bound=BaseModel)


class FolderReader:
    """Reads the files of one content folder and keeps the problems it meets."""

    def __init__(self, root: Path, name: str) -> None:
        """Take the content root and the name of the folder below it."""
        self.root = root
        self.name = name
        self.problems: list[Problem] = []
        self.translation_problems: list[Problem] = []
        found = tuple(self._list_files())
        self.files = tuple(below for below in found if not TRANSLATION.search(below))
        self.translated = tuple(below for below in found if TRANSLATION.search(below))

    def _list_files(self) -> Iterator[str]:
        for path in sorted((self.root / self.name).rglob("*")):
            below = path.relative_to(self.root / self.name).as_posix()
            if path.is_dir() and not path.is_symlink() and below in FOLDERS:
                continue
            if path.is_symlink():
                self._report(below, "links are not followed; put the file itself here")
            elif not EXPECTED.match(below):
                self._report(below, "unexpected file; move it out, or correct its name")
            else:
                yield below

    def _report(self, below: str, text: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(f"{self.name}/{below}", text, severity))

    def file(self, below: str) -> SourceFile:
        """Name one file of the folder."""
        return SourceFile(self.root, f"{self.name}/{below}")

    def read_one(self, below: str, model: type[Found]) -> Found | None:
        """Read a YAML file that must be there."""
        found, problems = read_yaml(self.file(below), model)
        self.problems.extend(problems)
        return found

    def read_each(self, pattern: str, model: type[Found]) -> tuple[Found, ...]:
        """Read every YAML file whose path matches; its id is its name."""
        found = ((below, self.read_one(below, model)) for below in self.list_matching(pattern))
        return tuple(self.named(below, thing) for below, thing in found if thing is not None)

    def list_matching(self, pattern: str) -> tuple[str, ...]:
        """List the files that match."""
        return tuple(one for one in self.files if re.match(pattern, one))

    def named(self, below: str, thing: Found) -> Found:
        """Report a file whose id is not its name."""
        stem = Path(below).stem
        if getattr(thing, "id", stem) != stem:
            self.problems.append(Problem(f"{self.name}/{below}: id", f"must be the file's name, `{stem}`"))
        return thing

    def read_lesson(self, below: str) -> Lesson | None:
        """Read a lesson: its front matter, then its body."""
        parts, problems = read_marked_up(self.file(below))
        self.problems.extend(problems)
        if parts is None:
            return None
        where = f"{self.name}/{below}"
        front, problems = parse_model(parts[0], LessonFront, where=where)
        self.problems.extend(problems)
        if front is None:
            return None
        return self.named(below, Lesson.model_validate({**_fields_of(front), "body": parts[1]}))

    def read_translation(self, below: str) -> Translation | None:
        """Read a file in another language: its texts by their paths. What it is a translation of is checked later."""
        where = f"{self.name}/{below}"
        if below.endswith(".md"):
            parts, problems = read_marked_up(self.file(below))
            text, body = parts or (None, None)
        else:
            (text, problems), body = read_text(self.file(below)), None
        found, faults = (None, ()) if text is None else parse_translation(text, body, path=below, where=where)
        self.translation_problems.extend((*problems, *faults))
        return found

    def report_words_without_drawing(self) -> None:
        """Report the words of a figure that has no drawing."""
        for below in self.list_matching(r"figures/.*\.yaml$"):
            drawing = below.removesuffix(".yaml") + ".svg"
            if drawing not in self.files:
                self._report(below, f"there is no {Path(drawing).name} beside it")

    def read_figure(self, below: str) -> Figure | None:
        """Read a drawing and the words beside it."""
        svg, problems = read_text(self.file(below))
        self.problems.extend(problems)
        words = self.read_one(below.removesuffix(".svg") + ".yaml", FigureText)
        if svg is None or words is None:
            return None
        return self.named(below, Figure.model_validate({**_fields_of(words), "svg": svg}))


def _fields_of(entry: BaseModel) -> dict[str, object]:
    fields = type(entry).model_fields
    return {field.alias or name: getattr(entry, name) for name, field in fields.items()}


def load_folder(root: Path, name: str) -> Folder:
    """Read one module's folder below a content root; never raises for an author's mistake."""
    reader = FolderReader(root, name)
    reader.report_words_without_drawing()
    lessons = (reader.read_lesson(below) for below in reader.list_matching(r"lessons/"))
    figures = (reader.read_figure(below) for below in reader.list_matching(r"figures/.*\.svg$"))
    translations = tuple(one for one in map(reader.read_translation, reader.translated) if one)
    return Folder(
        name=name,
        sheet=reader.read_one("module.yaml", ModuleSheet),
        lessons=tuple(lesson for lesson in lessons if lesson),
        vignettes=reader.read_each(r"vignettes/", Vignette),
        check=reader.read_one("check.yaml", Check),
        role_sets=reader.read_each(r"role-set-", RoleSet),
        reflection=reader.read_one("reflection.yaml", Reflection),
        task=reader.read_one("task.yaml", Task),
        figures=tuple(figure for figure in figures if figure),
        problems=tuple(reader.problems),
        translations=translations,
        translation_problems=tuple(reader.translation_problems),
    )


def load_citations(root: Path) -> tuple[Citations | None, tuple[Problem, ...]]:
    """Read the sources of a content root; each source that cannot be read is reported and left out."""
    file = SourceFile(root, CITATIONS)
    text, problems = read_text(file)
    if text is None:
        return None, problems
    try:
        tree = parse_yaml(text)
    except NotReadable as error:
        return None, (Problem(CITATIONS, str(error)),)
    return build_model(tree, Citations, where=CITATIONS)


def list_folders(root: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Name the module folders of a content root, and report what else lies there."""
    try:
        entries = sorted(root.iterdir())
    except OSError as error:
        return (), (Problem(str(root), f"cannot be read: {error.strerror}"),)
    folders = tuple(one.name for one in entries if one.is_dir() and not one.is_symlink())
    strays = tuple(
        Problem(one.name, "unexpected file; only module folders and citations.yaml lie here")
        for one in entries
        if one.name not in {*folders, CITATIONS}
    )
    return folders, strays
