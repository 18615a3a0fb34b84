"""The client of AGS's line items and results, judged by the practice LMS in both tempers."""

import json

import pytest
from sqlalchemy import select

from app.lti import line_items
from app.lti.addresses import find_origin
from app.lti.delivery_rules import Meaning
from app.lti.line_items import (
    LINE_ITEM_SCOPE,
    READ_SCOPE,
    RESULT_SCOPE,
    Access,
    NewItem,
    create_line_item,
    delete_line_item,
    find_line_items,
    list_results,
    read_line_item,
    update_line_item,
)
from app.lti.models import Registration
from app.lti.services import ServiceFailed
from app.outbound.http import Answer
from app.practice_lms.faults import Fault
from tests.delivery_kit import Delivering

ALL = frozenset({LINE_ITEM_SCOPE, READ_SCOPE, RESULT_SCOPE})
NEW = NewItem("Three roles", "module/m0", "cairn-made")


class Gradebook:
    """The grade services of one course, as a job has them."""

    def __init__(self, app, temper, granted=ALL) -> None:
        self.here = Delivering(app, temper=temper)
        self.platform = self.here.platform
        with self.here.house.database.reading() as db:
            registration = db.scalar(select(Registration).where(Registration.id == self.here.registration_id))
        self.access = Access(self.here.house, registration, granted)
        self.url = self.platform.temper.line_items_url(self.platform.world.courses["2"], self.here.known)

    def own_item(self, link_id="1"):
        item = self.platform.world.line_items[self.here.item_of(link_id)]
        return self.platform.temper.line_item_url(item, self.here.known)

    def scopes(self):
        return [call.scope for call in self.platform.calls if call.service != "token"]


@pytest.fixture(params=["moodle", "canvas"])
def book(request, app):
    return Gradebook(app, request.param)


@pytest.fixture
def moodle(app):
    return Gradebook(app, "moodle")


def refused(book, work, *args: object):
    with pytest.raises(ServiceFailed) as failed:
        work(book.access, *args)
    return failed.value.verdict


def test_a_line_item_is_made_read_changed_and_deleted(book):
    made = create_line_item(book.access, book.url, NEW)
    assert read_line_item(book.access, made.url) == made
    assert (made.label, made.resource_id, made.tag) == ("Three roles", "module/m0", "cairn-made")
    changed = update_line_item(book.access, made.url, {"label": "Three roles, one learner"})
    assert (changed.url, changed.label, changed.tag) == (made.url, "Three roles, one learner", "cairn-made")
    delete_line_item(book.access, made.url)
    assert refused(book, read_line_item, made.url).meaning == Meaning.GONE
    delete_line_item(book.access, made.url)


def test_a_line_item_made_for_a_link_belongs_to_it(book):
    link_id = book.platform.links["2"].uuid if book.here.temper == "canvas" else "2"
    made = create_line_item(book.access, book.url, NewItem("All", "home", "cairn-made", link_id))
    assert made.resource_link_id == link_id


def test_an_update_sends_back_all_that_the_lms_keeps_and_never_another_id_or_link(book):
    item = book.own_item()
    update_line_item(book.access, item, {"tag": "ours"})
    (read,) = [call for call in book.platform.calls_to("lineitem") if call.method == "GET"]
    (written,) = [call for call in book.platform.calls_to("lineitem") if call.method == "PUT"]
    assert read.url == written.url
    assert written.json()["id"] == item
    assert {"label", "scoreMaximum", "resourceLinkId"} <= written.json().keys()
    for member in ("id", "resourceLinkId", "scoreOf"):
        with pytest.raises(ValueError, match="may change"):
            update_line_item(book.access, item, {member: "x"})


def test_line_items_are_found_by_resource_link_resource_and_tag(book):
    one = create_line_item(book.access, book.url, NEW)
    other = create_line_item(book.access, book.url, NewItem("Else", "module/m1", "cairn-made"))
    by_tag = find_line_items(book.access, book.url, tag="cairn-made")
    assert {item.url for item in by_tag} == {one.url, other.url}
    assert find_line_items(book.access, book.url, resource_id="module/m0", tag="cairn-made") == (one,)
    link_id = book.platform.links["1"].uuid if book.here.temper == "canvas" else "1"
    (coupled,) = find_line_items(book.access, book.url, resource_link_id=link_id)
    assert coupled.url == book.own_item()
    assert find_line_items(book.access, book.url, tag="nobody's") == ()


def test_a_platform_that_knows_no_filter_is_filtered_here(moodle):
    shown = [
        {"id": f"{moodle.url}/1", "label": "one", "resourceId": "module/m0", "tag": "cairn-made"},
        {"id": f"{moodle.url}/2", "label": "two", "resourceId": "module/m0", "tag": "another's"},
        {"id": f"{moodle.url}/3", "label": "three"},
        "no object",
    ]
    moodle.platform.faults.add(Fault(service="lineitems", status=200, body=json.dumps(shown)))
    found = find_line_items(moodle.access, moodle.url, resource_id="module/m0", tag="cairn-made")
    assert [item.label for item in found] == ["one"]


def test_no_limit_is_ever_asked_for_since_moodle_breaks_on_it(book):
    find_line_items(book.access, book.url, tag="x")
    list_results(book.access, book.own_item())
    assert not [call for call in book.platform.calls if "limit" in call.url]


def test_results_are_those_of_the_gradebook(book):
    for person, score in (("5", 1.0), ("6", 0.5)):
        book.platform.set_grade(book.here.item_of(), person, score)
    item, sub = book.own_item(), book.platform.sub_of("6")
    assert {result.score for result in list_results(book.access, item)} == {1.0, 0.5}
    (result,) = list_results(book.access, item, user_id=sub)
    assert (result.user_id, result.score, result.maximum) == (sub, 0.5, 1.0)


def test_a_cleared_cell_has_no_score(book):
    book.platform.set_grade(book.here.item_of(), "5", None)
    assert [result.score for result in list_results(book.access, book.own_item())] in ([], [None])


def test_each_call_asks_for_one_scope_and_only_for_a_granted_one(app):
    book = Gradebook(app, "canvas", granted=frozenset({READ_SCOPE, RESULT_SCOPE}))
    find_line_items(book.access, book.url)
    list_results(book.access, book.own_item())
    asked = [call.body for call in book.platform.calls_to("token")]
    assert len(asked) == 2
    assert all(body.count("lti-ags") == 1 for body in asked)
    before = len(book.platform.calls)
    for work, args in (
        (create_line_item, (book.url, NEW)),
        (update_line_item, (book.own_item(), {"label": "x"})),
        (delete_line_item, (book.own_item(),)),
    ):
        assert refused(book, work, *args).reason == "no-scope"
    writes = [call for call in book.platform.calls[before:] if call.method != "GET"]
    assert writes == []


def test_a_coupled_column_of_canvas_cannot_be_deleted_and_says_so(app):
    book = Gradebook(app, "canvas")
    assert refused(book, delete_line_item, book.own_item()).meaning == Meaning.TOMORROW
    assert book.here.item_of()


def test_a_token_that_was_revoked_is_renewed_once(book):
    find_line_items(book.access, book.url)
    book.platform.tokens.revoke_all()
    find_line_items(book.access, book.url)
    assert len(book.platform.calls_to("token")) == 2


class Pages:
    """A service of many pages; `link` writes each page's Link header from its number."""

    def __init__(self, monkeypatch, book, link, *, pages=3) -> None:
        self.asked = []
        self.book, self.link, self.pages = book, link, pages
        monkeypatch.setattr("app.lti.line_items.request", self.answer)

    def answer(self, _house, _registration, call):
        self.asked.append(call.url)
        number = len(self.asked)
        item = {"id": f"{self.book.url}/{number}", "label": f"item {number}"}
        headers = {"link": self.link(number)} if number < self.pages else {}
        return Answer(200, headers, json.dumps([item]).encode())

    def walk(self):
        return find_line_items(self.book.access, self.book.url)


def test_pages_are_followed_byte_for_byte(moodle, monkeypatch):
    def link(n):
        return f'<https://a.test/x>; rel="current", <{moodle.url}&page=WyJBYkMiXQ%3D%3d{n},;>; foo=1; rel="next last"'

    pages = Pages(monkeypatch, moodle, link)
    assert [item.label for item in pages.walk()] == ["item 1", "item 2", "item 3"]
    assert pages.asked[1:] == [f"{moodle.url}&page=WyJBYkMiXQ%3D%3d{n},;" for n in (1, 2)]


@pytest.mark.parametrize(
    ("link", "reason", "asked"),
    [
        (lambda url, _n: f"<{url}&page=2>; rel=next", "pages-in-a-circle", 2),
        (lambda url, _n: f"<{url}>; rel=next", "pages-in-a-circle", 1),
        (lambda _url, n: f"<https://elsewhere.test/{n}>; rel=next", "page-elsewhere", 1),
        (lambda _url, n: f"<//elsewhere.test/{n}>; rel=next", "page-elsewhere", 1),
    ],
)
def test_pages_that_lead_astray_end_the_walk_and_no_token_leaves(moodle, monkeypatch, link, reason, asked):
    """S49."""
    pages = Pages(monkeypatch, moodle, lambda n: link(moodle.url, n))
    with pytest.raises(ServiceFailed, match=reason):
        pages.walk()
    assert len(pages.asked) == asked


def test_a_page_that_a_proxy_made_http_is_https_and_a_relative_one_is_completed(moodle, monkeypatch):
    origin = find_origin(moodle.url, allow_http=False)
    pages = Pages(monkeypatch, moodle, lambda n: f"<{origin.replace('https:', 'http:')}/pages/{n}>; rel=next", pages=2)
    assert len(pages.walk()) == 2
    relative = Pages(monkeypatch, moodle, lambda n: f"</pages/{n}>; rel=next", pages=2)
    assert len(relative.walk()) == 2
    assert {pages.asked[-1], relative.asked[-1]} == {f"{origin}/pages/1"}


def test_pages_without_end_end(moodle, monkeypatch):
    pages = Pages(monkeypatch, moodle, lambda n: f"<{moodle.url}&page={n}>; rel=next", pages=10**9)
    with pytest.raises(ServiceFailed, match="too-many-pages"):
        pages.walk()
    assert len(pages.asked) == 2000


def test_moodles_link_in_curly_quotes_leads_nowhere(moodle, monkeypatch):
    """It is sent only to who asks for a limit, and its address would begin again at the first page."""
    for quoted in ("“next”", "“next”".encode().decode("latin-1")):
        pages = Pages(monkeypatch, moodle, lambda _n, quoted=quoted: f"<{moodle.url}&amp;from=2>; rel={quoted}")
        assert len(pages.walk()) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("[", "not-json"),
        ('{"id": "x"}', "unreadable"),
        ('[{"label": "no id"}]', "line-item-elsewhere"),
        ('[{"id": 7}]', "line-item-elsewhere"),
        ('[{"id": "https://elsewhere.test/lineitem/1"}]', "line-item-elsewhere"),
        ('[{"id": "javascript:alert(1)"}]', "line-item-elsewhere"),
    ],
)
def test_an_answer_that_is_no_list_of_line_items_here_is_refused(moodle, body, reason):
    moodle.platform.faults.add(Fault(service="lineitems", status=200, body=body))
    assert refused(moodle, find_line_items, moodle.url).reason == reason


@pytest.mark.parametrize("body", ["", "[]", "null", '{"id": "https://elsewhere.test/1"}'])
def test_a_made_line_item_that_cannot_be_read_is_not_taken(moodle, body):
    moodle.platform.faults.add(Fault(service="lineitems", status=201, body=body))
    assert refused(moodle, create_line_item, moodle.url, NEW).meaning == Meaning.REFUSED


def test_an_address_in_the_clear_from_a_site_known_as_https_is_used_as_https(moodle):
    item = {"id": moodle.url.replace("https:", "http:") + "/7"}
    moodle.platform.faults.add(Fault(service="lineitems", status=201, body=json.dumps(item)))
    assert create_line_item(moodle.access, moodle.url, NEW).url == f"{moodle.url}/7"


def test_odd_members_are_read_as_missing(moodle):
    odd = {"id": f"{moodle.url}/7", "label": 7, "resourceId": None, "tag": [], "resourceLinkId": 5}
    moodle.platform.faults.add(Fault(service="lineitems", status=201, body=json.dumps(odd)))
    made = create_line_item(moodle.access, moodle.url, NEW)
    assert (made.label, made.resource_id, made.tag, made.resource_link_id) == ("", "", "", None)
    for score in ('"1"', "1e999", "1" + "0" * 400, "-1e999", "[]"):
        results = f'[{{"userId": 5, "resultScore": {score}, "resultMaximum": true}}, 7]'
        moodle.platform.faults.add(Fault(service="results", status=200, body=results))
        (result,) = line_items.list_results(moodle.access, moodle.own_item())
        assert (result.user_id, result.score, result.maximum) == ("5", None, None)
