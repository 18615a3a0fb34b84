"""What became of a completion in the LMS, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.progress.models import Receipt
from app.progress.rules import ReceiptState
from app.web.texts import gettext as _
from app.web.texts import lazy


@dataclass(frozen=True)
class ReceiptLine:
    """One sentence with its kind of notice and its icon."""

    kind: str
    icon: str
    text: str


_LINES = {
    ReceiptState.REFUSED: (
        "warn",
        "warn",
        lazy("Your LMS does not take this result at the moment. It is kept here; you need do nothing."),
    ),
    ReceiptState.WAITING: (
        "warn",
        "clock",
        lazy("Your LMS has not confirmed receipt yet. We will keep trying; you need do nothing."),
    ),
    ReceiptState.CHANGED_IN_LMS: (
        "",
        "info",
        lazy("Somebody changed this result in your LMS. Your record here stands."),
    ),
    ReceiptState.CONFIRMED: ("good", "check", lazy("Your LMS has confirmed that it received your completion.")),
}


def list_receipt_lines(receipts: Iterable[Receipt], keys: Iterable[str]) -> tuple[ReceiptLine, ...]:
    """One line for each state in which receipts of these content keys are, the one that asks for attention first."""
    wanted = frozenset(keys)
    states = {receipt.state for receipt in receipts if receipt.key in wanted}
    return tuple(ReceiptLine(kind, icon, _(text)) for state, (kind, icon, text) in _LINES.items() if state in states)
