"""YAML as authors expect it: repeated keys refused, `no` and `7:40` are text, no tags, no aliases."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

BOOLEAN = re.compile(r"(?:true|false)")
NOTHING = re.compile(r"(?:null|~|)")
WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
BROKEN = re.compile(r"[-+]?[0-9]{1,9}\.[0-9]{1,9}")
MAX_DEPTH = 24
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Events = Iterator[yaml.Event]


class NotReadable(ValueError):  # noqa: N818 - errors are sentences here
    """The text is not YAML that we read; the message names the line."""


def parse_yaml(text: str) -> Any:
    """Return mappings, tuples and scalars; raises NotReadable for anything an author got wrong."""
    try:
        return _read_document(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        raise NotReadable(_say_where(error)) from error
    except (yaml.YAMLError, UnicodeError) as error:
        message = "this cannot be read as YAML; look for a character that should not be there"
        raise NotReadable(message) from error


def _say_where(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = f"line {mark.line + 1}: " if mark else ""
    return f"{line}{error.problem or 'not YAML'}. Is there an unquoted colon? Put longer text in a block with `>-`"


def _read_document(events: Events) -> Any:
    found: Any = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refusal(event, "a second `---`; one file is one document")
        elif isinstance(event, yaml.NodeEvent):
            found = _read_value(event, events, 0)
    return found


def _read_value(event: Any, events: Events, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise _refusal(event, "nested too deeply")
    if getattr(event, "anchor", None) is not None:
        raise _refusal(event, "anchors and aliases (& and *) are not used here; write it out")
    if getattr(event, "tag", None) is not None:
        raise _refusal(event, "tags (!) are not used here")
    if isinstance(event, yaml.MappingStartEvent):
        return _read_mapping(events, depth)
    if isinstance(event, yaml.SequenceStartEvent):
        return tuple(_read_entries(events, depth))
    return event.value if event.style else _plain_value(event.value)


def _read_entries(events: Events, depth: int) -> Iterator[Any]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _read_value(event, events, depth + 1)


def _read_mapping(events: Events, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        if not isinstance(event, yaml.ScalarEvent) or event.tag is not None or event.anchor is not None:
            raise _refusal(event, "a field name is one plain word")
        key = str(event.value)
        if key in found:
            raise _refusal(event, f"`{key}` stands here twice; keep one")
        found[key] = _read_value(next(events), events, depth + 1)
    return found


def _plain_value(value: str) -> str | int | float | bool | None:
    if BOOLEAN.fullmatch(value):
        return value == "true"
    if NOTHING.fullmatch(value):
        return None
    if WHOLE.fullmatch(value):
        return int(value)
    return float(value) if BROKEN.fullmatch(value) else value


def _refusal(event: yaml.Event, what: str) -> NotReadable:
    line = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
    return NotReadable(f"{line}{what}")
