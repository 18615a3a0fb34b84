"""What the type checker found in a file, in words for its author."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from competencies.problems import Problem

Location = tuple[int | str, ...]

_SAY = {
    "missing": "this field is missing; add it",
    "string_type": "write text here; put a number or a bare word in quotes",
    "bool_type": "write true or false",
    "int_type": "write a whole number",
    "dict_type": "write fields here, each as `name: value`",
    "model_type": "write fields here, each as `name: value`",
    "tuple_type": "write a list here, each line beginning with `- `",
    "string_too_long": "this is too long",
    "none_required": "leave this field out",
    "union_tag_not_found": "say which `kind` this is",
}


def explain(error: ValidationError, *, where: str, tree: Any, model: type[BaseModel]) -> tuple[Problem, ...]:
    """Turn each finding into a Problem at `where: field`, naming the nearest known field for an unknown one."""
    return tuple(
        Problem(f"{where}: {field_path(tree, found['loc'])}", _say(dict(found), model))
        for found in _without_echoes(error.errors(include_url=False))
    )


def _without_echoes(found: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Leave out the list that is called too short because its entries were refused one by one."""
    inside = {one["loc"][:depth] for one in found for depth in range(len(one["loc"]))}
    yield from (one for one in found if one["type"] != "too_short" or one["loc"] not in inside)


def field_path(tree: Any, location: Location) -> str:
    """Write a location as `items.m0-q3.why`: list entries by their id, union tags left out."""
    names: list[str] = []
    here = tree
    tags_seen: set[int] = set()
    for part in location:
        if isinstance(here, Mapping) and here.get("kind") == part and id(here) not in tags_seen:
            tags_seen.add(id(here))
            continue
        here = _step(here, part)
        names.append(_name_of(here, part))
    return ".".join(names) or "the whole file"


def _step(here: Any, part: int | str) -> Any:
    if isinstance(here, Mapping):
        return here.get(part)
    if isinstance(here, Sequence) and isinstance(part, int) and part < len(here):
        return here[part]
    return None


def _name_of(here: Any, part: int | str) -> str:
    named = isinstance(part, int) and isinstance(here, Mapping) and isinstance(here.get("id"), str)
    return str(here["id"] if named else part)


def _say(found: dict[str, Any], model: type[BaseModel]) -> str:
    kind, context = found["type"], found.get("ctx", {})
    if kind == "extra_forbidden":
        return _say_unknown(str(found["loc"][-1]), fields_at(model, found["loc"][:-1]))
    if kind in {"literal_error", "union_tag_invalid"}:
        return f"write one of {context.get('expected') or context.get('expected_tags')}"
    if kind in {"too_short", "string_too_short"}:
        return _say_short(context["min_length"])
    if kind == "string_pattern_mismatch":
        return f"`{found['input']}` has the wrong form; ids are lower-case words with hyphens, like `first-meeting`"
    return str(context["error"]) if kind == "value_error" else _SAY.get(kind, str(found["msg"]))


def _say_short(least: int) -> str:
    return "this is empty; write it or leave the field out" if least == 1 else f"needs at least {least} entries"


def _say_unknown(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"unknown field; did you mean `{near[0]}`?" if near else f"unknown field; known are {', '.join(known)}"


def fields_at(annotation: Any, location: Location) -> tuple[str, ...]:
    """Name the fields that the model at this place of a file knows; empty where there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _fields_in(annotation, location)
    for part in get_args(annotation):
        rest = location[1:] if location and _is_entered_by(annotation, part, location[0]) else location
        if names := fields_at(part, rest):
            return names
    return ()


def _fields_in(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    names = {field.alias or name: field for name, field in model.model_fields.items()}
    if not location:
        return tuple(names)
    field = names.get(str(location[0]))
    return fields_at(field.annotation, location[1:]) if field else ()


def tag_of(model: type[BaseModel]) -> str | None:
    """Return the `kind` that picks this model out of a union, if it has one."""
    kind = model.model_fields.get("kind")
    return str(get_args(kind.annotation)[0]) if kind and get_args(kind.annotation) else None


def _is_entered_by(annotation: Any, part: Any, step: int | str) -> bool:
    """Say whether going from a container to its part uses up one step of the location."""
    origin = getattr(annotation, "__origin__", None)
    if origin in (tuple, dict):
        return True
    return isinstance(part, type) and issubclass(part, BaseModel) and tag_of(part) == step
