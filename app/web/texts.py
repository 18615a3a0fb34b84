"""Translation: every sentence goes through gettext; English is the source and the fallback."""

import re
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
ENGLISH = "en"
_current: ContextVar[NullTranslations] = ContextVar("cairn_translations")
_language: ContextVar[str] = ContextVar("cairn_language", default=ENGLISH)
_english = NullTranslations()
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def use_locale(locale: str | None) -> None:
    """Speaks that language for the rest of this request, where a translation exists."""
    found = _find_language(locale) if locale is not None and _TAG.fullmatch(locale) else None
    _language.set(found.replace("_", "-") if found else ENGLISH)
    _current.set(translation("cairn", localedir=LOCALES, languages=[found]) if found else _english)


@lru_cache(maxsize=256)
def _find_language(locale: str) -> str | None:
    """The translation that exists for it: of the region, else of the language."""
    wanted = (locale.replace("-", "_"), re.split("[-_]", locale, maxsplit=1)[0].lower())
    return next((one for one in wanted if (LOCALES / one / "LC_MESSAGES" / "cairn.mo").is_file()), None)


def get_language() -> str:
    """The language in which this request's pages are written, as `<html lang>` names it."""
    return _language.get()


def gettext(text: str) -> str:
    return _current.get(_english).gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    return _current.get(_english).ngettext(one, many, n)


def lazy(text: str) -> str:
    """Marks a sentence for translation where it is defined; `gettext` translates it where it is shown."""
    return text
