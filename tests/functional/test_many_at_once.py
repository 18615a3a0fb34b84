"""A whole year of faculty opens the same page in the same minute: everybody gets it."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from threading import Event, Lock

import pytest
import typst

from tests.lti_kit import sign_in

MANY = 120


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
        self.may_end.wait(20)
        with self._lock:
            self._inside -= 1
        return b"%PDF-"


def test_pages_are_shown_while_many_pdfs_are_made_and_more_are_refused_politely(app, monkeypatch):
    """Two are being made and twenty wait, for longer than anybody would; whoever comes then is told at once."""
    here = sign_in(app)
    # The client's one loop is there before thirty threads ask for it.
    assert here.get("/plan/new").status_code == 200
    press = SlowPress()
    monkeypatch.setattr(typst, "compile", press.compile)
    with ThreadPoolExecutor(30) as pool:
        asked = {pool.submit(here.get, "/who-can-see-what/your-data.pdf") for _ in range(30)}
        refused, left = set(), asked
        try:
            while len(refused) < 8:
                done, left = wait(left, timeout=5, return_when=FIRST_COMPLETED)
                assert done, "none is refused"
                refused |= done
            shown = pool.submit(here.get, "/plan/new").result(5)
        finally:
            press.may_end.set()
    assert shown.status_code == 200
    assert {(one.result().status_code, one.result().headers["retry-after"]) for one in refused} == {(503, "60")}
    assert all("Many PDFs are being made just now" in one.result().text for one in refused)
    made = [one.result() for one in left]
    assert [one.status_code for one in made] == [200] * 22
    assert {one.headers["content-disposition"] for one in made} == {'attachment; filename="cairn-your-data.pdf"'}
    assert press.most == 2
