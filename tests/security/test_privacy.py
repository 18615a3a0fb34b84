"""Whatever a coach writes or chooses in private is nowhere but with them (S37, S59).

`tests/private_kit.py` says who looks, and by which doors. First the search proves that it can see: the coach reads
every mark in each format, and others read what is public. What only the office's group figures could tell is looked
at by `test_group_picture.py`.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from sqlalchemy import MetaData, inspect, select
from typer.testing import CliRunner

from app.assessment.models import Goal
from app.cli import doctor
from app.cli.commands import cairn
from app.config import Settings
from app.credentials.keeping_rules import GRACE
from app.db.files import find_file
from app.jobs.schema import ENGINE_SCHEMA
from app.learning import service
from app.progress.models import Fact
from app.tables import metadata
from tests.assessment_kit import PLAN, PROFILE
from tests.clients import Client
from tests.conftest import BASE_URL, SECRET, FrozenClock
from tests.deep_linking_kit import ask
from tests.every_page import strip_varying
from tests.functional.test_messages import REVIEW
from tests.log_lines import assert_log_lines
from tests.lti_kit import INSTRUCTOR, sign_in
from tests.private_kit import COACH, DATA, GOAL_FIELDS, SUB, PrivateWorld, listening, look_closely, read

# Tables in which a private text may stand: in its person's rows, and nowhere else.
PRIVATE_TABLES = {"writing", "assessment_answer", "goal"}
# These end what the others need, or belong to nobody: connections, sessions, keys, the protocol's own doors.
LEFT_ALONE = re.compile(
    r"close|open|leave|switch|withdraw|rotate|assign|keep_out|lti\.(?:login|own|launch|stored|notices)"
)
# Where somebody's choices could come out as a number, a word or a date. (A PDF names the second of its making.)
TELLING = re.compile(r"admin|operator|dashboard\.(?!picture_paper)|lti|learning\.(?:home|privacy)|shared|own_data_file")
OPEN_TO_ALL = re.compile(r"dashboard\.course|learning\.(?:home|privacy)|shared|own_data_file")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request, new_database, tmp_path_factory) -> Iterator[PrivateWorld]:
    """One for all tests of this file, which leave everything as it is, but for the last two."""
    with new_database(request.param) as url:
        folder = tmp_path_factory.mktemp("data")
        settings = Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET)
        made = PrivateWorld(settings, FrozenClock())
        yield made
        made.close()


def test_the_search_sees_every_mark_with_its_coach_in_each_format(world):
    every = set(world.marks.by_place)
    assert len(every) > 25
    assert set().union(*(world.marks.find_in(read(world.coach.get(path))) for path in world.list_own_pages())) == every
    for ending in ("json", "pdf"):
        assert world.marks.find_in(read(world.coach.get(f"{DATA}.{ending}"))) == every
    planned = {f"{name}/{one}" for name in world.goals for one in (*GOAL_FIELDS, "outcome")}
    assert world.marks.find_in(read(world.coach.get(f"{PLAN}.pdf"))) == planned
    # A calendar lies open on many a screen: also the coach's own entry says nothing.
    dated = [read(world.coach.get(f"{goal}/calendar.ics")) for goal in world.goals.values()]
    assert ["SUMMARY:Coaching: look at my plan" in one for one in dated] == [True] * len(dated)
    assert world.marks.find_in("".join(dated)) == set()


def test_the_search_sees_what_is_public_in_each_format(world):
    """Names and completion for staff and admins, titles in every file, the coach's identifier in the gradebook."""
    staff, admin, office = (world.actors[who] for who in ("staff", "admin", "office"))
    people = read(staff.get(f"/courses/{world.coach.context.uuid}/people"))
    assert COACH in people
    row = people.partition(COACH)[2].partition("</tr>")[0]
    assert re.search(r">1\sof\s6<.*Confirmed by your LMS", row, re.DOTALL), row
    assert COACH in read(admin.get("/admin/people?q=quill"))
    assert "Cairn" in read(admin.post("/admin/diagnosis"))
    titles = [one.title for one in world.house.library.framework.competencies]
    for ending in ("csv", "pdf"):
        shown = read(office.get(f"/office/coaching-picture.{ending}"))
        assert [title for title in titles if title not in shown] == []
    profile = read(world.coach.get(f"{PROFILE}.pdf"))
    assert [one.title for one in world.house.library.framework.domains if one.title not in profile] == []
    assert [one for one in world.sent if one.startswith("POST https://lms.test/items/1/scores") and SUB in one]


def test_nobody_else_finds_a_mark_behind_any_address(world):
    """Every GET route, with the coach's ids where a path holds any; and every page that others have of their own."""
    addresses = world.list_addresses("GET")
    assert {route for route, _path in addresses} == world.list_routes("GET").keys()
    with listening() as heard:
        for who, here in world.actors.items():
            for _route, path in addresses:
                assert world.marks.find_in(read(here.get(path))) == world.may_see(who, path), (who, path)
        for page in world.every.pages:
            assert world.marks.find_in(read(world.every.open(page))) == set(), page
        for page in world.edge:
            assert world.marks.find_in(read(world.actors["nobody"].get(page.path))) == set(), page
    assert world.marks.find_in(heard.getvalue()) == set()


def test_a_goal_is_read_by_whom_it_is_shared_with_while_it_is(world):
    """That one alone, without how it went; nothing after its last day, nor when it was ended, nor as somebody else."""
    answers = {name: world.reader.get(path) for name, path in world.received.items()}
    assert world.marks.find_in(read(answers["shared"])) == world.may_see("reader", world.received["shared"]) != set()
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "ended": 410,
        "shared": 200,
        "revoked": 410,
    }
    actor = world.actors["acting as the reader"]
    assert {actor.get(path).status_code for path in world.received.values()} == {403}


def test_the_pages_of_a_coach_are_closed_to_whoever_acts_as_them(world):
    actor = world.actors["acting as the coach"]
    paths = [path for path in world.list_own_pages() if "/lessons/" not in path]
    files = [f"{DATA}.json", f"{DATA}.pdf", f"{PLAN}.pdf", f"{PROFILE}.pdf", f"{world.goals['kept']}/calendar.ics"]
    assert {path: actor.get(path).status_code for path in (*paths, *files)} == dict.fromkeys((*paths, *files), 403)


def test_no_form_of_anybody_else_gives_a_mark_back_or_changes_what_is_the_coachs(world):
    """Posted with the coach's ids, for a page and for a script; and the coach's own form in somebody else's browser."""
    before = world.coach.get(f"{DATA}.json").json()["records"]
    routes = world.list_routes("POST").keys()
    addresses = [(route, path) for route, path in world.list_addresses("POST") if not LEFT_ALONE.search(route)]
    assert len({route for route, _path in addresses}) > len(routes) / 2
    form = {"attempt": "1", "step": "1", "revision": "1", "act": "change", "until": "2027-01-01", "competency": "S1"}
    text = next(iter(world.marks.by_place.values()))
    taken = {"csrf": world.coach.csrf, "text-p1": text, "behavior": text, "example/P": text, "revision": "9"}
    for who, here in world.actors.items():
        if who != "nobody":
            for _route, path in addresses:
                assert world.marks.find_in(read(here.post(path, **form))) == set(), (who, path)
        if who not in {"operator", "acting as the coach"}:
            client = here if who == "nobody" else here.client
            for path in (f"{world.walker.base}/reflection", f"{PLAN}/new", f"{world.begun}/now/p"):
                for kind in ("text/html", "application/json"):
                    headers = {"sec-fetch-site": "same-origin", "accept": kind}
                    answer = client.post(path, data=taken, headers=headers)
                    assert answer.status_code in {401, 404, 409}, (who, path)
                    assert world.marks.find_in(read(answer)) == set(), (who, path)
    assert {name: before[name] for name in PRIVATE_TABLES} == {
        name: world.coach.get(f"{DATA}.json").json()["records"][name] for name in PRIVATE_TABLES
    }


def test_no_message_to_the_lms_holds_a_mark(world):
    """Scores, columns, content that is chosen; and what a teacher is shown who opens a submission."""
    chooser = ask(world, sub="staff", context={"id": "course-1"})
    sent = chooser.send(choice=[f"module/{world.module.id}"])
    assert world.module.title in read(sent), "what is signed is read, too"
    review = world.browser()
    shown = review.launch(**REVIEW | {"sub": "staff", "for_user": {"user_id": SUB}, "roles": [INSTRUCTOR]})
    answers = [chooser.open(), sent, shown, review.client.get(shown.headers["location"])]
    assert [where for answer in answers for where in world.marks.find_in(read(answer))] == []
    assert world.marks.find_in("\n".join(world.sent)) == set()
    # No mail is sent at all; who adds a mailer lets this file read what it sends.
    assert not [name for name in metadata.tables if "mail" in name]


def test_a_private_text_stands_in_the_rows_of_its_person_alone(world):
    """In no fact, receipt, delivery, failure, job or snapshot; also not in the tables of the job engine."""
    places = set()
    with world.house.database.reading() as db:
        held = MetaData()
        for schema in (None, ENGINE_SCHEMA):
            if schema is None or schema in inspect(db.connection()).get_schema_names():
                held.reflect(db.connection(), schema=schema)
        jobs = [table for table in held.tables.values() if table.name == "procrastinate_jobs"]
        assert all(db.execute(select(table)).first() for table in jobs), "the engine was told of work"
        for table in held.tables.values():
            for row in db.execute(select(table)).mappings():
                if world.marks.find_in(look_closely(str(dict(row)))):
                    places.add((table.name, row.get("user_id") == world.coach.user.id))
        names = {table.name for table in held.tables.values()}
        keys = set(db.scalars(select(Fact.key).where(Fact.user_id == world.coach.user.id)))
    assert places == {(name, True) for name in PRIVATE_TABLES}
    assert metadata.tables.keys() <= names
    assert bool(jobs) != world.house.database.is_sqlite
    assert "self-assessment/baseline" in keys
    assert not [key for key in keys if re.search(r"(now|then|target|example)/", key)]


def test_no_log_line_and_no_command_prints_a_mark(world, monkeypatch):
    """While everything was written, when it cannot be saved, and in what the operator reads about the coach."""
    mark = world.marks.by_place["reflection/p1"]
    text = {"text-p1": f"{mark} {mark}"}

    def breaks(*_args: object, **kept: object) -> None:
        raise ValueError(str(kept))

    settings = world.house.settings
    for name in ("env", "base_url", "database_url", "data_dir"):
        monkeypatch.setenv(f"CAIRN_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("CAIRN_SECRET_KEY", SECRET)
    with listening() as heard:
        stale = world.coach.post(f"{world.walker.base}/reflection", **text, **{"revision-p1": "0"})
        too_long = world.coach.post(f"{world.walker.base}/reflection", **{"text-p1": mark * 9000})
        monkeypatch.setattr(service, "save_reflection", breaks)
        cookies = world.coach.client.cookies
        client = Client(world.app, base_url=BASE_URL, raise_server_exceptions=False, cookies=cookies)
        broken = client.post(f"{world.walker.base}/reflection", data={"csrf": world.coach.csrf, **text})
        doctor.run(world.house, print)
        erasing = CliRunner().invoke(cairn, ["erase-person", "Test University", SUB])
    assert (stale.status_code, too_long.status_code, broken.status_code) == (409, 422, 500)
    assert world.marks.find_in(read(broken)) == set()
    lines = [line for line in heard.getvalue().splitlines() if line.startswith("{")]
    assert "unforeseen" in {line["event"] for line in assert_log_lines("".join(f"{line}\n" for line in lines))}
    assert "The database answers" in heard.getvalue()
    assert "One person fits." in erasing.output
    assert world.marks.find_in(look_closely(heard.getvalue() + world.heard + erasing.output)) == set()


def test_others_see_no_difference_when_a_coach_chooses_otherwise(world):
    """Levels, targets, steps, tries and numbers cannot hold a mark. It is another day then."""
    world.clock.pass_by(minutes=30)
    pages = [page for page in world.every.pages if TELLING.search(page.route)]
    addresses = [path for route, path in world.list_addresses("GET") if OPEN_TO_ALL.search(route)]
    others = {who: here for who, here in world.actors.items() if who != "nobody"}

    def look() -> dict[tuple[str, str], str]:
        own = {(page.who, page.path): world.every.open(page) for page in pages}
        seen = {(who, path): here.get(path) for who, here in others.items() for path in addresses}
        return {at: strip_varying(read(answer)) for at, answer in (own | seen).items()}

    # The first time of a day leaves a trace of who looked.
    look()
    before = look()
    world.choose_otherwise()
    after = look()
    assert len(before) > 100
    assert {at for at in before if before[at] != after[at]} == set()


def test_what_is_old_is_counted_and_forgotten_without_a_word_of_it(world):
    """An LMS admin tries shorter periods, decides on them, and the job forgets; what was shared has come to its end."""
    world.clock.pass_by(days=200)
    admin = sign_in(world.app, sub="admin", is_administrator=True)
    reader = sign_in(world.app, sub="reader")
    keeping = str(world.app.url_path_for("admin.keeping"))
    shorter = {"private": "6", "visits": "6", "looks": "6"}
    with listening() as heard:
        answers = [reader.get(world.received["shared"]), admin.get(f"{keeping}?{urlencode(shorter)}")]
        assert [answer.status_code for answer in answers] == [410, 200]
        answers += [admin.post(keeping, **shorter), admin.get("/admin/log")]
        world.clock.pass_by(days=GRACE.days + 1)
        world.works_off()
    assert "goals" in read(answers[1])
    assert [where for answer in answers for where in world.marks.find_in(read(answer))] == []
    assert world.marks.find_in(heard.getvalue()) == set()
    with world.house.database.reading() as db:
        assert not world.marks.find_in(str(db.execute(select(Goal.behavior, Goal.outcome)).all()))
    file = find_file(world.house.settings.database)
    if file is not None:
        # What is deleted is not left in the file, either, whatever SQLite was built to do.
        world.house.database.close()
        assert (
            world.marks.find_in("".join(one.read_bytes().decode("latin-1") for one in file.parent.iterdir())) == set()
        )
