"""The plan and the profile as tagged PDFs: their words and values, for the coach alone, whatever was written."""

import re
from typing import Any

import pytest

from app.assessment import print_pages
from tests.assessment_kit import PLAN, PROFILE, Assessor, cycle
from tests.every_assessment_page import complete_training
from tests.lti_kit import sign_in
from tests.pdf_text import read_structure

FILES = {f"{PLAN}.pdf": "cairn-plan.pdf", f"{PROFILE}.pdf": "cairn-profile.pdf"}
HOSTILE = '#panic("no") #read("/etc/passwd") $x$ *a* \\ // /* <b> \u202egnp \N{SLIGHTLY SMILING FACE}'


@pytest.fixture
def coach(app) -> Assessor:
    made = Assessor(sign_in(app))
    targets = {f"target/{domain}": "4" for domain in "PRSTD"}
    made.take_baseline(cycle("1", "2"), {**targets, "importance/S1": "3"})
    return made


@pytest.fixture
def set_data(monkeypatch) -> list[Any]:
    """What was handed to the typesetter, which then sets it."""
    seen: list[Any] = []
    for name in ("make_plan_paper", "make_profile_paper"):
        make = getattr(print_pages, name)
        monkeypatch.setattr(print_pages, name, lambda page, now, make=make: seen.append(make(page, now)) or seen[-1])
    return seen


def list_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in list_texts(one)]


def test_both_are_tagged_attachments_linked_from_their_pages(app, coach):
    coach.add_goal(behavior=HOSTILE, with_whom="two\nlines", by="2027-01-31")
    complete_training(app, coach.here)
    coach.take_post()
    for path, name in FILES.items():
        assert f'href="{path}" download>Download as PDF' in coach.open(path.removesuffix(".pdf"))
        answer = coach.here.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["cache-control"] == "no-store"
        assert b"/StructTreeRoot" in answer.content
        assert b"<pdfuaid:part>1</pdfuaid:part>" in answer.content
    profile = read_structure(coach.here.get(f"{PROFILE}.pdf").content)
    # Two plots, each with a text in its place and its table.
    assert len(re.findall(rb"/S ?/Figure", profile)) == profile.count(b"/Alt") == 2
    assert len(re.findall(rb"/S ?/Table\b", profile)) == 2
    assert re.search(rb"/S ?/TH\b", profile)


def test_the_paper_says_what_the_page_says(app, coach, set_data):
    """Sentences before plots; the values of the plot are those of its table."""
    complete_training(app, coach.here)
    coach.take_post()
    coach.add_goal(competency="S1", behavior="I ask first.", support="A quiet room.", by="2027-01-31")
    for path in FILES:
        coach.here.get(path)
    plan, profile = set_data
    page = coach.open(PROFILE)
    assert profile["sentences"]
    for text in (*profile["sentences"], *(one["alt"] for one in profile["panels"]), profile["label"]):
        assert text in page
    (panel, back) = profile["panels"]
    for row, mark in zip(panel["rows"], panel["marks"], strict=True):
        assert (row[0], len(row)) == (mark["title"], len(panel["head"]))
        assert mark["words"].startswith(f"{row[1]} to {row[2]}")
    assert not back["has_targets"]
    said = list_texts(plan)
    for text in ("I ask first.", "A quiet room.", "31\xa0January\xa02027", "Asks before advising, planned"):
        assert text in said


def test_where_there_is_nothing_there_is_no_file(app):
    fresh = Assessor(sign_in(app, sub="fresh"))
    for path in FILES:
        assert fresh.here.get(path).status_code == 404
        assert "Download as PDF" not in fresh.open(path.removesuffix(".pdf"))


def test_a_letter_of_no_font_gives_the_page_with_a_sentence(coach):
    coach.add_goal(behavior="李明")
    sent = coach.here.get(f"{PLAN}.pdf")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PLAN}?no-file=1")
    page = coach.open(sent.headers["location"])
    assert "No PDF can be made of this" in page
    assert "Download as PDF" not in page


def test_the_files_are_closed_to_whoever_acts_as_the_coach_and_are_nobody_elses(app, coach, browser):
    coach.add_goal(behavior="I ask first.")
    for path in FILES:
        assert sign_in(app, is_masqueraded=True).get(path).status_code == 403
        assert sign_in(app, sub="other").get(path).status_code == 404
        assert browser().get(path).status_code == 401
