"""Everything that is kept about a person as a tagged PDF: in words, whole, and whatever they wrote is only text."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI

from app.assessment.sheets import read_sheets
from app.credentials import paper, queries
from app.credentials.keeping_rules import DEFAULT
from app.credentials.telling import INNER, LINES, RECORDS, Source
from app.learning import queries as learning_queries
from app.learning.pages.looks import list_look_lines
from app.membership import looks
from app.web.typesetting import NotTypeset, typeset_for_one
from tests.assessment_kit import Assessor, cycle
from tests.lti_kit import SignedIn, sign_in
from tests.pdf_text import read_pdf, read_structure
from tests.walking import Walker

PAGE = "/who-can-see-what/your-data"
FILE = f"{PAGE}.pdf"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# S57: what means something to a browser, to typst or inside a PDF, and what turns a line around.
HOSTILE = (
    "<b>Ada</b><img src=file:///etc/passwd>",
    "url(http://169.254.169.254/latest) javascript:alert(1)",
    ") Tj ET Q endstream endobj (x) Tj /OpenAction << /S /JavaScript >>",
    '#panic("no") #read("/etc/passwd") $x$ *a* _b_ `c` @e \\ " // f /* g',
    "Ada \u202egnp.exe\u202c \u2067x\u2069 \u0007\u001b[31m",
    "A" * 10_000,
    "Ada \N{SLIGHTLY SMILING FACE}\N{EMOJI MODIFIER FITZPATRICK TYPE-5}\ufe0f \N{RIGHTWARDS ARROW} \N{CHECK MARK}",
)


def make_document(app: FastAPI, here: SignedIn) -> dict[str, Any]:
    """What stands on the person's paper, before it is set."""
    library = app.state.house.library
    with app.state.house.database.reading() as db:
        records = queries.read_everything(db, user=here.user)
        bodies = learning_queries.read_bodies(db, digests={one["digest"] for one in records["attempt"]})
        looked = list_look_lines(looks.list_looks(db, user=here.user))
        return paper.make_document(
            Source(records, library, bodies), read_sheets(db, user=here.user, library=library), looked, DEFAULT, NOW
        )


def list_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in list_texts(one)]


def test_the_paper_says_in_words_what_a_person_did_and_wrote(app: FastAPI):
    here = sign_in(app, sub="ada", name="Ada Coach")
    module = app.state.house.library.modules[0]
    walker = Walker(here, module)
    for lesson in module.lessons:
        walker.answer_interaction(lesson)
    walker.finish()
    assessor = Assessor(here)
    assessor.take_baseline(cycle("2", "3", "N"), more={"example/S": "when Bo fell silent"})
    assessor.add_goal(behavior="ask before I answer")
    staff = sign_in(app, sub="sam", name="Sam Staff", is_staff=True)
    assert staff.context is not None
    staff.get(f"/courses/{staff.context.uuid}/people")

    said = "\n".join(list_texts(make_document(app, here)))
    for words in (
        "Ada Coach", "I answered all three before they had finished.", "when Bo fell silent", "ask before I answer",
        f"Complete: {module.title}", f"{module.title}: {module.check.title}, try 1", module.lessons[0].title,
        module.reflection.prompts[0].text, module.role_sets[0].title, "Course staff: Sam Staff.",
        "No chance yet", "JSON file",
    ):  # fmt: skip
        assert words in said, words
    assert any(one.stem in said for one in module.check.items if hasattr(one, "stem"))
    # Nothing is told by its id or its column.
    assert not re.search(r"\bm0[-/]|_at\b|_id\b|^None$|\bo[1-9]\b", said, re.MULTILINE), re.findall(
        r".*\bm0[-/].*", said
    )[:5]


def test_every_personal_table_is_told_or_counted(app: FastAPI):
    names = {table.name for table in queries.list_personal_tables()}
    told = set(LINES) | set(RECORDS) | INNER | {"assessment"}
    assert told <= names
    assert names - told == {
        "roster_entry", "delivery", "right_code", "code_try", "launch_record", "link_user", "web_ticket",
        "deep_linking_request", "group_entry",
    }  # fmt: skip


def test_it_is_a_tagged_file_of_its_person_alone(app: FastAPI):
    here = sign_in(app, sub="ada", name="Ada")
    assert f'href="{FILE}" download>' in here.get(PAGE).text
    answer = here.get(FILE)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="cairn-your-data.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in answer.content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in answer.content
    assert sign_in(app, sub="ada", is_masqueraded=True).get(FILE).status_code == 403


@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_a_person_wrote_is_plain_text_on_it(app: FastAPI, hostile: str):
    """S57: nothing of it is source, and nothing is fetched or read; the network is shut in tests."""
    here = sign_in(app, sub="ada", name=hostile[:300])
    Assessor(here).add_goal(behavior=hostile[:1900])
    made = here.get(FILE)
    assert (made.status_code, made.headers["content-type"]) == (200, "application/pdf")
    # What stands in a heading is also a string of the outline, which is no structure.
    structure = read_structure(made.content)
    assert b"/Outlines" in structure
    for trigger in (b"/JavaScript", b"/OpenAction", b"/URI", b"/Launch"):
        assert trigger not in structure
    assert "root:x:0" not in read_pdf(made.content)


def test_a_letter_of_no_font_gives_a_sentence_and_the_json(app: FastAPI):
    here = sign_in(app, sub="li", name="李明")
    sent = here.get(FILE)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}?no-file=1")
    page = here.get(sent.headers["location"])
    assert page.status_code == 200
    assert "The JSON file holds all of it." in page.text
    assert f'href="{FILE}"' not in page.text
    assert "李明" in here.get(f"{PAGE}.json").text


@pytest.mark.one_database(reason="no database")
def test_a_long_word_and_an_odd_sign_are_set(tmp_path):
    template = tmp_path / "any.typ"
    template.write_text("#data.words")
    base = {"title": "T", "lang": "en", "paper": "a4", "foot": ""}
    for words in HOSTILE:
        assert typeset_for_one(template, {**base, "words": words}).startswith(b"%PDF-")
    with pytest.raises(NotTypeset):
        typeset_for_one(template, {**base, "words": "李"})
