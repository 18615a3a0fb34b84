"""Makes tagged PDFs (PDF/UA-1) with typst. What a person or an author wrote goes in as data, never as source."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import structlog
import typst

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari")
STANDARD: Final = "ua-1"
log = structlog.get_logger()


class NotTypeset(ValueError):  # noqa: N818  errors are sentences here
    """No font that we have holds one of the text's characters."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF that this template makes of the data, which stands in it as `sys.inputs.data`. Raises NotTypeset."""
    return _typeset(template, json.dumps({**data, "families": FAMILIES}, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=64)
def _typeset(template: Path, data: str) -> bytes:
    """Most handouts are the same for everybody, and setting one takes longer than a page."""
    try:
        made = typst.compile(
            template.read_bytes(), font_paths=_fonts(), sys_inputs={"data": data}, pdf_standards=STANDARD, format="pdf"
        )
    except typst.TypstError as error:
        # The message may quote what somebody wrote; which template it was is enough to look.
        log.warning("not typeset", template=template.name, lacks_a_character="could not be displayed" in error.message)
        raise NotTypeset(template.name) from error
    assert isinstance(made, bytes)
    return made
