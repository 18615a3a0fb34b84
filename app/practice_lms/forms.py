"""Reading the forms of an HTML page, as a browser would fill and send them untouched."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class HtmlForm:
    """`fields` holds what would be sent without anybody typing: hidden, prefilled and checked ones."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    submit: tuple[str, str] | None = None

    def filled(self) -> dict[str, str]:
        """The fields, and the first submit button's name where it has one."""
        return {**self.fields, **(dict([self.submit]) if self.submit else {})}


class NoForm(Exception):  # noqa: N818 - an error's name is a sentence in this house
    """A page without the form that was expected."""


def list_forms(html: str) -> tuple[HtmlForm, ...]:
    reader = _FormReader()
    reader.feed(html)
    reader.close()
    return tuple(reader.forms)


def read_form(html: str) -> HtmlForm:
    """The first form of a page; raises NoForm."""
    forms = list_forms(html)
    if not forms:
        raise NoForm(html[:500])
    return forms[0]


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[HtmlForm] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(HtmlForm(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms:
            self._read_control(tag, given)

    def _read_control(self, tag: str, given: dict[str, str]) -> None:
        name, fields = given.get("name", ""), self.forms[-1].fields
        if tag in {"input", "button"}:
            self._read_input(tag, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            fields[name] = ""

    def _read_input(self, tag: str, given: dict[str, str]) -> None:
        name, form = given.get("name", ""), self.forms[-1]
        kind = given.get("type", "submit" if tag == "button" else "text").lower()
        if not name:
            return
        if kind == "submit":
            form.submit = form.submit or (name, given.get("value", ""))
        elif kind not in {"checkbox", "radio", "button", "reset", "image", "file"}:
            form.fields[name] = given.get("value", "")
        elif kind in {"checkbox", "radio"} and "checked" in given:
            form.fields[name] = given.get("value", "on")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
