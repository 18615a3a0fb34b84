"""Whatever an author writes wherever: the linter says so, or it is right; it never raises."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules import Library
from tests.unit.modules import sample

WHOLE = sample.whole()
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.text(max_size=6),
    st.sampled_from(["one", "m0-q1", "coach", "c0", "a", "l1"]),
)
VALUES = st.one_of(
    PLAIN, st.lists(PLAIN, max_size=2), st.dictionaries(st.sampled_from(["id", "say", "a"]), PLAIN, max_size=2)
)


def list_places(tree: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a tree at which something stands."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        yield (*way, key)
        yield from list_places(value, (*way, key))


PLACES = [place for place in list_places(WHOLE) if place[0] != "m0-door/figures/two-roads.svg"]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES, st.booleans()), min_size=1, max_size=2))
def test_no_change_anywhere_raises(tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[Any, ...]]):
    files = sample.whole()
    for (*way, key), value, gone in changes:
        here: Any = files
        for step in way:
            here = here[step] if isinstance(here, dict | list) and _has(here, step) else {}
        if isinstance(here, dict | list) and _has(here, key):
            if gone:
                del here[key]
            else:
                here[key] = value
    written = {name: tree for name, tree in files.items() if isinstance(tree, str | dict)}
    try:
        root = sample.write(tmp_path_factory.mktemp("any"), written)
    except (KeyError, TypeError):
        return
    library, problems = Library.load((root,))
    assert library.modules or problems


def _has(here: dict[Any, Any] | list[Any], step: Any) -> bool:
    return step in here if isinstance(here, dict) else isinstance(step, int) and step < len(here)
