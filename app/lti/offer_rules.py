"""Which links may have a column, which line item of a course serves one of them, and what a failure means: pure."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from app.lti.delivery_rules import DAY, Meaning, Verdict, back_off
from app.lti.line_items import FoundItem
from app.progress.rules import HOME_KEY, module_key

# Set on line items that we make by the service, and on no others: found again in a copied course, or after a crash.
MADE_TAG = "cairn-made"
LONGEST_LABEL = 200


class OfferState(StrEnum):
    """Where an offer stands."""

    OPEN = "open"  # nobody has asked
    ASKED = "asked"  # to be made
    MAKING = "making"  # a worker is at it, or nobody knows what came of it: it may exist
    FILLING = "filling"  # it exists; completions are being handed to it
    MADE = "made"
    REFUSED = "refused"


MAY_BE_ASKED = (OfferState.OPEN, OfferState.REFUSED)
UNDER_WAY = (OfferState.ASKED, OfferState.MAKING, OfferState.FILLING)


def may_have_column(key: str) -> bool:
    """Whether what a link opens can be completed: the whole training or a module."""
    return key == HOME_KEY or key.startswith(module_key(""))


def choose_item(
    found: Iterable[FoundItem], *, link_id: str, other_links: frozenset[str], taken: frozenset[str]
) -> FoundItem | None:
    """Of the line items that we once made for this content: the link's own, else one that serves no other link.

    So a course that was copied with its gradebook gets no second column, and neither does one whose answer was lost.
    """
    free = [one for one in found if one.url not in taken and one.resource_link_id not in other_links]
    own = [one for one in free if one.resource_link_id == link_id]
    return next(iter(own or free), None)


def next_step(verdict: Verdict, *, attempts: int, seed: int) -> timedelta | None:
    """How long to wait before the next try; None where only people can help."""
    if verdict.meaning in {Meaning.FAILED, Meaning.THROTTLED}:
        return max(verdict.wait or timedelta(), back_off(attempts, seed))
    return DAY if verdict.meaning == Meaning.TOMORROW else None
