"""Posted answers, read by the questions of their page."""

from collections.abc import Iterable

from app.assessment.rules import LONGEST_EXAMPLE, Question
from app.web.errors import BadForm
from app.web.forms import Form
from competencies import Form as InstrumentForm

FORMS: dict[str, InstrumentForm] = {"core": "core", "long": "long"}


class ExampleTooLong(ValueError):  # noqa: N818  errors are sentences here
    """A text of more than LONGEST_EXAMPLE characters; its key is the argument."""


def read_given(form: Form, questions: Iterable[Question]) -> dict[str, str]:
    """The answers that the form brought to these questions: all of a page, or the one that saves itself.

    Raises BadForm for a value that the question does not take, ExampleTooLong for a text.
    """
    return {one.key: _read_one(form, one) for one in questions if one.key in form.fields}


def _read_one(form: Form, question: Question) -> str:
    value = form.one(question.key)
    if question.allowed is not None:
        if value not in question.allowed:
            raise BadForm
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_EXAMPLE:
        raise ExampleTooLong(question.key)
    return text


def read_length(form: Form) -> InstrumentForm:
    """Which form of the instrument was chosen; the short one where nothing was. Raises BadForm."""
    chosen = form.one("form") or "core"
    if chosen not in FORMS:
        raise BadForm
    return FORMS[chosen]
