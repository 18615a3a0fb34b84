"""S52 and S53 in a browser: nothing that a platform or a person wrote runs, and no policy had to stop it."""

import os
from urllib.parse import quote

import pytest
from sqlalchemy import update

from app.membership.models import Context, User
from tests.browser.conftest import watch_console
from tests.every_page import prepare_every_page
from tests.security.xss import PAYLOADS, list_chunks
from tests.walking import Walker

pytestmark = pytest.mark.browser

IS_SOAK = bool(os.environ.get("CAIRN_SOAK"))
HAS_RUN = "() => window.__xss !== undefined || window.frames.length > 0"


def open_tab(new_context, live, person):
    """A tab of that person, and what went wrong in it: complaints, dialogs, requests to elsewhere."""
    context = new_context()
    secure = live.url.replace("http:", "https:")
    kept = person.client.cookies.jar
    context.add_cookies([{"name": one.name, "value": one.value, "url": secure, "secure": True} for one in kept])
    tab = context.new_page()
    wrong = watch_console(tab)
    tab.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    tab.on(
        "request", lambda request: None if request.url.startswith((live.url, "data:")) else wrong.append(request.url)
    )
    return tab, wrong


def write_everywhere(live, text):
    with live.app.state.house.database.writing() as db:
        db.execute(update(User).values(name=text))
        db.execute(update(Context).values(title=text, label=text))


TOUCH = """() => document.querySelectorAll('*').forEach(e => {
  e.focus?.();
  e.dispatchEvent(new Event('mouseover', {bubbles: true}));
})"""


def touch_everything(tab):
    """Focus and hover wake handlers that wait for them."""
    tab.evaluate(TOUCH)


def share_out(pages, chunks):
    """(chunk, page): each page with one chunk in turn, the first pages of each kind with all; with all in the long run.

    That every payload is text on every page is read from the HTML in tests/security/test_xss.py.
    """
    first = {page.route: page for page in reversed(pages)}
    shown = {"dashboard.course", "learning.home"}
    for number, chunk in enumerate(chunks):
        yield from ((chunk, first[route]) for route in shown)
        yield from ((chunk, page) for turn, page in enumerate(pages) if IS_SOAK or turn % len(chunks) == number)


def test_names_and_titles_run_on_no_page(new_context, live):
    every = prepare_every_page(live.app)
    tabs = {who: open_tab(new_context, live, person) for who, person in every.people.items()}
    for chunk, page in share_out(every.pages, list(list_chunks())):
        write_everywhere(live, " ".join(chunk).replace("\0", ""))
        tab, wrong = tabs[page.who]
        tab.goto(live.url + page.path, wait_until="domcontentloaded")
        touch_everything(tab)
        assert not tab.evaluate(HAS_RUN), (page, chunk)
        assert wrong == [], (page, chunk)
        names_nobody = page.who == "operator"
        assert names_nobody or PAYLOADS[0] not in chunk or PAYLOADS[0] in tab.locator("footer").inner_text()


def test_private_texts_run_on_no_page(new_context, live):
    every = prepare_every_page(live.app)
    writer = every.people["done"]
    module = live.app.state.house.library.modules[0]
    walker = Walker(writer, module)
    text = "\n".join(PAYLOADS).replace("\0", "")
    prompts, notes = [prompt.id for prompt in module.reflection.prompts], [note.id for note in module.task.notes]
    for page, boxes in {"reflection": prompts, "task": notes}.items():
        for box in boxes:
            revision = (
                walker.open(f"{walker.base}/{page}").partition(f'name="revision-{box}" value="')[2].partition('"')[0]
            )
            walker.send(f"{walker.base}/{page}", **{f"text-{box}": text, f"revision-{box}": revision or "0"})
    tab, wrong = open_tab(new_context, live, writer)
    for page in (page for page in every.pages if page.who == "done"):
        tab.goto(live.url + page.path, wait_until="domcontentloaded")
        touch_everything(tab)
        assert not tab.evaluate(HAS_RUN), page
        assert wrong == [], page


def test_error_pages_run_nothing(new_context, live):
    tab, _wrong = open_tab(new_context, live, prepare_every_page(live.app).people["fresh"])
    for number, payload in enumerate(PAYLOADS):
        text = encode(payload)
        address = ("/nowhere/", "/lti/register/", "/modules/")[number % 3]
        for path in (
            f"{address}{text}?error={text}&openid_configuration={text}",
            f"/lti/login?iss={text}&login_hint={text}",
        ):
            tab.goto(live.url + path, wait_until="domcontentloaded")
            assert not tab.evaluate(HAS_RUN), payload


def encode(text):

    return quote(text, safe="")
