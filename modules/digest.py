"""The fingerprint of an activity, and the stored form from which an old attempt is shown again."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from modules.body import list_figure_names
from modules.folder import Module, vignette_of
from modules.model import Check, Interaction, Lesson, Reflection, RoleSet, Task, Vignette
from modules.model.interactions import (
    ChooseInteraction,
    PredictInteraction,
    SortInteraction,
    SpotInteraction,
    VignetteInteraction,
    WriteCompareInteraction,
)

FORMAT = 1
Activity = (
    Check
    | Vignette
    | RoleSet
    | Reflection
    | Task
    | VignetteInteraction
    | ChooseInteraction
    | PredictInteraction
    | SpotInteraction
    | SortInteraction
    | WriteCompareInteraction
)
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
NOT_WHAT_IT_IS = frozenset({"status", "review"})

_SHAPES: Mapping[str, TypeAdapter[Any]] = {
    "check": TypeAdapter(Check),
    "vignette": TypeAdapter(Vignette),
    "role-set": TypeAdapter(RoleSet),
    "reflection": TypeAdapter(Reflection),
    "task": TypeAdapter(Task),
    "interaction": TypeAdapter(Interaction),
}
# By (kind, format it was stored in), each to the next format; a kind that did not change is not named.
UPGRADES: Mapping[tuple[str, int], Upgrade] = {}


class UnknownActivity(ValueError):  # noqa: N818 - errors are sentences here
    """A stored activity whose kind or format this version does not know."""


def kind_of(activity: Activity) -> str:
    """Return the kind under which an activity is stored."""
    kinds: tuple[tuple[type[BaseModel], str], ...] = (
        (Check, "check"),
        (Vignette, "vignette"),
        (RoleSet, "role-set"),
        (Reflection, "reflection"),
        (Task, "task"),
    )
    return next((kind for shape, kind in kinds if isinstance(activity, shape)), "interaction")


def canonical_json(thing: BaseModel) -> str:
    """Write a model so that only its meaning counts: keys sorted, spaces collapsed, NFC, defaults left out."""
    tree = thing.model_dump(mode="json", by_alias=True, exclude=set(NOT_WHAT_IT_IS), exclude_defaults=True)
    return json.dumps(_tidy(tree), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _tidy(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_tidy(part) for part in value]
    return _tidy_text(value) if isinstance(value, str) else value


def _tidy_text(text: str) -> str:
    paragraphs = unicodedata.normalize("NFC", text).split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in paragraphs if part.strip())


def digest_of(*things: BaseModel) -> str:
    """Return `sha256:…` over the canonical JSON of a thing and of those it names."""
    whole = "\n".join(canonical_json(thing) for thing in things)
    return f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"


def lesson_digest(module: Module, lesson: Lesson) -> str:
    """Fingerprint a lesson with its figures and its vignette; tells whether it changed, nothing is stored of it."""
    figures = (module.find_figure(name) for name in list_figure_names(lesson.body))
    vignette = module.find_vignette(vignette_of(lesson) or "")
    return digest_of(lesson, *(part for part in (*figures, vignette) if part is not None))


def load_activity(
    kind: str,
    stored_format: int,
    stored: str,
    *,
    upgrades: Mapping[tuple[str, int], Upgrade] = UPGRADES,
    current: int = FORMAT,
) -> Activity:
    """Make the model again from its stored form, brought up to today's format first; raises UnknownActivity."""
    if kind not in _SHAPES or not 1 <= stored_format <= current:
        message = f"`{kind}` in format {stored_format} is unknown; formats 1 to {current} are read"
        raise UnknownActivity(message)
    tree = json.loads(stored)
    for step in range(stored_format, current):
        if upgrade := upgrades.get((kind, step)):
            tree = upgrade(tree)
    activity: Activity = _SHAPES[kind].validate_json(json.dumps(tree))
    return activity
