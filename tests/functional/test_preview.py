"""`cairn preview`: one module outside any LMS, shown as it is on disk, with its problems at the top of each page."""

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.preview import is_a_server
from app.cli.preview.bar import ANEW_PATH, SCRIPT_PATH, VERSION_PATH
from app.cli.preview.serving import Preview
from app.cli.preview.stage import SignedIn
from app.cli.preview.workshop import Bench, find_bench
from tests.clients import Client, run_apart
from tests.unit.modules import sample
from tests.walking import read_hidden

ADDRESS = "http://127.0.0.1:8010"
PAGE = "/modules/m0-door"
CHOOSE = f"{PAGE}/lessons/02-at-the-door"
ANSWERED = "It is open."


@pytest.fixture
def files() -> dict[str, Any]:
    """The sample as a draft, which no course would be offered."""
    found = sample.whole()
    found["m0-door/module.yaml"]["status"] = "draft"
    return found


@pytest.fixture
def root(tmp_path: Path, files) -> Path:
    return sample.write(tmp_path / "content", files)


@pytest.fixture
def author(root: Path, tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "data").mkdir()
    preview = Preview(Bench(root, "m0-door"), tmp_path / "data", ADDRESS)
    yield Client(preview.app, base_url=ADDRESS)
    preview.stage.close()


def answer(author: Client, choice: str) -> str:
    csrf = read_hidden(author.get(CHOOSE).text, "csrf")
    return author.post(CHOOSE, data={"csrf": csrf, "answer": choice}, headers={"origin": ADDRESS}).text


def test_the_real_pages_are_shown_marked_as_preview(author: Client):
    shown = author.get("/")
    assert shown.url.path == PAGE
    assert "Preview of m0-door." in shown.text
    assert "cairn check finds nothing." in shown.text
    assert ">At the door</h1>" in shown.text
    linked = set(re.findall(r'href="(/[^"#?]*)"', shown.text)) - {"/"}
    assert {f"{PAGE}/check", f"{PAGE}/task", f"{PAGE}/job-aid", CHOOSE} <= linked
    for path in sorted(one for one in linked if not one.startswith("/static/")):
        assert author.get(path).status_code == 200, path
        page = author.get(path).text
        assert page.count("Preview of m0-door.") == 1, path
        assert f'<script src="{SCRIPT_PATH}" defer>' in page
    assert VERSION_PATH in author.get(SCRIPT_PATH).text


def test_answers_follow_the_words_and_are_forgotten_with_the_ids(author: Client, root: Path, files):
    assert ANSWERED in answer(author, "b")
    version = author.get(VERSION_PATH).text

    options = files["m0-door/lessons/02-at-the-door.md"]["front"]["interaction"]["options"]
    options[1]["why"] = "It leaves the door ajar."
    sample.write(root, files)
    assert author.get(VERSION_PATH).text != version
    assert "It leaves the door ajar." in author.get(CHOOSE).text

    options[1]["id"] = "z"
    sample.write(root, files)
    page = author.get(CHOOSE).text
    assert "It leaves the door ajar." not in page
    assert 'value="z"' in page

    assert ANSWERED in answer(author, "a")
    assert author.post(ANEW_PATH).url.path == PAGE
    assert ANSWERED not in author.get(CHOOSE).text


def test_an_author_keeps_their_place_in_a_vignette_while_its_words_change(author: Client, root: Path, files):
    case = f"{PAGE}/vignettes/by-the-lift"

    def post(path: str, **fields: str) -> str:
        page = author.get(case).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        return author.post(path, data={**hidden, "csrf": read_hidden(page, "csrf"), **fields}).text

    post(f"{case}/begin", after="0")
    assert 'name="step" value="1"' in post(case, choice="c0")
    nodes = files["m0-door/vignettes/by-the-lift.yaml"]["nodes"]
    nodes[1]["scene"] = "Wednesday, on the stairs."
    sample.write(root, files)
    page = author.get(case).text
    assert "Wednesday, on the stairs." in page
    nodes[0]["choices"][0]["goto"] = "three"
    sample.write(root, files)
    assert "Wednesday, on the stairs." not in author.get(case).text


def test_what_cairn_check_finds_stands_at_the_top_and_nothing_crashes(author: Client, root: Path, files):
    files["m0-door/reflection.yaml"]["intro"] = "A robust journey."
    sample.write(root, files)
    page = author.get(f"{PAGE}/reflection").text
    assert "2 errors" in page
    assert "<b>m0-door/reflection.yaml: intro</b>: &#34;robust&#34; is banned" in page
    assert "Looking back</h1>" in page

    (root / "m0-door" / "check.yaml").write_text("schema: check/1\n<b>bold</b>: [", "utf-8")
    for path in ("/", PAGE, CHOOSE):
        broken = author.get(path)
        assert broken.status_code == 200
        assert "m0-door cannot be shown yet" in broken.text
        assert broken.text.index("m0-door/check.yaml") < broken.text.index("m0-door/reflection.yaml")
        assert "Is there an unquoted colon?" in broken.text
        assert "<b>bold</b>" not in broken.text

    files["m0-door/reflection.yaml"]["intro"] = "Think of three."
    sample.write(root, files)
    assert "cairn check finds nothing." in author.get(PAGE).text


def test_a_module_is_found_by_path_name_or_id_also_while_it_is_broken(root: Path, tmp_path: Path):
    (root / "m0-door" / "module.yaml").write_text("[", "utf-8")
    there = Bench(root, "m0-door")
    assert find_bench(str(root / "m0-door"), ()) == there
    assert find_bench("m0-door", (tmp_path / "nowhere", root)) == there
    assert find_bench("m0", (root,)) == there
    assert find_bench("m", (root,)) is None


@pytest.mark.parametrize(
    ("environ", "refused"),
    [
        ({}, False),
        ({"CAIRN_ENV": "development", "CAIRN_DATABASE_URL": "sqlite://"}, False),
        ({"CAIRN_ENV": "production"}, True),
        ({"CAIRN_SECRET_KEY": "of a server"}, True),
    ],
)
def test_a_server_shows_no_preview(environ, refused):
    assert is_a_server(environ) is refused


def test_a_request_that_waits_to_write_leaves_the_others_running(root: Path, tmp_path: Path):
    """A page may send two requests at once: the one that holds the lock needs the event loop to end."""
    (tmp_path / "data").mkdir()
    preview = Preview(Bench(root, "m0-door"), tmp_path / "data", ADDRESS)
    held, let_go = threading.Event(), threading.Event()
    rescue = threading.Timer(30, let_go.set)  # what comes after holds it far shorter, on a busy machine, too

    def hold() -> None:
        with preview.stage.house.database.writing() as db:
            db.connection()  # from here on it holds the lock
            held.set()
            let_go.wait()

    async def ask_while_held() -> bool:
        holder = asyncio.create_task(asyncio.to_thread(hold))
        await asyncio.to_thread(held.wait)
        page = asyncio.create_task(SignedIn(_answer_nothing, preview.stage)(ASKED, _hear_nothing, _say_nothing))
        await asyncio.sleep(0)
        runs_on = not let_go.is_set()
        let_go.set()
        await asyncio.gather(holder, page)
        return runs_on

    rescue.start()
    assert run_apart(ask_while_held())
    rescue.cancel()
    preview.stage.close()


ASKED = {"type": "http", "path": PAGE, "headers": []}


async def _answer_nothing(*_call: Any) -> None:
    """An app that is content with having been reached."""


async def _hear_nothing() -> Any:
    raise AssertionError("nobody listens")


async def _say_nothing(_message: Any) -> None:
    raise AssertionError("nobody speaks")
