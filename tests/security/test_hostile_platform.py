"""Each lie of a hostile platform ends as the table says, and two other institutions' pages stay as they were.

Compared are a learner's home, a course's completion list and an administrator's health page of each, opened by their
own people: status, headers and every byte. Nothing is left out of the comparison.
"""

from collections import Counter

import pytest

from app.config import Settings
from tests.conftest import BASE_URL, SECRET, FrozenClock
from tests.hostile_kit import World, lower_limits, wire_time
from tests.log_lines import assert_log_lines
from tests.security.lies import Told
from tests.security.lies_table import LIES, PAGE, render


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request, new_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with new_database(request.param) as url, wire_time() as time, lower_limits():
        settings = Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET)
        made = World(settings, FrozenClock(), time)
        yield made
        made.close()


@pytest.fixture(scope="module")
def before(world):
    return world.read_pages()


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.id)
def test_a_lie_ends_as_the_table_says(world, before, lie, record_property, capsys):
    record_property("lie", (lie.id, lie.expected.state))
    here, now = world.hostile(), world.clock.now
    rows = world.count_rows()
    told = lie.tell(here)
    lie.expected.check(Told(here, told, rows, world.count_rows()))
    world.clock.now = now
    assert world.read_pages() == before
    assert_log_lines(capsys.readouterr().out)
    record_property("lie ended well", True)


def test_the_table_is_long_enough_and_no_row_stands_twice():
    assert len(LIES) >= 40
    assert [name for name, count in Counter(lie.id for lie in LIES).items() if count > 1] == []


def test_the_page_for_people_says_what_is_tried():
    assert PAGE.read_text("utf-8") == render(), "run `python -m tests.security.lies_table`"
