"""Everything of one person is removed on their request, by an LMS admin or the operator, and nobody else's."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner

from app.admin.models import AdminEvent
from app.assessment.models import ScaleSum
from app.cli.commands import cairn
from app.credentials.erasing import KEPT, erase
from app.credentials.queries import list_personal_tables, naming_columns
from app.membership.looks import LookKind, Viewing, record_look
from app.membership.models import Grant, User, Visit
from app.membership.roles import Right
from app.tables import metadata
from tests.assessment_kit import Assessor, cycle
from tests.conftest import SECRET
from tests.functional.test_launched_at_once import wait_for
from tests.functional.test_own_data import Planter, Subject
from tests.lti_kit import SignedIn, sign_in
from tests.walking import Walker

MARK = "heron"


def live(app: FastAPI, sub: str, name: str = f"{MARK} Coach") -> SignedIn:
    here = sign_in(app, sub=sub, name=name)
    Walker(here, app.state.house.library.modules[0]).write_reflection(f"a thought of {name}")
    Assessor(here).take_baseline(cycle("2", "3"), more={"example/P": f"an example of {name}"})
    return here


def sign_in_admin(app: FastAPI) -> SignedIn:
    return sign_in(app, sub="ari", name="Ari Admin", course=None, is_administrator=True, rights=[Right.LMS_ADMIN])


def dump(app: FastAPI) -> str:
    """Every value of every table."""
    with app.state.house.database.reading() as db:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in db.execute(select(table)))


def path_of(person: SignedIn) -> str:
    return f"/admin/people/{person.user.uuid}/erase"


def test_an_lms_admin_sees_what_goes_and_has_it_removed(app: FastAPI):
    other = live(app, "other", "plover Coach")
    before = read_sums(app)
    here, admin = live(app, "ada"), sign_in_admin(app)
    assert read_sums(app) != before
    assert path_of(here) in admin.get(f"/admin/people?q={MARK}").text
    page = admin.get(path_of(here)).text
    assert "Reflections and notes" in page
    # How much somebody wrote is no LMS admin's to know.
    assert not re.search(r"<li>[^<]*\d+[^<]*</li>", page)
    refused = admin.post(path_of(here))
    assert refused.status_code == 422
    assert "Nothing was removed." in refused.text
    assert MARK in dump(app)

    assert admin.post(path_of(here), sure="yes").status_code == 303
    left = dump(app)
    assert MARK not in left
    assert str(here.user.uuid) not in left
    assert "a thought of plover" in left
    assert read_sums(app) == before
    assert here.get("/").status_code == 401
    assert other.get("/").status_code == 200
    assert admin.post(path_of(here), sure="yes").status_code == 404
    log = admin.get("/admin/log").text
    assert "had the data of one person removed" in log
    with app.state.house.database.reading() as db:
        assert db.scalars(select(AdminEvent.about_id).where(AdminEvent.kind == "person-erased")).all() == [None]
    again = sign_in(app, sub="ada", name="Ada anew")
    assert "There is nothing to delete" in again.get("/who-can-see-what/your-data/delete").text


def read_sums(app: FastAPI):
    with app.state.house.database.reading() as db:
        rows = db.execute(select(ScaleSum.scale, ScaleSum.item, ScaleSum.n, ScaleSum.total, ScaleSum.squares))
        return sorted(tuple(row) for row in rows if row.n)


def test_no_table_keeps_a_row_that_names_them_but_for_what_they_did_to_others(app: FastAPI):
    """One row in every personal table for each of two people, and two more where both stand in one row."""
    gone, stays = (
        sign_in(app, sub="gone", name="gone", course=None),
        sign_in(app, sub="stays", name="stays", course=None),
    )
    house = app.state.house
    with house.database.writing() as db:
        planter = Planter(db, number=count(1))
        planter.plant(Subject(gone.user, MARK, 2031))
        planter.plant(Subject(stays.user, "plover", 2032))
        by = {"granted_by_id": gone.user.id, "revoked_by_id": gone.user.id}
        ours, now = gone.user.institution_id, house.clock()
        db.add(
            Grant(institution_id=ours, user_id=stays.user.id, kind=Right.OFFICE, granted_at=now, revoked_at=now, **by)
        )
        record_look(db, Viewing(gone.user, LookKind.FOUND, now, about_ids=[stays.user.id]))
    with house.database.writing() as db:
        erase(db, user=db.get_one(User, gone.user.id), library=house.library)
    with house.database.reading() as db:
        for table in list_personal_tables():
            for column in naming_columns(table):
                found = db.scalar(select(func.count()).where(column == gone.user.id))
                assert not found, (table.name, column.name)
        assert db.get(User, gone.user.id) is None
        nobody = db.scalars(select(User).where(User.sub.startswith("erased-"))).one()
        assert (nobody.name, nobody.email) == (None, None)
        of_nobody = {
            table.name: {one.name for one in naming_columns(table) if db.scalar(select(one).where(one == nobody.id))}
            for table in list_personal_tables()
        }
        assert {name: columns for name, columns in of_nobody.items() if columns} == KEPT
    assert "gone" not in dump(app)
    assert "plover" in dump(app)
    assert stays.get("/").status_code == 200


@pytest.mark.parametrize("is_kept", [False, True], ids=["row goes", "empty row stays"])
def test_what_the_person_is_just_writing_goes_and_what_comes_later_fails(app: FastAPI, is_kept):
    """A request of theirs that has begun to write is waited for; one that begins while they are erased finds nobody."""
    here, house = live(app, "ada"), app.state.house
    visit = {"institution_id": here.user.institution_id, "user_id": here.user.id, "at": house.clock()}
    with house.database.writing() as db:
        by = here.user.id if is_kept else None
        db.add(AdminEvent(institution_id=here.user.institution_id, actor_id=by, kind="noted", at=house.clock()))

    def write() -> None:
        with house.database.writing() as db:
            db.add(Visit(**visit))

    def erase_them(*, meanwhile) -> None:
        with house.database.writing() as db:
            erase(db, user=db.get_one(User, here.user.id), library=house.library)
            meanwhile()

    def begin_late() -> None:
        begun.append(threads.submit(write))
        wait_for(house.database, 1)

    begun: list = []
    with ThreadPoolExecutor(2) as threads:
        with house.database.writing() as early:
            early.add(Visit(**visit))
            early.flush()
            erased = threads.submit(erase_them, meanwhile=begin_late)
            wait_for(house.database, 1)
        erased.result()
        with pytest.raises(IntegrityError):
            begun[0].result()
    with house.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Visit)) == 0
        assert db.get(User, here.user.id) is None
        assert (db.scalar(select(func.count()).select_from(User)) == 1) is is_kept
    assert here.get("/").status_code == 401


def test_columns_that_are_kept_are_there():
    tables = {table.name: {one.name for one in naming_columns(table)} for table in list_personal_tables()}
    assert all(columns < tables[name] or columns == tables[name] for name, columns in KEPT.items())


def test_nobody_else_can_ask_and_no_one_erases_themselves_or_somebody_elsewhere(app: FastAPI):
    here, admin = live(app, "ada"), sign_in_admin(app)
    abroad = sign_in(app, sub="ada", name="Ada", institution="Elsewhere")
    strangers = [
        here, sign_in(app, sub="ola", rights=[Right.OFFICE]), sign_in(app, sub="sam", is_staff=True),
        sign_in(app, sub="ari", rights=[Right.LMS_ADMIN], is_administrator=True, institution="Elsewhere"),
    ]  # fmt: skip
    for stranger in strangers:
        assert stranger.get(path_of(here)).status_code == 404
        assert stranger.post(path_of(here), sure="yes").status_code == 404
    for target in (admin, abroad):
        assert admin.get(path_of(target)).status_code == 404
        assert admin.post(path_of(target), sure="yes").status_code == 404
    assert MARK in dump(app)


@pytest.fixture
def run(app, database_url, tmp_path, monkeypatch):
    for name, value in {
        "ENV": "development",
        "DATABASE_URL": database_url,
        "DATA_DIR": tmp_path,
        "SECRET_KEY": SECRET,
    }.items():
        monkeypatch.setenv(f"CAIRN_{name}", str(value))
    return lambda *words: CliRunner().invoke(cairn, ["erase-person", *words])


def test_the_operator_is_told_first_whether_one_person_fits_and_nothing_about_them(app: FastAPI, run):
    live(app, "ada")
    live(app, "other", "plover Coach")
    tried = run("Test University", "ada")
    assert tried.exit_code == 0
    assert tried.stdout == "One person fits. Nothing is removed yet: add --yes to remove everything that names them.\n"
    assert MARK in dump(app)
    for odd in (("Test University", "nobody"), ("Nowhere", "ada")):
        result = run(*odd, "--yes")
        assert (result.exit_code, result.stderr) == (1, "cairn: nobody fits; nothing was removed\n")
    assert run("Test University", "ada", "--yes").stdout == "Removed. Backups hold it until they are replaced.\n"
    left = dump(app)
    assert MARK not in left
    assert "a thought of plover" in left
