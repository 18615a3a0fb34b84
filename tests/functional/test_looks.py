"""Who looked at what: each person is told who opened a page that named them, and when."""

import asyncio
import json
import re

from fastapi import FastAPI
from sqlalchemy import func, select

from app.membership.look_models import Look
from app.membership.models import Membership
from app.membership.roles import Right
from app.web.cookies import SESSION
from tests.asgi import Asked
from tests.clients import run_apart
from tests.lti_kit import SignedIn, sign_in

PAGE = "/who-can-see-what"


def read_looks(here: SignedIn) -> list[tuple[str, str, str]]:
    """Day, who and what, as the person's page tells them, newest first."""
    html = here.get(PAGE).text.split('id="looks"')[1]
    rows = re.findall(r'<tr role="row">(<td.*?)</tr>', html)
    return [tuple(re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", row)) for row in rows]


def count_looks(app: FastAPI) -> int | None:
    with app.state.house.database.reading() as db:
        return db.scalar(select(func.count()).select_from(Look))


def open_list(staff: SignedIn, query: str = "") -> None:
    assert staff.context is not None
    assert staff.get(f"/courses/{staff.context.uuid}/people{query}").status_code == 200


def test_a_coach_reads_on_which_day_which_staff_opened_the_list_of_their_course(app: FastAPI, clock):
    staff = sign_in(app, sub="sam", name="Sam Staff", is_staff=True)
    early = sign_in(app, sub="early", name="Early Coach")
    sign_in(app, sub="else", name="Else Coach", course="course-2")
    sign_in(app, sub="early", name="Abroad Coach", institution="Elsewhere")
    assert "Nobody has opened such a page yet." in early.get(PAGE).text
    open_list(staff)
    open_list(staff, "?who=left")
    assert count_looks(app) == 1
    clock.pass_by(days=2)
    early, staff = sign_in(app, sub="early"), sign_in(app, sub="sam", name="Sam Staff", is_staff=True)
    late = sign_in(app, sub="late", name="Late Coach")
    with app.state.house.database.writing() as db:
        db.scalars(select(Membership).where(Membership.user_id == late.user.id)).one().joined_at = clock()
    open_list(staff)
    assert count_looks(app) == 2

    what = "The list of course-1: names, what is complete, and when"
    days = [("24\xa0November\xa02026", "Course staff: Sam Staff", what)]
    assert read_looks(late) == days
    assert read_looks(early) == [*days, ("22\xa0November\xa02026", "Course staff: Sam Staff", what)]
    told = json.loads(early.get(f"{PAGE}/your-data.json").text)["looked_at_by_others"]
    assert [one["day"] for one in told] == ["2026-11-24", "2026-11-22"]
    assert {one["who"] for one in told} == {"Course staff: Sam Staff"}
    others = [
        sign_in(app, sub="else", course="course-2"),
        sign_in(app, sub="early", institution="Elsewhere"),
        staff,
    ]
    assert [read_looks(other) for other in others] == [[], [], []]


def test_a_search_is_told_to_whom_it_found_and_the_searcher_by_their_right_alone(app: FastAPI):
    admin = sign_in(app, sub="ari", name="Ari Admin", is_administrator=True, rights=[Right.LMS_ADMIN])
    office = sign_in(app, sub="ola", name="Ola Office", rights=[Right.OFFICE])
    found, other = (sign_in(app, sub=name, name=f"{name} Coach") for name in ("Hit", "Miss"))
    for _ in range(2):
        assert admin.get("/admin/people?q=hit").status_code == 200
    assert admin.get("/admin/people?q=ari").status_code == 200
    (_day, who, what), *more = read_looks(found)
    assert (who, more) == ("An LMS admin of your institution", [])
    assert what.startswith("A search that found you")
    assert "Ari Admin" not in found.get(PAGE).text
    assert read_looks(other) == read_looks(admin) == []
    assert [what[:19] for _day, _who, what in read_looks(office)] == ["The list of rights:"]


def test_somebody_who_acts_as_staff_is_told_as_that(app: FastAPI):
    coach = sign_in(app, sub="ada", name="Ada")
    open_list(sign_in(app, sub="sam", name="Sam Staff", is_staff=True, is_masqueraded=True))
    open_list(sign_in(app, sub="sam", name="Sam Staff", is_staff=True))
    assert sorted(who for _day, who, _what in read_looks(coach)) == [
        "Course staff: Sam Staff",
        "Somebody acting as: Course staff: Sam Staff",
    ]


def test_many_who_open_lists_at_once_all_read_them_and_leave_one_row_each(app: FastAPI):
    """In one event loop, nearly as many as it has threads: nobody waits for who waits for them."""
    viewers = [sign_in(app, sub=f"staff-{number}", name="Staff", is_staff=True) for number in range(19)]

    def ask(here: SignedIn) -> Asked:
        assert here.context is not None
        cookie = f"{SESSION}={here.client.cookies[SESSION]}"
        return Asked("GET", f"/courses/{here.context.uuid}/people", {"cookie": cookie})

    async def ask_all() -> list[Asked]:
        return await asyncio.gather(*(ask(here).ask(app) for here in viewers * 2))

    assert {asked.status for asked in run_apart(ask_all())} == {200}
    assert count_looks(app) == len(viewers)
