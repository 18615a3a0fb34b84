"""All attacks that are named in the list of measured ones (security.md 2) and in the negatives 44-86 (lti.md 2)."""

from tests.security.attacks_on_flow import ATTACKS_ON_FLOW
from tests.security.attacks_on_tokens import ATTACKS_ON_TOKENS

ATTACKS = (*ATTACKS_ON_TOKENS, *ATTACKS_ON_FLOW)
