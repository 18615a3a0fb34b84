"""S31 and S42: every route that changes something, from the route table; and what a form may not say."""

from collections import Counter
from html import unescape
from uuid import uuid4

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import func, select

from app.db.base import Base
from app.learning.models import Attempt, Writing
from app.membership.models import Membership, User
from app.progress.models import Fact
from app.web import csrf
from app.web.guards import public_guard
from tests.attack_kit import code_of
from tests.lti_kit import sign_in

READING = {"GET", "HEAD", "OPTIONS"}
# Public: they prove who sends by other means (a signed token, a signed state, an invitation, a link of one use).
WITHOUT_SESSION = {
    "lti.login", "lti.own_login", "lti.launch", "lti.stored", "lti.register", "lti.by_hand", "lti.notices",
    "web.redeem", "operator.enter",
}  # fmt: skip
# Behind a session of its own; `tests/functional/admin/test_console.py` holds its forms.
OPERATOR = "operator."
# What a visitor without any right finds under any of these: nothing.
NOBODYS = ("link", "asked", "connection", "deployment", "course", "assessment", "goal", "share", "received", "person")
TOOL = "https://cairn.test"
FOREIGN = {
    "cross-site": {"sec-fetch-site": "cross-site"}, "same-site": {"sec-fetch-site": "same-site"},
    "foreign origin": {"origin": "https://evil.test"}, "null origin": {"origin": "null"},
    "look-alike origin": {"origin": "https://cairn.test.evil.test"}, "http origin": {"origin": "http://cairn.test"},
    "both": {"sec-fetch-site": "cross-site", "origin": "https://lms.test"},
}  # fmt: skip


def list_writing_routes(app):
    """(name, method, path template) of every route that is no reading."""
    found = [context for context in iter_route_contexts(app.routes) if getattr(context, "dependant", None)]
    return [(c.name, method, c.path) for c in found for method in sorted(set(c.methods) - READING)]


def examples(app, here):
    """A real value for each parameter of a path."""
    module = app.state.house.library.modules[0]
    return {
        "slug": module.slug, "lesson_id": module.lessons[0].id, "vignette_id": module.vignettes[0].id,
        "role_set_id": module.role_sets[0].id, "item_id": module.check.items[0].id, "context": str(here.context.uuid),
        "scenario_id": module.role_sets[0].scenarios[0].id, "stage": "now", "domain": "p",
        **{name: str(uuid4()) for name in NOBODYS},
    }  # fmt: skip


def list_forms(app, here):
    """(name, method, address) of every writing route behind a session, with examples in its path."""
    values = examples(app, here)
    return [
        (name, how, path.format(**values))
        for name, how, path in list_writing_routes(app)
        if name not in WITHOUT_SESSION and not name.startswith(OPERATOR)
    ]


def count_everything(database):
    with database.reading() as db:
        return {t.name: db.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables}


@pytest.fixture
def here(app):
    return sign_in(app, sub="me", name="Ada Learner", is_staff=True)


@pytest.fixture
def forms(app, here):
    found = list_forms(app, here)
    assert {"web.leave", "web.look", "learning.reflection", "learning.answer_check", "learning.choose"} <= {
        f[0] for f in found
    }
    return found


def send_all(here, forms, fields, headers=None, client=None):
    """(name, status, code) of each."""
    client = client or here.client
    answers = [(name, client.request(method, path, data=fields, headers=headers or {})) for name, method, path in forms]
    return [(name, answer.status_code, code_of(answer)) for name, answer in answers]


def test_s31_the_only_open_posts_are_those_of_the_protocol(app):
    found = [context for context in iter_route_contexts(app.routes) if getattr(context, "dependant", None)]
    public = {c.name for c in found if public_guard in [inner.call for inner in c.dependant.dependencies]}
    assert {name for name, _method, _path in list_writing_routes(app)} & public == WITHOUT_SESSION


@pytest.mark.parametrize("token", [None, "", "x", "a.b", "." * 50, "0" * 64], ids=str)
def test_s31_without_a_token_of_ours_every_form_is_refused(database, here, forms, token):
    before = count_everything(database)
    fields = {} if token is None else {"csrf": token}
    answers = send_all(here, forms, {**fields, "text": "x"})
    assert {(status, code) for _name, status, code in answers} <= {(403, "form-not-ours"), (409, "someone-else")}
    if token is None or "." not in token:
        assert {code for _name, _status, code in answers} == {"form-not-ours"}
    assert count_everything(database) == before


def test_s31_with_another_persons_token_every_form_says_who_is_here(app, database, here, forms):
    other = sign_in(app, sub="other", name="Oda Other")
    before = count_everything(database)
    answers = send_all(here, forms, {"csrf": other.csrf, "text-p1": "private words of Oda"})
    assert {(status, code) for _name, status, code in answers} == {(409, "someone-else")}
    assert count_everything(database) == before


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_s31_from_another_site_every_form_is_refused_even_with_the_token(database, here, forms, headers):
    before = count_everything(database)
    answers = send_all(here, forms, {"csrf": here.csrf}, headers)
    assert {(status, code) for _name, status, code in answers} == {(403, "form-not-ours")}
    assert count_everything(database) == before


def test_s31_a_token_of_the_day_before_yesterday_is_refused(here, forms, clock):
    old = csrf.make_token(here.house.signer, here.user, clock())
    clock.pass_by(hours=1)
    assert here.post("/look", look="dark", back="/").status_code == 303
    clock.pass_by(days=2)
    again = sign_in(here.client.app, sub="me", is_staff=True)
    assert again.client.post("/look", data={"csrf": old, "look": "dark"}).status_code == 403


def test_s31_without_a_session_every_form_asks_for_a_launch(here, forms, browser):
    answers = send_all(here, forms, {"csrf": here.csrf}, client=browser())
    assert {(status, code) for _name, status, code in answers} == {(401, "session-ended")}


def test_s31_no_form_works_by_get(database, here, forms):
    before = count_everything(database)
    for _name, _method, path in forms:
        answer = here.client.get(path, params={"csrf": here.csrf, "text-p1": "x", "choice": "a"})
        assert answer.status_code in {200, 303, 403, 404, 405}
    after = count_everything(database)
    assert after == before


@pytest.mark.parametrize(
    "how",
    [
        {"json": {"csrf": "x"}},
        {"files": {"csrf": (None, "x")}},
        {"content": b"csrf=x", "headers": {"content-type": "text/plain"}},
    ],
)
def test_s31_forms_are_url_encoded_or_not_read(here, forms, how):
    for name, method, path in forms:
        assert here.client.request(method, path, **how).status_code == 415, name


@pytest.mark.parametrize("size", [300_000, 3_000_000])
def test_a_form_that_is_too_large_is_refused(here, forms, size):
    for name, method, path in forms:
        answer = here.client.request(method, path, data={"csrf": here.csrf, "text": "x" * size})
        assert answer.status_code == 413, name


def test_a_form_with_too_many_fields_is_refused(here, forms):
    fields = {"csrf": here.csrf, **{f"f{number}": "x" for number in range(1001)}}
    assert {status for _name, status, _code in send_all(here, forms, fields)} == {400}


MASS = {
    "id": "1", "user_id": "1", "institution_id": "1", "registration_id": "1", "role": "Instructor", "is_staff": "1",
    "score": "100",
    "percent": "100", "passed": "1", "correct": "1", "completed_at": "2026-01-01", "finished_at": "2026-01-01",
    "is_administrator": "1",
    "marked_at": "2026-01-01", "kind": "completed", "key": "module/m0", "state": "confirmed", "blocked_at": "",
    "is_test_user": "1",
}  # fmt: skip


def read_standing(database, person):
    with database.reading() as db:
        user = db.get_one(User, person.user.id)
        member = db.scalars(select(Membership).where(Membership.user_id == person.user.id)).one()
        return (user.sub, user.name, user.is_test_user, user.institution_id, member.is_staff, member.is_learner)


def test_s42_fields_that_nobody_asked_for_change_nothing(app, database):
    first = sign_in(app, sub="the first row", name="First")
    here = sign_in(app, sub="me", name="Ada Learner")
    before = read_standing(database, first), read_standing(database, here)
    forms = [form for form in list_forms(app, here) if form[0] != "web.leave"]
    answers = send_all(here, forms, {"csrf": here.csrf, **MASS})
    assert max(status for _name, status, _code in answers) < 500
    assert (read_standing(database, first), read_standing(database, here)) == before
    with database.reading() as db:
        facts = db.scalars(select(Fact)).all()
        owners = {row.user_id for model in (Attempt, Writing) for row in db.scalars(select(model))}
    assert {fact.kind for fact in facts}.isdisjoint({"passed", "completed", "program-completed"})
    assert {fact.user_id for fact in facts} | owners <= {here.user.id}


def test_s42_the_score_of_a_check_is_the_servers(app, database):
    """Every question answered with the first thing that is offered, and a claim to have passed."""
    here = sign_in(app, sub="me")
    module = app.state.house.library.modules[0]
    path = f"/modules/{module.slug}/check"
    assert here.post(f"{path}/begin", after="0").status_code == 303
    here.post(path, item=module.check.items[0].id, **MASS, choice="nothing-of-this-name")
    with database.reading() as db:
        assert "passed" not in {fact.kind for fact in db.scalars(select(Fact))}


def whys_of(item):
    """The sentences that say what is right, as the content holds them."""
    dumped = item.model_dump()
    found = []

    def walk(value, name=""):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, key)
        elif isinstance(value, list | tuple):
            for inner in value:
                walk(inner, name)
        elif name in {"why", "whys", "after"} and isinstance(value, str):
            found.append(value)

    walk(dumped)
    return found


def words(text, count=6):
    return " ".join(text.replace("*", "").split()[:count])


def test_s42_no_page_holds_an_answer_before_it_was_given(app):
    here = sign_in(app, sub="me")
    module = app.state.house.library.modules[0]
    reasons = [why for thing in (*module.check.items, *module.role_sets[0].scenarios) for why in whys_of(thing)]
    assert len(reasons) > 50
    check, role_set = f"/modules/{module.slug}/check", f"/modules/{module.slug}/role-sets/{module.role_sets[0].id}"
    begun = 0
    for name, _method, address in list_forms(app, here):
        if name in {"learning.begin_check", "learning.begin_role_set"}:
            begun += here.client.post(address, data={"csrf": here.csrf, "after": "0"}).status_code == 303
    assert begun == 2
    for address in (check, role_set, *answer_pages(app, here)):
        page = unescape(here.get(address).text)
        assert [why for why in reasons if words(why) in page] == []


def answer_pages(app, here):
    values = examples(app, here)
    routes = [
        c
        for c in iter_route_contexts(app.routes)
        if c.name in {"learning.check_answer", "learning.role_set_answer", "learning.role_set", "learning.check"}
    ]
    return [c.path.format(**values) for c in routes if "GET" in c.methods]


def test_every_writing_route_has_one_name(app):
    names = Counter((name, method) for name, method, _path in list_writing_routes(app))
    assert max(names.values()) == 1
