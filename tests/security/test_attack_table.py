"""Each attack of the catalogue is refused with its reason, and leaves nothing but one count."""

import pytest

from tests.attack_kit import assert_accepted
from tests.attack_tokens import jwk_of, rsa_key, write_token
from tests.security.catalogue import ATTACKS, OTHERS, try_attack


def test_the_honest_launch_beside_them_is_accepted(stage):
    assert_accepted(stage.launch())


def test_an_honest_key_beside_the_odd_ones_is_accepted(stage):
    stage.lms.keys = [stage.lms.jwk(), jwk_of(rsa_key("another"), "odd")]
    header = {**stage.lms.header, "kid": "odd"}
    assert_accepted(stage.launch(lambda begun: write_token(header, stage.claims(begun.nonce), rsa_key("another"))))


@pytest.mark.parametrize("attack", OTHERS, ids=lambda attack: attack.id)
def test_attack_is_refused(stage, attack, record_property):
    try_attack(stage, attack, record_property)


def test_each_attack_has_a_name_of_its_own():
    names = [attack.id for attack in ATTACKS]
    assert len(set(names)) == len(names)
