"""What is tried with each second implementation, message by message, and what counts as accepted and as understood."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx2

from modules import Module
from tests.faults.processes import until
from tests.interop.browser import Browser
from tests.interop.served_lms import PEOPLE, ROSTER_SCOPE, SCORE_SCOPE
from tests.interop.table import Row
from tests.walking import Walker

RESOURCE_LINK, DEEP_LINKING = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
ROSTER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
PATIENCE = 60


class NotSo(Exception):  # noqa: N818  an error's name is a sentence in this house
    """What came is not what should have come."""


def need(fact: object, sentence: str) -> None:
    if not fact:
        raise NotSo(sentence)


@dataclass
class Walk:
    """One LMS and one Cairn, registered with each other. `rows` fill as the messages go."""

    name: str
    lms: str
    tool: str
    module: Module
    rows: list[Row] = field(default_factory=list)

    def run(self) -> list[Row]:
        """Every message in order; one that fails does not keep the others from being tried."""
        self._launches()
        self._deep_linking()
        self._scores()
        self._roster()
        return self.rows

    def try_(self, message: str, send: Callable[[], Any], judge: Callable[[Any], None]) -> Any:
        """A row: `send` raises where there is a refusal, `judge` where what came is not right."""
        found, accepted = None, False
        try:
            found = send()
            accepted = True
            judge(found)
        except Exception as why:  # noqa: BLE001  told in the table
            self.rows.append(Row(self.name, message, accepted, understood=False, why=_in_a_line(why)))
        else:
            self.rows.append(Row(self.name, message, accepted, understood=True))
        return found

    # --- launches --------------------------------------------------------------------------------------------------

    def _launches(self) -> None:
        with self._browser() as learner:
            asked = self.try_("authentication request", lambda: self._ask(learner, "learner", "home"), self._judge_form)
            self.try_(f"{RESOURCE_LINK}, learner", lambda: self._land(learner, asked), _shows("learner", "Coach train"))
            self.try_("the same launch again, refused", lambda: learner.hand_over(asked), _is_refused)
        with self._browser() as teacher:
            self.try_(
                f"{RESOURCE_LINK}, instructor", lambda: self._launch(teacher, "teacher", "list"),
                _shows("teacher", "Interop course"),
            )  # fmt: skip

    def _judge_form(self, page: Any) -> None:
        (seen,) = self.seen("authorize")
        asked = seen["asked"]
        need(asked["login_hint"] == PEOPLE["learner"].sub, "the login hint came back changed")
        need(f"{self.tool}/lti/launch" in page.text, "the answer goes elsewhere")

    # --- deep linking ----------------------------------------------------------------------------------------------

    def _deep_linking(self) -> None:
        with self._browser() as teacher:
            page = self.try_(
                DEEP_LINKING, lambda: self._launch(teacher, "teacher", "home", DEEP_LINKING),
                _shows("teacher", self.module.title, f'value="{self.key}"'),
            )  # fmt: skip
            self.try_("LtiDeepLinkingResponse", lambda: self._choose(teacher, page), self._judge_items)

    @property
    def key(self) -> str:
        return f"module/{self.module.id}"

    def _choose(self, teacher: Browser, page: Any) -> Any:
        sent = teacher.post(str(page.url), act="add", choice=self.key, column=self.key)
        taken = teacher.hand_over(_welcome(sent))
        need(taken.status_code == 200, self._why("return", taken))
        return self.seen("return")

    def _judge_items(self, seen: Any) -> None:
        (item,) = seen[-1]["items"]
        need(item["type"] == "ltiResourceLink" and item["title"] == self.module.title, f"other item: {item}")
        need(item["custom"] == {"cairn_key": self.key}, f"other content: {item}")
        need(item["lineItem"]["scoreMaximum"] == 1, f"other column: {item}")

    # --- services --------------------------------------------------------------------------------------------------

    def _scores(self) -> None:
        with self._browser() as learner:
            opened = self.try_(
                "launch of the chosen item", lambda: self._launch(learner, "learner", "chosen"),
                _shows("learner", self.module.title),
            )  # fmt: skip
            if opened is not None:
                here: Any = learner
                Walker(here, self.module).finish()
        self.try_("access token, score", lambda: self._wait_for("token", SCORE_SCOPE), lambda _seen: None)
        self.try_("AGS score", lambda: self._wait_for("score"), self._judge_score)

    def _judge_score(self, seen: Any) -> None:
        score = {name: value for name, value in seen["score"].items() if name != "timestamp"}
        whole = {
            "userId": PEOPLE["learner"].sub, "scoreGiven": 1, "scoreMaximum": 1, "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        }  # fmt: skip
        need(score == whole and seen["path"] == "/items/1/scores", f"other score: {seen}")
        need(seen["type"] == SCORE_TYPE, f"media type {seen['type']}")

    def _roster(self) -> None:
        self.try_("access token, roster", lambda: self._wait_for("token", ROSTER_SCOPE), lambda _seen: None)
        self.try_("NRPS membership", lambda: self._wait_for("members"), self._judge_roster)

    def _judge_roster(self, seen: Any) -> None:
        need(seen["accept"] == ROSTER_TYPE, f"accept header {seen['accept']}")
        with self._browser() as teacher:
            where = self._launch(teacher, "teacher", "list").url
            need(until(lambda: PEOPLE["absent"].name in teacher.open(str(where)).text, seconds=PATIENCE), "not listed")

    # --- ways ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _browser(self) -> Iterator[Browser]:
        browser = Browser(self.tool)
        try:
            yield browser
        finally:
            browser.close()

    def _ask(self, browser: Browser, person: str, link: str, message: str = RESOURCE_LINK) -> Any:
        """From the course page through our login to the LMS's answer: the page whose form is the launch."""
        page = browser.open(f"{self.lms}/begin?message={message}&person={person}&link={link}")
        need(page.status_code == 200 and str(page.url).startswith(self.lms), self._why("authorize", page))
        return page

    def _land(self, browser: Browser, asked: Any) -> Any:
        answer = browser.hand_over(asked)
        need(answer.status_code == 303, _words(answer))
        return _welcome(browser.open(f"{self.tool}{answer.headers['location']}"))

    def _launch(self, browser: Browser, person: str, link: str, message: str = RESOURCE_LINK) -> Any:
        return self._land(browser, self._ask(browser, person, link, message))

    def seen(self, what: str) -> list[dict[str, Any]]:
        return list(httpx2.get(f"{self.lms}/seen", timeout=60).json().get(what, []))

    def _wait_for(self, what: str, scope: str | None = None) -> dict[str, Any]:
        def find() -> list[dict[str, Any]]:
            return [one for one in self.seen(what) if one["ok"] and (scope is None or one["scope"] == scope)]

        need(until(lambda: bool(find()), seconds=PATIENCE), f"never came; seen: {self.seen(what)}")
        return find()[-1]

    def _why(self, what: str, answer: Any) -> str:
        refused = [one["why"] for one in self.seen(what) if not one["ok"]]
        return f"the LMS refused: {refused[-1]}" if refused else _words(answer)


def _welcome(page: Any) -> Any:
    need(page.status_code == 200, _words(page))
    return page


def _shows(person: str, *texts: str) -> Callable[[Any], None]:
    def judge(page: Any) -> None:
        html = unescape(page.text)
        missing = [text for text in (PEOPLE[person].name, *texts) if text not in html]
        need(not missing, f"the page does not show {missing}: {_words(page)}")

    return judge


def _is_refused(answer: Any) -> None:
    need(answer.status_code >= 400, "a launch was taken twice")


def _words(page: Any) -> str:
    return f"{page.status_code} " + " ".join(re.sub(r"<[^>]+>", " ", unescape(page.text)).split())[:200]


def _in_a_line(why: Exception) -> str:
    return " ".join(f"{type(why).__name__}: {why}".split())[:300]
