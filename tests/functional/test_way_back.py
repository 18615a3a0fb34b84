"""The way back to the course, with a word for the LMS; the language of a page; and who really acts."""

import re
import struct
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.lti.models import Registration
from app.membership.models import Visit
from app.web import texts
from app.web.cookies import SESSION
from tests.clients import Client
from tests.lti_kit import BASE_URL

RETURN = "https://lms.test/course/2?view=full&x=%26#top"


def find_way_back(page):
    found = re.search(r'<a class="btn[^"]*" href="(https://[^"]+)" target="_top">', page.text)
    return urlsplit(unescape(found[1])) if found else None


def launch_from(tool, **changes: object):
    return tool.launch_as("learner-1", launch_presentation={"return_url": RETURN, "locale": "en"}, **changes)


def test_leaving_offers_the_course_and_tells_the_lms(shared_tool):
    here = launch_from(shared_tool)
    page = here.post("/leave")
    back = find_way_back(page)
    assert (page.status_code, back.netloc, back.path, back.fragment) == (200, "lms.test", "/course/2", "top")
    asked = parse_qs(back.query)
    assert (asked["view"], asked["x"]) == (["full"], ["&"])
    assert asked["lti_msg"] == ["You have left Cairn. Everything you saved is kept."]
    assert here.get("/").status_code == 401


def test_an_error_page_offers_the_course_and_tells_the_lms(shared_tool):
    page = launch_from(shared_tool).get("/modules/nothing")
    assert page.status_code == 404
    assert parse_qs(find_way_back(page).query)["lti_errormsg"] == ["There is nothing here"]
    assert 'href="/"' in page.text


def test_an_address_that_no_page_has_offers_it_too_and_to_nobody_else(shared_tool):
    here = launch_from(shared_tool)
    for page in (here.get("/no/such/page"), here.client.put("/look"), here.get("/courses/no-uuid/people")):
        assert parse_qs(find_way_back(page).query).keys() >= {"lti_errormsg"}
        assert 'href="/"' in page.text
        assert "frame-ancestors 'self' https://lms.test" in page.headers["content-security-policy"]
    for stranger in ({}, {SESSION: "of nobody"}):
        page = Client(shared_tool.app, base_url=BASE_URL, cookies=stranger).get("/no/such/page")
        assert (page.status_code, find_way_back(page), 'href="/"' in page.text) == (404, None, False)


def test_an_address_that_no_page_has_needs_no_database(shared_tool, monkeypatch):
    here = launch_from(shared_tool)

    def breaks(*_args: object):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(shared_tool.app.state.house.database, "reading_directly", breaks)
    page = here.client.get("/no/such/page")
    assert (page.status_code, find_way_back(page)) == (404, None)


def test_a_new_tab_knows_the_way_back_too(shared_tool):
    here = launch_from(shared_tool)
    ticket = re.search(r'name="ticket" value="([^"]+)"', here.post("/new-tab", back="/").text)[1]
    opened = here.client.post(
        "/new-tab/open", data={"ticket": ticket, "back": "/"}, headers={"sec-fetch-site": "same-origin"}
    )
    assert opened.status_code == 303
    assert find_way_back(here.get("/modules/nothing")).path == "/course/2"


@pytest.mark.parametrize("return_url", ["javascript:alert(1)", "http://lms.test/", 'https://lms.test/"><b>', None, 7])
def test_without_a_usable_address_no_way_back_is_offered(shared_tool, return_url):
    here = shared_tool.launch_as("learner-1", launch_presentation={"return_url": return_url})
    for page in (here.get("/modules/nothing"), here.post("/leave")):
        assert find_way_back(page) is None
        assert "javascript" not in page.text


def write_translation(folder, language, pairs):
    """A compiled catalog, as gettext reads it."""
    target = folder / language / "LC_MESSAGES"
    target.mkdir(parents=True)
    meta = {"": "Content-Type: text/plain; charset=UTF-8\n"} | pairs
    ids, values = ([text.encode() for text in part] for part in (sorted(meta), [meta[one] for one in sorted(meta)]))
    at, tables = 28 + 16 * len(ids), b""
    for texts_of in (ids, values):
        for text in texts_of:
            tables += struct.pack("<II", len(text), at)
            at += len(text) + 1
    body = b"".join(text + b"\0" for part in (ids, values) for text in part)
    head = struct.pack("<7I", 0x950412DE, 0, len(ids), 28, 28 + 8 * len(ids), 0, 0)
    (target / "cairn.mo").write_bytes(head + tables + body)


@pytest.fixture
def norwegian(tmp_path, monkeypatch):
    """The house speaks Norwegian, and Portuguese as it is spoken in Brazil."""
    for language in ("nb", "pt_BR"):
        write_translation(tmp_path, language, {"There is nothing here": f"Ingenting ({language})"})
    monkeypatch.setattr(texts, "LOCALES", tmp_path)


LANGUAGES = {
    "nb": ("nb", "Ingenting (nb)"), "nb-NO": ("nb", "Ingenting (nb)"), "NB_no": ("nb", "Ingenting (nb)"),
    "pt-BR": ("pt-BR", "Ingenting (pt_BR)"), "pt": ("en", "There is nothing here"),
    "de": ("en", "There is nothing here"), "../../nb": ("en", "There is nothing here"),
    None: ("en", "There is nothing here"),
}  # fmt: skip


@pytest.mark.parametrize("asked", LANGUAGES)
def test_a_page_names_the_language_in_which_it_is_written(shared_tool, norwegian, asked):
    here = shared_tool.launch_as("learner-1", launch_presentation={"locale": asked})
    page = here.get("/modules/nothing")
    lang, title = LANGUAGES[asked]
    assert f'<html lang="{lang}"' in page.text
    assert f">{title}</h1>" in page.text


def test_the_presentation_s_language_goes_before_the_person_s(shared_tool, norwegian):
    own = {"locale": "pt-BR", "launch_presentation": {"locale": "nb"}}
    assert '<html lang="nb"' in shared_tool.launch_as("learner-1", **own).get("/help").text
    own["launch_presentation"] = {}
    assert '<html lang="pt-BR"' in shared_tool.launch_as("learner-1", **own).get("/help").text


def tells(tool):
    with tool.house.database.reading() as db:
        return db.scalars(
            select(Registration.tells_masquerading).where(Registration.id == tool.platform.registration_id)
        ).one()


def test_it_is_kept_whether_the_lms_says_who_acts(shared_tool):
    told = {"masquerading_id": "$Canvas.masqueradingUser.id", "masquerading_sub": "$Canvas.masqueradingUser.userId"}
    for custom, known in (({}, False), (told, True), ({"masquerading_id": ""}, True), ({"other": "x"}, False)):
        shared_tool.launch_as("learner-1", custom=custom)
        assert tells(shared_tool) is known, custom
    shared_tool.launch_as("learner-1", custom=told)
    shared_tool.launch_as("learner-1", message_type="DataPrivacyLaunchRequest", custom={})
    assert tells(shared_tool) is True


def test_a_test_user_is_nobody_acting_whatever_the_parameters_say(shared_tool):
    acting = {"masquerading_id": "71", "masquerading_sub": "admin", "student_view": True}
    here = shared_tool.launch_as("test-user", custom=acting)
    with shared_tool.house.database.reading() as db:
        assert db.scalars(select(Visit.is_masqueraded).where(Visit.user_id == here.user.id)).all() == [False]
