"""The sizes that format.md gives for a vignette's parts, a module's lists, a reflection and a task."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules.folder import Folder
from modules.model import Node, Vignette
from modules.prose import count_words

SCENE_WORDS, SAY_WORDS, NOTE_WORDS = 40, 30, 45
COMMENTARY_WORDS = range(80, 151)
Fault = tuple[str, str]


def check_sizes(folder: Folder) -> Iterator[Problem]:
    """Find parts that are too many, too few, too long or too short."""
    for vignette in folder.vignettes:
        where = folder.where(f"vignettes/{vignette.id}.yaml")
        yield from (Problem(f"{where}: {field}", text) for field, text in _faults_of_vignette(vignette))
    for name, faults in (
        ("module.yaml", _faults_of_sheet(folder)),
        ("reflection.yaml", _faults_of_reflection(folder)),
        ("task.yaml", _faults_of_task(folder)),
    ):
        yield from (Problem(f"{folder.where(name)}: {field}", text) for field, text in faults)


def _count(field: str, found: int, least: int, most: int) -> Iterator[Fault]:
    if not least <= found <= most:
        yield field, f"has {found}; needs {least} to {most}"


def _words(field: str, text: str, most: int) -> Iterator[Fault]:
    words = count_words(text)
    if words > most:
        yield field, f"has {words} words; at most {most}"


def _faults_of_vignette(vignette: Vignette) -> Iterator[Fault]:
    yield from _count("nodes", len(vignette.nodes), 6, 12)
    yield from _count("endings", len(vignette.endings), 4, 6)
    for node in vignette.nodes:
        yield from _faults_of_node(node)
    words = count_words(vignette.after.commentary)
    if words not in COMMENTARY_WORDS:
        yield "after.commentary", f"has {words} words; 80 to 150"


def _faults_of_node(node: Node) -> Iterator[Fault]:
    place = f"nodes.{node.id}"
    yield from _words(f"{place}.scene", node.scene, SCENE_WORDS)
    yield from _count(f"{place}.choices", len(node.choices), 3, 4)
    for choice in node.choices:
        at = f"{place}.choices.{choice.id}"
        yield from _words(f"{at}.say", choice.say, SAY_WORDS)
        yield from _words(f"{at}.note", choice.note, NOTE_WORDS)
        yield from _count(f"{at}.reply", len(choice.reply), 1, 3)


def _faults_of_sheet(folder: Folder) -> Iterator[Fault]:
    if folder.sheet:
        yield from _count("further_reading", len(folder.sheet.further_reading), 2, 4)


def _faults_of_reflection(folder: Folder) -> Iterator[Fault]:
    reflection = folder.reflection
    if reflection is None:
        return
    required = sum(prompt.required for prompt in reflection.prompts)
    if required != 1:
        yield "prompts", f"{required} are required; exactly one is"
    if reflection.carry_to_plan not in {None, *(prompt.id for prompt in reflection.prompts)}:
        yield "carry_to_plan", f"there is no prompt `{reflection.carry_to_plan}`"


def _faults_of_task(folder: Folder) -> Iterator[Fault]:
    if folder.task:
        yield from _count("steps", len(folder.task.steps), 3, 5)
