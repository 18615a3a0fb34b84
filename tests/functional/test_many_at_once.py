"""A whole year of faculty opens the same page in the same minute: everybody gets it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

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
