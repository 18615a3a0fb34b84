"""The office's group picture through its public pages: what it shows, when, to whom, and what it never tells."""

import contextlib
import csv
import io
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.assessment import queries, rounds
from app.assessment.deleting import delete_all_assessments
from app.assessment.models import GroupEntry, GroupRound
from app.assessment.rounds import GROUP_PICTURE
from app.credentials.erasing import erase
from app.dashboard import drawing, group_paper
from app.jobs import Lane
from app.membership.models import Platform
from app.membership.roles import Right
from tests.clients import Client
from tests.conftest import BASE_URL
from tests.group_kit import PICTURE, Coaches, put_picture
from tests.lti_kit import SignedIn, sign_in
from tests.pdf_text import read_structure

ROUND = 15
HALVES = [1, 4] * 7 + [1]


@pytest.fixture
def coaches(app) -> Coaches:
    return Coaches(app)


@pytest.fixture
def office(app) -> SignedIn:
    return sign_in(app, sub="office", name="Ola Office", rights=[Right.OFFICE])


def read_sheet(office: SignedIn, query: str = "") -> list[tuple[str, ...]]:
    """The rows of the file without its head; (code, when, level, coaches, of)."""
    answer = office.get(f"{PICTURE}.csv{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="coaching-picture.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Group", "Domain", "Code", "Competency", "When", "Level", "Coaches", "Of"]
    return [(row[2], *row[4:]) for row in rows[1:]]


def test_one_coach_more_or_less_is_never_seen_and_a_full_round_is(coaches, office):
    coaches.hand_in(HALVES[:-1])
    coaches.draw()
    before = office.get(PICTURE)
    assert "No picture yet" in before.text
    assert "when 15 coaches have handed in" in before.text
    assert read_sheet(office) == []
    assert office.get(f"{PICTURE}.pdf").status_code == 404
    coaches.hand_in(HALVES[-1:], first=14)
    coaches.draw()
    drawn = office.get(PICTURE).text
    assert "Before the training: 8\xa0of\xa015 building or below, 7\xa0of\xa015 dependable or above" in drawn
    assert 'After the training: <span class="few">not shown: too few for 5 in each part</span>' in drawn
    rows = read_sheet(office)
    assert [row for row in rows if row[0] == "P1"] == [
        ("P1", "Before the training", "building or below", "8", "15"),
        ("P1", "Before the training", "dependable or above", "7", "15"),
        ("P1", "After the training", "not shown", "not shown: too few for 5 in each part", ""),
    ]
    coaches.hand_in([5], first=15)
    coaches.draw()
    assert (office.get(PICTURE).text, read_sheet(office)) == (drawn, rows)


def test_whatever_an_office_saves_tells_nothing_about_few_coaches(coaches, office):
    """S37: coaches come one by one, some delete; every file is kept. Whoever could be told apart is one of five."""
    levels = [1, 4, 2, 5, 3, 0, 4, 1, 3, 2, 4, 4, 1, 1, 2, 3, 3, 4, 1, 4, 5, 0, 2, 2, 4, 4, 1, 3, 2, 1, 4]
    seen: dict[tuple[str, ...], None] = {}
    there: dict[int, int] = {}
    told: dict[frozenset[int], None] = {}

    def look(shown: set[int]) -> None:
        rows = [row for row in read_sheet(office) if row[:2] == ("P1", "Before the training") and row[4]]
        seen.update(dict.fromkeys(rows))
        for _code, _when, words, n, total in rows:
            low = {one for one in shown if there[one] < 3}
            counted = low if words == "building or below" else shown - low
            assert (len(counted), len(shown)) == (int(n), int(total))
            told[frozenset(counted)] = None

    shown: set[int] = set()
    for number, level in enumerate(levels):
        coaches.hand_in([level], first=number)
        there[number] = level
        coaches.draw()
        shown |= set(there) if number in (14, 29) else set()
        look(shown)
    coaches.delete(3)
    look(shown)
    coaches.draw()
    shown -= set(range(15))
    look(shown)
    coaches.delete(30)
    coaches.draw()
    look(shown)
    assert len(seen) == 6
    alike = Counter(frozenset(at for at, counted in enumerate(told) if one in counted) for one in there)
    assert min(n for told_by, n in alike.items() if told_by) >= 5


def test_a_deleted_answer_is_nowhere_and_its_round_never_comes_back(coaches, office):
    coaches.hand_in(HALVES)
    coaches.draw()
    assert len(read_sheet(office)) == 45
    coaches.delete(0)
    coaches.draw()
    assert "No picture yet" in office.get(PICTURE).text
    assert read_sheet(office) == []
    with coaches.house.database.reading() as db:
        assert [one.counts for one in db.scalars(select(GroupRound))] == [{}]
        assert db.scalar(select(func.count(GroupEntry.assessment_id))) == 14
    coaches.hand_in(HALVES[:14], first=20)
    coaches.hand_in([4], first=0)
    coaches.draw()
    assert {row[4] for row in read_sheet(office) if row[4]} == {"15"}


def test_before_and_after_are_shown_side_by_side_and_a_finding_stands_first(coaches, office):
    coaches.hand_in(HALVES)
    coaches.hand_in([2, 4, 4] * 5, point="post")
    coaches.draw()
    text = office.get(PICTURE).text
    assert "After the training: 5\xa0of\xa015 building or below, 10\xa0of\xa015 dependable or above" in text
    assert text.index("Fewest did so in") < text.index("<figure")


def test_people_of_test_sites_and_sandboxes_are_not_counted(coaches, office):
    coaches.hand_in(HALVES)
    with coaches.house.database.writing() as db:
        db.get_one(Platform, office.user.platform_id).use = "test"
    with coaches.house.database.reading() as db:
        assert drawing.picture_job().list_due(db, coaches.house.clock()) == []
    assert not drawing.drain(coaches.house, str(office.user.institution_id))
    assert read_sheet(office) == []


def test_who_is_not_the_office_finds_no_page(app, coaches):
    coaches.hand_in(HALVES)
    coaches.draw()
    others = [
        sign_in(app, sub="staff", is_staff=True),
        sign_in(app, sub="admin", is_administrator=True, rights=[Right.LMS_ADMIN]),
        sign_in(app, sub="acting", rights=[Right.OFFICE], is_masqueraded=True),
        coaches.get(0),
    ]
    for path in (PICTURE, f"{PICTURE}.csv", f"{PICTURE}.pdf"):
        assert [one.get(path).status_code for one in others] == [404] * 4
        assert Client(app, base_url=BASE_URL).get(path).status_code == 401


def test_another_institution_sees_its_own_coaches_alone(app, coaches):
    coaches.hand_in(HALVES)
    elsewhere = Coaches(app, institution="Elsewhere")
    elsewhere.hand_in(HALVES[:14], first=100)
    coaches.draw()
    theirs = sign_in(app, sub="office", institution="Elsewhere", rights=[Right.OFFICE])
    assert read_sheet(theirs) == []
    elsewhere.hand_in([2], first=114)
    coaches.draw()
    assert {row[3:] for row in read_sheet(theirs) if row[4]} == {("8", "15"), ("7", "15")}


def test_a_long_pause_is_made_up_for(coaches, office):
    """Hand-ins of many days that no job saw enter at once; what is too little for a round waits."""
    coaches.hand_in([1, 3, 5] * 11)
    coaches.draw()
    assert {row[4] for row in read_sheet(office) if row[4]} == {"33"}
    levels = [row[2] for row in read_sheet(office) if row[0] == "S1" and row[4]]
    assert levels == ["building or below", "dependable", "strong"]


@pytest.mark.parametrize("course", ["nothing", "6f1e2d3c-0000-4000-8000-000000000001"])
def test_a_course_that_is_not_shown_by_itself_is_no_page(office, course):
    assert office.get(f"{PICTURE}?course={course}").status_code in (404, 422)


def test_the_paper_is_tagged_and_says_what_the_page_says(coaches, office, monkeypatch):
    seen = []
    make = group_paper.make_group_paper
    monkeypatch.setattr(group_paper, "make_group_paper", lambda page: seen.append(make(page)) or seen[-1])
    put_picture(coaches.house, office.user.institution_id)
    answer = office.get(f"{PICTURE}.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="coaching-picture.pdf"'
    assert b"<pdfuaid:part>1</pdfuaid:part>" in answer.content
    structure = read_structure(answer.content)
    assert structure.count(b"/Alt") == len(re.findall(rb"/S ?/Figure", structure)) == 30
    page = office.get(PICTURE).text
    bars = [bar for panel in seen[0]["panels"] for row in panel["rows"] for bar in row["bars"]]
    assert all(f"{bar['when']}: {bar['sentence']}" in page for bar in bars)
    rows = [row for row in read_sheet(office) if row[4]]
    cells = [cells for panel in seen[0]["panels"] for cells in panel["cells"]]
    assert [cell[3] for cell in cells] == [f"{row[3]}\xa0of\xa0{row[4]}" for row in rows]


def test_no_page_or_file_reads_anything_of_a_person(coaches, office, database):
    """What it costs and what it can show does not depend on how many there are."""
    put_picture(coaches.house, office.user.institution_id)
    seen: list[str] = []
    for engine in {database.engine, database._reading_engine}:
        event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    for path in (PICTURE, f"{PICTURE}.csv", f"{PICTURE}.pdf"):
        assert office.get(path).status_code == 200
    tables = set(re.findall(r"(?:FROM|JOIN) \"?(\w+)", " ".join(seen)))
    assert {"group_line", "group_setting"} <= tables
    assert {
        name for name in tables if re.match("assessment|group_entry|group_round|membership|fact|goal", name)
    } == set()
    assert not [one for one in seen if "group_line.state" in one]


@pytest.mark.parametrize("how", ["deletes everything", "is erased"])
def test_whoever_goes_altogether_leaves_the_picture_too(coaches, office, how):
    coaches.hand_in(HALVES)
    coaches.draw()
    assert read_sheet(office)
    here = coaches.get(3)
    with coaches.house.database.writing() as db:
        if how == "is erased":
            erase(db, user=here.user, library=coaches.house.library)
        else:
            delete_all_assessments(db, user=here.user, library=coaches.house.library)
    coaches.draw()
    assert read_sheet(office) == []
    with coaches.house.database.reading() as db:
        assert db.scalar(select(func.count(GroupEntry.assessment_id))) == 14


def test_handing_in_and_deleting_wake_the_job(coaches, app):
    lane = Lane(GROUP_PICTURE, str(coaches.get(0).user.institution_id))
    woken: list[Lane] = []

    def note(db) -> None:
        woken.extend(db.info.get("cairn.wakes", ()))

    event.listen(Session, "before_commit", note)
    try:
        coaches.hand_in(HALVES)
        assert lane in woken
        coaches.draw()
        woken.clear()
        coaches.delete(0)
        assert woken == [lane]
    finally:
        event.remove(Session, "before_commit", note)


def test_two_workers_at_once_make_one_round(coaches, office):
    coaches.hand_in(HALVES)
    job, lane = drawing.picture_job(), str(office.user.institution_id)
    with ThreadPoolExecutor(2) as workers:
        assert not any(workers.map(lambda _: job.drain(coaches.house, lane), range(4)))
    with coaches.house.database.reading() as db:
        assert [one.people for one in db.scalars(select(GroupRound))] == [15]
    assert {row[4] for row in read_sheet(office) if row[4]} == {"15"}


@pytest.mark.parametrize("holds_the_round", [False, True])
def test_the_job_waits_for_nobody_who_is_deleting(coaches, office, holds_the_round):
    """They hold their own answers and want the round; the job holds the round. On SQLite one writes at a time."""
    if coaches.house.database.is_sqlite:
        pytest.skip("rows are locked on PostgreSQL alone")
    coaches.hand_in(HALVES)
    coaches.draw()
    coaches.hand_in(HALVES, point="post")
    coaches.delete(1)
    job, lane, here = drawing.picture_job(), str(office.user.institution_id), coaches.get(0)
    with ThreadPoolExecutor(1) as worker, coaches.house.database.writing() as db:
        held = queries.list_assessments(db, user=here.user, is_held=True)
        if holds_the_round:
            rounds.take_out(db, assessment=held[0])
        drawn = worker.submit(job.drain, coaches.house, lane)
        with contextlib.suppress(TimeoutError):
            drawn.result(timeout=30)
        is_waiting = not drawn.done()
        delete_all_assessments(db, user=here.user, library=coaches.house.library)
    assert not is_waiting
    coaches.draw()
    assert read_sheet(office) == []
    with coaches.house.database.reading() as db:
        assert all(one.is_drawn for one in db.scalars(select(GroupRound)))


def test_a_link_to_the_office_leads_whoever_is_not_of_it_to_their_own_training(app):
    office = sign_in(app, sub="office", rights=[Right.OFFICE])
    others = [
        sign_in(app, sub="learner"),
        sign_in(app, sub="teacher", is_staff=True),
        sign_in(app, sub="acting", rights=[Right.OFFICE], is_masqueraded=True),
    ]
    assert office.get("/office").headers["location"] == PICTURE
    assert [one.get("/office").headers["location"] for one in others] == ["/"] * 3
