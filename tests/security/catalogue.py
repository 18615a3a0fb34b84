"""All attacks that are named in the list of measured ones (security.md 2) and in the negatives 44-86 (lti.md 2).

What both lists count as an attack and the design allows is not in here: an unknown deployment of an invited
registration, and a target that is ours but not that of the login (design 3, decision 3: accepted, the second counted).
"""

from collections.abc import Callable

from tests.attack_kit import Stage, assert_refused
from tests.security.attacks import Attack
from tests.security.attacks_on_flow import ATTACKS_ON_FLOW
from tests.security.attacks_on_tokens import ATTACKS_ON_TOKENS

ATTACKS = (*ATTACKS_ON_TOKENS, *ATTACKS_ON_FLOW)
# The negatives that the list of lti.md numbers, and all others.
NUMBERED = tuple(attack for attack in ATTACKS if attack.number)
OTHERS = tuple(attack for attack in ATTACKS if not attack.number)


def try_attack(stage: Stage, attack: Attack, record: Callable[[str, object], None]) -> None:
    """Runs it, notes for the count at the end whether it got in, and asserts that it was refused as it should be."""
    record("attack", attack.id)
    tried = attack.run(stage)
    record("attack accepted", tried.is_accepted)
    assert_refused(tried, *attack.codes, status=attack.status)
    if attack.counted_for is not None:
        _count, at = stage.failures(stage.platforms[attack.counted_for])[tried.code]
        assert at == stage.clock()
