"""YAML as authors expect it: repeated keys refused, `no` and `7:40` are text, no tags, no aliases."""

import re
from typing import Any

import yaml

BOOLEAN = re.compile(r"^(?:true|false)$")
NOTHING = re.compile(r"^(?:null|~|)$")
WHOLE = re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$")
BROKEN = re.compile(r"^[-+]?[0-9]{1,9}\.[0-9]{1,9}$")
MAX_DEPTH = 24
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotReadable(ValueError):  # noqa: N818 - errors are sentences here
    """The text is not YAML that we read; the message names the line."""


def parse_yaml(text: str) -> Any:
    """Return mappings, tuples and scalars; raises NotReadable for anything an author got wrong."""
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise NotReadable(_say_where(error)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = "this cannot be read as YAML; look for a character that should not be there"
        raise NotReadable(message) from error
    return None if node is None else _value_of(node, 0, set())


def _say_where(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = f"line {mark.line + 1}: " if mark else ""
    return f"{line}{error.problem or 'not YAML'}. Is there an unquoted colon? Put longer text in a block with `>-`"


def _value_of(node: yaml.Node, depth: int, seen: set[int]) -> Any:
    if depth > MAX_DEPTH:
        raise NotReadable(f"{_line(node)}: nested too deeply")
    if id(node) in seen:
        raise NotReadable(f"{_line(node)}: anchors and aliases (& and *) are not used here; write it out")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping_of(node, depth, seen)
    if isinstance(node, yaml.SequenceNode):
        _refuse_tag(node, "tag:yaml.org,2002:seq")
        return tuple(_value_of(part, depth + 1, seen) for part in node.value)
    return _scalar_of(node)


def _mapping_of(node: yaml.MappingNode, depth: int, seen: set[int]) -> dict[str, Any]:
    _refuse_tag(node, "tag:yaml.org,2002:map")
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise NotReadable(f"{_line(key_node)}: a field name is one word")
        key = str(key_node.value)
        if key in found:
            raise NotReadable(f"{_line(key_node)}: `{key}` stands here twice; keep one")
        found[key] = _value_of(value_node, depth + 1, seen)
    return found


def _scalar_of(node: yaml.Node) -> str | int | float | bool | None:
    value = str(node.value)
    if isinstance(node, yaml.ScalarNode) and node.style:
        _refuse_tag(node, "tag:yaml.org,2002:str")
        return value
    if "!" in str(node.tag) or str(node.tag) not in _PLAIN_TAGS:
        raise NotReadable(f"{_line(node)}: tags (!) are not used here")
    return _plain_value(value)


def _plain_value(value: str) -> str | int | float | bool | None:
    if BOOLEAN.match(value):
        return value == "true"
    if NOTHING.match(value):
        return None
    if WHOLE.match(value):
        return int(value)
    return float(value) if BROKEN.match(value) else value


_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)


def _refuse_tag(node: yaml.Node, expected: str) -> None:
    if node.tag != expected:
        raise NotReadable(f"{_line(node)}: tags (!) are not used here")


def _line(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}" if node.start_mark else "somewhere"
