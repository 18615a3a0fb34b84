"""Somebody who takes self-assessments by posting their forms, as a browser without script does."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.assessment.rules import Sheet, Stage
from competencies import Form
from tests.lti_kit import SignedIn

HOME = "/self-assessment"
PROFILE = f"{HOME}/profile"
PLAN = "/plan"
SHARED = "/shared"
DOMAINS = "prstd"
Level = Callable[[str], str]


def always(level: str) -> Level:
    return lambda _item: level


def cycle(*levels: str) -> Level:
    """Different levels in turn, the same for an item each time."""
    return lambda item: levels[sum(map(ord, item)) % len(levels)]


@dataclass
class Assessor:
    """One signed-in person and their self-assessments."""

    here: SignedIn

    def open(self, path: str) -> str:
        answer = self.here.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return str(answer.text)

    def send(self, path: str, **fields: Any) -> str:
        """Posts, expects to be sent on, and gives back where to."""
        answer = self.here.post(path, **fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text[:2000])
        return str(answer.headers["location"])

    def save(self, path: str, **fields: str) -> Any:
        """What the page's script sends: one answer, for an answer in JSON."""
        return self.here.client.post(
            path, data={"csrf": self.here.csrf, **fields}, headers={"accept": "application/json"}
        )

    def begin(self, point: str = "baseline", form: str = "core") -> str:
        """The address of the self-assessment that was begun."""
        path = self.send(f"{HOME}/begin", point=point, form=form)
        assert path != HOME, point
        return path

    def sheet(self, point: str = "baseline", form: Form = "core") -> Sheet:
        library = self.here.house.library
        assert library.instrument is not None
        return Sheet(library.instrument, library.framework, point, form)

    def answer(
        self, path: str, stage: str, level: Level, more: Mapping[str, str] | None = None, *, form: Form = "core"
    ) -> str:
        """Answers every page of a stage; gives back where that leads."""
        sheet = self.sheet(form=form)
        for domain in DOMAINS:
            given = {f"{stage}/{item}": level(item) for item in sheet.list_ids(domain.upper())}
            given |= {key: value for key, value in (more or {}).items() if key.split("/")[1][0] == domain.upper()}
            path_on = self.send(f"{path}/{stage}/{domain}", go="on", **given)
        return path_on

    def hand_in(self, path: str, stage: str = "now") -> str:
        return self.send(f"{path}/review", stage=stage)

    def take_baseline(
        self, level: Level = cycle("1", "2", "3"), more: Mapping[str, str] | None = None, form: Form = "core"
    ) -> str:
        path = self.begin(form=form)
        self.answer(path, Stage.NOW, level, more, form=form)
        assert self.hand_in(path) == PROFILE
        return path

    def take_post(self, now: Level = cycle("3", "4"), then: Level = cycle("1", "2")) -> str:
        path = self.begin("post")
        self.answer(path, Stage.NOW, now)
        assert self.hand_in(path) == path
        self.answer(path, Stage.THEN, then)
        assert self.hand_in(path, Stage.THEN) == PROFILE
        return path

    def make_code(self) -> str:
        """A code by which somebody else can share a goal with this person, as their page shows it once."""
        answer = self.here.post(f"{SHARED}/code")
        assert answer.status_code == 200
        shown = re.search(r'id="shown-once">([A-Z0-9]{5}-[A-Z0-9]{5})<', answer.text)
        assert shown
        return shown[1]

    def share(self, goal: str, reader: "Assessor", until: str, scope: str = "goal") -> str:
        """Shares a goal as both do it, one after the other; the address at which its reader finds it."""
        known = set(reader.list_received())
        fields = {"code": reader.make_code(), "until": until, "scope": scope}
        assert self.here.post(f"{goal}/sharing", **fields).status_code == 200
        assert self.send(f"{goal}/sharing", **fields, step="share") == f"{goal}/sharing"
        (path,) = set(reader.list_received()) - known
        return path

    def list_received(self) -> list[str]:
        """Where the goals are that others share with this person."""
        return re.findall(rf'href="({SHARED}/[0-9a-f-]{{36}})"', self.open(SHARED))

    def add_goal(self, **fields: str) -> str:
        """The address of a goal that was added; the newest stands last in the plan."""
        assert self.send(f"{PLAN}/new", **fields) == PLAN
        return re.findall(rf'href="({PLAN}/[0-9a-f-]{{36}})"', self.open(PLAN))[-1]
