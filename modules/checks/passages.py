"""Every text of a module as the prose checks see it, the bodies of lessons cut into paragraphs and lines."""

from collections.abc import Iterator

from modules.body import Dialogue, Prose, split_body
from modules.checks.shelf import Passage, list_passages
from modules.folder import Folder
from modules.model import Lesson
from modules.prose import split_paragraphs


def list_all_passages(folder: Folder) -> Iterator[Passage]:
    """Yield each text, each paragraph of a body and each line of a dialogue."""
    yield from list_passages(folder)
    for lesson in folder.lessons:
        yield from list_body_passages(lesson, folder.where(f"lessons/{lesson.id}.md"))


def list_body_passages(lesson: Lesson, where: str) -> Iterator[Passage]:
    """Yield each paragraph of a lesson's body, each line of its tables and dialogues; `where` names its file."""
    for segment in split_body(lesson.body):
        place = f"{where}: body line {segment.line}"
        if isinstance(segment, Prose):
            for paragraph in split_paragraphs(segment.text):
                yield Passage(f'{place}, "{_begin(paragraph)}"', paragraph, spoken=False, field="body")
            for row in (line for line in segment.text.split("\n") if line.startswith(("|", "#"))):
                yield Passage(place, row, spoken=False, field="body")
        elif isinstance(segment, Dialogue):
            for line in segment.lines:
                yield Passage(place, line.words, spoken=line.speaker is not None, field="body")


def _begin(paragraph: str) -> str:
    return " ".join(paragraph.split()[:5])
