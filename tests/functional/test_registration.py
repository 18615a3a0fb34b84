"""An LMS registers by invitation: once, for its institution, and can be brought up to date."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.lti.models import Deployment, Invitation, Registration
from app.membership.models import Institution, Platform
from app.practice_lms.faults import Fault
from app.practice_lms.registering import RegistrationFailed, build_registration_url
from tests.clients import Client
from tests.practice_kit import SCHOOL, TOOL, Campus


def open_by_hand(campus, link):
    return Client(campus.tool, base_url=TOOL).get(link)


def press(campus, link, **changes: str):
    """Presses the button on the page of that link, as an LMS's frame would show it."""
    fields = {**campus.platform.temper.registration_query(campus.platform, client_id=None), **changes}
    return Client(campus.tool, base_url=TOOL).post(link, data=fields)


def test_a_registration_keeps_what_both_sides_need(campus):
    known = campus.register()
    (row,) = campus.list_registrations()
    urls = campus.platform.urls
    assert (row.issuer, row.client_id) == (urls.issuer, known.client_id)
    assert (row.authorization_url, row.token_url, row.keyset_url) == (urls.authorization, urls.token, urls.jwks)
    assert (row.product, row.is_active, row.registration_url) == (campus.platform.temper.name, True, urls.registration)
    with campus.house.database.reading() as db:
        platform, institution = db.get_one(Platform, row.platform_id), db.scalars(select(Institution)).one()
        assert (platform.name, platform.institution_id) == ("lms.school.test", institution.id)
        assert [d.platform_deployment_id for d in db.scalars(select(Deployment))] == [known.deployment_id]


def test_the_lms_learns_our_addresses_and_no_more_than_it_offers(campus):
    config = campus.register().config
    assert config.initiate_login_uri == f"{TOOL}/lti/login"
    assert config.redirect_uris == (f"{TOOL}/lti/launch",)
    (row,) = campus.list_registrations()
    assert config.jwks_uri == f"{TOOL}/lti/jwks/{row.key_ring}"
    assert {"name", "email"} <= set(config.claims)
    assert any(scope.endswith("/score") for scope in config.scopes)
    assert ("masquerading_id" in config.custom_parameters) == (campus.platform.temper.name == "canvas")


def test_every_address_that_the_lms_is_told_answers(campus):
    known, client = campus.register(), Client(campus.tool, base_url=TOOL)
    told = [known.config.logo_uri, known.config.jwks_uri]
    told += [known.raw[name] for name in ("policy_uri", "tos_uri") if known.raw]
    assert [client.get(url).status_code for url in told] == [200] * len(told)


def test_the_page_says_what_is_shared_and_asks_nobody_yet(campus):
    link = campus.invite("St. Elsewhere")
    page = open_by_hand(campus, build_registration_url(campus.platform, link))
    assert page.status_code == 200
    assert "St. Elsewhere" in page.text
    assert page.text.count("<button") == 1
    assert campus.platform.calls == ()
    assert "https:" in page.headers["content-security-policy"].split("frame-ancestors")[1]


def test_an_invitation_opened_by_hand_says_where_to_paste_it(campus):
    page = open_by_hand(campus, campus.invite())
    assert page.status_code == 200
    assert "<form" not in page.text
    assert "Moodle" in page.text


def test_the_last_page_asks_the_lms_to_close_it_and_says_so_in_words(campus):
    page = press(campus, campus.invite())
    assert "Your LMS is connected" in page.text
    assert "registered.js" in page.text


def test_an_invitation_works_once(campus):
    """S50."""
    link = campus.invite()
    assert press(campus, link).status_code == 200
    again = press(campus, link)
    assert (again.status_code, "invitation" in again.text) == (403, True)
    assert open_by_hand(campus, link).status_code == 403
    assert len(campus.list_registrations()) == 1


def test_of_two_uses_at_once_one_registers(campus):
    """S50."""
    link = campus.invite()
    campus.platform.faults.add(Fault(service="configuration", delay=0.3, times=2))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: press(campus, link).status_code, range(2)))
    assert sorted(answers) == [200, 403]
    assert len(campus.list_registrations()) == 1


def test_an_invitation_ends_after_72_hours(campus, clock):
    """S50."""
    link = campus.invite()
    clock.pass_by(hours=72)
    assert press(campus, link).status_code == 403
    assert campus.list_registrations() == []


def test_an_unknown_invitation_is_refused(campus):
    """S50."""
    assert open_by_hand(campus, f"{TOOL}/lti/register/guessed").status_code == 403


def test_an_invitation_is_stored_as_a_hash(campus):
    """S50."""
    token = campus.invite().rpartition("/")[2]
    with campus.house.database.reading() as db:
        assert token not in str(vars(db.scalars(select(Invitation)).one()))


def test_a_failed_registration_leaves_the_invitation_usable_and_nothing_else(campus):
    link = campus.invite()
    campus.platform.faults.add(Fault(service="registration", status=503, times=1))
    failed = press(campus, link)
    assert failed.status_code == 400
    assert "503" in failed.text
    assert campus.list_registrations() == []
    assert press(campus, link).status_code == 200


def test_an_update_by_the_same_institution_keeps_client_and_deployment(campus):
    """S50."""
    known = campus.register()
    before = campus.list_registrations()
    query = campus.platform.temper.registration_query(campus.platform, client_id=known.client_id)
    page = Client(campus.tool, base_url=TOOL).post(campus.invite(), data=query)
    assert page.status_code == 200, page.text
    after = campus.list_registrations()
    assert [(r.id, r.client_id, r.platform_id) for r in after] == [(r.id, r.client_id, r.platform_id) for r in before]
    with campus.house.database.reading() as db:
        assert len(db.scalars(select(Deployment)).all()) == 1


def test_another_institution_cannot_take_a_registration_over(campus):
    """S50."""
    known = campus.register()
    query = campus.platform.temper.registration_query(campus.platform, client_id=known.client_id)
    page = Client(campus.tool, base_url=TOOL).post(campus.invite("Other University"), data=query)
    assert page.status_code == 403
    assert "other-institution" in page.text
    with campus.house.database.reading() as db:
        (row,) = db.scalars(select(Registration)).all()
        platform = db.get_one(Platform, row.platform_id)
        assert db.get_one(Institution, platform.institution_id).name == "Test University"


UNREADABLE = (
    "",
    "http://lms.school.test/c",
    "https://127.0.0.1/c",
    "https://nowhere.test/c",
    "javascript:alert(1)",
    "x" * 20_000,
)


def test_a_configuration_that_cannot_be_read_is_refused_in_words(campus):
    link = campus.invite()
    for address in UNREADABLE:
        page = press(campus, link, openid_configuration=address)
        assert (page.status_code, "bad-registration" in page.text) == (400, True), address
    assert campus.list_registrations() == []


class Liar:
    """A configuration that a test writes."""

    def __init__(self, campus: Campus, **changes: object) -> None:
        urls = campus.platform.urls
        self.document = {
            "issuer": "https://liar.test", "authorization_endpoint": urls.authorization,
            "token_endpoint": urls.token, "jwks_uri": urls.jwks, "registration_endpoint": urls.registration, **changes,
        }  # fmt: skip

    async def __call__(self, _scope, _receive, send) -> None:
        body = json.dumps(self.document).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


LIES = (
    {"issuer": SCHOOL},
    {"issuer": "https://liar.test.evil.test"},
    {"issuer": None},
    {"issuer": ["https://liar.test"]},
    {"jwks_uri": "http://liar.test/keys"},
    {"token_endpoint": None},
    {"registration_endpoint": "file:///etc/passwd"},
    {"authorization_endpoint": "javascript:alert(1)"},
    # Half a character: no database stores it.
    {"authorization_endpoint": "https://liar.test/\ud800"},
    {"jwks_uri": "https://liar.test/keys\udfff"},
)


def test_a_configuration_that_speaks_for_another_host_is_refused(campus):
    """S50."""
    link = campus.invite()
    for lie in LIES:
        campus.servers["https://liar.test"] = Client(Liar(campus, **lie), base_url="https://liar.test")
        page = press(campus, link, openid_configuration="https://liar.test/configuration")
        assert (page.status_code, "bad-registration" in page.text) == (400, True), lie
    assert campus.list_registrations() == []


class Answering(Liar):
    """An LMS that answers our registration with whatever a test writes."""

    def __init__(self, campus: Campus, answer: dict[str, object], **changes: object) -> None:
        super().__init__(campus, registration_endpoint="https://liar.test/register", **changes)
        self.answer = answer

    async def __call__(self, scope, receive, send) -> None:
        if scope["method"] == "POST":
            self.document = self.answer
        await super().__call__(scope, receive, send)


@pytest.mark.parametrize("client_id", ["a\0b", "a\ud800", "a\nb", "", "x" * 256, 7])
def test_a_client_id_that_cannot_be_stored_is_refused_in_words(campus, client_id):
    server = Answering(campus, {"client_id": client_id})
    campus.servers["https://liar.test"] = Client(server, base_url="https://liar.test")
    page = press(campus, campus.invite(), openid_configuration="https://liar.test/configuration")
    assert (page.status_code, "without a client id" in page.text) == (400, True)
    assert campus.list_registrations() == []


@pytest.mark.parametrize("odd", ["a\0b", "a\ud800", "x" * 256])
def test_what_else_cannot_be_stored_of_an_answer_is_left_out(campus, odd):
    server = Answering(
        campus, {"client_id": "7", "deployment_id": odd}, authorization_server=f"https://liar.test/{odd}"
    )
    campus.servers["https://liar.test"] = Client(server, base_url="https://liar.test")
    page = press(campus, campus.invite(), openid_configuration="https://liar.test/configuration")
    assert page.status_code == 200, page.text
    with campus.house.database.reading() as db:
        assert db.scalars(select(Deployment)).all() == []


def test_a_self_hosted_canvas_may_keep_the_shared_issuer(settings, clock):
    campus = Campus(settings, clock, "canvas")
    shared = Liar(campus, issuer="https://canvas.instructure.com")
    campus.servers["https://canvas.own.test"] = Client(shared, base_url="https://canvas.own.test")
    page = press(campus, campus.invite(), openid_configuration="https://canvas.own.test/configuration")
    assert page.status_code == 200, page.text
    assert [row.issuer for row in campus.list_registrations()] == ["https://canvas.instructure.com"]
    campus.close()


def test_what_the_lms_says_when_it_refuses_is_shown_as_text(settings, clock):
    campus = Campus(settings, clock, "canvas")
    campus.platform.faults.add(Fault(service="registration", status=422, times=1, body='{"errors": ["<b>pigeon</b>"]}'))
    page = press(campus, campus.invite())
    assert "&lt;b&gt;pigeon" in page.text
    assert "<b>pigeon" not in page.text
    campus.close()


def test_a_refusal_of_the_lms_reaches_its_administrator(campus):
    campus.platform.faults.add(Fault(service="registration", down=True, times=1))
    with pytest.raises(RegistrationFailed):
        campus.register()
    assert campus.list_registrations() == []
