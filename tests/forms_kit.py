"""The forms of a page, with the choices that a person has in them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPED = {"text", "search", "url", "email", "number"}


@dataclass
class OpenForm:
    """A form to be filled: what is fixed, what is to be chosen from, what is to be typed."""

    action: str
    method: str
    fixed: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Offers(HTMLParser):
    """`forms` of one page, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[OpenForm] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(OpenForm(said.get("action", ""), said.get("method", "get").lower()))
        elif self.forms and "disabled" not in said:
            self._take_field(self.forms[-1], tag, said)

    def _take_field(self, form: OpenForm, tag: str, said: dict[str, str]) -> None:
        name, value, kind = said.get("name", self._select), said.get("value", ""), said.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" or kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(value)
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif kind == "hidden":
            form.fixed.append((name, value))
        elif tag == "textarea" or (tag == "input" and kind in _TYPED):
            form.typed.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
