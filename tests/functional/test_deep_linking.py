"""A teacher adds content through the practice LMS of each temper, which judges the answer; and what the page offers."""

import re

import pytest
from sqlalchemy import select

from app.lti.models import LineItem, Registration, ResourceLink
from app.practice_lms.forms import read_form
from tests.deep_linking_kit import DL, PLACEMENT, ask, settings
from tests.practice_kit import TOOL

TEACHER, LEARNER = "3", "5"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
CANVAS = {"tool_platform": {"product_family_code": "canvas"}}


class Adding:
    """A teacher who adds something to a course of the LMS."""

    def __init__(self, campus, person=TEACHER, placement="assignment_selection") -> None:
        self.campus, self.walker = campus, campus.walker()
        campus.register()
        self.page = campus.open(person, f"/course/2/deep-link?placement={placement}", self.walker)
        assert self.page.status_code == 200, self.page.text

    def send(self, act: str = "add", **fields: str | list[str]):
        """Sends the form, then what Cairn answers to the LMS; the LMS's page."""
        form = read_form(self.page.text)
        return self.walker.send(self.walker.go("POST", TOOL + form.action, {**form.fields, "act": act, **fields}))


def newest_link(campus):
    return list(campus.platform.links.values())[-1]


def test_what_was_added_opens_and_brings_its_column(campus):
    adding = Adding(campus)
    added = adding.send(choice="module/m0", column="module/m0")
    link = newest_link(campus)
    item = campus.platform.world.line_items[link.line_item_id]
    assert (added.status_code, link.title, link.custom) == (
        200, "Three roles, one learner", {"cairn_key": "module/m0"},
    )  # fmt: skip
    assert (item.maximum, item.resource_id, item.tag) == (1, "module/m0", "completion")
    page = campus.open(LEARNER, f"/course/2/launch/{link.id}")
    assert (page.status_code, page.url.path) == (200, "/modules/m0-roles")
    with campus.house.database.reading() as db:
        assert [row.key for row in db.scalars(select(ResourceLink))] == ["module/m0"]
        assert [row.may_score for row in db.scalars(select(LineItem))] == [True]


def test_a_column_that_was_not_wanted_does_not_come(campus):
    adding = Adding(campus)
    adding.send(choice="module/m0", column="home")
    assert newest_link(campus).line_item_id is None


def test_canceling_adds_nothing_and_says_nothing(campus):
    before = len(campus.platform.links)
    page = Adding(campus).send("cancel", choice="home")
    assert (page.status_code, "Nothing was chosen" in page.text, len(campus.platform.links)) == (200, True, before)
    assert 'class="note"' not in page.text


def test_a_learner_who_gets_here_is_told_and_the_lms_shows_why(campus):
    before = len(campus.platform.links)
    adding = Adding(campus, LEARNER)
    assert 'name="choice"' not in adding.page.text
    page = adding.send(choice="home")
    assert ("teach or build the course" in page.text, len(campus.platform.links)) == (True, before)


def test_moodle_takes_several_at_once_and_asks_for_dates_itself(campus_of):
    campus = campus_of("moodle")
    before = len(campus.platform.links)
    adding = Adding(campus)
    assert 'type="datetime-local"' not in adding.page.text
    adding.send(choice=["course-list", "role-set", "home", "module/m0"], column=["home", "module/m0", "role-set"])
    added = list(campus.platform.links.values())[before:]
    assert [link.custom["cairn_key"] for link in added] == ["home", "module/m0", "role-set", "course-list"]
    assert [link.line_item_id is not None for link in added] == [True, True, False, False]


def test_canvas_takes_one_for_an_assignment_and_several_without_column_elsewhere(campus_of):
    campus = campus_of("canvas")
    one = Adding(campus)
    assert 'type="radio" name="choice"' in one.page.text
    two_chosen = one.walker.go(
        "POST", TOOL + read_form(one.page.text).action,
        {**read_form(one.page.text).fields, "act": "add", "choice": ["home", "module/m0"]},
    )  # fmt: skip
    assert (two_chosen.status_code, "one link at a time" in two_chosen.text) == (422, True)
    before = len(campus.platform.links)
    several = Adding(campus, placement="link_selection")
    assert "add an assignment" in several.page.text
    assert 'name="column"' not in several.page.text
    several.send(choice=["home", "module/m0"], column=["home", "module/m0"])
    assert [link.line_item_id for link in list(campus.platform.links.values())[before:]] == [None, None]


def items(chooser, *keys: str, **fields: str):
    return chooser.choose(*keys, **fields)[f"{DL}content_items"]


@pytest.mark.parametrize(
    ("asked", "placement", "has_column"),
    [
        ({}, ..., True), ({"accept_lineitem": True}, ..., True), ({"accept_lineitem": False}, ..., False),
        ({}, "assignment_selection", True), ({}, "module_index_menu_modal", True), ({}, "editor_button", False),
        ({"accept_lineitem": "no"}, ..., True),
    ],
)  # fmt: skip
def test_columns_come_where_the_place_takes_them(shared_tool, asked, placement, has_column):
    (item,) = items(ask(shared_tool, asked=settings(**asked), **CANVAS, **{PLACEMENT: placement}), "home")
    assert ("lineItem" in item) == has_column


@pytest.mark.parametrize(
    ("granted", "has_column"),
    [(None, True), (f"{SCOPE}lineitem {SCOPE}score", True), (f"{SCOPE}lineitem", False), ("", False)],
)
def test_a_column_that_nobody_may_fill_is_not_made(shared_tool, granted, has_column):
    def grant(scopes):
        with shared_tool.house.database.writing() as db:
            db.get_one(Registration, shared_tool.platform.registration_id).scopes_granted = scopes

    grant(granted)
    try:
        chooser = ask(shared_tool)
        assert ("does not let Cairn send completions" in chooser.open().text) != has_column
        (item,) = items(chooser, "module/m0")
    finally:
        grant(None)
    assert ("lineItem" in item) == has_column


@pytest.mark.parametrize(
    "role",
    ["Instructor", "ContentDeveloper", "http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper",
     "http://purl.imsglobal.org/vocab/lis/v2/membership/ContentDeveloper#ContentExpert",
     "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"],
)  # fmt: skip
def test_those_who_teach_build_or_run_the_lms_may_choose(shared_tool, role):
    assert 'name="choice"' in ask(shared_tool, roles=[role]).open().text


DATES = {"opens": "2026-12-01T08:00", "due": "2026-12-15T23:59", "closes": "2027-01-31T12:00", "zone": "Europe/Paris"}


def test_dates_are_sent_with_their_zone(shared_tool):
    (item,) = items(ask(shared_tool, **CANVAS), "home", **DATES)
    assert item["available"] == {"startDateTime": "2026-12-01T07:00:00Z", "endDateTime": "2027-01-31T11:00:00Z"}
    assert item["submission"] == {"endDateTime": "2026-12-15T22:59:00Z"}
    (bare,) = items(ask(shared_tool, **CANVAS), "home", opens="", due=" ", zone="Mars/Olympus")
    assert not {"available", "submission"} & set(bare)


WRONG = {
    "due": ({"due": "2026-12-15 at noon"}, "like 2026-12-01 08:00"),
    "opens": ({"opens": "9999-12-31T23:59"}, "like 2026-12-01 08:00"),
    "closes": ({"opens": "2026-12-02T08:00", "closes": "2026-12-01T08:00"}, "close before they open"),
}


@pytest.mark.parametrize("field", WRONG)
def test_a_date_that_cannot_be_is_named_and_what_was_chosen_stays(shared_tool, field):
    changes, sentence = WRONG[field]
    chooser = ask(shared_tool, **CANVAS)
    page = chooser.send(choice="home", zone="Asia/Kathmandu", **changes)
    assert (page.status_code, f'href="#{field}"' in page.text, sentence in page.text) == (422, True, True)
    assert re.search(r'value="home" checked', page.text)
    assert 'value="Asia/Kathmandu" selected' in page.text
    assert chooser.send(choice="home").status_code == 200


def test_nothing_chosen_is_no_answer_yet(shared_tool):
    chooser = ask(shared_tool)
    page = chooser.send()
    assert (page.status_code, "Choose what to add" in page.text) == (422, True)
    assert chooser.choose("home")


def test_every_key_that_a_link_may_name_is_offered(shared_tool):
    offered = re.findall(r'name="choice" value="([^"]+)"', ask(shared_tool).open().text)
    assert offered == [
        "home",
        *(f"module/{m.id}" for m in shared_tool.house.library.modules),
        "self-assessment",
        "role-set",
        "course-list",
        "office",
    ]
    for key in offered:
        assert shared_tool.browser().launch(key=key).status_code == 303
