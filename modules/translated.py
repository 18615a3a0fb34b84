"""A file in another language as its translator writes it: ids and texts only, under `schema: translation/1`."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from competencies.problems import Problem
from competencies.reading import build_model
from competencies.text import Entry, Locale, tidy_text
from competencies.yaml_tree import NotReadable, parse_yaml
from modules.folder import Translation

HEADER = ("schema", "of", "locale", "from")
LOCALE_IN_NAME = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)(?=\.(?:yaml|md)$)")


class _Header(Entry):
    """What the file says of itself."""

    schema_: Literal["translation/1"] = Field(alias="schema")
    of: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    locale: Locale
    from_: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(alias="from")


def source_path(path: str) -> str:
    """Name the file that a translation lies beside: `check.es.yaml` beside `check.yaml`."""
    return LOCALE_IN_NAME.sub("", path)


def parse_translation(
    text: str, body: str | None, *, path: str, where: str
) -> tuple[Translation | None, tuple[Problem, ...]]:
    """Read the texts of a translation by their paths; `body` is a lesson's, without its front matter."""
    try:
        tree = parse_yaml(text)
    except NotReadable as error:
        return None, (Problem(where, str(error)),)
    if not isinstance(tree, Mapping):
        return None, (Problem(where, "write fields here, each as `name: value`"),)
    header, problems = build_model({name: tree[name] for name in HEADER if name in tree}, _Header, where=where)
    if header is None:
        return None, problems
    named = LOCALE_IN_NAME.search(path)
    if named and named.group(1) != header.locale:
        return None, (Problem(f"{where}: locale", f"the file's name says `{named.group(1)}`"),)
    texts = dict(_list_leaves({name: part for name, part in tree.items() if name not in HEADER}, ""))
    return Translation(path, source_path(path), header.locale, header.of, header.from_, texts, body), ()


def _list_leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield (path, text) for each leaf; an entry of a list goes by its id, else by its place."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name != "id":
                yield from _list_leaves(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, tuple):
        for at, part in enumerate(value):
            own = part.get("id") if isinstance(part, Mapping) else None
            yield from _list_leaves(part, f"{path}.{at if own is None else own}")
    else:
        yield path, tidy_text(value) if isinstance(value, str) else str(value)
