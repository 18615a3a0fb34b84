"""A vignette through its pages: the server knows where a person stands, and the browser nothing of what comes."""

from datetime import timedelta

import pytest

from app.learning.models import Answer, Attempt
from app.progress.rules import FactKind, module_key
from modules import walk
from tests.lti_kit import sign_in
from tests.practice_walk import (
    DISTRESS,
    VIGNETTE,
    begin,
    count,
    get_module,
    get_vignette,
    hidden,
    plain,
    put_module,
    read_facts,
    send,
    ten_at_once,
    walk_vignette,
    words_of,
)

# A reply of two words may stand on a page by chance.
LONG_ENOUGH = 30
FINISHED = (FactKind.FINISHED, "m0/informal-read")


@pytest.fixture
def here(app):
    return sign_in(app)


@pytest.fixture
def vignette(app):
    return get_vignette(app)


def test_looking_begins_nothing(here):
    assert "Begin the case" in here.get(VIGNETTE).text
    assert count(here, Attempt) == 0
    assert read_facts(here) == {}


def test_beginning_shows_the_first_step_and_starts_the_module(here, vignette):
    assert begin(here, VIGNETTE).headers["location"] == VIGNETTE
    page = here.get(VIGNETTE).text
    assert plain(vignette.find_node(vignette.start).scene) in words_of(page)
    assert "decision 1 of about" in page
    assert (FactKind.STARTED, module_key("m0")) in read_facts(here)


def test_the_whole_path_ends_with_what_it_cost_and_is_a_fact(here, vignette, clock):
    walk_vignette(here, VIGNETTE, vignette.after.expert_path)
    ending = walk(vignette, vignette.after.expert_path).ending
    page = words_of(here.get(VIGNETTE).text)
    for text in (ending.title, ending.text, ending.cost, ending.repair, vignette.after.commentary):
        assert plain(text) in page
    assert read_facts(here)[FINISHED] == clock.now


def test_reload_and_a_second_browser_show_the_same_step(app, here, vignette):
    walk_vignette(here, VIGNETTE, vignette.after.expert_path[:2])
    first = here.get(VIGNETTE).text
    assert "decision 3 of about" in first
    assert here.get(VIGNETTE).text == first
    assert words_of(sign_in(app).get(VIGNETTE).text) == words_of(first)


def test_the_page_holds_no_later_step_and_nothing_of_choices_not_made(here, vignette):
    """Each text that was not reached yet is looked for on each page; each that was, is found in its time."""
    begin(here, VIGNETTE)
    path = vignette.after.expert_path
    for done in range(len(path)):
        page, walked = words_of(here.get(VIGNETTE).text), walk(vignette, path[:done])
        last = walked.steps[-1].choice if walked.steps else None
        for node in vignette.nodes:
            if node != walked.node:
                assert plain(node.scene) not in page
            for choice in node.choices:
                seen = choice is last
                assert (plain(choice.note) in page) == seen
                said = (words for line in choice.reply for words in line.values() if len(words) > LONG_ENOUGH)
                assert all((plain(words) in page) == seen for words in said)
        assert not any(plain(ending.text) in page for ending in vignette.endings)
        assert plain(vignette.after.commentary) not in page
        send(here, VIGNETTE, choice=path[done])


def test_the_last_choice_is_shown_with_its_move_its_reply_and_the_note(here, vignette):
    walk_vignette(here, VIGNETTE, ("decline",))
    page = here.get(VIGNETTE).text
    choice = vignette.find_node("corridor").find_choice("decline")
    assert "held the line" in page
    assert plain(choice.say) in words_of(page)
    assert plain(choice.note) in words_of(page)


def test_an_old_form_changes_nothing_and_says_so(here, vignette):
    begin(here, VIGNETTE)
    old = hidden(here.get(VIGNETTE).text, VIGNETTE)
    send(here, VIGNETTE, choice="decline")
    answer = here.post(VIGNETTE, **old, choice="kind-word")
    assert answer.status_code == 303
    page = here.get(answer.headers["location"]).text
    assert "You had already answered that step" in page
    assert plain(vignette.find_node("corridor").find_choice("decline").say) in words_of(page)
    assert count(here, Answer) == 1


@pytest.mark.parametrize("step", ["5", "-1", "x", "", "99999999999999999999", "\u0662"])
def test_a_step_that_nobody_stands_at_is_not_taken(here, step):
    begin(here, VIGNETTE)
    answer = here.post(VIGNETTE, attempt="1", step=step, choice="decline")
    assert answer.status_code == 303
    assert count(here, Answer) == 0


@pytest.mark.parametrize("choice", ["", "no-such-choice", "same-for-all"])
def test_nothing_chosen_is_asked_for_again(here, choice):
    begin(here, VIGNETTE)
    answer = send(here, VIGNETTE, choice=choice)
    assert answer.status_code == 422
    assert 'href="#choice-1"' in answer.text
    assert 'id="choice-1"' in answer.text
    assert count(here, Answer) == 0


def test_ten_clicks_are_one_answer_and_all_see_the_same(here, vignette):
    begin(here, VIGNETTE)
    fields = {**hidden(here.get(VIGNETTE).text, VIGNETTE), "choice": "decline"}
    answers = ten_at_once(lambda: here.post(VIGNETTE, **fields))
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, VIGNETTE)}
    assert count(here, Answer) == 1


def test_ten_clicks_on_the_last_choice_are_one_ending(here, vignette):
    path = vignette.after.expert_path
    walk_vignette(here, VIGNETTE, path[:-1])
    fields = {**hidden(here.get(VIGNETTE).text, VIGNETTE), "choice": path[-1]}
    answers = ten_at_once(lambda: here.post(VIGNETTE, **fields))
    assert {one.headers["location"] for one in answers} == {VIGNETTE}
    assert count(here, Answer) == len(path)
    assert FINISHED in read_facts(here)


def test_ten_beginnings_are_one_attempt(here):
    here.get(VIGNETTE)
    answers = ten_at_once(lambda: here.post(f"{VIGNETTE}/begin", after="0"))
    assert {one.status_code for one in answers} == {303}
    assert count(here, Attempt) == 1


def test_two_different_choices_at_once_leave_one(here):
    begin(here, VIGNETTE)
    fields = hidden(here.get(VIGNETTE).text, VIGNETTE)
    choices = iter(("decline", "later") * 5)
    answers = ten_at_once(lambda: here.post(VIGNETTE, **fields, choice=next(choices)))
    assert count(here, Answer) == 1
    assert {one.headers["location"] for one in answers} == {VIGNETTE, f"{VIGNETTE}?late=1"}


def test_a_person_who_comes_back_is_told_where_they_stopped(here, clock):
    walk_vignette(here, VIGNETTE, ("decline",))
    assert "You stopped here on" not in here.get(VIGNETTE).text
    clock.pass_by(minutes=45)
    page = here.get(VIGNETTE).text
    assert "You stopped here on" in page
    assert "decision 2 of about" in page


def test_a_case_in_progress_ends_on_the_wording_it_began_with(app, here, vignette):
    path = vignette.after.expert_path
    walk_vignette(here, VIGNETTE, path[:2])
    last = walk(vignette, path[:2]).node
    nodes = tuple(one.model_copy(update={"scene": "Another scene altogether."}) for one in vignette.nodes)
    others = tuple(one for one in get_module(app).vignettes if one.id != vignette.id)
    put_module(app, vignettes=(*others, vignette.model_copy(update={"nodes": nodes, "title": "Another title"})))
    page = here.get(VIGNETTE).text
    assert "Another" not in page
    assert plain(last.scene) in words_of(page)
    for choice in path[2:]:
        send(here, VIGNETTE, choice=choice)
    assert plain(walk(vignette, path).ending.title) in words_of(here.get(VIGNETTE).text)
    begin(here, VIGNETTE)
    assert "Another scene altogether." in here.get(VIGNETTE).text


def test_another_path_leaves_the_record_alone(here, vignette, clock):
    walk_vignette(here, VIGNETTE, vignette.after.expert_path)
    facts = read_facts(here)
    clock.pass_by(minutes=90)
    begin(here, VIGNETTE)
    assert "decision 1 of about" in here.get(VIGNETTE).text
    for choice in vignette.after.expert_path:
        send(here, VIGNETTE, choice=choice)
    assert read_facts(here) == facts
    assert count(here, Attempt, Attempt.is_replay) == 1


def test_starting_again_midway_is_no_replay(here, vignette):
    walk_vignette(here, VIGNETTE, ("kind-word",))
    begin(here, VIGNETTE)
    for choice in vignette.after.expert_path:
        send(here, VIGNETTE, choice=choice)
    assert FINISHED in read_facts(here)
    assert count(here, Attempt) == 2
    assert count(here, Attempt, Attempt.is_replay) == 0


def test_an_old_beginning_does_not_throw_away_a_path(here):
    walk_vignette(here, VIGNETTE, ("decline",))
    here.post(f"{VIGNETTE}/begin", after="0")
    assert "decision 2 of about" in here.get(VIGNETTE).text
    assert count(here, Attempt) == 1


def test_the_map_shows_what_else_could_have_been_said(here, vignette):
    walk_vignette(here, VIGNETTE, vignette.after.expert_path)
    page = words_of(here.get(VIGNETTE).text)
    for step in walk(vignette, vignette.after.expert_path).steps:
        assert all(plain(choice.say) in page for choice in step.node.choices)
    assert "on the authors path" in page


@pytest.mark.parametrize(("path", "is_shown"), [(DISTRESS, True), (VIGNETTE, False)])
def test_where_somebody_may_be_in_danger_help_is_named_from_the_first_node(here, path, is_shown):
    assert ('id="referral"' in here.get(path).text) == is_shown
    begin(here, path)
    assert ('id="referral"' in here.get(path).text) == is_shown


def test_nobody_else_stands_where_i_stand(app, here):
    walk_vignette(here, VIGNETTE, ("decline",))
    for other in (sign_in(app, sub="other"), sign_in(app, institution="Another University")):
        assert "Begin the case" in other.get(VIGNETTE).text


def test_somebody_acting_in_my_name_reads_nothing(app, here):
    walk_vignette(here, VIGNETTE, ("decline",))
    actor = sign_in(app, is_masqueraded=True)
    assert actor.get(VIGNETTE).status_code == 403
    assert actor.post(VIGNETTE, attempt="1", step="1", choice="reassure").status_code == 403
    assert count(here, Answer) == 1


def test_fields_that_no_form_of_ours_has_are_ignored(here):
    begin(here, VIGNETTE, finished_at="2020-01-01", is_replay="1", user_id="2")
    send(here, VIGNETTE, choice="decline", finished_at="2020-01-01", points="100")
    assert count(here, Attempt, Attempt.finished_at.is_(None), Attempt.is_replay.is_(False)) == 1
    assert FINISHED not in read_facts(here)


@pytest.mark.parametrize("path", [f"{VIGNETTE}x", "/modules/m9/vignettes/informal-read", f"{VIGNETTE}/begin/x"])
def test_an_address_that_names_nothing_is_a_page_too(here, path):
    assert here.get(path).status_code == 404


def test_a_session_that_ended_keeps_the_path(app, here, clock):
    walk_vignette(here, VIGNETTE, ("decline",))
    clock.now += timedelta(hours=3)
    assert here.get(VIGNETTE).status_code == 401
    assert "decision 2 of about" in sign_in(app).get(VIGNETTE).text
