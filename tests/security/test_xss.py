"""S52, S53, S58: whatever a platform or a person writes is text on every page, and no part of a header or a log line.

This reads the HTML; what a browser makes of it is in tests/browser/test_xss.py.
"""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from app.membership.models import Context, User
from app.membership.models import Institution as InstitutionRow
from tests.attack_kit import FOREIGN_POST, LAUNCH, assert_accepted
from tests.attack_tokens import rsa_key, write_token
from tests.clients import Client
from tests.every_page import prepare_every_page
from tests.lti_kit import sign_in
from tests.security.test_binding import log_in_without_cookies
from tests.security.xss import PAYLOADS, assert_no_markup_of, is_text_in, list_chunks, read_skeleton
from tests.walking import Walker

ROOT = Path(__file__).parents[2]
HARMLESS = "Ada Learner"
# A name loses control and direction characters before it is shown, so it is compared without them.
DROPPED = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF], " "
)
LINES = "first\r\nX-Evil: 1\r\n\r\nsecond \x1b[31mred\x1b[0m \u2028 \0 end"


def clean(payload):
    return " ".join(payload.translate(DROPPED).split())


def skeletons(every):
    return {(page.who, page.path): read_skeleton(every.open(page).text) for page in every.pages}


def write_everywhere(database, text):
    """What a platform could have sent for showing, put into every row that holds such a text."""
    with database.writing() as db:
        db.execute(update(User).values(name=text, email=text))
        db.execute(update(Context).values(title=text, label=text))
        for institution in db.scalars(select(InstitutionRow)):
            institution.name = f"{text[:190]} {institution.id}"  # no two have the same


def test_s52_names_and_titles_are_text_on_every_page(app, database):
    every = prepare_every_page(app)
    write_everywhere(database, HARMLESS)
    before = skeletons(every)
    for chunk in list_chunks():
        write_everywhere(database, " ".join(chunk).replace("\0", ""))
        shown = set()
        for page in every.pages:
            html = every.open(page).text
            skeleton = read_skeleton(html)
            assert skeleton.parts == before[page.who, page.path].parts, (page, chunk)
            for payload in chunk:
                assert_no_markup_of(payload, html)
            shown |= {payload for payload in chunk if is_text_in(payload.replace("\0", ""), skeleton)}
        assert shown == set(chunk)


@pytest.fixture(scope="module")
def harmless_home(shared_stage):
    tried = shared_stage.launch(
        name=HARMLESS, given_name=None, family_name=None, context={"id": "xss-harmless", "title": "T"},
        resource_link={"id": "xss-harmless", "title": "T"},  # one that no other test has told what it opens
    )  # fmt: skip
    return read_skeleton(assert_accepted(tried).text).parts


def launch_with(stage, payload):
    return stage.launch(
        name=payload, given_name=payload, family_name=payload, email=payload, locale=payload, picture=payload,
        context={"id": clean(payload)[:200], "title": payload, "label": payload, "type": [payload]},
        resource_link={"id": "xss-link", "title": payload, "description": payload},
        tool_platform={"name": payload, "product_family_code": payload, "version": payload, "url": payload},
        launch_presentation={"locale": payload, "document_target": payload, "return_url": payload},
        custom={"canvas_api_domain": payload, "student_view": payload, "any": payload, payload: payload},
    )  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_s52_a_launch_full_of_markup_opens_a_page_like_any_other(stage, harmless_home, payload):
    tried = launch_with(stage, payload)
    page = assert_accepted(tried)
    skeleton = read_skeleton(page.text)
    assert skeleton.parts == harmless_home
    assert_no_markup_of(payload, page.text)
    assert any(clean(payload) in clean(text) for text in skeleton.texts)
    assert_no_markup_of(payload, str(tried.answer.headers) + str(page.headers))


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_s52_error_pages_and_protocol_pages_repeat_nothing_as_markup(stage, payload):
    browser = stage.browser()
    begun = stage.begin(browser)
    agent = {"user-agent": payload.encode("ascii", "replace").decode().replace("\0", "")}
    fields = {"error": payload, "error_description": payload, "error_uri": payload}
    answers = [
        browser.post(LAUNCH, data={**fields, "state": begun.state}, headers=FOREIGN_POST),
        browser.post(LAUNCH, data={**fields, "state": payload}, headers=FOREIGN_POST),
        browser.post(LAUNCH, data={"id_token": payload, "state": begun.state}, headers=FOREIGN_POST),
        stage.log_in(browser, iss=payload), stage.log_in(browser, client_id=payload),
        stage.log_in(browser, target_link_uri=payload),
        browser.get(f"/nowhere/{quote(payload)}", headers=agent), browser.get("/", headers=agent),
        browser.get(f"/lti/register/{quote(payload, safe='')}", params={"openid_configuration": payload,
            "registration_token": payload}),
        stage.launch(message_type=payload).answer, stage.launch(version=payload).answer,
        stage.launch(custom={"cairn_key": payload}).answer, stage.launch(roles=[payload], sub=7).answer,
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code < 500
        assert_no_markup_of(payload, answer.text)
        assert_no_markup_of(payload, str(answer.headers))
        assert not {part[0] for part in read_skeleton(answer.text).parts} & {
            "iframe",
            "object",
            "embed",
            "base",
            "style",
            "math",
            "plaintext",
        }


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if "\0" not in p], ids=str)
def test_s52_the_new_tab_page_holds_the_hints_as_values(stage, payload):
    harmless, _where, _first = log_in_without_cookies(stage, login_hint="5", lti_message_hint="6")
    page, _where, _first = log_in_without_cookies(stage, login_hint=payload, lti_message_hint=payload)
    skeleton = read_skeleton(page.text)
    assert skeleton.parts == read_skeleton(harmless.text).parts
    assert skeleton.texts.count(payload) == 2
    assert_no_markup_of(payload, page.text)


def test_s53_private_texts_are_text_wherever_their_owner_reads_them(app):
    here = sign_in(app, sub="writer")
    module = app.state.house.library.modules[0]
    walker = Walker(here, module)
    prompts, notes = [p.id for p in module.reflection.prompts], [note.id for note in module.task.notes]
    written = "\n".join(payload.replace("\0", "").replace("\u2028", "").replace("\u2029", "") for payload in PAYLOADS)
    pages = {"reflection": prompts, "task": notes}
    for page, boxes in pages.items():
        walker.send(f"{walker.base}/{page}", **{f"text-{box}": HARMLESS for box in boxes})
        before = read_skeleton(walker.open(f"{walker.base}/{page}")).parts
        walker.send(
            f"{walker.base}/{page}",
            **{f"text-{box}": written for box in boxes},
            **{f"revision-{box}": "1" for box in boxes},
        )
        html = walker.open(f"{walker.base}/{page}")
        skeleton = read_skeleton(html)
        assert skeleton.parts == before
        assert sum(written in text.replace("\r\n", "\n") for text in skeleton.texts) >= len(boxes)
        for payload in PAYLOADS:
            assert_no_markup_of(payload, html)


def test_s53_a_text_of_a_lesson_is_text(app):
    here = sign_in(app, sub="writer")
    module = app.state.house.library.modules[0]
    lessons = [lesson for lesson in module.lessons if lesson.interaction.kind == "write-compare"]
    walker = Walker(here, module)
    for lesson in lessons:
        for revision, payload in enumerate(PAYLOADS[:10]):
            walker.send(walker.path_of(lesson), **{"text-words": payload, "revision-words": str(revision)})
            assert_no_markup_of(payload, walker.open(walker.path_of(lesson)))
    assert lessons


def test_s53_what_an_answer_names_is_never_repeated(app):
    """Ids of choices, steps and items come from the browser too."""
    here = sign_in(app, sub="answers")
    module = app.state.house.library.modules[0]
    walker = Walker(here, module)
    walker.send(f"{walker.base}/check/begin", after="0")
    names = ("attempt", "step", "item", "answer", "choice", "role", "opening", "confidence", "after", "back", "look")
    targets = [
        f"{walker.base}/check",
        f"{walker.base}/vignettes/{module.vignettes[0].id}",
        f"{walker.base}/role-sets/{module.role_sets[0].id}",
        "/look",
    ]
    for payload in PAYLOADS[:12]:
        for target in targets:
            answer = here.post(target, **dict.fromkeys(names, payload))
            assert answer.status_code < 500
            assert_no_markup_of(payload, answer.text)
            assert "evil.test" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "\\\\evil.test",
        "/%5cevil.test",
        "/\t/evil.test",
        "/\r\nx: y",
    ],
)
def test_a_form_leads_nowhere_else(app, back):
    """What a browser reads of a Location: tabs and line ends are dropped, a backslash is a slash."""
    where = sign_in(app).post("/look", look="dark", back=back).headers["location"]
    read = where.replace("\t", "").replace("\r", "").replace("\n", "").replace("\\", "/")
    assert read.startswith("/")
    assert not read.startswith("//")
    assert "\r" not in where
    assert "\n" not in where


def test_s58_line_ends_in_claims_break_neither_headers_nor_logs(stage, capsys):
    with capture_logs() as events:
        tried = launch_with(stage, LINES)
        refused = stage.launch(version=LINES, custom={"cairn_key": LINES}, sub=LINES)
        stage.launch(custom={"cairn_key": LINES})
    assert tried.status == 303
    for answer in (tried.answer, refused.answer, tried.browser.get("/")):
        assert "x-evil" not in {name.lower() for name in answer.headers}
        assert "\x1b" not in answer.text
        assert "\0" not in answer.text
    lines = [structlog.processors.JSONRenderer()(None, "", dict(event)) for event in events]
    assert not any("\n" in line or "\x1b" in line for line in lines)
    assert not any("X-Evil" in line for line in lines)


def test_s59_logs_hold_nobody_and_no_secret(stage, caplog, capsys):
    secrets = []
    with capture_logs() as events:
        for changes in ({}, {"version": "x"}, {"sub": None}, {"custom": {"cairn_key": "gone"}}):
            tried = stage.launch(name="Marker Name", email="marker@lms.test", **changes)
            tried.browser.get("/")
            secrets += [tried.begun.state, tried.begun.nonce, *(cookie.value for cookie in tried.browser.cookies.jar)]
        stage.launch(
            lambda begun: write_token(
                stage.lms.header, stage.claims(begun.nonce, name="Marker Name"), rsa_key("attacker")
            )
        )
    printed = "".join([str(events), caplog.text, *capsys.readouterr()])
    assert not any(secret in printed for secret in (*secrets, "Marker Name", "marker@lms.test", "eyJ"))


REFUSE_WRITINGS = {
    "sqlite": ["CREATE TRIGGER refuse BEFORE INSERT ON writing BEGIN SELECT RAISE(ABORT, 'refused'); END"],
    "postgresql": ["ALTER TABLE writing ADD CONSTRAINT refuse CHECK (length(text) < 0)"],
}


def test_s59_an_unforeseen_failure_logs_nothing_that_somebody_wrote(app, database):
    """The database's own errors would name the values that could not be stored."""
    here = sign_in(app, sub="writer")
    module = app.state.house.library.modules[0]
    box = module.reflection.prompts[0].id
    with database.engine.begin() as connection:
        for sql in REFUSE_WRITINGS[connection.dialect.name]:
            connection.execute(text(sql))
    client = Client(app, base_url="https://cairn.test", raise_server_exceptions=False, cookies=here.client.cookies)
    fields = {"csrf": here.csrf, f"text-{box}": "a very private sentence"}
    with capture_logs(processors=[structlog.processors.format_exc_info]) as events:
        answer = client.post(f"/modules/{module.slug}/reflection", data=fields)
    assert answer.status_code == 500
    assert events[0]["event"] == "unforeseen"
    assert any("IntegrityError" in kind for kind in events[0]["kinds"])
    assert any("service.py" in place for place in events[0]["places"])
    assert "a very private sentence" not in answer.text + str(events)


def test_s59_what_the_server_logs_of_a_failure_is_one_line_without_its_words():
    """The server writes a failure down as well, with the whole error."""
    script = (
        "import logging; from app.web.logs import set_up_logs; set_up_logs()\n"
        "try: raise ValueError('a very private\\nsentence')\n"
        "except ValueError: logging.getLogger('uvicorn.error').exception('it broke: a very private sentence')"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = (done.stdout + done.stderr).splitlines()
    said = json.loads(line)
    assert (said["event"], said["kinds"]) == ("uvicorn.error", ["builtins.ValueError"])
    assert "private" not in line
