"""Translation: every sentence goes through gettext; English is the source and the fallback."""

import re
from contextvars import ContextVar
from gettext import NullTranslations, translation
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
_current: ContextVar[NullTranslations] = ContextVar("cairn_translations")
_english = NullTranslations()
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def use_locale(locale: str | None) -> None:
    """Speaks that language for the rest of this request, where a translation exists."""
    if locale is None or not _TAG.fullmatch(locale):
        _current.set(_english)
        return
    languages = [locale.replace("-", "_"), locale.replace("_", "-").split("-")[0]]
    _current.set(translation("cairn", localedir=LOCALES, languages=languages, fallback=True))


def gettext(text: str) -> str:
    return _current.get(_english).gettext(text)


def ngettext(one: str, many: str, n: int) -> str:
    return _current.get(_english).ngettext(one, many, n)


def lazy(text: str) -> str:
    """Marks a sentence for translation where it is defined; `gettext` translates it where it is shown."""
    return text
