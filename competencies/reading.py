"""The only code that opens content files: a file becomes a model, or problems for its author."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from competencies.messages import explain
from competencies.problems import Problem
from competencies.yaml_tree import NotReadable, parse_yaml

MAX_BYTES = 2_000_000
FENCE = "---"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class SourceFile:
    """A file of a content folder: the folder that must hold it, and the path below it as authors write it."""

    root: Path
    name: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.root / self.name


def read_text(file: SourceFile) -> tuple[str | None, tuple[Problem, ...]]:
    """Return the text of a file, or None and the reason; never follows a link out of the folder."""
    if fault := _find_fault(file):
        return None, (Problem(file.name, fault),)
    try:
        return file.path.read_bytes().decode("utf-8").replace("\r\n", "\n"), ()
    except UnicodeDecodeError as error:
        return None, (Problem(file.name, f"byte {error.start} is not UTF-8; save the file as UTF-8"),)
    except OSError as error:
        return None, (Problem(file.name, f"cannot be read: {error.strerror}"),)


def _find_fault(file: SourceFile) -> str | None:
    try:
        if is_link_below(file.root, file.path):
            return "links are not followed; put the file itself here"
        if not file.path.resolve().is_relative_to(file.root.resolve()):
            return "lies outside the content folder"
        if not file.path.is_file():
            return "this file is missing"
        return "larger than 2 MB; split it" if file.path.stat().st_size > MAX_BYTES else None
    except (OSError, ValueError):
        return "cannot be read"


def is_link_below(root: Path, path: Path) -> bool:
    """Say whether `path`, or a folder between it and `root`, is a symbolic link."""
    between = [part for part in (path, *path.parents) if part != root and part.is_relative_to(root)]
    return any(part.is_symlink() for part in between)


def read_yaml(file: SourceFile, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """Read a YAML file as `model`; every fault of the author comes back as a Problem."""
    text, problems = read_text(file)
    return (None, problems) if text is None else parse_model(text, model, where=file.name)


def parse_model(text: str, model: type[Model], *, where: str) -> tuple[Model | None, tuple[Problem, ...]]:
    """Read YAML text as `model`; `where` names it in the problems."""
    try:
        tree = parse_yaml(text)
    except NotReadable as error:
        return None, (Problem(where, str(error)),)
    return build_model(tree, model, where=where)


def build_model(tree: Any, model: type[Model], *, where: str) -> tuple[Model | None, tuple[Problem, ...]]:
    """Make `model` of a parsed tree, or say field by field what is wrong with it."""
    if not isinstance(tree, dict):
        return None, (Problem(where, "a file begins with fields, the first of them `schema: kind/1`"),)
    order = _check_order(tree, where)
    try:
        return model.model_validate(tree), order
    except ValidationError as error:
        return None, (*order, *explain(error, where=where, tree=tree, model=model))


def _check_order(tree: dict[str, Any], where: str) -> tuple[Problem, ...]:
    wanted = [name for name in ("schema", "id") if name in tree]
    if list(tree)[: len(wanted)] == wanted:
        return ()
    return (Problem(f"{where}: {wanted[0]}", "the first field is `schema`, the second `id`; move them up"),)


def read_marked_up(file: SourceFile) -> tuple[tuple[str, str] | None, tuple[Problem, ...]]:
    """Split a Markdown file into the YAML between its `---` lines and the body after them."""
    text, problems = read_text(file)
    if text is None:
        return None, problems
    opening, _, rest = text.partition("\n")
    front, fence, body = rest.partition(f"\n{FENCE}\n")
    if opening.strip() != FENCE or not fence:
        return None, (Problem(file.name, "begin with `---`, the fields, and `---` on a line of its own"),)
    return (front, body), ()
