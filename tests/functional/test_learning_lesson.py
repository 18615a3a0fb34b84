"""A lesson: what it shows before and after the answer, and what it keeps."""

import re
from html import unescape

import pytest

from app.learning.models import Answer, Attempt, ContentVersion, Writing
from app.progress.models import Fact
from app.progress.rules import FactKind
from modules.model.interactions import ChooseInteraction, SpotInteraction
from tests.every_page import strip_varying
from tests.functional.learning_kit import (
    CASE,
    LESSON,
    PREDICT,
    SORT,
    WRITE,
    count,
    get_module,
    put_interaction,
    read_facts,
    sort_answer,
    ten_at_once,
)
from tests.lti_kit import sign_in

CHOOSE = ChooseInteraction.model_validate({
    "kind": "choose", "situation": "She stays in the door.", "ask": "What do you say?",
    "options": (
        {"id": "a", "say": "Was that all of it?", "why": "It leaves her the choice."},
        {"id": "b", "say": "You have plenty of time.", "why": "It closes the subject."},
        {"id": "c", "text": "Wait, and say nothing.", "why": "Silence can be read in two ways."},
    ),
})  # fmt: skip
SPOT = SpotInteraction.model_validate({
    "kind": "spot", "stem": "A talk.", "ask": "Where does the coach start to advise?", "key": "l3", "near": (),
    "lines": (
        {"id": "l1", "speaker": "Claire", "text": "I speed up."},
        {"id": "l2", "speaker": "Coach", "text": "What for?"},
        {"id": "l3", "speaker": "Coach", "text": "I put the pen down."},
    ),
    "whys": {"l2": "A question, still hers.", "l3": "From here it is about the coach."},
})  # fmt: skip


@pytest.fixture
def here(app):
    return sign_in(app)


def words(answer) -> str:
    """A page as it is read: no markup, one blank between words, straight apostrophes."""
    return straighten(re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.text))))


def straighten(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_a_lesson_has_its_idea_objectives_prose_figure_and_sources(here):
    page = here.get(SORT).text
    assert "Who decides what happens next" in page
    assert "After this lesson you can" in page
    assert 'role="img"' in page
    assert "Show as text" in page
    assert 'id="source-1"' in page
    assert "Lesson 2 of 5" in page


def test_each_source_that_nobody_confirmed_says_so(app, here):
    states = {source.id: source.state for source in app.state.house.library.citations.sources}
    for lesson in get_module(app).lessons:
        page = here.get(f"{LESSON}/{lesson.id}").text
        expected = [states[source] for source in lesson.sources]
        assert page.count("DOI not confirmed.") == expected.count("seen-no-doi"), lesson.id
        assert page.count("Not yet checked.") == expected.count("from-memory"), lesson.id


def test_nothing_of_the_answer_leaves_the_server_before_the_answer(app, here):
    module = get_module(app)
    predict = module.find_lesson("01-why-the-roles-blur").interaction
    assert predict.after[:30] not in words(here.get(PREDICT))
    for row in module.find_lesson("02-a-working-map").interaction.rows:
        assert row.why[:30] not in words(here.get(SORT))
    page = words(here.get(WRITE))
    for model in module.find_lesson("03-what-mentors-add").interaction.models:
        assert model.say[:30] not in page


def test_a_guess_is_answered_at_its_place(app, here):
    answer = here.post(PREDICT, answer="12")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PREDICT}#interaction")
    page = words(here.get(PREDICT))
    interaction = get_module(app).find_lesson("01-why-the-roles-blur").interaction
    assert "You said 12 of 25." in page
    assert interaction.after[:30] in page


def test_a_sorting_shows_the_reason_of_every_row(app, here):
    here.post(SORT, **sort_answer(app, right=False))
    page = words(here.get(SORT))
    for row in get_module(app).find_lesson("02-a-working-map").interaction.rows:
        assert row.why[:30] in page


def test_a_sorting_with_an_open_row_is_asked_again_and_keeps_the_rest(app, here):
    rows = sort_answer(app)
    rows.pop("row-r1")
    answer = here.post(SORT, **rows)
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    assert answer.text.count(" checked") == len(rows)
    assert count(here, Attempt) == 0


@pytest.mark.parametrize("given", ["", "26", "-3", "many", "1" * 500, "<script>"])
def test_a_guess_that_cannot_be_is_asked_again(here, given):
    answer = here.post(PREDICT, answer=given)
    assert answer.status_code == 422
    assert "Write a whole number from 0 to 25." in answer.text
    assert "<script>" not in answer.text
    assert count(here, Answer) == 0


def test_a_choice_shows_its_reason_and_the_others_on_request(app, here):
    put_interaction(app, "01-why-the-roles-blur", CHOOSE)
    before = words(here.get(PREDICT))
    assert all(option.why not in before for option in CHOOSE.options)
    assert here.post(PREDICT, answer="zz").status_code == 422
    here.post(PREDICT, answer="b")
    page = here.get(PREDICT).text
    others = page.index("What the other choices bring")
    assert page.index("It closes the subject.") < others < page.index("It leaves her the choice.")
    assert "your choice" in page


def test_a_line_pointed_at_is_compared_with_the_authors(app, here):
    put_interaction(app, "01-why-the-roles-blur", SPOT)
    before = here.get(PREDICT).text
    assert 'value="l1"' not in before
    assert "still hers" not in before
    assert here.post(PREDICT, answer="l1").status_code == 422
    here.post(PREDICT, answer="l2")
    page = words(here.get(PREDICT))
    assert "A question, still hers." in page
    assert "From here it is about the coach." in page


def test_own_words_open_the_others_and_stay_private_and_editable(app, here):
    answer = here.post(WRITE, **{"text-words": "Yes. <b>Twice</b>.", "revision-words": "0"})
    assert answer.status_code == 303
    page = here.get(WRITE)
    assert "Yes. &lt;b&gt;Twice&lt;/b&gt;." in page.text
    model = get_module(app).find_lesson("03-what-mentors-add").interaction.models[0]
    assert straighten(model.say[:30]) in words(page)
    assert "Yes." not in strip_varying(sign_in(app, sub="other").get(WRITE).text)


def test_no_words_open_nothing(here):
    answer = here.post(WRITE, **{"text-words": "  ", "revision-words": "0"})
    assert answer.status_code == 422
    assert "Write a sentence of your own first." in answer.text
    assert (count(here, Attempt), count(here, Writing)) == (0, 0)


def test_saving_by_script_opens_nothing_yet(here):
    answer = here.client.post(
        WRITE,
        data={"csrf": here.csrf, "text-words": "draft", "revision-words": "0"},
        headers={"accept": "application/json"},
    )
    assert answer.json()["boxes"] == {"words": {"revision": 1}}
    assert "Other ways to say it" not in here.get(WRITE).text
    assert "draft" in here.get(WRITE).text


def test_the_first_answer_stands(here):
    here.post(PREDICT, answer="3")
    here.post(PREDICT, answer="20")
    assert "You said 3 of 25." in words(here.get(PREDICT))


def test_an_answer_stays_with_the_wording_that_it_was_given_to(app, here):
    put_interaction(app, "01-why-the-roles-blur", CHOOSE)
    here.post(PREDICT, answer="b")
    options = tuple(one.model_copy(update={"why": "Rewritten."}) for one in CHOOSE.options)
    put_interaction(app, "01-why-the-roles-blur", CHOOSE.model_copy(update={"options": options}))
    page = here.get(PREDICT).text
    assert "It closes the subject." in page
    assert "an earlier wording" in page
    assert "Rewritten." not in page


def test_an_activity_is_stored_once_for_everybody(app, here):
    for person in (here, sign_in(app, sub="two"), sign_in(app, sub="three")):
        person.post(PREDICT, answer="3")
    assert count(here, ContentVersion) == 1
    assert count(here, Attempt) == 3


def test_a_read_lesson_leads_to_the_next_open_step_and_stays_read(app, here, clock):
    answer = here.post(f"{PREDICT}/read")
    assert (answer.status_code, answer.headers["location"]) == (303, SORT)
    first = read_facts(here)[FactKind.READ, "m0/01-why-the-roles-blur"]
    clock.pass_by(hours=1)
    here.post(f"{PREDICT}/read")
    assert read_facts(here)[FactKind.READ, "m0/01-why-the-roles-blur"] == first
    page = here.get(PREDICT).text
    assert "Mark as read" not in page
    assert "You marked this lesson as read on" in page


def test_a_lesson_with_a_case_leads_into_it(here):
    page = here.get(CASE).text
    assert "Begin the case" in page
    assert here.post(f"{CASE}/read").headers["location"] == "/modules/m0-roles/vignettes/informal-read"


def test_the_first_thing_done_in_a_module_starts_it(here):
    here.post(PREDICT, answer="3")
    assert (FactKind.STARTED, "module/m0") in read_facts(here)


def test_who_acts_as_somebody_sees_the_lesson_without_the_answer(app, here):
    here.post(WRITE, **{"text-words": "my own words", "revision-words": "0"})
    here.post(PREDICT, answer="3")
    actor = sign_in(app, is_masqueraded=True)
    assert "my own words" not in actor.get(WRITE).text
    assert "You said" not in actor.get(PREDICT).text


def test_ten_submits_at_once_are_one_answer_and_one_fact(app, here):
    answers = ten_at_once(lambda: here.post(PREDICT, answer="3"))
    reads = ten_at_once(lambda: here.post(f"{PREDICT}/read"))
    assert {one.status_code for one in answers + reads} == {303}
    assert {one.headers["location"] for one in answers} == {f"{PREDICT}#interaction"}
    assert (count(here, Attempt), count(here, Answer)) == (1, 1)
    assert count(here, Fact, Fact.kind == FactKind.READ) == 1
    assert count(here, Fact, Fact.kind == FactKind.STARTED) == 1


def test_fields_that_no_form_of_ours_has_change_nothing(here):
    here.post(f"{PREDICT}/read", kind="completed", key="module/m0", completed_at="2020-01-01", user_id="1", score="1")
    assert {kind for kind, _key in read_facts(here)} == {FactKind.READ, FactKind.STARTED}
