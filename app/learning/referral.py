"""Where a coach turns when a learner may be in danger: general words until the institution gives its own contacts."""

from app.membership.models import User
from app.web.texts import gettext as _
from modules import Library, PageText


def referral_tokens(user: User) -> dict[str, str]:  # noqa: ARG001  the person's institution will decide
    """What `{{referral.urgent}}` and its kind say to this person; each fits after "call" or "ask"."""
    return {
        "referral.urgent": _("the urgent line"),
        "referral.office": _("the student and resident support office"),
        "program.name": _("the coaching program"),
    }


def make_page_text(library: Library, user: User, locale: str) -> PageText:
    """The renderer of one page's texts, in the language of the activity."""
    return PageText(library.citations, referral_tokens(user), source_label=_("Source {number}"), locale=locale)
