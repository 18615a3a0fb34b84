"""The sample's activities as models, for tests that need no files."""

from typing import Any, TypeVar

from pydantic import BaseModel

from competencies.reading import parse_model
from modules.model import Check, Citations, Reflection, RoleSet, Task, Vignette
from tests.unit.modules import sample

Model = TypeVar("Model", bound=BaseModel)


def build(tree: dict[str, Any], model: type[Model]) -> Model:
    """Make a model of a tree as the loader would."""
    found, problems = parse_model(sample.dump(tree), model, where="sample")
    assert found is not None, problems
    return found


CHECK = build(sample.check(), Check)
VIGNETTE = build(sample.vignette(), Vignette)
ROLE_SET = build(sample.role_set(), RoleSet)
REFLECTION = build(sample.reflection(), Reflection)
TASK = build(sample.task(), Task)
CITATIONS = build(sample.citations(), Citations)
