"""Job aids and practice tasks as tagged PDFs, and what happens where no font has a character."""

import re

import pytest

from app import main
from app.learning.pages.handout import TEMPLATE, make_card_handout, make_task_handout
from app.main import create_app
from app.web.typesetting import NotTypeset, typeset
from modules import Library, PageText
from tests.lti_kit import sign_in
from tests.unit.modules import sample

TOKENS = {"referral.urgent": "the urgent line", "referral.office": "the office", "program.name": "the program"}


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()[0]


def text_for(library: Library, locale: str = "en") -> PageText:
    return PageText(library.citations, TOKENS, locale=locale)


def count_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b", pdf))


def test_every_module_has_a_card_of_one_page_and_a_task_of_two_at_most_both_tagged(library: Library):
    for module in library.modules:
        card = typeset(TEMPLATE, make_card_handout(module, text_for(library)))
        task = typeset(TEMPLATE, make_task_handout(module, text_for(library)))
        assert count_pages(card) == 1, module.slug
        assert count_pages(task) in {1, 2}, module.slug
        for made in (card, task):
            assert made.startswith(b"%PDF-")
            assert b"/StructTreeRoot" in made
            assert b"<pdfuaid:part>1</pdfuaid:part>" in made
            assert re.search(rb"/Lang ?\(en\)", made)


def test_a_card_with_names_to_fill_in_has_a_line_for_each(app, library: Library):
    module = next(one for one in library.modules if one.sheet.job_aid.blanks)
    page = sign_in(app).get(f"/modules/{module.slug}/job-aid").text
    lines = make_card_handout(module, text_for(library))["blocks"][-1]
    assert page.count("<li>", page.index('class="blanks"')) >= len(module.sheet.job_aid.blanks)
    assert (lines["kind"], len(lines["entries"])) == ("blanks", len(module.sheet.job_aid.blanks))


def test_words_go_in_as_data_whatever_they_look_like(library: Library):
    module = library.modules[0]
    data = make_card_handout(module, text_for(library))
    hostile = '#panic("no") $x$ *a* _b_ `c` <d> @e \\ " // f'
    made = typeset(TEMPLATE, {**data, "title": hostile, "foot": hostile, "about": hostile})
    assert made.startswith(b"%PDF-")


@pytest.mark.parametrize("words", ["Łukasz Žižek", "Ελένη Παπαδοπούλου", "Мария", "مريم", "שרה", "मीरा"])
def test_six_scripts_can_be_set(words: str, library: Library):
    data = make_card_handout(library.modules[0], text_for(library))
    assert typeset(TEMPLATE, {**data, "title": words}).startswith(b"%PDF-")


def test_a_character_of_no_font_is_refused_and_never_a_box(library: Library):
    data = make_card_handout(library.modules[0], text_for(library))
    with pytest.raises(NotTypeset):
        typeset(TEMPLATE, {**data, "about": "李明"})


def test_tokens_are_filled_emphasis_is_kept_and_citations_stay_off_the_paper(library: Library):
    source = library.citations.sources[0].id
    first, second = text_for(library).runs(f"*Call* {{{{referral.urgent}}}} now [@{source}].\n\n21 of 25")
    assert "".join(run.text for run in first) == "Call the urgent line now."
    assert [run.text for run in first if run.emphasis] == ["Call"]
    assert [run.text for run in second] == ["21\u00a0of\u00a025"]


def test_files_are_attachments_and_a_page_says_why_there_is_none(app, settings, clock):
    here = sign_in(app)
    page = here.get("/modules/m0-roles/job-aid").text
    assert 'href="/modules/m0-roles/job-aid.pdf" download>Download as PDF' in page
    for path, name in (("job-aid", "m0-roles-job-aid.pdf"), ("task", "m0-roles-task.pdf")):
        file = here.get(f"/modules/m0-roles/{path}.pdf")
        assert file.status_code == 200
        assert file.headers["content-type"] == "application/pdf"
        assert file.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert file.headers["cache-control"] == "no-store"
        assert file.content.startswith(b"%PDF-")
    assert here.get("/modules/nowhere/task.pdf").status_code == 404

    files = sample.whole()
    files["m0-door/module.yaml"].update(id="m7", slug="m7-ours", order=9)
    files["m0-door/module.yaml"]["job_aid"]["title"] = "李明"
    files["m0-door/task.yaml"]["attest"] = "李明。"
    ours = {name.replace("m0-door", "m7-ours"): content for name, content in files.items()}
    sample.write(settings.data_dir / "content", ours)
    main._load_library.cache_clear()
    other = create_app(settings, clock=clock)
    here = sign_in(other)
    for path in ("job-aid", "task"):
        sent = here.get(f"/modules/m7-ours/{path}.pdf")
        assert (sent.status_code, sent.headers["location"]) == (303, f"/modules/m7-ours/{path}?no-file=1")
        page = here.get(sent.headers["location"])
        assert page.status_code == 200
        assert "No PDF can be made of this" in page.text
        assert "Download as PDF" not in page.text
    other.state.house.database.close()
    main._load_library.cache_clear()
