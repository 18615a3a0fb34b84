"""A whole year of faculty opens the same page in the same minute: everybody gets it."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event, Lock
from typing import Any

import pytest
import typst

from tests.lti_kit import sign_in

MANY = 120
OWN_PDF = "/who-can-see-what/your-data.pdf"


@pytest.mark.parametrize("page", ["/", "/courses/{context}/people", "/who-can-see-what/your-data", "/plan/new"])
def test_a_page_that_many_open_at_once_is_shown_to_each(app, page):
    here = sign_in(app, is_staff=True)
    path = page.format(context=here.context.uuid)
    with ThreadPoolExecutor(MANY) as pool:
        assert set(pool.map(lambda _: here.get(path).status_code, range(MANY))) == {200}


def test_writers_get_through_between_many_readers(app):
    here = sign_in(app, is_staff=True)
    path = f"/courses/{here.context.uuid}/people"

    def ask(number: int) -> int:
        answer = here.post("/look", look="dark") if number % 4 == 0 else here.get(path)
        return int(answer.status_code)

    with ThreadPoolExecutor(MANY) as pool:
        assert set(pool.map(ask, range(MANY))) == {200, 303}


class SlowPress:
    """Typesetting that takes as long as it is told to, and counts how many are in it."""

    def __init__(self) -> None:
        self.may_end = Event()
        self.most = self._inside = 0
        self._lock = Lock()

    def compile(self, *_source: object, **_options: object) -> bytes:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self.may_end.wait(120)
        with self._lock:
            self._inside -= 1
        return b"%PDF-"


def refuse_some(asked: list[Future], most: int) -> tuple[list[Any], list[Future]]:
    """The answers to the first `most`, which come while no PDF can be made, and what is still being made."""
    refused: list[Future] = []
    left = set(asked)
    while len(refused) < most:
        done, left = wait(left, timeout=30, return_when=FIRST_COMPLETED)
        assert done, "none is refused"
        refused += done
    return [one.result() for one in refused], list(left)


def test_pages_are_shown_while_many_pdfs_are_made_and_more_are_refused_politely(app, monkeypatch):
    """Two are being made and twenty wait, for longer than anybody would; whoever comes then is told at once."""
    people = [sign_in(app, sub=f"learner-{number}") for number in range(10)]
    # The client's one loop is there before thirty threads ask for it.
    assert people[0].get("/plan/new").status_code == 200
    press = SlowPress()
    monkeypatch.setattr(typst, "compile", press.compile)
    with ThreadPoolExecutor(31) as pool:
        asked = [pool.submit(one.get, OWN_PDF) for one in people for _ in range(3)]
        try:
            refused, left = refuse_some(asked, 8)
            shown = pool.submit(people[0].get, "/plan/new").result(30)
        finally:
            press.may_end.set()
    assert shown.status_code == 200
    assert {(one.status_code, one.headers["retry-after"]) for one in refused} == {(503, "60")}
    assert all("Many PDFs are being made just now" in one.text for one in refused)
    made = [one.result() for one in left]
    assert [one.status_code for one in made] == [200] * 22
    assert {one.headers["content-disposition"] for one in made} == {'attachment; filename="cairn-your-data.pdf"'}
    assert press.most == 2


def test_nobody_fills_the_line_for_pdfs_alone(app, monkeypatch):
    eager, other = sign_in(app), sign_in(app, sub="other")
    assert eager.get("/plan/new").status_code == 200
    press = SlowPress()
    monkeypatch.setattr(typst, "compile", press.compile)
    with ThreadPoolExecutor(31) as pool:
        asked = [pool.submit(eager.get, OWN_PDF) for _ in range(30)]
        try:
            refused, left = refuse_some(asked, 26)
            others = pool.submit(other.get, OWN_PDF)
        finally:
            press.may_end.set()
    assert {one.status_code for one in refused} == {503}
    assert [one.result().status_code for one in (*left, others)] == [200] * 5
    assert eager.get(OWN_PDF).status_code == 200
