"""The pages of LMS admins and of the office, with prepared examples: a part of `every_page.py`."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import select

from app.lti.health import Service, note_clock_skew, note_service_result
from app.lti.models import Deployment, LaunchFailure, Registration
from app.lti.service_models import ServicePlace
from app.membership.models import Institution
from app.membership.roles import Right
from app.web import operators
from app.web.cookies import OPERATOR
from app.web.house import House
from tests.clients import Client
from tests.group_kit import put_picture
from tests.lti_kit import SignedIn, sign_in
from tests.pages import Page

# Who decides about others: no page of theirs may hold anything private of a learner.
ADMINISTRATORS = ("admin", "admin-fresh", "office", "office-fresh", "operator")


@dataclass(frozen=True)
class AtConsole:
    """A browser in the operator's console, as after a link of the command line."""

    client: Client
    house: House

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> Any:
        """Posts a form as the console's own pages do, with the token that they hold."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.get("/operator").text)
        data = {"csrf": token[1] if token else "", **fields}
        return self.client.post(path, data=data, headers={"sec-fetch-site": "same-origin"})


def open_console(app: FastAPI) -> AtConsole:
    house: House = app.state.house
    with house.database.writing() as db:
        link = operators.mint_link(db, now=house.clock())
    client = Client(app, base_url=house.settings.base_url, follow_redirects=False)
    with house.database.writing() as db:
        token = operators.open_console(db, link=link, now=house.clock())
    assert token is not None
    client.cookies.set(OPERATOR, token)
    return AtConsole(client, house)


def sign_in_administrators(app: FastAPI) -> dict[str, Any]:
    return {
        "operator": open_console(app),
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


def prepare_administration(app: FastAPI, people: dict[str, Any]) -> list[Page]:
    """Courses that wait and that were decided, rights given and taken, and every page that shows them."""
    for course in ("waiting-1", "waiting-2", "other"):
        sign_in(app, sub="staff", name="Sam Staff", course=course, is_staff=True, is_marked=False)
    office, admin = people["office"], people["admin"]
    other = sign_in(app, sub="staff", name="Sam Staff", course="other", is_staff=True, is_marked=False).context
    assert other is not None
    office.post(f"/office/courses/{other.uuid}", decision="other")
    admin.post("/admin/people/grant", person=str(people["staff"].user.uuid))
    kept_out = sign_in(app, sub="kept-out", name="Kim Keptout")
    admin.post("/admin/people/out", person=str(kept_out.user.uuid))

    def at(who: str, route: str, query: str = "") -> Page:
        return Page(route, f"{app.url_path_for(route)}{query}", who)

    connection = find_connection(app, admin)
    put_picture(app.state.house, office.user.institution_id)
    _prepare_console(app, people["operator"])
    _let_things_go_wrong(app, admin, connection)
    return [
        at("operator", "operator.home"),
        Page("operator.institution", f"/operator/institutions/{_find_institution(app)}", "operator"),
        at("operator", "operator.keys"),
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
        at("admin", "admin.keeping"),
        Page("admin.erase", f"/admin/people/{people['busy'].user.uuid}/erase", "admin"),
        at("admin", "admin.keeping", "?private=6&visits=0&looks=12"),
        at("office", "admin.courses"),
        at("office-fresh", "admin.courses"),
        at("office", "dashboard.picture"),
        at("office-fresh", "dashboard.picture"),
        at("office", "admin.group_settings"),
        at("office-fresh", "admin.group_settings"),
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
        deployment = db.scalars(select(Deployment.id).where(Deployment.registration_id == number)).first()
        db.add(
            ServicePlace(
                deployment_id=deployment, kind="roster", origin="https://moved.test", is_known=False, first_seen_at=now
            )
        )
        db.add(LaunchFailure(registration_id=number, reason="no-user", count=3, last_at=now))
    admin.post(f"/admin/connections/{connection}/origins", origin="learn.example.edu")
    admin.post("/admin/received")


def _find_institution(app: FastAPI) -> UUID:
    with app.state.house.database.reading() as db:
        return db.scalars(select(Institution.uuid).where(Institution.name == "Test University")).one()


def _prepare_console(app: FastAPI, operator: AtConsole) -> None:
    """A link that still works, a next key, and a deployment that waits for its institution."""
    house = app.state.house
    operator.post("/operator/invitations", name="Test University")
    operator.client.get("/lti/jwks")
    operator.post("/operator/keys")
    with house.database.writing() as db:
        shared = Registration(
            issuer="https://shared.test", client_id="shared", authorization_url="https://shared.test/auth",
            token_url="https://shared.test/token", keyset_url="https://shared.test/jwks", created_at=house.clock(),
            updated_at=house.clock(),
        )  # fmt: skip
        db.add(shared)
        db.flush()
        db.add(Deployment(registration_id=shared.id, platform_deployment_id="7:waiting", created_at=house.clock()))
