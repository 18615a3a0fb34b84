"""A module is completed once, by whatever came last."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.learning import completion
from app.learning.rules import list_parts
from app.progress.models import Fact
from app.progress.rules import FactKind, module_key
from tests.functional.learning_kit import REFLECTION, count, do_parts, do_training, get_module, read_facts
from tests.lti_kit import sign_in

COMPLETED = (FactKind.COMPLETED, module_key("m0"))


@pytest.fixture
def here(app):
    return sign_in(app)


def test_the_last_part_completes_the_module_and_the_program(app, here, clock):
    parts = list_parts(get_module(app))
    do_training(app, here, but="m0")
    do_parts(app, here, parts[:-1])
    assert COMPLETED not in read_facts(here)
    clock.pass_by(hours=1)
    here.post(REFLECTION, **{"text-p1": "x", "revision-p1": "0"})
    facts = read_facts(here)
    assert facts[COMPLETED] == clock.now
    assert [kind for kind, _key in facts].count(FactKind.PROGRAM_COMPLETED) == 1


def test_the_reflection_leads_to_the_end_page_then(app, here):
    do_parts(app, here)
    assert 'href="/modules/m0-roles/complete">Go on' in here.get(REFLECTION).text


def test_a_complete_module_stays_complete(app, here, clock):
    do_parts(app, here)
    at = read_facts(here)[COMPLETED]
    clock.pass_by(hours=1)
    here.post(f"{REFLECTION}/delete")
    do_parts(app, here)
    assert read_facts(here)[COMPLETED] == at


def test_two_last_parts_at_once_complete_the_module(app, here):
    parts = list_parts(get_module(app))
    do_parts(app, here, parts[:-2])
    module, database, now = get_module(app), here.house.database, here.house.clock()
    start = Barrier(2)

    def finish(part) -> None:
        start.wait()
        with database.writing() as db:
            completion.record_part(db, user=here.user, module=module, fact=part.fact, now=now)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(finish, part) for part in parts[-2:]]:
            one.result()
    assert count(here, Fact, Fact.kind == FactKind.COMPLETED) == 1


def test_what_one_person_does_completes_nothing_for_another(app, here):
    do_parts(app, here)
    assert read_facts(sign_in(app, sub="other")) == {}
