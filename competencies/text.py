"""The types of the strings that authors write; a text is known as one by its type."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic.fields import FieldInfo

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


Put = TypeVar("Put", bound=BaseModel)


@dataclass(frozen=True)
class Translatable:
    """Marks a string that a translator translates; `voice` says whether somebody says it aloud."""

    voice: Literal["text", "spoken"]


def tidy_text(text: str) -> str:
    """Collapse the spaces of each paragraph, so that wrapping a line differently changes nothing."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n+", unicodedata.normalize("NFC", text)))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


_written = (AfterValidator(tidy_text), StringConstraints(min_length=1, max_length=20_000))
Text = Annotated[str, *_written, Translatable("text")]
Spoken = Annotated[str, *_written, Translatable("spoken")]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=80)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][1-9]$")]
Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]


class Entry(BaseModel):
    """What every part of a content file is: frozen, strict, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True)
class WrittenText:
    """One text of a file: the path of its field, the words, and whether they are spoken."""

    field: str
    text: str
    voice: Literal["text", "spoken"]


def list_texts(entry: BaseModel) -> tuple[WrittenText, ...]:
    """List every text and spoken string below `entry`, found by its type, in the order of the file."""
    return tuple(_walk_entry(entry, ""))


def _walk_entry(entry: BaseModel, path: str) -> Iterator[WrittenText]:
    for name, shown, voice in _fields_of(type(entry)):
        yield from _walk_value(getattr(entry, name), _join(path, shown), voice)


@cache
def _fields_of(model: type[BaseModel]) -> tuple[tuple[str, str, Literal["text", "spoken"] | None], ...]:
    """Name each field of a model: in Python, in the file, and how its text is meant."""
    return tuple((name, field.alias or name, _voice_of(field)) for name, field in model.model_fields.items())


def _walk_value(value: Any, path: str, voice: Literal["text", "spoken"] | None) -> Iterator[WrittenText]:
    if isinstance(value, BaseModel):
        yield from _walk_entry(value, path)
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _walk_value(part, _join(path, str(getattr(part, "id", index))), voice)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _walk_value(part, _join(path, str(key)), voice)
    elif isinstance(value, str) and voice:
        yield WrittenText(path, value, voice)


def put_texts(entry: Put, texts: Mapping[str, str]) -> Put:
    """Return the entry with other words at the paths that `list_texts` gives; the rest of it stays."""
    return _put_into(entry, "", texts)


def _put_into(entry: Put, path: str, texts: Mapping[str, str]) -> Put:
    fields = _fields_of(type(entry))
    changed = {name: _put(getattr(entry, name), _join(path, shown), voice, texts) for name, shown, voice in fields}
    return entry.model_copy(update=changed)


def _put(value: Any, path: str, voice: Literal["text", "spoken"] | None, texts: Mapping[str, str]) -> Any:
    if isinstance(value, BaseModel):
        return _put_into(value, path, texts)
    if isinstance(value, tuple):
        parts = enumerate(value)
        return tuple(_put(part, _join(path, str(getattr(part, "id", at))), voice, texts) for at, part in parts)
    if isinstance(value, dict):
        return {key: _put(part, _join(path, str(key)), voice, texts) for key, part in value.items()}
    return texts.get(path, value) if isinstance(value, str) and voice else value


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _voice_of(field: FieldInfo) -> Literal["text", "spoken"] | None:
    marks = [mark for mark in field.metadata if isinstance(mark, Translatable)] or _marks_in(field.annotation)
    return marks[0].voice if marks else None


def _marks_in(annotation: Any) -> list[Translatable]:
    """Find the mark of `Text | None`, `tuple[Text, ...]` and `dict[str, Text]`."""
    own = [mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Translatable)]
    inner = [mark for part in getattr(annotation, "__args__", ()) for mark in _marks_in(part)]
    return own or inner
