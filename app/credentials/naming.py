"""What keys and answers are called: a lesson by its title, a choice by its own words."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.assessment.words import POINTS
from app.learning.service import WRITTEN
from app.progress.rules import HOME_KEY, SELF_ASSESSMENT_KEY
from app.web.texts import gettext as _
from modules import Library, Module

# Where the words of a choice, a line or a question stand in a stored activity.
_WORDS = ("text", "say", "stem", "situation", "claim", "ask", "title")
# Fields of an answer whose value says enough.
_PLAIN = frozenset({"choice", "role", "opening"})


def name_key(library: Library, key: str) -> str:
    """A content key as people read it, `m0/04-coach-or-judge` by its module's and its own title."""
    first, _slash, rest = key.partition("/")
    if first == SELF_ASSESSMENT_KEY:
        return _("Self-assessment: {point}").format(point=_(POINTS[rest])) if rest in POINTS else _("Self-assessment")
    if key == HOME_KEY or not rest:
        return _("The whole training")
    module = library.find_module(rest if first == "module" else first)
    if module is None:
        return key
    part = None if first == "module" else _find_title(module, rest.split("/")[0])
    return f"{module.title}: {part}" if part else module.title


def _find_title(module: Module, part_id: str) -> str | None:
    parts: tuple[Any, ...] = (
        *module.lessons, *module.vignettes, *module.role_sets, *module.later_role_sets,
        module.check, module.reflection, module.task,
    )  # fmt: skip
    return next((str(one.title) for one in parts if one.id == part_id), None)


def find_box(library: Library, key: str) -> str | None:
    """What a box asked, by the key of what was written in it, `m0/m0-reflection/p1`."""
    module_id, _slash, rest = key.partition("/")
    module = library.find_module(module_id)
    if module is None:
        return None
    part, _slash, box = rest.partition("/")
    lesson = module.find_lesson(part)
    if lesson is not None:
        return getattr(lesson.interaction, "ask", None)
    asked = {one.id: str(one.text) for one in module.reflection.prompts}
    return (asked | {one.id: str(one.text) for one in module.task.notes}).get(box)


def tell_answer(body: Any, step: str, given: Any) -> tuple[str, str]:
    """A question and the answer to it, in the words of the stored activity; ids stay where it has no words for them."""
    # Choices are named inside their own question only; roles and steps of a story, in the whole.
    asked = _find_node(body, step.split("/", maxsplit=1)[0])
    words = {**dict(_list_shared(body)), **dict(_list_words(asked or body))}
    if given == WRITTEN:
        return _first_words(body), _("In your own words, which stand with your reflections and notes.")
    is_story = asked is None and "title" in body
    return "" if is_story else _first_words(asked or body), _tell(words, given)


def _find_node(body: Any, wanted: str) -> Mapping[str, Any] | None:
    inner = body if isinstance(body, list) else tuple(body.values()) if isinstance(body, Mapping) else ()
    if isinstance(body, Mapping) and body.get("id") == wanted:
        return body
    return next((found for one in inner if (found := _find_node(one, wanted)) is not None), None)


def _first_words(node: Mapping[str, Any]) -> str:
    return next((node[name] for name in _WORDS if isinstance(node.get(name), str)), "")


def _tell(words: Mapping[str, str], given: Any) -> str:
    if isinstance(given, Mapping):
        told = (_pair(words, str(name), one) for name, one in given.items())
        return "; ".join(told)
    if isinstance(given, list):
        return "; ".join(_tell(words, one) for one in given)
    return words.get(str(given), str(given))


def _pair(words: Mapping[str, str], name: str, value: Any) -> str:
    told = _tell(words, value)
    return told if name in _PLAIN else f"{words.get(name, name)}: {told}"


def _list_shared(body: Any) -> Iterator[tuple[str, str]]:
    for name in ("categories", "roles"):
        shared = body.get(name) if isinstance(body, Mapping) else None
        if isinstance(shared, Mapping):
            yield from ((str(key), str(words)) for key, words in shared.items())


def _list_words(body: Any) -> Iterator[tuple[str, str]]:
    """The words of everything in a stored activity that has an id, and of its categories."""
    inner = body if isinstance(body, list) else tuple(body.values()) if isinstance(body, Mapping) else ()
    for one in inner:
        yield from _list_words(one)
    if isinstance(body, Mapping):
        yield from _list_shared(body)
        if isinstance(body.get("id"), str) and _first_words(body):
            yield body["id"], _first_words(body)
