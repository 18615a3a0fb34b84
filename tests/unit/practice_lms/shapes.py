"""Comparing an answer with a sample: the same members with the same types, and every exception by name."""

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"


def read_sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def shape_of(value: Any, path: str = "") -> dict[str, str]:
    """Every path of a JSON value with the type at its end; elements of a list share one path."""
    if isinstance(value, dict):
        inner = [shape_of(one, f"{path} > {name}") for name, one in value.items()]
        return {path: "object"} | {key: kind for found in inner for key, kind in found.items()}
    if isinstance(value, list):
        inner = [shape_of(one, f"{path} > []") for one in value]
        return {path: "list"} | {key: kind for found in inner for key, kind in found.items()}
    return {path: "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__}


def assert_same_shape(ours: Any, sample: Any, *, except_for: dict[str, str] | None = None) -> None:
    """`except_for` gives each excepted path, or the beginning of several, its reason. Each must really differ."""
    here, there = shape_of(ours), shape_of(sample)
    differing = {path for path in {*here, *there} if here.get(path) != there.get(path)}
    excepted = {path for path in differing for start in except_for or {} if path.startswith(start)}
    told = {path: (here.get(path), there.get(path)) for path in differing - excepted}
    assert told == {}, "ours, then the sample's"
    for start in except_for or {}:
        assert any(path.startswith(start) for path in differing), f"{start} does not differ any more"
