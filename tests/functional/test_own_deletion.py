"""A person deletes what is theirs alone, all at once: texts, self-assessments, goals. The record stays."""

import re

import pytest
from sqlalchemy import select

from app.assessment.models import ScaleSum
from app.learning.models import Writing
from app.progress.models import Fact
from tests.assessment_kit import HOME, PLAN, Assessor, cycle
from tests.lti_kit import SignedIn, sign_in
from tests.walking import Walker

DATA = "/who-can-see-what/your-data"
PAGE = f"{DATA}/delete"
KINDS = ("texts", "assessments", "goals")


def live(app, sub: str) -> SignedIn:
    """Somebody with a text, a baseline that was handed in, another begun, and a goal."""
    here = sign_in(app, sub=sub, name=f"{sub} Coach")
    Walker(here, app.state.house.library.modules[0]).write_reflection("a thought of mine")
    assessor = Assessor(here)
    assessor.take_baseline(cycle("2", "3"), more={"example/P": "an example of mine"})
    begun = assessor.begin("on-demand")
    assessor.answer(begun, "now", cycle("1", "4"))
    assessor.add_goal(behavior="a goal of mine")
    return here


def read(app, query):
    with app.state.house.database.reading() as db:
        return db.execute(query).all()


def read_sums(app):
    return read(app, select(ScaleSum.scale, ScaleSum.item, ScaleSum.n, ScaleSum.total, ScaleSum.squares))


def read_facts(app, here: SignedIn):
    return read(app, select(Fact.kind, Fact.key).where(Fact.user_id == here.user.id).order_by(Fact.id))


def test_everything_goes_at_once_and_the_record_stays(app):
    other = live(app, "other")
    sums_of_other = read_sums(app)
    here = live(app, "ada")
    assert sum(row[2] for row in read_sums(app)) == 2 * sum(row[2] for row in sums_of_other)
    facts = read_facts(app, here)
    page = here.get(PAGE).text
    assert [re.search(rf'value="{kind}"><span><strong>[^<]*</strong> \((\d)\)', page)[1] for kind in KINDS] == [
        "1", "2", "1",
    ]  # fmt: skip
    assert "What stays" in page
    assert PAGE in here.get(DATA).text

    sent = here.post(PAGE, what=list(KINDS))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{DATA}?deleted=1")
    assert "Deleted for good." in here.get(sent.headers["location"]).text
    whole = here.get(f"{DATA}.json").text
    for words in ("a thought of mine", "an example of mine", "a goal of mine"):
        assert words not in whole
        assert words in other.get(f"{DATA}.json").text
    assert read_facts(app, here) == facts
    assert sorted(read_sums(app)) == sorted(sums_of_other)
    assert "There is nothing to delete" in here.get(PAGE).text
    assert "Go on where you stopped" not in here.get(HOME).text
    assert "a goal of mine" not in here.get(PLAN).text
    assert here.post(PAGE, what=list(KINDS)).status_code == 303
    assert sorted(read_sums(app)) == sorted(sums_of_other)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_goes_alone(app, kind):
    here = live(app, "ada")
    words = dict(zip(KINDS, ("a thought of mine", "an example of mine", "a goal of mine"), strict=True))
    here.post(PAGE, what=kind)
    whole = here.get(f"{DATA}.json").text
    assert {one: text in whole for one, text in words.items()} == {one: one != kind for one in KINDS}


def test_nothing_goes_unasked_and_nobody_else_can_ask(app):
    here = live(app, "ada")
    answer = here.post(PAGE)
    assert answer.status_code == 422
    assert "Nothing was deleted." in answer.text
    assert here.post(PAGE, what="everything").status_code == 422
    actor = sign_in(app, sub="ada", is_masqueraded=True)
    assert (actor.get(PAGE).status_code, actor.post(PAGE, what=list(KINDS)).status_code) == (403, 403)
    assert "a thought of mine" in here.get(f"{DATA}.json").text


def test_a_window_left_open_brings_no_deleted_text_back_unasked(app):
    here = live(app, "ada")
    module = app.state.house.library.modules[0]
    walker = Walker(here, module)
    box = next(prompt.id for prompt in module.reflection.prompts if prompt.required)
    revision = re.search(rf'name="revision-{box}" value="(\d+)"', walker.open(f"{walker.base}/reflection"))[1]
    here.post(PAGE, what="texts")
    stale = here.post(
        f"{walker.base}/reflection", **{f"text-{box}": "a thought of mine, longer", f"revision-{box}": revision}
    )
    assert stale.status_code == 409
    assert [text for (text,) in read(app, select(Writing.text))] == [""]


def test_a_self_assessment_in_progress_can_be_deleted_where_it_stands(app):
    here = sign_in(app)
    assessor = Assessor(here)
    begun = assessor.begin()
    assessor.answer(begun, "now", cycle("1", "4"))
    page = assessor.open(f"{begun}/review")
    assert f'action="{begun}/delete"' in page
    assert "Delete what you have begun" in page
    assert assessor.send(f"{begun}/delete") == HOME
    assert here.get(begun).status_code == 404
    assert read_facts(app, here) == []
    assert assessor.take_baseline(cycle("1", "2")) != begun
