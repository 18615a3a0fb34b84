"""S36: an id in an address opens nothing to whoever it does not belong to, and looks like an id that does not exist.

`MATRIX` says for each route with an id who may pass. A new route without a row fails.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from app.config import Settings
from app.lti.models import Deployment
from app.main import create_app
from app.membership.models import Platform
from tests.clients import Client
from tests.conftest import BASE_URL, SECRET
from tests.every_page import EveryPage, prepare_every_page, strip_varying
from tests.lti_kit import SignedIn, sign_in

MISSING = "00000000-0000-4000-8000-000000000000"
# Of the second tenant, of another course, without any right, or nobody at all.
STRANGERS = ("busy", "fresh", "elsewhere", "their-staff", "their-learner", "admin-fresh", "office-fresh", "anonymous")


@dataclass(frozen=True)
class Row:
    """Who may pass, and by which form where the route changes something; everybody else finds a missing page."""

    who: str
    form: Mapping[str, str] = field(default_factory=dict)
    refused: int = 404
    # What whoever may pass is answered, where it is neither a page nor the way on.
    passed: int | None = None


# In this order: what ends sessions comes last.
MATRIX: dict[tuple[str, str], Row] = {
    ("GET", "dashboard.course"): Row("staff"),
    ("POST", "dashboard.refresh_roster"): Row("staff"),
    ("GET", "lti.columns"): Row("staff"),
    ("POST", "lti.columns"): Row("staff", {"offer": MISSING}),
    ("GET", "lti.links"): Row("staff"),
    ("GET", "lti.link"): Row("staff"),
    ("POST", "lti.link"): Row("staff", {"key": "home"}),
    ("GET", "lti.picker"): Row("staff", refused=403),
    ("POST", "lti.choose"): Row("staff", {"act": "cancel"}, refused=403),
    ("POST", "admin.decide_course"): Row("office", {"decision": "training"}),
    ("GET", "admin.connection"): Row("admin"),
    ("POST", "admin.add_origin"): Row("admin", {"origin": "https://second.example.edu"}),
    ("POST", "admin.remove_origin"): Row("admin", {"origin": "https://second.example.edu"}),
    ("POST", "admin.policy"): Row("admin", {"policy": "automatic"}),
    ("POST", "admin.anonymous"): Row("admin", {"state": "closed"}),
    ("POST", "admin.decide_deployment"): Row("admin", {"state": "open"}),
    ("POST", "admin.resend"): Row("admin"),
    ("POST", "admin.accept_services"): Row("admin"),
    ("POST", "admin.open"): Row("admin"),
    ("GET", "operator.institution"): Row("operator"),
    ("POST", "operator.make_code"): Row("operator", {"right": "office"}),
    ("POST", "operator.withdraw"): Row("operator"),
    ("POST", "operator.switch"): Row("operator", {"state": "open"}),
    ("POST", "operator.assign"): Row("operator"),
    ("GET", "assessment.goal"): Row("done"),
    ("GET", "assessment.calendar"): Row("done"),
    ("POST", "assessment.goal"): Row("done", {"revision": "1", "behavior": "Ask first.", "competency": "S1"}),
    ("GET", "assessment.sharing"): Row("done"),
    ("POST", "assessment.sharing"): Row("done", {"code": "", "until": ""}, passed=422),
    ("POST", "assessment.share"): Row("done", {"act": "revoke"}),
    ("GET", "assessment.received"): Row("done"),
    ("POST", "assessment.received"): Row("done"),
    ("POST", "assessment.delete_goal"): Row("done"),
    ("GET", "assessment.answers"): Row("staff"),
    ("GET", "assessment.review"): Row("staff"),
    ("GET", "assessment.page"): Row("staff"),
    ("POST", "assessment.page"): Row("staff"),
    ("POST", "assessment.review"): Row("staff"),
    ("POST", "assessment.delete"): Row("staff"),
    ("GET", "admin.erase"): Row("admin"),
    ("POST", "admin.erase"): Row("admin", passed=422),
    ("POST", "admin.close"): Row("admin"),
}
# Content is everybody's, and what it shows of a person is their own: there is nobody's id in the address.
CONTENT = "learning."
# A secret in the address, or a name that is public: whoever has it may come, and no guess leads anywhere.
BY_SECRET = {"operator.enter", "lti.register", "lti.by_hand", "lti.own_login", "lti.own_jwks", "lti.canvas"}
# A form without an offer that exists leads nowhere, also for whoever may ask.
NOTHING_TO_FIND = {("POST", "lti.columns")}


@dataclass(frozen=True)
class Lived:
    """One app, everybody in it, and a real id for each name in a path."""

    app: FastAPI
    every: EveryPage
    people: Mapping[str, Any]
    ids: Mapping[tuple[str, str], Mapping[str, str]]

    def path(self, route: tuple[str, str], *, missing: bool = False, **others: str) -> str:
        values = dict(self.ids[route]) | others
        if missing:
            values["assessment" if "assessment" in values else next(reversed(values))] = MISSING
        template = find_templates(self.app)[route]
        return template.format(**values)


def find_templates(app: FastAPI) -> dict[tuple[str, str], str]:
    """Every route that has an id or a name in its address: (method, route name) -> path."""
    found = [c for c in iter_route_contexts(app.routes) if getattr(c, "dependant", None) and "{" in (c.path or "")]
    return {(method, str(c.name)): str(c.path) for c in found for method in (c.methods or set()) - {"HEAD"}}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request, new_database, tmp_path_factory) -> Iterator[Lived]:
    """One app for all tests of this file; what changes something comes last."""
    with new_database(request.param) as url:
        folder = tmp_path_factory.mktemp("data")
        settings = Settings(env="production", base_url=BASE_URL, database_url=url, data_dir=folder, secret_key=SECRET)
        app = create_app(settings)
        every = prepare_every_page(app)
        theirs = {"institution": "Fresh College", "course": "course-1"}
        people = {
            **every.people,
            "elsewhere": sign_in(app, sub="other-staff", name="Olu Other", course="course-2", is_staff=True),
            "their-staff": sign_in(app, sub="staff", name="Tia Theirs", is_staff=True, **theirs),
            "their-learner": sign_in(app, sub="busy", name="Theo Theirs", **theirs),
            "anonymous": Client(app, base_url=BASE_URL, follow_redirects=False),
        }
        yield Lived(app, every, people, _find_ids(app, every))
        app.state.house.database.close()


def _find_ids(app: FastAPI, every: EveryPage) -> dict[tuple[str, str], dict[str, str]]:
    """Read from the addresses of the prepared pages; what only a form names is read from the database."""
    templates, known = find_templates(app), _read_known(app, every)
    ids = {}
    for route in MATRIX.keys() & templates.keys():
        names = re.findall(r"{(\w+)}", templates[route])
        values = {name: known[name] for name in names}
        if names == ["connection", "deployment"]:
            values["deployment"] = known["own_deployment"]
        ids[route] = values
    return ids


def _read_known(app: FastAPI, every: EveryPage) -> dict[str, str]:
    known: dict[str, str] = {}
    templates = find_templates(app)
    for page in every.pages:
        template = templates.get(("GET", page.route))
        if template is not None and page.who in {"staff", "admin", "operator", "done"}:
            found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template), page.path.partition("?")[0])
            assert found is not None, page
            for name, value in found.groupdict().items():
                known.setdefault(name, value)
    admin: SignedIn = every.people["admin"]
    with app.state.house.database.reading() as db:
        deployments = select(Deployment.uuid).order_by(Deployment.id)
        known["deployment"] = str(db.scalars(deployments.where(Deployment.platform_id.is_(None))).first())
        own = db.scalars(deployments.where(Deployment.platform_id == admin.user.platform_id)).first()
        known["own_deployment"] = str(own)
        known["site"] = str(db.get_one(Platform, admin.user.platform_id).uuid)
    waiting = re.search(r"/office/courses/([0-9a-f-]{36})", every.people["office"].get("/office/courses").text)
    assert waiting is not None
    known["course"] = waiting[1]
    shared = re.search(r"/sharing/([0-9a-f-]{36})", every.people["done"].get(f"/plan/{known['goal']}/sharing").text)
    assert shared is not None
    known["share"] = shared[1]
    return known


def ask(here: Any, method: str, path: str, form: Mapping[str, str]) -> Any:
    if method == "GET":
        return here.get(path)
    if isinstance(here, Client):
        return here.post(path, data=dict(form), headers={"sec-fetch-site": "same-origin"})
    return here.post(path, **form)


def strip(answer: Any) -> str:
    """A page without its own address and what differs from one rendering to the next."""
    path = str(answer.request.url.path)
    return strip_varying(re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", answer.text.replace(path, "…")))


def test_s36_every_route_with_an_id_stands_in_the_matrix(lived):
    named = {route for route in find_templates(lived.app) if route[1] not in BY_SECRET and CONTENT not in route[1]}
    assert len(named) > 15
    assert named - MATRIX.keys() == set(), "say who may pass"
    assert MATRIX.keys() - named == set(), "there is no such route any more"


@pytest.mark.parametrize("route", list(MATRIX), ids=" ".join)
def test_s36_an_id_of_somebody_else_is_as_good_as_a_missing_one(lived, route):
    method, row = route[0], MATRIX[route]
    # The prepared admin has given the office's right to the staff, too; `elsewhere` is staff without it.
    others = {"staff", "admin", "office", "operator"} - {row.who} - ({"staff"} if row.who == "office" else set())
    for who in (*STRANGERS, *others):
        here = lived.people[who]
        real = ask(here, method, lived.path(route), row.form)
        missing = ask(here, method, lived.path(route, missing=True), row.form)
        is_closed = who in {"anonymous", "operator"} or route[1].startswith("operator.")
        assert real.status_code == (401 if is_closed else row.refused), (who, real.status_code, real.text[:300])
        assert (real.status_code, strip(real)) == (missing.status_code, strip(missing)), who


def test_s36_a_link_of_another_course_is_missing_in_ones_own(lived):
    """Both ids exist, and the first one is theirs; they do not belong together."""
    elsewhere = lived.people["elsewhere"]
    for route in (("GET", "lti.link"), ("POST", "lti.link")):
        path = lived.path(route, context=str(elsewhere.context.uuid))
        assert ask(elsewhere, route[0], path, {"key": "home"}).status_code == 404


def test_s36_a_deployment_of_another_connection_is_missing_in_ones_own(lived):
    admin = lived.people["admin-fresh"]
    own = next(
        page.path for page in lived.every.pages if page.who == "admin-fresh" and page.route == "admin.connection"
    )
    route = ("POST", "admin.decide_deployment")
    path = lived.path(route, connection=own.rpartition("/")[2])
    assert ask(admin, "POST", path, {"state": "closed"}).status_code == 404


def test_s36_content_that_does_not_exist_is_missing_for_everybody(lived):
    for (method, name), template in find_templates(lived.app).items():
        if name.startswith(CONTENT):
            path = re.sub(r"{\w+}", "nobody", template)
            assert ask(lived.people["busy"], method, path, {}).status_code == 404, name
            assert ask(lived.people["anonymous"], method, path, {}).status_code == 401, name


@pytest.mark.parametrize("guess", ["nobody", MISSING, "..%2f..%2fetc", "%00", "a" * 300])
def test_s36_no_guess_of_a_secret_in_an_address_leads_anywhere(lived, guess):
    for (method, name), template in find_templates(lived.app).items():
        if name in BY_SECRET - {"lti.canvas"}:
            answer = ask(lived.people["anonymous"], method, re.sub(r"{\w+}", guess, template), {})
            assert 400 <= answer.status_code < 500, (name, answer.status_code)


@pytest.mark.parametrize("route", list(MATRIX), ids=" ".join)
def test_s36_whoever_the_matrix_names_passes(lived, route):
    """Last in this file: it changes things, and closes the connection at its end."""
    method, row = route[0], MATRIX[route]
    here = lived.people[row.who]
    form = dict(row.form)
    if route[1] == "operator.assign":
        form["site"] = _read_known(lived.app, lived.every)["site"]
    assert ask(here, method, lived.path(route, missing=True), form).status_code == row.refused
    passed = ask(here, method, lived.path(route), form)
    assert passed.status_code == (404 if route in NOTHING_TO_FIND else passed.status_code)
    expected = {200, 303} if row.passed is None else {row.passed}
    assert route in NOTHING_TO_FIND or passed.status_code in expected, passed.text[:500]
