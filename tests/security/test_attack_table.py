"""Each attack of the catalogue is refused with its reason, and leaves nothing but one count."""

import pytest

from tests.attack_kit import assert_accepted, assert_refused
from tests.security.catalogue import ATTACKS


def test_the_honest_launch_beside_them_is_accepted(stage):
    assert_accepted(stage.launch())


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_attack_is_refused(stage, attack, record_property):
    tried = attack.run(stage)
    record_property("attack", attack.id)
    record_property("attack accepted", tried.is_accepted)
    assert_refused(tried, *attack.codes, status=attack.status)
    if attack.counted_for is not None:
        _count, at = stage.failures(stage.platforms[attack.counted_for])[tried.code]
        assert at == stage.clock()


def test_each_attack_has_a_name_of_its_own():
    names = [attack.id for attack in ATTACKS]
    assert len(set(names)) == len(names)
