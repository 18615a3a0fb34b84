"""A completion arrives in the gradebook, from wherever it was made, and only for whom it should."""

import pytest

from app.progress.rules import FactKind
from tests.delivery_kit import Delivering

BOTH = pytest.mark.parametrize("temper", ["moodle", "canvas"])


@BOTH
def test_a_completion_after_the_launch_arrives_as_1_of_1(app, temper):
    here = Delivering(app, temper=temper)
    user = here.opens()
    here.completes(user)
    assert here.receipts() == ["waiting"]
    here.works_off()
    assert here.shown() == 1
    assert here.receipts() == ["confirmed"]
    assert here.delivery().state == "delivered"
    assert here.delivery().next_at is None
