"""A browser without script between an LMS and Cairn: goes where it is sent, posts the forms that it is given."""

import re
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin

import httpx2

from app.practice_lms.forms import read_form

MOST_HOPS = 8


class Browser:
    """One person's browser; it holds secure cookies on loopback too, as browsers do."""

    def __init__(self, tool: str) -> None:
        self.tool, self._csrf = tool, ""
        jar = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self._client = httpx2.Client(cookies=jar, follow_redirects=False, timeout=60)

    def get(self, path: str) -> Any:
        return self._keep(self._client.get(urljoin(self.tool, path)))

    def post(self, path: str, **fields: Any) -> Any:
        """A form of one of Cairn's own pages, with the token that the last page had."""
        return self._keep(
            self._client.post(
                urljoin(self.tool, path), data={"csrf": self._csrf, **fields}, headers={"sec-fetch-site": "same-origin"}
            )
        )

    def open(self, url: str) -> Any:
        """The page at which the browser ends, redirects followed."""
        answer = self._keep(self._client.get(url))
        for _ in range(MOST_HOPS):
            if not answer.has_redirect_location:
                return answer
            url = urljoin(str(answer.url), answer.headers["location"])
            answer = self._keep(self._client.get(url))
        raise AssertionError(f"sent in circles, at last to {url}")

    def hand_over(self, page: Any) -> Any:
        """Posts the page's form to the other site, as its script would; the answer as it comes."""
        form = read_form(page.text)
        return self._keep(self._client.post(form.action, data=form.fields, headers={"sec-fetch-site": "cross-site"}))

    def close(self) -> None:
        self._client.close()

    def _keep(self, answer: Any) -> Any:
        found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
        self._csrf = found[1] if found else self._csrf
        return answer
