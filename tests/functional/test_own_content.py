"""An operator's own content folder: a module is added, retired, broken and mended, and no record is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI

from app import main
from app.learning.rules import list_parts
from app.lti.contents import get_known_key, list_contents
from app.main import create_app
from app.progress.rules import FactKind, module_key
from tests.functional.learning_kit import do_parts, read_facts
from tests.lti_kit import sign_in
from tests.unit.modules import sample

OURS = "m7-ours"
PAGE = f"/modules/{OURS}"


def own_module(**sheet: Any) -> dict[str, Any]:
    files = sample.whole()
    files["m0-door/module.yaml"].update({"id": "m7", "slug": OURS, "order": 9, "title": "At our own door", **sheet})
    return {name.replace("m0-door", OURS): content for name, content in files.items()}


@pytest.fixture
def start(settings, clock):
    """Starts Cairn anew over these files of the operator's, as after a restart; the database stays."""

    @contextmanager
    def serve(files: dict[str, Any]) -> Iterator[FastAPI]:
        sample.write(settings.data_dir / "content", files)
        main._load_library.cache_clear()
        app = create_app(settings, clock=clock)
        yield app
        app.state.house.database.close()

    yield serve
    main._load_library.cache_clear()


def test_a_part_in_another_language_than_the_page_says_so(start):
    files = own_module()
    files[f"{OURS}/lessons/02-at-the-door.md"]["front"]["locale"] = "es"
    with start(files) as app:
        here = sign_in(app)
        assert "This part is not translated yet." in here.get(f"{PAGE}/lessons/02-at-the-door").text
        assert "This part is not translated yet." not in here.get(f"{PAGE}/lessons/01-at-the-door").text


def test_a_module_of_the_operators_own_is_added_retired_broken_and_mended(start):
    done = (FactKind.COMPLETED, module_key("m7"))
    with start(own_module()) as app:
        library = app.state.house.library
        shipped = [module.id for module in library.modules if module.id != "m7"]
        assert len(shipped) >= 2
        here = sign_in(app)
        assert f'href="{PAGE}">At our own door' in here.get("/").text
        assert module_key("m7") in [content.key for content in list_contents(library)]
        module = library.get_module("m7")
        do_parts(app, here, list_parts(module), module)
        assert here.get(f"{PAGE}/lessons/01-at-the-door").status_code == 200
        assert done in read_facts(here)

    with start(own_module(status="retired")) as app:
        library = app.state.house.library
        assert [module.id for module in library.modules] == shipped
        assert module_key("m7") not in [content.key for content in list_contents(library)]
        assert get_known_key(library, module_key("m7")) == module_key("m7"), "a link that was made still opens it"
        page = sign_in(app).get("/").text
        assert "No longer offered" in page
        assert f'href="{PAGE}">At our own door' in page
        shown = sign_in(app).get(PAGE)
        assert "This part is no longer offered." in shown.text
        assert "Complete" in shown.text
        assert "No longer offered" not in sign_in(app, sub="newcomer").get("/").text

    with start({f"{OURS}/check.yaml": "items: [", f"{OURS}/notes.txt": "mine"}) as app:
        here = sign_in(app)
        assert [module.id for module in app.state.house.library.modules] == shipped
        assert here.get("/").status_code == 200
        assert here.get(PAGE).status_code == 404
        assert done in read_facts(here)

    notes = app.state.house.settings.data_dir / "content" / OURS / "notes.txt"
    notes.unlink()
    with start(own_module()) as app:
        assert "Complete" in sign_in(app).get(PAGE).text
