"""JSON Schemas of the authors' files, so that an editor completes fields and marks faults while somebody types.

They are made from the models, which decide: a schema knows fields, types and lengths, and nothing of what `cairn check`
finds across files.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from modules.model import Check, Citations, FigureText, LessonFront, ModuleSheet, Reflection, RoleSet, Task, Vignette

SCHEMAS = Path(__file__).parent / "schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS: Mapping[str, type[BaseModel]] = {
    "module": ModuleSheet,
    "lesson": LessonFront,
    "vignette": Vignette,
    "check": Check,
    "role-set": RoleSet,
    "reflection": Reflection,
    "task": Task,
    "figure": FigureText,
    "citations": Citations,
}


def make_schemas() -> dict[str, str]:
    """Write each schema as text, by file name."""
    return {f"{kind}.json": _make_schema(model) for kind, model in KINDS.items()}


def _make_schema(model: type[BaseModel]) -> str:
    tree: dict[str, Any] = {"$schema": DIALECT, **model.model_json_schema(by_alias=True)}
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path = SCHEMAS) -> tuple[Path, ...]:
    """Write all schemas into a folder; what lies there under these names is written anew."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in make_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return tuple(written)
