"""What a roster may say of people, and what becomes of it: S38 and S39, and the lies of a hostile platform."""

from datetime import timedelta

import pytest
from starlette.responses import Response

from app.membership.models import Roster, User
from app.web.models import WebSession
from tests.clients import Client
from tests.lti_kit import INSTRUCTOR, ISSUER, LEARNER
from tests.roster_kit import NRPS_CLAIM, FakeRoster, member, page

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
TEACHING_ASSISTANT = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"


def test_a_roster_gives_nobody_rights(tool):
    """S38: staff is who launched as staff."""
    tool.reads(member("a", roles=[INSTRUCTOR, LEARNER]))
    assert tool.people() == {"a": "learner", "staff": "staff"}


def test_who_launched_as_staff_is_no_learner_for_a_coarser_roster(tool):
    """Moodle lists an assistant teacher, an instructor in the launch, as a learner."""
    tool.reads(member("staff"), member("a"))
    assert tool.people() == {"a": "learner", "staff": "staff"}
    assert tool.roster().people == 1
    tool.enters()
    assert tool.people()["staff"] == "staff"


def test_an_administrator_who_looked_in_is_nobodys_missing_learner(tool, clock):
    tool.reads(member("a"))
    visit = tool.enters("admin", roles=[ADMINISTRATOR])
    clock.pass_by(hours=1)
    tool.reads_again(member("a"))
    assert tool.people()["admin"] == "visitor"
    assert visit.get("/").status_code == 200
    assert [sub for sub, _ in tool.facts()] == ["a"]


def test_an_administrator_whom_the_roster_calls_a_learner_is_one(tool):
    tool.reads(member("admin"))
    tool.enters("admin", roles=[ADMINISTRATOR])
    assert tool.people()["admin"] == "learner"


def test_a_role_that_changes_in_the_roster_ends_and_begins_learning(tool, clock):
    tool.reads(member("a"), member("b"))
    tool.reads_again(member("a", roles=[INSTRUCTOR]), member("b", roles=[]))
    assert tool.people() == {"a": "visitor", "b": "learner", "staff": "staff"}
    assert tool.facts()[-1] == ("a", "left")
    clock.pass_by(minutes=1)
    tool.reads_again(member("a"), member("b"))
    assert tool.facts()[-1] == ("a", "joined")


# --- belonging, sessions, launches ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["vanished", "Inactive"])
def test_who_left_is_signed_out(tool, clock, how):
    """S39."""
    tool.reads(member("a"), member("b"))
    here = tool.enters("a", roles=[LEARNER])
    assert here.get("/").status_code == 200
    clock.pass_by(minutes=10)
    tool.reads_again(member("b"), *([] if how == "vanished" else [member("a", status=how)]))
    assert tool.people()["a"] == "left"
    assert here.get("/").status_code == 401


def test_who_left_one_course_stays_signed_in_for_another(tool, clock):
    tool.reads(member("a"), member("b"))
    here = tool.enters("a", roles=[LEARNER])
    tool.enters("a", roles=[LEARNER], url=None, context={"id": "course-2"}, resource_link={"id": "link-2"})
    clock.pass_by(minutes=10)
    tool.reads_again(member("b"))
    assert here.get("/").status_code == 200


def test_staff_who_left_see_the_course_no_more(tool, clock):
    """S38, S39: the right goes with the belonging, at the next page."""
    tool.reads(member("staff", roles=[INSTRUCTOR]), member("b"))
    here = tool.enters("staff")
    other = tool.enters("staff", url=None, context={"id": "course-2"}, resource_link={"id": "link-2"})
    path = f"/courses/{here.context.uuid}/people"
    assert here.get(path).status_code == 200
    clock.pass_by(minutes=10)
    tool.reads_again(member("b"))
    assert other.get("/").status_code == 200
    assert here.get(path).status_code == 404


def test_a_launch_is_newer_than_the_roster_that_was_being_read(tool, clock):
    tool.reads(member("a"))
    clock.pass_by(hours=1)
    tool.service.answers["/members?limit=500"] = lambda: tool.enters("new", roles=[LEARNER]) and page([member("a")])
    tool.reads_again()
    assert tool.learners() == {"a", "new"}
    tool.service.answers.clear()
    clock.pass_by(hours=1)
    tool.reads_again(member("a"))
    assert tool.people()["new"] == "left"


def test_a_launch_brings_back_who_had_left(tool, clock):
    tool.reads(member("a"), member("b"))
    tool.reads_again(member("b"))
    assert tool.people()["a"] == "left"
    clock.pass_by(minutes=1)
    here = tool.enters("a", roles=[LEARNER])
    assert tool.people()["a"] == "learner"
    assert here.get("/").status_code == 200
    assert tool.facts()[-1] == ("a", "joined")


def test_a_look_without_a_role_brings_nobody_back(tool):
    tool.reads(member("a"), member("b"))
    tool.reads_again(member("b"))
    tool.enters("a", roles=[])
    assert tool.people()["a"] == "left"


def test_a_blocked_person_stays_out_whatever_the_roster_says(tool, clock):
    """S39."""
    tool.reads(member("a"))
    with tool.house.database.writing() as db:
        for user in db.query(User).filter(User.sub == "a"):
            user.blocked_at = clock()
    tool.reads_again(member("a"))
    assert tool.browser().launch(sub="a").status_code == 403


def test_a_test_user_never_stands_in_a_course(tool):
    """The LMS may list it as a plain learner: whoever was once seen as one stays one."""
    tool.enters("preview", roles=[LEARNER, TEST_USER])
    tool.reads(member("preview"), member("other", roles=[LEARNER, TEST_USER]), member("a"))
    assert tool.roster().people == 1
    assert "other" not in tool.people()
    assert [sub for sub, _ in tool.facts()] == ["a"]


# --- names ------------------------------------------------------------


def test_a_known_name_is_never_replaced_by_nothing(tool):
    tool.reads(member("a", name="Ada", email="ada@example.test"))
    tool.reads_again(member("a", name="  ", email=None))
    (user,) = [one for one in tool.rows(User) if one.sub == "a"]
    assert (user.name, user.email) == ("Ada", "ada@example.test")
    tool.reads_again(member("a", name=None, given_name="Ada", family_name="Byron"))
    assert tool.names()["a"] == "Ada Byron"


def test_whatever_a_platform_says_ends_as_bounded_text_or_nowhere(tool):
    unusable = [{**member("x"), "user_id": sub} for sub in (None, "", 7, "x" * 256, "a\x00b", "a\ud800", ["a"])]
    tool.reads(
        None, 7, [[]], *unusable, member("nul", name="A\x00da"), member("torn", name="A\ud800da"),
        member("long", name="n" * 100_000, email="e" * 100_000), member("odd", name={"a": 1}, email=["x"], status=7),
        member("none", roles=None), member("mentor", roles=["Mentor", {}, 7]),
    )  # fmt: skip
    assert tool.names() == {"staff": "Ada Learner", "nul": "A da", "torn": "A da", "long": "n" * 300, "odd": None}
    assert tool.learners() == {"nul", "torn", "long", "odd"}


def test_identifiers_are_compared_byte_by_byte(tool):
    subs = {"a", "A", "a ", " a", "é", "e\u0301", "x" * 255}
    tool.reads(*(member(sub) for sub in subs))
    assert tool.learners() == subs


def test_a_person_who_stands_twice_is_one(tool):
    tool.service.page_size = 3
    tool.reads(
        member("a", name="Early", email=None, roles=[INSTRUCTOR]),
        member("a", name=None, email="late@example.test"),
        member("b", status="Inactive"),
        member("b"),
        member("a", name="Late", email=None, roles=[]),
        member("c"),
    )
    (user,) = [one for one in tool.rows(User) if one.sub == "a"]
    assert (user.name, user.email) == ("Late", "late@example.test")
    assert tool.learners() == {"a", "b", "c"}


def test_another_institutions_people_are_others(tool):
    """One identifier at two platforms is two people; a roster reaches only its own."""
    other = tool.add_platform(issuer="https://other.test", institution="Other University")
    foreign = tool.launch_as("a", platform=other, name="Foreign")
    tool.reads(member("a", name="Ours"))
    assert sorted(user.name for user in tool.rows(User) if user.sub == "a") == ["Foreign", "Ours"]
    tool.reads_again(member("b"))
    assert foreign.get("/").status_code == 200


# --- differences ------------------------------------------------------------


def test_only_what_changed_is_read_where_a_platform_tells_it(tool, clock):
    tool.service.differences = f"{ISSUER}/Changes?since=AbC"
    tool.reads(member("a"), member("b"), member("c"))
    tool.service.answers["/Changes?since=AbC"] = lambda: page(
        [member("b", status="Deleted"), member("c", status="Inactive"), member("d")],
        f'<{ISSUER}/Changes?since=DeF>; rel="differences"',
    )
    clock.pass_by(days=1)
    tool.service.asked.clear()
    tool.works_off()
    assert tool.service.asked == ["/Changes?since=AbC"]
    assert tool.people() == {"a": "learner", "b": "left", "c": "left", "d": "learner", "staff": "staff"}
    assert tool.reading().differences_url == f"{ISSUER}/Changes?since=DeF"
    assert tool.roster().people == 2


def test_no_changes_are_no_fault(tool, clock):
    tool.service.differences = f"{ISSUER}/Changes?since=AbC"
    tool.reads(member("a"))
    tool.service.answers["/Changes?since=AbC"] = lambda: page([], f'<{ISSUER}/Changes?since=AbC>; rel="differences"')
    clock.pass_by(days=1)
    tool.works_off()
    assert (tool.roster().reason, tool.learners()) == (None, {"a"})


def test_a_lost_thread_of_changes_is_mended_by_the_whole_roster(tool, clock):
    tool.service.differences = f"{ISSUER}/Changes?since=AbC"
    tool.reads(member("a"), member("b"))
    tool.service.answers["/Changes?since=AbC"] = lambda: page([], status=410)
    tool.service.differences = None
    tool.service.members = [member("a")]
    clock.pass_by(days=1)
    tool.works_off()
    clock.pass_by(minutes=2)
    tool.works_off()
    assert tool.people() == {"a": "learner", "b": "left", "staff": "staff"}


def test_once_a_week_the_whole_roster_is_read_all_the_same(tool, clock):
    tool.service.differences = f"{ISSUER}/Changes?since=AbC"
    tool.reads(member("a"))
    tool.service.answers["/Changes?since=AbC"] = lambda: page([], f'<{ISSUER}/Changes?since=AbC>; rel="differences"')
    tool.service.asked.clear()
    for _ in range(9):
        clock.pass_by(days=1)
        tool.works_off()
    assert tool.service.asked.count("/members?limit=500") == 1


# --- the launch's claim ------------------------------------------------------------


def test_a_claim_that_names_no_usable_address_offers_no_roster(tool):
    urls = (None, 7, "ftp://lms.test/x", f"{ISSUER}/{'x' * 3000}", "javascript:alert(1)")
    for claim in (None, 7, "https://lms.test/members", [], {}, *({"context_memberships_url": url} for url in urls)):
        tool.launch_as("a", **{NRPS_CLAIM: claim})
    assert tool.rows(Roster) == []


def test_a_run_that_stands_still_does_not_go_on_at_the_host_that_was_left(tool):
    """Its next page lies on the old host, and the token belongs to the new one."""
    tool.service.members, tool.service.page_size = [member("a"), member("b")], 1
    tool.service.answers["/members?from=1"] = lambda: Response(status_code=503)
    tool.enters()
    tool.mark()
    tool.works_off()
    assert tool.service.asked[-1] == "/members?from=1"
    moved = FakeRoster()
    moved.members = [member("c")]
    tool._servers["https://moved.test"] = Client(moved.app(), base_url="https://moved.test")
    tool.enters(url="https://moved.test/members")
    tool.service.asked.clear()
    tool.works_off()
    assert tool.service.asked == []
    assert moved.asked == ["/members?limit=500"]
    assert tool.learners() == {"c"}
    assert tool.leftovers() == 0


def test_a_run_goes_on_where_only_the_words_of_its_address_differ(tool):
    """Some LMSs name the link in it, so each launch brings another."""
    tool.service.members, tool.service.page_size = [member("a"), member("b")], 1
    tool.service.answers["/members?from=1"] = lambda: Response(status_code=503)
    tool.enters()
    tool.mark()
    tool.works_off()
    del tool.service.answers["/members?from=1"]
    tool.enters(url=f"{ISSUER}/members?rlid=7")
    tool.service.asked.clear()
    tool.clock.pass_by(minutes=10)
    tool.reads_now()
    assert tool.service.asked == ["/members?from=1"]
    assert tool.learners() == {"a", "b"}


def test_a_roster_that_moved_is_read_at_its_new_address(tool):
    tool.reads(member("a"))
    tool.enters(url=f"{ISSUER}/moved")
    tool.service.asked.clear()
    tool.reads_now()
    assert tool.service.asked == ["/moved?limit=500"]


def test_a_launch_outside_any_course_offers_no_roster(tool):
    tool.enters("a", context=...)
    assert tool.due() == []


def test_sessions_opened_since_the_run_began_live_on(tool, clock):
    tool.reads(member("a"), member("b"))
    clock.pass_by(hours=1)
    tool.reads_again(member("b"))
    tool.enters("a", roles=[LEARNER])
    (session,) = [one for one in tool.rows(WebSession) if one.started_at >= clock() - timedelta(minutes=1)]
    assert session.ended_at is None
