"""Makes tagged PDFs (PDF/UA-1) with typst. What a person or an author wrote goes in as data, never as source."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import structlog
import typst

FONTS = Path(__file__).parent / "fonts"
PAPER = Path(__file__).parent / "paper.typ"
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari")
STANDARD: Final = "ua-1"
# What turns a line around or is no character at all; a line break and a tab are kept.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
# A word longer than a line may be broken here.
_LONG_WORD = re.compile(r"[^\s\u200b]{40}(?=\S)")
# Arrows and what comes after them; the signs before them, such as a degree, our fonts have.
_FIRST_PICTURE, _PICTURES = 0x2190, frozenset({"So", "Sm", "Sk"})
_JOINERS = "\u200d\ufe0e\ufe0f"
log = structlog.get_logger()


class NotTypeset(ValueError):  # noqa: N818  errors are sentences here
    """No font that we have holds one of the text's characters."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF that this template makes of the data, which stands in it as `sys.inputs.data`. Raises NotTypeset.

    Most handouts are the same for everybody, and setting one takes longer than a page: the last ones are kept.
    """
    return _typeset_again(template, _write(data, _clean))


def typeset_for_one(template: Path, data: Mapping[str, Any]) -> bytes:
    """The same of what is one person's own: nothing of it is kept. A pictograph without a glyph is told by its name."""
    try:
        return _typeset(template, _write(data, _clean))
    except NotTypeset:
        return _typeset(template, _write(data, lambda text: _name_pictures(_clean(text))))


@lru_cache(maxsize=64)
def _typeset_again(template: Path, data: str) -> bytes:
    return _typeset(template, data)


def _typeset(template: Path, data: str) -> bytes:
    source = PAPER.read_bytes() + template.read_bytes()
    try:
        made = typst.compile(
            source, font_paths=_fonts(), sys_inputs={"data": data}, pdf_standards=STANDARD, format="pdf"
        )
    except typst.TypstError as error:
        # The message may quote what somebody wrote; which template it was is enough to look.
        log.warning("not typeset", template=template.name, lacks_a_character="could not be displayed" in error.message)
        raise NotTypeset(template.name) from error
    assert isinstance(made, bytes)
    return made


def _write(data: Mapping[str, Any], put: Callable[[str], str]) -> str:
    whole = _map_texts({**data, "families": FAMILIES}, put)
    return json.dumps(whole, ensure_ascii=False, sort_keys=True)


def _map_texts(value: Any, put: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return put(value)
    if isinstance(value, Mapping):
        return {key: _map_texts(one, put) for key, one in value.items()}
    return [_map_texts(one, put) for one in value] if isinstance(value, list | tuple) else value


def _clean(text: str) -> str:
    return _LONG_WORD.sub(lambda found: f"{found[0]}\u200b", _UNPRINTABLE.sub("", text))


def _name_pictures(text: str) -> str:
    """`[slightly smiling face]`: what a font without pictures can still say."""
    return "".join(_name_picture(one) for one in text if one not in _JOINERS)


def _name_picture(one: str) -> str:
    is_picture = ord(one) >= _FIRST_PICTURE and unicodedata.category(one) in _PICTURES
    return f"[{unicodedata.name(one, hex(ord(one))).lower()}]" if is_picture else one
