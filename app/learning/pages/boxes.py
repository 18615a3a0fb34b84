"""A private box to write in, with what is kept of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.learning.models import Writing
from app.learning.writings import Kept
from app.web.texts import gettext as _


@dataclass(frozen=True)
class Box:
    """One box: what it holds now, the revision it builds on, and, after a clash, what another window saved."""

    id: str
    label: str
    rows: int
    text: str = ""
    revision: int = 0
    saved_at: datetime | None = None
    other: str | None = None
    problem: str | None = None
    is_required: bool = False


@dataclass(frozen=True)
class Sent:
    """What a form sent and could not be kept as it is: texts by box, clashes by key, and problems by box."""

    texts: Mapping[str, str]
    clashes: Iterable[Kept] = ()
    problems: Mapping[str, str] | None = None


NOTHING_SENT = Sent({})


def fill_box(box: Box, writing: Writing | None, key: str, sent: Sent = NOTHING_SENT) -> Box:
    """The box with the kept text, or, where it was just sent and not kept, with the sent one."""
    clash = next((kept for kept in sent.clashes if kept.key == key), None)
    return Box(
        id=box.id,
        label=box.label,
        rows=box.rows,
        text=sent.texts.get(box.id, writing.text if writing else ""),
        revision=writing.revision if writing else 0,
        saved_at=writing.saved_at if writing and writing.text else None,
        other=clash.text if clash else None,
        problem=(sent.problems or {}).get(box.id),
        is_required=box.is_required,
    )


def list_problems(boxes: Iterable[Box]) -> tuple[tuple[str, str], ...]:
    """The lines of the summary above the form: the field's id and the sentence."""
    refused = (box for box in boxes if box.problem or box.other is not None)
    return tuple((f"text-{box.id}", box.problem or tell_clash()) for box in refused)


def tell_clash() -> str:
    return _("Another window saved a different text meanwhile. Both are shown; save the one that should stand.")
