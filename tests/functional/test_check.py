"""A knowledge check through its pages: no key before the answer, one answer each, only a pass on record."""

import json

import pytest

from app.learning.models import Answer, Attempt
from app.progress.rules import FactKind
from modules import draw_items
from tests.lti_kit import sign_in
from tests.practice_walk import (
    CHECK,
    begin,
    best_of,
    count,
    current_item,
    get_module,
    hidden,
    plain,
    put_module,
    read_facts,
    send,
    ten_at_once,
    walk_check,
    words_of,
    worst_of,
)

PASSED = (FactKind.PASSED, "m0/m0-check")
KINDS = ("best", "sjt", "multiple", "classify", "claim", "spot")


@pytest.fixture
def here(app):
    return sign_in(app)


@pytest.fixture
def check(app):
    return get_module(app).check


@pytest.fixture
def only(app, check):
    """Makes a check of one kind of item, all of them drawn."""

    def make(kind: str):
        items = tuple(item for item in check.items if item.kind == kind)
        made = check.model_copy(update={"items": items, "draw": "all"})
        put_module(app, check=made)
        return made

    return make


def reasons(item):
    if item.kind == "spot":
        return tuple(item.whys.values())
    if item.kind == "classify":
        return tuple(row.why for row in item.rows)
    return tuple(one.why for one in (item.verdicts if item.kind == "claim" else item.options))


def test_looking_begins_nothing(here):
    assert "Begin the check" in here.get(CHECK).text
    assert count(here, Attempt) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_and_no_reason_leaves_the_server_before_the_answer(here, only, kind):
    check = only(kind)
    begin(here, CHECK)
    item = current_item(here, check)
    page = here.get(CHECK).text
    assert plain(item.ask) in words_of(page)
    for one in check.items:
        assert not any(plain(why) in words_of(page) for why in reasons(one))
    assert "checked" not in page
    assert "data-key" not in page
    send(here, CHECK, **best_of(item))
    answered = words_of(here.get(f"{CHECK}/answers/{item.id}").text)
    assert all(plain(why) in answered for why in reasons(item))


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_cannot_be_read_by_asking_for_it(here, only, kind):
    check = only(kind)
    begin(here, CHECK)
    answer = here.get(f"{CHECK}/answers/{current_item(here, check).id}")
    assert (answer.status_code, answer.headers["location"]) == (303, CHECK)


def test_each_item_shows_its_own_options_in_the_order_of_the_seed(app, here, check):
    begin(here, CHECK)
    first = here.get(CHECK).text
    assert here.get(CHECK).text == first
    assert words_of(sign_in(app).get(CHECK).text) == words_of(first)


def test_the_authors_answers_pass(here, check, clock):
    asked = walk_check(here, check, best_of)
    assert asked == draw_items(check, f"{here.user.uuid}:1")
    page = here.get(CHECK).text
    assert "You have what this check asks for" in page
    assert "100 percent; it asks for 80." in page
    assert read_facts(here)[PASSED] == clock.now


def test_not_yet_is_no_fact_and_can_be_tried_again(here, check):
    walk_check(here, check, worst_of)
    page = here.get(CHECK).text
    assert "Not yet" in page
    assert "percent; it asks for 80." in page
    assert PASSED not in read_facts(here)
    walk_check(here, check, best_of)
    assert PASSED in read_facts(here)
    assert count(here, Attempt) == 2


def test_no_page_calls_an_answer_wrong(here, check):
    pages = []
    begin(here, CHECK)
    while (item := current_item(here, check)) is not None:
        pages.append(here.get(send(here, CHECK, **worst_of(item)).headers["location"]).text)
    ours = " ".join(words_of(page).lower() for page in [*pages, here.get(CHECK).text])
    texts = plain(json.dumps(check.model_dump(mode="json"), ensure_ascii=False)).lower()
    for word in ("incorrect", "failed", "score"):
        assert word not in ours or word in texts


def test_the_next_try_draws_afresh(app, check):
    draws = set()
    for number in range(1, 4):
        here = sign_in(app, sub=f"person-{number}")
        draws.add(walk_check(here, check, worst_of))
        draws.add(walk_check(here, check, worst_of))
    assert len(draws) > 3


def test_a_later_try_does_not_take_the_pass_away(here, check):
    walk_check(here, check, best_of)
    facts = read_facts(here)
    walk_check(here, check, worst_of)
    page = here.get(CHECK).text
    assert read_facts(here) == facts
    assert "on your record since" in page
    assert "this try changes nothing in it" in page


def test_facts_say_nothing_of_tries_or_points(here, check):
    walk_check(here, check, worst_of)
    walk_check(here, check, best_of)
    assert {key for key in read_facts(here) if "check" in key[1]} == {PASSED}


def test_an_answer_stands_once_it_is_given(here, check):
    begin(here, CHECK)
    item = current_item(here, check)
    form = hidden(here.get(CHECK).text, CHECK)
    here.post(CHECK, **form, **worst_of(item))
    again = here.post(CHECK, **form, **best_of(item))
    page = here.get(again.headers["location"]).text
    assert "that first answer stands" in page
    assert count(here, Answer) == 1
    with here.house.database.reading() as db:
        kept = db.query(Answer).one().given
    assert kept in (*worst_of(item).values(), {name[4:]: value for name, value in worst_of(item).items()})


def test_answering_out_of_turn_is_not_taken(here, check):
    begin(here, CHECK)
    now = current_item(here, check)
    later = next(item for item in check.items if item.id != now.id)
    answer = here.post(CHECK, attempt="1", item=later.id, **best_of(later))
    assert answer.status_code == 303
    assert count(here, Answer) == 0
    assert "was answered before" in here.get(here.get(answer.headers["location"]).headers["location"]).text


@pytest.mark.parametrize("item", ["", "no-such-item", "../x", "m0-q1" * 100])
def test_an_item_that_does_not_exist_is_not_taken(here, item):
    begin(here, CHECK)
    answer = here.post(CHECK, attempt="1", item=item, answer="a")
    assert answer.status_code in {303, 404}
    assert count(here, Answer) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_chosen_is_asked_for_again(here, only, kind):
    only(kind)
    begin(here, CHECK)
    answer = send(here, CHECK)
    assert answer.status_code == 422
    for field in {one.split('"')[0] for one in answer.text.split('<li><a href="#')[1:]}:
        assert f'id="{field}"' in answer.text
    assert 'role="alert"' in answer.text
    assert count(here, Answer) == 0


def test_rows_already_sorted_stay_sorted(here, only):
    item = only("classify").items[0]
    begin(here, CHECK)
    first, *rest = best_of(item).items()
    page = send(here, CHECK, **dict([first])).text
    assert page.count(" checked") == 1
    assert page.count('<li><a href="#row-') == len(rest)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_the_item_does_not_have_is_refused(here, only, kind):
    item = only(kind).items[0]
    begin(here, CHECK)
    odd = dict.fromkeys(best_of(item), "no-such-answer")
    assert send(here, CHECK, **odd).status_code == 422
    assert count(here, Answer) == 0


def test_ten_clicks_are_one_answer_and_one_page(here, check):
    begin(here, CHECK)
    item = current_item(here, check)
    fields = {**hidden(here.get(CHECK).text, CHECK), **best_of(item)}
    answers = ten_at_once(lambda: here.post(CHECK, **fields))
    assert {one.headers["location"] for one in answers} == {f"{CHECK}/answers/{item.id}"}
    assert count(here, Answer) == 1


def test_ten_clicks_on_the_last_answer_pass_once(here, only):
    check = only("claim")
    begin(here, CHECK)
    for item in check.items[:-1]:
        send(here, CHECK, **best_of(item))
    fields = {**hidden(here.get(CHECK).text, CHECK), **best_of(check.items[-1])}
    answers = ten_at_once(lambda: here.post(CHECK, **fields))
    assert len({one.headers["location"] for one in answers}) == 1
    assert PASSED in read_facts(here)
    assert "You have what this check asks for" in here.get(CHECK).text


def test_ten_new_tries_are_one(here, check):
    walk_check(here, check, worst_of)
    ten_at_once(lambda: here.post(f"{CHECK}/begin", after="1"))
    assert count(here, Attempt) == 2


def test_a_try_in_progress_is_not_begun_over(here, check):
    begin(here, CHECK)
    send(here, CHECK, **best_of(current_item(here, check)))
    here.post(f"{CHECK}/begin", after="1")
    assert count(here, Attempt) == 1
    assert "Question 2 of" in words_of(here.get(CHECK).text)


def test_a_try_in_progress_ends_on_the_items_it_began_with(app, here, check):
    begin(here, CHECK)
    item = current_item(here, check)
    changed = tuple(one.model_copy(update={"ask": "Another ask altogether?"}) for one in check.items)
    put_module(app, check=check.model_copy(update={"items": changed, "pass_percent": 100}))
    assert plain(item.ask) in words_of(here.get(CHECK).text)
    while (one := current_item(here, check)) is not None:
        send(here, CHECK, **best_of(one))
    assert "it asks for 80" in here.get(CHECK).text


def test_a_form_of_an_earlier_try_changes_nothing(here, check):
    begin(here, CHECK)
    old = {**hidden(here.get(CHECK).text, CHECK), **best_of(current_item(here, check))}
    send(here, CHECK, **worst_of(current_item(here, check)))
    while (one := current_item(here, check)) is not None:
        send(here, CHECK, **worst_of(one))
    begin(here, CHECK)
    before = count(here, Answer)
    assert here.post(CHECK, **old).status_code == 303
    assert count(here, Answer) == before


def test_the_place_in_the_lesson_is_named(here, check):
    begin(here, CHECK)
    item = current_item(here, check)
    page = here.get(send(here, CHECK, **worst_of(item)).headers["location"]).text
    lesson, _, anchor = item.see.partition("#")
    assert f'href="/modules/m0-roles/lessons/{lesson}#{anchor}"' in page


def test_the_result_leads_on(here, check):
    walk_check(here, check, best_of)
    assert 'href="/modules/m0-roles/reflection"' in here.get(CHECK).text


def test_points_and_facts_cannot_be_posted(here, check):
    begin(here, CHECK)
    item = current_item(here, check)
    send(here, CHECK, **worst_of(item), points="1", passed="true", score="100", kind="passed")
    assert PASSED not in read_facts(here)
    with here.house.database.reading() as db:
        assert "100" not in json.dumps(db.query(Answer).one().given)


def test_nobody_else_reads_my_answers(app, here, check):
    begin(here, CHECK)
    item = current_item(here, check)
    send(here, CHECK, **best_of(item))
    for other in (sign_in(app, sub="other"), sign_in(app, institution="Another University")):
        assert other.get(f"{CHECK}/answers/{item.id}").headers["location"] == CHECK
        assert "Begin the check" in other.get(CHECK).text
    actor = sign_in(app, is_masqueraded=True)
    assert [actor.get(path).status_code for path in (CHECK, f"{CHECK}/answers/{item.id}")] == [403, 403]
