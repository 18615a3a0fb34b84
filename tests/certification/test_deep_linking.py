"""Cases 31-37 and 87-90 of our list (lti.md 2): a platform asks for content, and reads the answer as it must be."""

import re

import pytest
from sqlalchemy import select

from app.lti.deep_linking_models import DeepLinkingRequest
from app.membership.models import User
from app.practice_lms.forms import read_form
from app.practice_lms.jose import read_header
from app.web.models import WebSession
from tests.deep_linking_kit import DL, ask, settings
from tests.lti_kit import CLAIM

OWN_KEYS = ("home", "module/m0")


def assert_refused(tool, code, detail, **changes: object):
    before = tool.count(User, WebSession, DeepLinkingRequest)
    page = ask(tool, **{"sub": "nobody yet", **changes}).launched
    assert (page.status_code, f">{code}<" in page.text, detail in page.text) == (400, True, True), page.text
    assert tool.count(User, WebSession, DeepLinkingRequest) == before


def test_31_the_request_is_accepted_and_its_page_opens(shared_tool):
    chooser = ask(shared_tool)
    page = chooser.open()
    assert page.status_code == 200
    assert [value for value in OWN_KEYS if f'value="{value}"' in page.text] == list(OWN_KEYS)
    with shared_tool.house.database.reading() as db:
        newest = db.scalars(select(DeepLinkingRequest).order_by(DeepLinkingRequest.id.desc())).first()
    assert newest.return_url == settings()["deep_link_return_url"]


def test_31_roles_may_be_absent_and_then_grant_nothing(shared_tool):
    """Deep Linking 2.0, 4.4.9: the roles claim is optional."""
    page = ask(shared_tool, roles=...).open()
    assert (page.status_code, "nothing-to-add" in page.text) == (200, True)


def test_32_to_36_the_answer_arrives_signed_timed_and_whole(shared_tool):
    chooser = ask(shared_tool, deployment_id="Dep:1 ä")
    sent = chooser.send(choice=["module/m0"], column=["module/m0"])
    token = read_form(sent.text).fields["JWT"]
    published = chooser.browser.client.get("/lti/jwks").json()["keys"]
    header, claims = read_header(token), chooser.read(sent)
    assert (header["alg"], header["kid"] in {key["kid"] for key in published}) == ("RS256", True)
    now = int(shared_tool.clock().timestamp())
    assert claims["iat"] <= now < claims["exp"] <= now + 3600
    assert (claims["iss"], claims["aud"]) == (shared_tool.platform.client_id, shared_tool.platform.issuer)
    assert {name: claims[CLAIM + name] for name in ("deployment_id", "message_type", "version")} == {
        "deployment_id": "Dep:1 ä", "message_type": "LtiDeepLinkingResponse", "version": "1.3.0",
    }  # fmt: skip
    assert len(claims["nonce"]) > 20


def test_37_what_was_chosen_is_what_the_platform_reads(shared_tool):
    item = {"type": "ltiResourceLink", "text": "About 1 h", "title": "Three roles, one learner"}
    column = {"scoreMaximum": 1, "label": item["title"], "resourceId": "module/m0", "tag": "completion"}
    place = {"url": "https://cairn.test/lti/launch?open=module%2Fm0", "custom": {"cairn_key": "module/m0"}}
    (found,) = ask(shared_tool).choose("module/m0")[f"{DL}content_items"]
    assert found == {**item, **place, "lineItem": column}


def test_87_a_request_without_a_return_address_is_refused(shared_tool):
    assert_refused(shared_tool, "claim-missing", "deep_link_return_url", asked=settings(deep_link_return_url=...))


@pytest.mark.parametrize("missing", ["accept_types", "accept_presentation_document_targets"])
def test_87_nor_one_without_what_the_standard_requires(shared_tool, missing):
    assert_refused(shared_tool, "claim-missing", missing, asked=settings(**{missing: ...}))


def test_87_nor_one_without_settings(shared_tool):
    assert_refused(shared_tool, "claim-missing", "deep_linking_settings", **{f"{DL}deep_linking_settings": ...})


def test_88_a_place_that_takes_no_tool_links_is_told_so(shared_tool):
    chooser = ask(shared_tool, asked=settings(accept_types=["link"], data="d"))
    page = chooser.open()
    assert (page.status_code, "nothing-to-add" in page.text, 'name="choice"' in page.text) == (200, True, False)
    claims = chooser.read(chooser.send(choice=["home"]))
    assert (claims[f"{DL}content_items"], claims[f"{DL}data"]) == ([], "d")
    assert "takes no links" in claims[f"{DL}errormsg"]


@pytest.mark.parametrize("data", ["", "opaque <>&\"' ä \u0000 \u2028", "x" * 20_000, {"a": [1, None]}])
def test_89_data_comes_back_exactly_as_it_was_given(shared_tool, data):
    """S40."""
    claims = ask(shared_tool, asked=settings(data=data)).choose("home")
    assert claims[f"{DL}data"] == data


@pytest.mark.parametrize("asked", [settings(), settings(data=None)])
def test_89_where_none_was_given_none_is_sent(shared_tool, asked):
    assert f"{DL}data" not in ask(shared_tool, asked=asked).choose("home")


@pytest.mark.parametrize(
    "url", ['https://lms.test/"><script>alert(1)</script>', "javascript:alert(1)", "http://lms.test/return", "/x", 7]
)
def test_90_a_return_address_that_is_none_is_refused(shared_tool, url):
    """S40."""
    assert_refused(shared_tool, "claim-malformed", "deep_link_return_url", asked=settings(deep_link_return_url=url))


def test_90_a_return_address_is_escaped_and_the_only_other_place_the_form_may_go(shared_tool):
    """S40."""
    sent = ask(shared_tool).send(choice="home")
    assert 'action="https://lms.test/return?course=2&amp;sesskey=Ab%2B1"' in sent.text
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+=", sent.text)
    policy = dict(part.strip().split(" ", 1) for part in sent.headers["content-security-policy"].split(";"))
    assert policy["form-action"] == "'self' https://lms.test"
