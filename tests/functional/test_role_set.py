"""A role set through its pages: reasons after each answer, safety until it fits, a pattern for the learner alone."""

import re

import pytest

from app.learning.models import Answer, Attempt
from app.progress.rules import FactKind
from modules import PATTERN_FROM
from tests.functional.learning_kit import do_parts, do_training, get_module
from tests.lti_kit import sign_in
from tests.practice_walk import (
    ROLE_SET,
    begin,
    best_for,
    count,
    current_step,
    get_role_set,
    hidden,
    plain,
    put_module,
    read_facts,
    send,
    ten_at_once,
    walk_role_set,
    words_of,
    worst_for,
)
from tests.walking import Walker

FINISHED = (FactKind.FINISHED, "m0/role-set-a")
PATTERN = f"{ROLE_SET}/pattern"


@pytest.fixture
def here(app):
    return sign_in(app)


@pytest.fixture
def role_set(app):
    return get_role_set(app)


def safety_of(role_set):
    return next(one for one in role_set.scenarios if one.safety)


def test_looking_begins_nothing(here):
    assert "Begin with the first situation" in here.get(ROLE_SET).text
    assert count(here, Attempt) == 0


def test_a_situation_comes_without_its_keys(here, role_set):
    begin(here, ROLE_SET)
    for scenario in role_set.scenarios:
        page = words_of(here.get(ROLE_SET).text)
        assert plain(scenario.situation) in page
        reasons = [one.role_answers.of(role).why for one in role_set.scenarios for role in ("coach", "refer", "mentor")]
        reasons += [opening.why for one in role_set.scenarios for opening in one.openings]
        assert not any(plain(text) in page for text in [*reasons, scenario.cue, scenario.trap])
        assert not any(plain(one.situation) in page for one in role_set.scenarios if one != scenario)
        send(here, ROLE_SET, **best_for(scenario))


def test_reload_never_reshuffles(app, here):
    begin(here, ROLE_SET)
    page = here.get(ROLE_SET).text
    assert here.get(ROLE_SET).text == page
    assert words_of(sign_in(app).get(ROLE_SET).text) == words_of(page)


def test_the_answer_shows_the_cue_and_why(here, role_set):
    scenario = role_set.scenarios[0]
    begin(here, ROLE_SET)
    answer = send(here, ROLE_SET, **worst_for(scenario))
    assert answer.headers["location"] == f"{ROLE_SET}/answers/{scenario.id}"
    page = words_of(here.get(answer.headers["location"]).text)
    chosen = scenario.role_answers.of(worst_for(scenario)["role"])
    assert all(plain(text) in page for text in (scenario.cue, chosen.why, *(one.why for one in scenario.openings)))
    assert "the authors first choice" in page
    assert "Provisional keys" in page


def test_a_situation_not_answered_yet_shows_nothing(here, role_set):
    begin(here, ROLE_SET)
    answer = here.get(f"{ROLE_SET}/answers/{role_set.scenarios[3].id}")
    assert (answer.status_code, answer.headers["location"]) == (303, ROLE_SET)


def test_the_authors_answers_end_at_a_hundred_and_are_a_fact(here, role_set, clock):
    walk_role_set(here, role_set)
    page = here.get(ROLE_SET).text
    assert "100 of 100" in words_of(page)
    assert "No two roles were taken for each other more than once" in page
    assert read_facts(here)[FINISHED] == clock.now
    assert count(here, Answer) == len(role_set.scenarios)


def test_a_safety_situation_is_asked_until_it_fits_and_counts_once(here, role_set):
    scenario = safety_of(role_set)
    walk_role_set(here, role_set, until=scenario.id)
    for number in (1, 2, 3):
        step = scenario.id if number == 1 else f"{scenario.id}/{number}"
        assert current_step(here) == step
        page = here.get(send(here, ROLE_SET, **worst_for(scenario)).headers["location"]).text
        assert "Choose again" in page
        assert plain(scenario.role_answers.of(worst_for(scenario)["role"]).why) in words_of(page)
        assert plain(scenario.role_answers.of(best_for(scenario)["role"]).why) not in words_of(page)
    send(here, ROLE_SET, **best_for(scenario))
    assert current_step(here) != scenario.id
    while (step := current_step(here)) is not None:
        send(here, ROLE_SET, **best_for(role_set.find_scenario(step)))
    shown = re.search(r"(\d+) of 100", words_of(here.get(ROLE_SET).text))
    assert int(shown[1]) == 100 * (len(role_set.scenarios) - 1) // len(role_set.scenarios)


def test_a_half_safe_answer_keeps_its_half(here, role_set):
    scenario = safety_of(role_set)
    walk_role_set(here, role_set, until=scenario.id)
    send(here, ROLE_SET, role=best_for(scenario)["role"], opening=worst_for(scenario)["opening"])
    page = here.get(ROLE_SET).text
    assert page.count(" checked") == 1
    assert f'value="{best_for(scenario)["role"]}" id=' in page.split(" checked")[0].rsplit("<input", 1)[1]


def test_help_is_named_where_somebody_may_be_in_danger(here, role_set):
    begin(here, ROLE_SET)
    while (step := current_step(here)) is not None:
        scenario = role_set.find_scenario(step)
        asked = here.get(ROLE_SET).text
        answered = here.get(send(here, ROLE_SET, **best_for(scenario)).headers["location"]).text
        assert ['id="referral"' in page for page in (asked, answered)] == [scenario.distress] * 2


@pytest.mark.parametrize(
    ("fields", "links"),
    [
        ({}, {"role-1", "opening-1"}),
        ({"role": "coach"}, {"opening-1"}),
        ({"opening": "o1"}, {"role-1"}),
        ({"role": "judge", "opening": "o1"}, {"role-1"}),
    ],
)
def test_what_is_missing_is_named_and_the_rest_stays(here, fields, links):
    begin(here, ROLE_SET)
    answer = send(here, ROLE_SET, **fields)
    assert answer.status_code == 422
    assert set(re.findall(r'<li><a href="#([^"]+)">', answer.text)) == links
    assert all(f'id="{one}"' in answer.text for one in links)
    assert answer.text.count(" checked") == 2 - len(links)
    assert count(here, Answer) == 0


def test_confidence_is_kept_only_where_it_is_one_of_three(here, role_set):
    begin(here, ROLE_SET)
    send(here, ROLE_SET, **best_for(role_set.scenarios[0]), confidence="high")
    send(here, ROLE_SET, **best_for(role_set.scenarios[1]), confidence="certain")
    send(here, ROLE_SET, **best_for(role_set.scenarios[2]))
    with here.house.database.reading() as db:
        kept = [one.given.get("confidence") for one in db.query(Answer).order_by(Answer.id)]
    assert kept == ["high", None, None]


def test_the_pattern_waits_for_six_answers(here, role_set):
    begin(here, ROLE_SET)
    for number, scenario in enumerate(role_set.scenarios[:PATTERN_FROM], start=1):
        page = here.get(PATTERN).text if number > 1 else ""
        assert "<table" not in page
        send(here, ROLE_SET, **best_for(scenario))
    assert "<table" in here.get(PATTERN).text


def test_a_confusion_met_twice_is_said_in_words(here, role_set):
    begin(here, ROLE_SET)
    advised = 0
    while (step := current_step(here)) is not None:
        scenario = role_set.find_scenario(step.partition("/")[0])
        answer = best_for(scenario)
        if answer["role"] == "advise" and not scenario.safety:
            answer, advised = {**answer, "role": "mentor"}, advised + 1
        send(here, ROLE_SET, **answer)
    assert advised > 1
    page = words_of(here.get(ROLE_SET).text)
    assert f"Where Advise was called for you chose Mentor in {advised} of {advised}" in page


def test_sure_and_far_off_is_worth_another_look(here, role_set):
    begin(here, ROLE_SET)
    for scenario, confidence in zip(role_set.scenarios, ("high", "low", "high"), strict=False):
        answer = best_for(scenario) if scenario is role_set.scenarios[2] else worst_for(scenario)
        send(here, ROLE_SET, **answer, confidence=confidence)
    while (step := current_step(here)) is not None:
        send(here, ROLE_SET, **best_for(role_set.find_scenario(step.partition("/")[0])))
    page = here.get(ROLE_SET).text
    linked = [one.id for one in role_set.scenarios if f'href="{ROLE_SET}/answers/{one.id}"' in page]
    assert linked == [role_set.scenarios[0].id]


def test_taking_it_again_leaves_the_record_alone(here, role_set, clock):
    walk_role_set(here, role_set)
    facts = read_facts(here)
    clock.pass_by(minutes=90)
    walk_role_set(here, role_set)
    assert read_facts(here) == facts
    assert count(here, Attempt, Attempt.is_replay) == 1


def test_ten_clicks_are_one_answer_and_one_page(here, role_set):
    begin(here, ROLE_SET)
    fields = {**hidden(here.get(ROLE_SET).text, ROLE_SET), **best_for(role_set.scenarios[0])}
    answers = ten_at_once(lambda: here.post(ROLE_SET, **fields))
    assert {one.headers["location"] for one in answers} == {f"{ROLE_SET}/answers/{role_set.scenarios[0].id}"}
    assert count(here, Answer) == 1


def test_an_answer_stands_once_it_is_given(here, role_set):
    scenario = role_set.scenarios[0]
    begin(here, ROLE_SET)
    form = hidden(here.get(ROLE_SET).text, ROLE_SET)
    here.post(ROLE_SET, **form, **best_for(scenario))
    late = here.post(ROLE_SET, **form, **worst_for(scenario))
    page = here.get(late.headers["location"]).text
    assert "that answer stands" in page
    assert "your choice, and the authors" in page
    assert count(here, Answer) == 1


@pytest.mark.parametrize("step", ["", "a12", "a01/2", "a01/0", "zz", "a/b/c"])
def test_a_step_that_nobody_stands_at_is_not_taken(here, step):
    begin(here, ROLE_SET)
    assert here.post(ROLE_SET, attempt="1", step=step, role="coach", opening="o1").status_code == 303
    assert count(here, Answer) == 0


def test_a_set_in_progress_ends_on_the_keys_it_began_with(app, here, role_set):
    walk_role_set(here, role_set, until=role_set.scenarios[2].id)
    texts = tuple(one.model_copy(update={"situation": "Another situation altogether."}) for one in role_set.scenarios)
    put_module(app, role_sets=(role_set.model_copy(update={"scenarios": texts}),))
    assert "Another situation" not in here.get(ROLE_SET).text
    while (step := current_step(here)) is not None:
        send(here, ROLE_SET, **best_for(role_set.find_scenario(step)))
    assert "100 of 100" in words_of(here.get(ROLE_SET).text)


def test_nobody_else_reads_my_pattern(app, here, role_set):
    walk_role_set(here, role_set)
    for other in (sign_in(app, sub="other"), sign_in(app, institution="Another University")):
        assert other.get(PATTERN).status_code == 404
        assert "Begin with the first situation" in other.get(ROLE_SET).text
    actor = sign_in(app, is_masqueraded=True)
    paths = (ROLE_SET, PATTERN, f"{ROLE_SET}/answers/{role_set.scenarios[0].id}")
    assert [actor.get(path).status_code for path in paths] == [403, 403, 403]


def test_the_table_can_be_read_without_seeing_it(here, role_set):
    walk_role_set(here, role_set)
    page = here.get(ROLE_SET).text
    assert page.count('<th scope="col"') == 6
    assert "<caption>" in page
    assert 'role="region" aria-labelledby="table" tabindex="0"' in page


def test_the_second_form_is_offered_after_the_training_and_nothing_asks_for_it(app, here):
    module = get_module(app)
    second = module.later_role_sets[0]
    path = f"/modules/{module.slug}/role-sets/{second.id}"
    do_training(app, here, but="m0")
    assert path not in here.get("/").text
    do_parts(app, here)
    assert f'href="{path}">{second.title}' in here.get("/").text

    before = read_facts(here)
    Walker(here, module).take_role_set(second.id)
    assert set(read_facts(here)) - set(before) == {(FactKind.FINISHED, f"m0/{second.id}")}
    assert "gone through on" in here.get("/").text
    pattern = here.get(path).text
    assert ">100 <small>" in pattern
    assert f'href="{ROLE_SET}">Your pattern from the first form' in pattern
