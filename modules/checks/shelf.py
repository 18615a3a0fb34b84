"""What the checks of a module may look at beside the module: the framework and the sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from competencies.model import Framework
from competencies.text import list_texts
from modules.folder import Folder
from modules.model import Citations


@dataclass(frozen=True)
class Shelf:
    """The framework (None if it could not be read) and the sources."""

    framework: Framework | None
    citations: Citations


@dataclass(frozen=True)
class Part:
    """One file of a module: its name for the author, and what was read from it."""

    where: str
    entry: BaseModel


@dataclass(frozen=True)
class Passage:
    """One text of a module: `where` is `file: field`; `spoken` texts are somebody's words."""

    where: str
    text: str
    spoken: bool
    field: str


def list_parts(folder: Folder) -> tuple[Part, ...]:
    """List the files of a module that could be read, in reading order."""
    named = (
        ("module.yaml", folder.sheet),
        *((f"lessons/{lesson.id}.md", lesson) for lesson in folder.lessons),
        *((f"vignettes/{vignette.id}.yaml", vignette) for vignette in folder.vignettes),
        ("check.yaml", folder.check),
        *((f"{role_set.id}.yaml", role_set) for role_set in folder.role_sets),
        ("reflection.yaml", folder.reflection),
        ("task.yaml", folder.task),
        *((f"figures/{figure.id}.yaml", figure) for figure in folder.figures),
    )
    return tuple(Part(folder.where(name), entry) for name, entry in named if entry is not None)


def list_passages(folder: Folder) -> Iterator[Passage]:
    """Yield every text of a module that a learner reads, without the bodies of the lessons."""
    for part in list_parts(folder):
        for written in list_texts(part.entry):
            spoken = written.voice == "spoken" and not written.field.endswith(".narrator")
            yield Passage(f"{part.where}: {written.field}", written.text, spoken, written.field)
