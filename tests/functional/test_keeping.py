"""Each institution keeps what is its people's for periods of its own: tried out first, then kept by a daily job."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.assessment.models import Assessment, AssessmentAnswer, Goal, ScaleSum
from app.credentials import keeping
from app.credentials.keeping_job import drain, list_due_lanes
from app.credentials.keeping_rules import CHOICES, DEFAULT, GRACE, Periods, find_cutoff
from app.learning.models import Answer, Attempt, Writing
from app.main import list_jobs
from app.membership.look_models import Look
from app.membership.looks import LookKind, Viewing, record_look
from app.membership.models import Visit
from app.membership.roles import Right
from app.progress.models import Fact
from tests.assessment_kit import Assessor, cycle
from tests.lti_kit import SignedIn, sign_in
from tests.walking import Walker

PAGE = "/admin/keeping"
DATA = "/who-can-see-what/your-data"
PRIVATE = (Writing, Attempt, Answer, Assessment, AssessmentAnswer, Goal)
DOCS = Path(__file__).parents[2] / "docs" / "retention.md"


def live(app: FastAPI, sub: str, institution: str = "Test University") -> SignedIn:
    """Somebody who came today and left something of every private kind."""
    here = sign_in(app, sub=sub, name=f"{sub} Coach", institution=institution)
    visit(app, here)
    module = app.state.house.library.modules[0]
    walker = Walker(here, module)
    walker.write_reflection()
    walker.take_check()
    assessor = Assessor(here)
    assessor.take_baseline(cycle("2", "3"))
    assessor.add_goal(behavior="a goal")
    return here


def visit(app: FastAPI, here: SignedIn, *, is_masqueraded: bool = False) -> None:
    with app.state.house.database.writing() as db:
        db.add(Visit(
            institution_id=here.user.institution_id, user_id=here.user.id, at=app.state.house.clock(),
            is_masqueraded=is_masqueraded,
        ))  # fmt: skip


def sign_in_admin(app: FastAPI) -> SignedIn:
    return sign_in(app, sub="ari", name="Ari", course=None, is_administrator=True, rights=[Right.LMS_ADMIN])


def work_off(app: FastAPI) -> int:
    """Lets the job do all that is due; how many batches that were."""
    house = app.state.house
    for batch in range(50):
        with house.database.reading() as db:
            lanes = list_due_lanes(db, house.clock())
        if not lanes:
            return batch
        for lane in lanes:
            drain(house, lane)
    raise AssertionError("it does not come to rest")


def begin(app: FastAPI, clock) -> None:
    """The job sees each institution for the first time, and its week passes."""
    work_off(app)
    clock.pass_by(days=GRACE.days)
    work_off(app)


def count(app: FastAPI, model, here: SignedIn | None = None) -> int:
    owner = getattr(model, "user_id", None) if here else None
    query = select(func.count()).select_from(model)
    with app.state.house.database.reading() as db:
        return db.scalar(query if owner is None else query.where(owner == here.user.id)) or 0


def test_the_job_is_one_of_the_background(app):
    assert "keeping" in {job.kind for job in list_jobs()}
    sign_in(app)
    assert work_off(app) == 1
    assert work_off(app) == 0


def test_private_things_go_two_years_after_their_person_was_last_here_and_facts_stay(app, clock):
    gone, back = live(app, "gone"), live(app, "back")
    facts = count(app, Fact)
    begin(app, clock)
    clock.pass_by(days=729 - GRACE.days)
    work_off(app)
    assert all(count(app, model, gone) for model in PRIVATE)
    visit(app, back)
    visit(app, gone, is_masqueraded=True)
    clock.pass_by(days=2)
    work_off(app)
    assert [count(app, model, gone) for model in PRIVATE] == [0] * len(PRIVATE)
    assert all(count(app, model, back) for model in PRIVATE)
    assert count(app, Fact) == facts
    with app.state.house.database.reading() as db:
        assert set(db.scalars(select(ScaleSum.n))) == {1}
    assert work_off(app) == 0


def test_nothing_goes_in_an_institution_before_somebody_had_a_week_to_choose(app, clock):
    here = live(app, "ada")
    clock.pass_by(days=2000)
    work_off(app)
    clock.pass_by(days=GRACE.days, seconds=-1)
    work_off(app)
    assert all(count(app, model, here) for model in PRIVATE)
    assert sign_in_admin(app).post(PAGE, private="0", visits="24", looks="24").status_code == 303
    clock.pass_by(days=30)
    work_off(app)
    assert all(count(app, model, here) for model in PRIVATE)


def test_periods_changed_while_a_turn_runs_are_what_counts(app, clock):
    """The turn has found what is over; before it forgets that, an LMS admin chooses other periods."""
    here = live(app, "ada")
    begin(app, clock)
    for _ in range(2):
        visit(app, here)
    clock.pass_by(days=735)
    admin, house = sign_in_admin(app), app.state.house
    of = {"institution_id": here.user.institution_id, "now": clock()}
    with house.database.reading() as db:
        found = keeping.find_batch(db, **of)
    assert (len(found.people), len(found.visits)) == (1, 2)
    assert admin.post(PAGE, private="0", visits="0", looks="0").status_code == 303
    visits = count(app, Visit)
    with house.database.writing() as db:
        keeping.forget(db, found, library=house.library, **of)
    assert all(count(app, model, here) for model in PRIVATE)
    assert count(app, Visit) == visits

    assert admin.post(PAGE, private="12", visits="12", looks="12").status_code == 303
    for batch in (found, keeping.Batch((), (), ())):
        with house.database.writing() as db:
            assert keeping.forget(db, batch, library=house.library, **of) is False
    clock.pass_by(days=GRACE.days, seconds=-1)
    assert drain(house, f"institution-{here.user.institution_id}") is False
    assert all(count(app, model, here) for model in PRIVATE)
    clock.pass_by(seconds=2)
    work_off(app)
    assert [count(app, model, here) for model in PRIVATE] == [0] * len(PRIVATE)


def test_old_visits_go_but_for_the_newest_of_each_person(app, clock):
    here, other = sign_in(app, sub="ada"), sign_in(app, sub="bao")
    for _ in range(3):
        visit(app, here)
        clock.pass_by(days=1)
    visit(app, other)
    clock.pass_by(days=731)
    begin(app, clock)
    assert (count(app, Visit, here), count(app, Visit, other)) == (1, 1)


def test_looks_go_after_their_period(app, clock):
    staff, coach = sign_in(app, sub="sam", is_staff=True), sign_in(app, sub="ada")
    for days in (0, 731):
        clock.pass_by(days=days)
        with app.state.house.database.writing() as db:
            record_look(db, Viewing(staff.user, LookKind.FOUND, clock(), about_ids=[coach.user.id]))
    begin(app, clock)
    assert count(app, Look) == 1


def test_an_institution_decides_for_itself_and_sees_first_what_that_would_delete(app, clock):
    here, elsewhere = live(app, "ada"), live(app, "ada", "Elsewhere")
    clock.pass_by(days=200)
    admin = sign_in_admin(app)
    page = admin.get(PAGE).text
    assert page.count('<option value="24" selected>') == 3
    assert "A trial" not in page
    shorter = {"private": "6", "visits": "6", "looks": "0"}
    trial = admin.get(f"{PAGE}?private=6&visits=6&looks=0").text
    assert "A trial. Nothing is changed yet." in trial
    decided = trial[trial.index("To decide") :]
    assert re.findall(r": <strong>(.*?)</strong>", decided) == [
        "6 months",
        "6 months",
        "no end: until somebody deletes it",
    ]
    assert f"nothing is deleted for {GRACE.days} days" in trial
    assert "of fewer than 5 people, or of nobody." in trial
    assert all(f'type="hidden" name="{name}" value="{value}"' in trial for name, value in shorter.items())
    assert all(count(app, model, here) for model in PRIVATE)

    assert admin.post(PAGE, **shorter).status_code == 303
    assert admin.get(PAGE).text.count("Nothing is deleted by its age.") == 1
    assert "6 months after your last visit" in sign_in(app, sub="ada").get(DATA).text
    assert "24 months after your last visit" in sign_in(app, sub="ada", institution="Elsewhere").get(DATA).text
    assert "changed how long data are kept" in admin.get("/admin/log").text
    clock.pass_by(days=GRACE.days, seconds=-1)
    work_off(app)
    assert all(count(app, model, here) for model in PRIVATE)
    clock.pass_by(seconds=2)
    work_off(app)
    assert [count(app, model, here) for model in PRIVATE] == [0] * len(PRIVATE)
    assert all(count(app, model, elsewhere) for model in PRIVATE)


TRIAL = f"{PAGE}?private=6&visits=6&looks=6"


def test_a_trial_reads_the_same_with_and_without_one_person_however_much_they_did(app, clock):
    admin = sign_in_admin(app)
    before = admin.get(TRIAL).text
    assert before.count("of fewer than 5 people, or of nobody.") == 3
    busy = live(app, "busy")
    for _ in range(7):
        visit(app, busy)
        with app.state.house.database.writing() as db:
            record_look(db, Viewing(busy.user, LookKind.FOUND, clock(), about_ids=[admin.user.id]))
        clock.pass_by(days=1)
    clock.pass_by(days=200)
    after = sign_in_admin(app).get(TRIAL).text
    assert tell_effects(after) == tell_effects(before)
    assert "texts" not in " ".join(tell_effects(after))


def test_people_are_counted_in_fives(app, clock):
    admin = sign_in_admin(app)
    for number in range(6):
        here = live(app, f"coach-{number}")
        visit(app, here)
        with app.state.house.database.writing() as db:
            record_look(db, Viewing(here.user, LookKind.FOUND, clock(), about_ids=[admin.user.id]))
    clock.pass_by(days=200)
    assert tell_effects(sign_in_admin(app).get(TRIAL).text) == ["of at least 5 people."] * 3


def tell_effects(page: str) -> list[str]:
    """What would go, by kind; without the day, which moves on."""
    return re.findall(r"deleted today:</strong> before [^,]*, (.*?)</p>", page)


@pytest.mark.parametrize("odd", [{}, {"private": "5", "visits": "6", "looks": "6"}, {"private": "6"}])
def test_other_periods_than_ours_change_nothing(app, odd):
    admin = sign_in_admin(app)
    assert admin.post(PAGE, **odd).status_code == 400
    query = "&".join(f"{name}={value}" for name, value in odd.items())
    assert "A trial" not in admin.get(f"{PAGE}?{query}").text


def test_only_lms_admins_decide(app):
    for other in (sign_in(app), sign_in(app, sub="ola", rights=[Right.OFFICE]), sign_in(app, sub="sam", is_staff=True)):
        assert other.get(PAGE).status_code == 404
        assert other.post(PAGE, private="6", visits="6", looks="6").status_code == 404


@pytest.mark.one_database(reason="no database")
def test_periods_are_compared_and_told_as_the_page_about_them_says(clock):
    assert Periods(6, 24, 24).is_shorter_than(DEFAULT)
    assert not Periods(24, 36, 0).is_shorter_than(DEFAULT)
    assert Periods(24, 24, 24).is_shorter_than(Periods(0, 24, 24))
    assert find_cutoff(24, clock()) == clock() - timedelta(days=730)
    said = DOCS.read_text("utf-8")
    for months in {DEFAULT.private, DEFAULT.visits, DEFAULT.looks}:
        assert f"{months} months" in said
    assert ", ".join(str(one) for one in CHOICES if one) in said
    assert f"{GRACE.days} days" in said
