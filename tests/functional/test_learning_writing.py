"""Private texts: saved, never overwritten unseen, deletable, and nobody else's."""

import pytest
from sqlalchemy import select

from app.learning.forms import LONGEST_TEXT
from app.learning.models import Writing
from app.progress.rules import FactKind
from tests.functional.learning_kit import REFLECTION, TASK, count, read_facts, ten_at_once
from tests.lti_kit import sign_in

WRITTEN = (FactKind.WRITTEN, "m0/m0-reflection")
ATTESTED = (FactKind.ATTESTED, "m0/m0-task")


@pytest.fixture
def here(app):
    return sign_in(app)


def send(here, text: str, revision: int = 0, *, box: str = "p1", path: str = REFLECTION):
    """Saves one box as the page's script does."""
    fields = {"csrf": here.csrf, f"text-{box}": text, f"revision-{box}": str(revision)}
    return here.client.post(path, data=fields, headers={"accept": "application/json"})


def read_texts(here) -> dict[str, str]:
    with here.house.database.reading() as db:
        rows = db.execute(select(Writing.key, Writing.text).where(Writing.user_id == here.user.id))
        return {row.key.rsplit("/", 1)[1]: row.text for row in rows}


def test_a_form_without_script_saves_all_boxes(here):
    texts = {f"text-{box}": f"on {box}" for box in ("p1", "p2", "p3")}
    revisions = {f"revision-{box}": "0" for box in ("p1", "p2", "p3")}
    answer = here.post(REFLECTION, **texts, **revisions)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{REFLECTION}#kept")
    page = here.get(REFLECTION).text
    assert all(f"on {box}</textarea>" in page for box in ("p1", "p2", "p3"))
    assert WRITTEN in read_facts(here)


def test_saving_by_script_says_the_revision_and_when(here):
    answer = send(here, "first")
    assert answer.status_code == 200
    assert answer.json() == {"saved_at": "2026-11-22T14:03:00+00:00", "boxes": {"p1": {"revision": 1}}}
    assert send(here, "second", 1).json()["boxes"] == {"p1": {"revision": 2}}
    assert read_texts(here) == {"p1": "second"}


def test_an_older_revision_is_told_the_text_that_stands_and_changes_nothing(here):
    send(here, "from the first window")
    answer = send(here, "from the second window", 0)
    assert answer.status_code == 409
    assert answer.json()["boxes"] == {"p1": {"revision": 1, "text": "from the first window"}}
    assert read_texts(here) == {"p1": "from the first window"}


def test_the_same_words_again_are_fine(here):
    send(here, "the same")
    assert send(here, "the same", 0).status_code == 200
    assert send(here, "the same", 7).json()["boxes"] == {"p1": {"revision": 1}}


def test_without_script_the_clash_is_a_page_with_both_texts(here):
    send(here, "from the first window")
    mine = {"text-p1": "from the second window", "revision-p1": "0"}
    answer = here.post(REFLECTION, **mine, **{"text-p2": "kept", "revision-p2": "0"})
    assert answer.status_code == 409
    assert "from the second window</textarea>" in answer.text
    assert '<p class="kept">from the first window</p>' in answer.text
    assert 'name="revision-p1" value="1"' in answer.text
    assert read_texts(here) == {"p1": "from the first window", "p2": "kept"}
    assert here.post(REFLECTION, **{"text-p1": "from the second window", "revision-p1": "1"}).status_code == 303
    assert read_texts(here)["p1"] == "from the second window"


def test_ten_windows_at_once_lose_nothing_unseen(here):
    answers = ten_at_once(lambda: send(here, "the same words"))
    assert {one.status_code for one in answers} == {200}
    assert count(here, Writing) == 1
    texts = iter(range(10))
    clashes = ten_at_once(lambda: send(here, f"text {next(texts)}", 1))
    assert sorted(one.status_code for one in clashes) == [200] + [409] * 9
    kept = read_texts(here)["p1"]
    assert all(one.json()["boxes"]["p1"]["text"] == kept for one in clashes if one.status_code == 409)


def test_a_reflection_is_written_when_the_required_box_holds_a_word(here):
    send(here, "optional", box="p2")
    assert WRITTEN not in read_facts(here)
    send(here, "   \n ")
    assert WRITTEN not in read_facts(here)
    send(here, "x")
    assert WRITTEN in read_facts(here)


def test_deleting_the_text_changes_nothing_in_the_record(here):
    send(here, "secret")
    answer = here.post(f"{REFLECTION}/delete")
    assert answer.status_code == 303
    assert read_texts(here) == {"p1": ""}
    assert WRITTEN in read_facts(here)
    page = here.get(REFLECTION).text
    assert "secret" not in page
    assert "Complete" in page


def test_a_window_left_open_does_not_bring_deleted_text_back(here):
    send(here, "secret")
    here.post(f"{REFLECTION}/delete")
    assert send(here, "secret, again", 1).status_code == 409
    assert read_texts(here) == {"p1": ""}


@pytest.mark.parametrize("path", [REFLECTION, TASK])
def test_a_text_too_long_is_refused_and_shown_again(here, path):
    box = "p1" if path == REFLECTION else "n1"
    long = "é" * (LONGEST_TEXT + 1)
    assert send(here, long, box=box, path=path).status_code == 422
    answer = here.post(path, **{f"text-{box}": long, f"revision-{box}": "0"})
    assert answer.status_code == 422
    assert long in answer.text
    assert f'href="#text-{box}"' in answer.text
    assert read_texts(here) == {}


def test_a_text_is_text(here):
    text = "</textarea><script>alert(1)</script>{{7*7}}\"'&"
    send(here, text)
    page = here.get(REFLECTION).text
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page


def test_a_first_line_that_is_empty_is_kept(here):
    send(here, "\n\nthird line")
    assert ">\n\n\nthird line</textarea>" in here.get(REFLECTION).text


def test_nobody_else_reads_it(app, here):
    send(here, "only mine")
    others = (sign_in(app, sub="other"), sign_in(app, sub="staff", is_staff=True), sign_in(app, institution="Other"))
    assert all("only mine" not in other.get(REFLECTION).text for other in others)


def test_another_persons_form_is_refused_and_its_text_shown_to_nobody(app, here):
    other = sign_in(app, sub="other")
    fields = {"csrf": here.csrf, "text-p1": "words of the first", "revision-p1": "0"}
    answer = other.client.post(REFLECTION, data=fields)
    assert answer.status_code == 409
    assert "words of the first" not in answer.text
    assert count(here, Writing) == 0


def test_a_second_launch_of_the_same_person_still_saves_the_first_windows_text(app, here):
    token = here.csrf
    again = sign_in(app)
    answer = again.client.post(REFLECTION, data={"csrf": token, "text-p1": "typed before", "revision-p1": "0"})
    assert answer.status_code == 303
    assert read_texts(here) == {"p1": "typed before"}


def test_an_ended_session_is_told_by_its_status(here, clock):
    clock.pass_by(hours=3)
    assert send(here, "late").status_code == 401


def test_task_notes_are_private_and_attest_nothing(here):
    answer = send(here, "three sentences", box="n1", path=TASK)
    assert answer.status_code == 200
    assert ATTESTED not in read_facts(here)
    assert "three sentences" in here.get(TASK).text


def test_a_task_is_attested_only_when_the_sentence_is_checked(here):
    answer = here.post(TASK, act="attest", **{"text-n1": "kept all the same", "revision-n1": "0"})
    assert answer.status_code == 422
    assert 'href="#attest"' in answer.text
    assert ATTESTED not in read_facts(here)
    assert read_texts(here) == {"n1": "kept all the same"}
    assert here.post(TASK, act="attest", attest="yes").headers["location"] == f"{TASK}#attested"
    assert ATTESTED in read_facts(here)
    assert "You attested this on" in here.get(TASK).text


def test_saving_notes_with_a_checked_box_attests_nothing(here):
    here.post(TASK, act="keep", attest="yes")
    assert ATTESTED not in read_facts(here)


def test_ten_attestations_at_once_are_one(here):
    assert {one.status_code for one in ten_at_once(lambda: here.post(TASK, act="attest", attest="yes"))} == {303}
    assert [kind for kind, _key in read_facts(here)].count(FactKind.ATTESTED) == 1


def test_notes_can_be_deleted(here):
    send(here, "note", box="n1", path=TASK)
    here.post(f"{TASK}/delete")
    assert read_texts(here) == {"n1": ""}
