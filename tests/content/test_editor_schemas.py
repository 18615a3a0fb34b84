"""The JSON Schemas for editors: those on disk are today's, they take every file we ship and mark what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from modules import CONTENT
from modules.editor_schemas import KINDS, SCHEMAS, make_schemas
from tests.unit.modules import sample

REWRITE = "the models have changed: run `./dev cairn schema` and commit modules/schema/"
FILES = [file for file in sorted(CONTENT.rglob("*")) if file.suffix in {".yaml", ".md"}]


class _Words(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads dates as the words they are, as our own reader does."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_fields(file: Path) -> Any:
    text = file.read_text("utf-8")
    return yaml.load(text.split("\n---\n")[0] if file.suffix == ".md" else text, Loader=_Words)  # noqa: S506  safe


def validator_for(tree: Any) -> Draft202012Validator:
    kind = tree["schema"].removesuffix("/1")
    return Draft202012Validator(json.loads((SCHEMAS / f"{kind}.json").read_text("utf-8")))


def test_the_schemas_on_disk_are_todays():
    there = {file.name: file.read_text("utf-8") for file in SCHEMAS.glob("*.json")}
    assert there == make_schemas(), REWRITE


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_schema(kind: str):
    Draft202012Validator.check_schema(json.loads(make_schemas()[f"{kind}.json"]))


def test_every_file_that_we_ship_fits_its_schema():
    assert len(FILES) > 20
    faults = {}
    for file in FILES:
        tree = read_fields(file)
        found = [f"{error.json_path}: {error.message[:80]}" for error in validator_for(tree).iter_errors(tree)]
        faults |= {str(file.relative_to(CONTENT)): found} if found else {}
    assert faults == {}


def test_an_unknown_field_a_missing_one_and_a_wrong_number_are_marked():
    tree = sample.check()
    tree["intr"] = tree.pop("intro")
    tree["pass_percent"] = 180
    said = " ".join(error.message for error in validator_for(tree).iter_errors(tree))
    assert "'intr' was unexpected" in said
    assert "'intro' is a required property" in said
    assert "180 is greater than the maximum" in said
