"""The course list with a roster: who never started, who has left, when it was read, and what went wrong."""

import re

from sqlalchemy import event, update
from starlette.responses import Response

from app.membership.models import Roster
from tests.lti_kit import ISSUER, LEARNER
from tests.roster_kit import member


def path_of(here) -> str:
    return f"/courses/{here.context.uuid}/people"


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def names_on(html: str) -> list[str]:
    return re.findall(r"<bdi>([^<]*)</bdi></th>", html)


def test_people_who_never_opened_cairn_stand_on_the_list(tool):
    tool.reads(member("a", name="Ada"), member("b", name="Bao"))
    tool.enters("b", roles=[LEARNER], name="Bao")
    here = tool.enters()
    html = here.get(path_of(here)).text
    assert names_on(html) == ["Ada", "Bao"]
    assert words_of(html).count("has not opened Cairn") == 1
    assert words_of(html).count("Not started") == 2
    assert "0\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}2 complete" in html
    assert re.search(r"Roster read .*14:03.*, 2 people", words_of(html))


def test_people_who_left_stand_apart(tool):
    tool.reads(member("a", name="Ada"), member("b", name="Bao"))
    tool.reads_again(member("b", name="Bao"))
    here = tool.enters()
    html = here.get(path_of(here)).text
    assert names_on(html) == ["Bao"]
    assert "Left: 1" in html
    html = here.get(f"{path_of(here)}?who=left").text
    assert names_on(html) == ["Ada"]
    assert "In the course: 1" in html


def test_a_course_without_a_roster_says_how_it_fills(tool):
    here = tool.enters(url=None)
    tool.mark()
    html = here.get(path_of(here)).text
    assert "once they have opened Cairn" in html
    assert "Refresh roster" not in html


def test_a_roster_that_was_never_read_is_announced(tool):
    here = tool.enters()
    tool.mark()
    assert "about to read the roster" in here.get(path_of(here)).text


def test_what_went_wrong_is_said_in_words_and_the_old_list_stays(tool):
    tool.reads(member("a", name="Ada"))
    here = tool.enters()
    for status, words in ((403, "did not let Cairn read"), (503, "did not give the roster")):
        tool.service.answers["/members?limit=500"] = lambda status=status: Response(status_code=status)
        tool.reads_again()
        html = here.get(path_of(here)).text
        assert words in html
        assert names_on(html) == ["Ada"]
    tool.service.answers["/members?limit=500"] = lambda: Response("no")
    tool.reads_again()
    assert "could not be read to its end" in here.get(path_of(here)).text


def test_staff_have_the_roster_read_again_at_most_every_ten_minutes(tool, clock):
    tool.reads(member("a", name="Ada"))
    here = tool.enters()
    refresh = f"/courses/{here.context.uuid}/roster"
    asked = len(tool.service.asked)
    assert here.post(refresh).status_code == 303
    assert tool.due() == []
    assert "can be refreshed again from" in here.get(path_of(here)).text
    clock.pass_by(minutes=11)
    assert "Refresh roster" in here.get(path_of(here)).text
    assert here.post(refresh).headers["location"] == path_of(here)
    assert "about to read the roster" in here.get(path_of(here)).text
    assert here.post(refresh).status_code == 303
    tool.works_off()
    assert len(tool.service.asked) == asked + 1
    assert tool.due() == []


def test_nobody_but_its_staff_has_a_roster_read(tool, clock):
    tool.reads(member("a", name="Ada"))
    clock.pass_by(minutes=30)
    here, learner = tool.enters(), tool.enters("a", roles=[LEARNER])
    refresh = f"/courses/{here.context.uuid}/roster"
    assert learner.post(refresh).status_code == 404
    assert here.client.post(refresh, data={}).status_code == 403
    assert tool.due() == []


def test_an_lms_that_names_only_who_has_come_is_not_taken_at_its_word(tool):
    tool.enters(tool_platform={"guid": "g", "product_family_code": "desire2learn", "version": "20"})
    tool.service.members = [member("a")]
    tool.mark()
    tool.works_off()
    here = tool.enters(tool_platform={"guid": "g", "product_family_code": "desire2learn", "version": "20"})
    assert "names only people who have opened Cairn" in here.get(path_of(here)).text


def test_the_page_costs_the_same_for_few_and_for_many(tool):
    tool.reads(*(member(f"p{n}") for n in range(3)))
    here = tool.enters()
    here.get(path_of(here))  # that somebody looked is written once a day
    statements: list[str] = []
    event.listen(tool.house.database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    here.get(path_of(here))
    few = len(statements)
    tool.reads_again(*(member(f"p{n}") for n in range(10, 400)))
    here = tool.enters()
    statements.clear()
    here.get(path_of(here))
    assert len(statements) == few <= 9


def test_an_odd_filter_is_no_error_of_ours(tool):
    here = tool.enters()
    tool.mark()
    assert here.get(f"{path_of(here)}?who=everybody").status_code == 404


def test_a_reason_from_elsewhere_is_shown_as_text(tool):
    tool.reads(member("a"))
    with tool.house.database.writing() as db:
        db.execute(update(Roster).values(reason="token-<b>", failed_at=tool.clock()))
    here = tool.enters(url=f"{ISSUER}/members")
    assert "<b>" not in here.get(path_of(here)).text
