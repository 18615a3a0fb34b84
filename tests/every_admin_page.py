"""The pages of LMS admins and of the office, with prepared examples: a part of `every_page.py`."""

from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import select

from app.lti.health import Service, note_clock_skew, note_service_result
from app.lti.models import LaunchFailure, Registration
from app.membership.roles import Right
from tests.lti_kit import SignedIn, sign_in
from tests.pages import Page

# Who decides about others: no page of theirs may hold anything private of a learner.
ADMINISTRATORS = ("admin", "admin-fresh", "office", "office-fresh")


def sign_in_administrators(app: FastAPI) -> dict[str, SignedIn]:
    return {
        "admin": sign_in(app, sub="admin", name="Ari Admin", is_administrator=True, rights=[Right.LMS_ADMIN]),
        "admin-fresh": sign_in(
            app,
            sub="fresh-admin",
            name="Fay Admin",
            institution="Fresh College",
            is_administrator=True,
            rights=[Right.LMS_ADMIN],
        ),
        "office": sign_in(app, sub="office", name="Ola Office", rights=[Right.OFFICE]),
        "office-fresh": sign_in(
            app, sub="fresh-office", name="Fia Office", institution="Fresh College", rights=[Right.OFFICE]
        ),
    }


def prepare_administration(app: FastAPI, people: dict[str, SignedIn]) -> list[Page]:
    """Courses that wait and that were decided, rights given and taken, and every page that shows them."""
    for course in ("waiting-1", "waiting-2", "other"):
        sign_in(app, sub="staff", name="Sam Staff", course=course, is_staff=True, is_marked=False)
    office, admin = people["office"], people["admin"]
    other = sign_in(app, sub="staff", name="Sam Staff", course="other", is_staff=True, is_marked=False).context
    assert other is not None
    office.post(f"/office/courses/{other.uuid}", decision="other")
    admin.post("/admin/people/grant", person=str(people["staff"].user.uuid))

    def at(who: str, route: str, query: str = "") -> Page:
        return Page(route, f"{app.url_path_for(route)}{query}", who)

    connection = find_connection(app, admin)
    _let_things_go_wrong(app, admin, connection)
    return [
        at("admin", "admin.health"),
        at("admin-fresh", "admin.health"),
        Page("admin.connection", f"/admin/connections/{connection}", "admin"),
        Page("admin.connection", f"/admin/connections/{find_connection(app, people['admin-fresh'])}", "admin-fresh"),
        at("admin", "admin.received"),
        at("admin-fresh", "admin.received"),
        at("admin-fresh", "admin.log"),
        at("fresh", "admin.code"),
        at("office", "admin.code"),
        at("admin", "admin.code"),
        at("admin", "admin.people"),
        at("admin", "admin.people", "?q=staff"),
        at("admin", "admin.people", "?q=nobody"),
        at("admin", "admin.log"),
        at("office", "admin.courses"),
        at("office-fresh", "admin.courses"),
    ]


def find_connection(app: FastAPI, admin: SignedIn) -> UUID:
    with app.state.house.database.reading() as db:
        return db.scalars(select(Registration.uuid).where(Registration.platform_id == admin.user.platform_id)).one()


def _let_things_go_wrong(app: FastAPI, admin: SignedIn, connection: UUID) -> None:
    """A roster that is refused, a clock that is off, a launch that failed; a launch is to be recorded."""
    house = app.state.house
    now = house.clock()
    with house.database.writing() as db:
        number = db.scalars(select(Registration.id).where(Registration.uuid == connection)).one()
        known = {"registration_id": number, "now": now}
        note_service_result(db, service=Service.NRPS, ok=False, reason="403", **known)
        note_service_result(db, service=Service.AGS, ok=True, reason=None, **known)
        note_clock_skew(db, service=Service.KEYSET, seconds=-75, **known)
        db.add(LaunchFailure(registration_id=number, reason="no-user", count=3, last_at=now))
    admin.post(f"/admin/connections/{connection}/origins", origin="learn.example.edu")
    admin.post("/admin/received")
