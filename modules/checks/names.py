"""Warnings about people: the same first name in two activities of one module."""

import re
from collections import defaultdict
from collections.abc import Iterator

from competencies.problems import Problem
from modules.body import Dialogue, split_body
from modules.folder import Folder, vignette_of
from modules.model import Lesson

ROLES = frozenset(
    {"Coach", "Learner", "Student", "Resident", "You", "Attending", "Mentor", "Advisor", "Fellow", "Chief", "Colleague"}
)
NAME = r"[A-Z][\w\u00e0-\u024f]+"
INTRODUCED = re.compile(rf"\b({NAME})(?: {NAME})?, an? [^,.]{{0,40}}?(?:student|resident|intern|fellow|PGY\d)")


def check_names(folder: Folder) -> Iterator[Problem]:
    """Warn where two activities of the module use one first name; a lesson and its own vignette are one activity."""
    places: dict[str, set[str]] = defaultdict(set)
    for activity, names in _list_names(folder):
        for name in names:
            places[name].add(activity)
    for name, activities in sorted(places.items()):
        if len(activities) > 1:
            text = f"the name {name} is in {', '.join(sorted(activities))}; give one of them another"
            yield Problem(folder.where("module.yaml"), text, "warning")


def _list_names(folder: Folder) -> Iterator[tuple[str, set[str]]]:
    for lesson in folder.lessons:
        yield vignette_of(lesson) or lesson.id, _names_in_body(lesson)
    for vignette in folder.vignettes:
        cast = [text for speaker, text in vignette.cast.items() if speaker != "you"]
        yield vignette.id, {name for text in cast for name in _names_in_cast(text)}
    for item in folder.check.items if folder.check else ():
        speakers = {line.speaker for line in item.lines} if item.kind == "spot" else set()
        yield "check", _introduced(item.stem) | _without_roles(speakers)
    for role_set in folder.role_sets:
        for scenario in role_set.scenarios:
            yield role_set.id, _introduced(scenario.situation)


def _names_in_body(lesson: Lesson) -> set[str]:
    dialogues = (segment for segment in split_body(lesson.body) if isinstance(segment, Dialogue))
    speakers = {line.speaker for dialogue in dialogues for line in dialogue.lines if line.speaker}
    return _introduced(lesson.body) | _without_roles(speakers)


def _names_in_cast(text: str) -> Iterator[str]:
    found = re.match(rf"(?:Dr\. )?({NAME})", text)
    if found:
        yield found.group(1)


def _introduced(text: str) -> set[str]:
    return _without_roles(set(INTRODUCED.findall(text)))


def _without_roles(names: set[str]) -> set[str]:
    plain = {name.removeprefix("Dr. ").split()[0] for name in names}
    return plain - ROLES
