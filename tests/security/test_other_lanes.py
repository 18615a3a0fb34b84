"""R32: while one institution's LMS answers nothing at all, nobody else waits: not their scores, launches or pages."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.jobs.embedded import EmbeddedEngine
from app.lti.scopes import NOTICE_SCOPE
from app.main import list_jobs
from tests.hostile_kit import Reply, World, wire_time
from tests.lti_kit import CLAIM, INSTRUCTOR

PATIENCE = 20
SERVICES = ("/item/1/scores", "/members", "/lineitems", "/notices")


class Hangs:
    """A site whose services take every call and answer none before `release`; `begun` counts the calls."""

    def __init__(self) -> None:
        self.release, self.begun = threading.Event(), threading.Semaphore(0)

    def __call__(self, _request: object) -> Reply:
        self.begun.release()
        self.release.wait(20 * PATIENCE)
        return Reply(503)


@pytest.fixture
def world(settings, clock):
    with wire_time() as time:
        made = World(settings, clock, time)
        yield made
        made.close()


@pytest.fixture
def hangs():
    made = Hangs()
    yield made
    made.release.set()


def owes_everything(world, hangs):
    """A neighbour with work in every lane: a score, a roster, a column and a subscription are due."""
    here = world.hostile()
    for path in SERVICES:
        here.site.says(path, hangs)
    notices = {
        "platform_notification_service_url": here.at("/notices"), "scope": [NOTICE_SCOPE],
        "notice_types_supported": ["LtiContextCopyNotice"],
    }  # fmt: skip
    offer = {f"{CLAIM}platformnotificationservice": notices}
    here.complete(here.opens("learner-1", **here.services(), **offer))
    staff = here.opens(
        "staff", roles=[INSTRUCTOR], resource_link={"id": "link-2"},
        **here.services(line_item=None, line_items="/lineitems"),
    )  # fmt: skip
    here.mark()
    path = str(world.app.url_path_for("lti.columns", context=staff.context.uuid))
    offer = staff.get(path).text.partition('name="offer" value="')[2].partition('"')[0]
    assert staff.post(path, offer=offer).status_code == 303
    with world.house.database.reading() as db:
        due = {job.kind for job in list_jobs() if str(here.registration_id) in job.list_due(db, world.clock())}
    assert len(due) == len(SERVICES), due
    return here


def test_r32_an_lms_that_hangs_in_every_lane_leaves_workers_for_others(world, hangs):
    owes_everything(world, hangs)
    before, arrived = world.read_pages(), threading.Event()

    def takes_score(_request):
        arrived.set()
        return Reply(200)

    world.near.site.says("/item/2/scores", takes_score)
    engine = EmbeddedEngine(world.house, list_jobs(), sweep_seconds=0.05)
    engine.start()
    try:
        assert hangs.begun.acquire(timeout=PATIENCE)
        assert hangs.begun.acquire(timeout=PATIENCE)
        learner = world.near.opens(
            "learner-3", resource_link={"id": "link-2"}, **world.near.services(line_item="/item/2", roster=None)
        )
        world.near.complete(learner)
        assert arrived.wait(PATIENCE)
        assert not hangs.release.is_set()
    finally:
        hangs.release.set()
        engine.stop()
    assert world.read_pages()[3:] == before[3:]


def test_r32_keys_that_never_come_hold_up_no_other_launch_and_no_page(world, hangs):
    here = world.hostile()
    here.site.says("/jwks", hangs)
    before = world.read_pages()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(here.launches)
        assert hangs.begun.acquire(timeout=PATIENCE)
        for neighbour in (world.near, world.far):
            elsewhere = {"context": {"id": "course-9"}, "resource_link": {"id": "link-9"}}
            assert neighbour.launches(sub="somebody", **elsewhere).status_code == 303
        assert world.read_pages() == before
        assert not waiting.done()
        hangs.release.set()
        assert waiting.result(PATIENCE).status_code == 401
