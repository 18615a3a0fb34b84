"""One coach who did in private whatever can be done, everybody else who could look, and every door they could look by.

Each private text holds a mark of its own. A choice cannot hold one: `choose_otherwise` chooses again in everything, and
deletes what can be deleted, after which nobody else may see a difference.
"""

import base64
import contextlib
import html
import io
import itertools
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any
from urllib.parse import unquote_plus

import requests
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.main import create_app, list_jobs
from app.outbound.http import Outbound
from tests.assessment_kit import PLAN, PROFILE, Assessor, cycle
from tests.edge_pages import prepare_edge_pages
from tests.every_assessment_page import complete_training
from tests.every_page import prepare_every_page
from tests.hostile_kit import GRADES, MODULE, Reply, Wire, WireTime
from tests.lti_kit import (
    AGS_CLAIM,
    INSTRUCTOR,
    ISSUER,
    FakePlatform,
    SignedIn,
    Tool,
    find_or_make_registration,
    sign_in,
)
from tests.pdf_text import read_pdf
from tests.walking import Walker

COACH, SUB = "Quill Publicname", "quill"
ACTING = {"masquerading_id": "71", "masquerading_sub": "admin"}
DATA = "/who-can-see-what/your-data"
GOAL_FIELDS = ("behavior", "with_whom", "how_known", "support")
MISSING = "00000000-0000-4000-8000-000000000000"
_JWT = re.compile(r"eyJ[\w-]+\.(eyJ[\w-]+)\.")


@dataclass
class Marks:
    """The marks by where each was written."""

    by_place: dict[str, str] = field(default_factory=dict)

    def write(self, where: str) -> str:
        """A text to write there."""
        self.by_place[where] = f"quokka{len(self.by_place):02}x"
        return f"Mine alone {self.by_place[where]} indeed."

    def find_in(self, text: str) -> set[str]:
        if "quokka" not in text:
            return set()
        return {where for where, mark in self.by_place.items() if mark in text}


def read(answer: Any) -> str:
    """What an answer says to whoever looks closely: head and body, whatever its format, and what is signed in it."""
    kind, head = answer.headers.get("content-type", ""), "\n".join(map(": ".join, answer.headers.items()))
    if kind == "application/pdf":
        return f"{look_closely(head)}\n{read_pdf(answer.content)}"
    unfolded = answer.text.replace("\r\n ", "") if kind.startswith("text/calendar") else answer.text
    return look_closely(f"{head}\n{unfolded}")


def look_closely(text: str) -> str:
    """A text with what is escaped or encoded in it."""
    signed = [base64.urlsafe_b64decode(part + "===").decode("utf-8", "replace") for part in _JWT.findall(text)]
    return "\n".join([html.unescape(text), *([unquote_plus(text)] if "%" in text else []), *signed])


@contextlib.contextmanager
def listening() -> Iterator[io.StringIO]:
    """What is printed and logged meanwhile, by the app's own lines and by those of libraries."""
    heard = io.StringIO()
    ours = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(heard))
        stack.enter_context(contextlib.redirect_stderr(heard))
        for handler in ours:
            stack.callback(handler.setStream, handler.setStream(heard))
        yield heard


class PrivateWorld(Tool):
    """Everybody of the one list of pages; the coach, by real launches; and everything that was sent to their LMS."""

    def __init__(self, settings: Any, clock: Any) -> None:
        self.clock, self.wire = clock, Wire(WireTime(monotonic))
        outbound = Outbound(self.wire.rules, make_adapter=lambda _rules: self.wire)
        self.app: FastAPI = create_app(settings, clock=clock, outbound=outbound)
        self.house = self.app.state.house
        self.module = self.house.library.modules[0]
        self.marks, self.sent = Marks(), list[str]()
        self.wire.sites["lms.test"] = self._answer
        with listening() as heard:
            self._settle()
        self.heard = heard.getvalue()

    def _answer(self, request: requests.PreparedRequest) -> Reply:
        """The coach's LMS: keys, a token, an empty gradebook that takes whatever it is given."""
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        self.sent.append(look_closely(f"{request.method} {request.url}\n{request.headers}\n{body}"))
        path = (request.url or "").removeprefix(ISSUER)
        if path == "/jwks":
            return Reply.of(self.platform.keys)
        if path == "/token":
            return Reply.of({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})
        return Reply.of([] if request.method == "GET" else {})

    def works_off(self) -> None:
        """Drains what is due, as an engine would."""
        for job in list_jobs():
            with self.house.database.reading() as db:
                lanes = list(job.list_due(db, self.clock()))
            for lane in lanes:
                while job.drain(self.house, lane):
                    pass

    # --- the coach --------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        with self.house.database.writing() as db:
            row = find_or_make_registration(db, now=self.clock())
            self.platform = FakePlatform(row.issuer, row.client_id, row.id, self.clock)
        self._share_until_today()
        # Shortly before midnight, so that what is done half an hour later has another date.
        self.clock.pass_by(days=1, hours=9, minutes=40)
        self.every = prepare_every_page(self.app, modules=1)
        self.edge = prepare_edge_pages(self.app)
        self.coach, self.reader = self._launch_coach(), self._sign_in_reader()
        self.walker, self.assessor = Walker(self.coach, self.module), Assessor(self.coach)
        self._write_module()
        self._go_through_module()
        self._assess()
        self._plan()
        self.works_off()
        self.actors = self._gather_actors()
        self.known = self._list_known()

    def _launch_coach(self, **changes: Any) -> SignedIn:
        column = {"scope": GRADES, "lineitem": f"{ISSUER}/items/1", "lineitems": f"{ISSUER}/items"}
        return self.launch_as(SUB, name=COACH, **{"custom": {"cairn_key": MODULE}, AGS_CLAIM: column, **changes})

    def _sign_in_reader(self) -> SignedIn:
        return sign_in(self.app, sub="reader", name="Rea Reader")

    def _add_goal(self, assessor: Assessor, name: str) -> str:
        texts = {one: self.marks.write(f"{name}/{one}") for one in GOAL_FIELDS}
        goal = assessor.add_goal(competency="S1", by="2027-01-31", **texts)
        outcome = self.marks.write(f"{name}/outcome")
        assessor.send(goal, competency="S1", by="2027-01-31", **texts, revision="1", outcome=outcome, state="tried")
        return goal

    def _share_until_today(self) -> None:
        """The share that has come to its end when everything else begins."""
        coach, reader = Assessor(self._launch_coach()), Assessor(self._sign_in_reader())
        self.goals = {"ended": self._add_goal(coach, "ended")}
        self.received = {"ended": coach.share(self.goals["ended"], reader, self.clock().date().isoformat(), "reviews")}
        assert self.marks.find_in(read(reader.here.post(self.received["ended"]))) == set()
        assert "ended/outcome" in self.marks.find_in(read(reader.here.get(self.received["ended"])))

    def _write_module(self) -> None:
        walker = self.walker
        for lesson in self.module.lessons:
            walker.answer_interaction(lesson)
            if lesson.interaction.kind == "write-compare":
                text = {"text-words": self.marks.write(f"lesson/{lesson.id}"), "revision-words": "1"}
                walker.send(walker.path_of(lesson), **text)
        for name, boxes in (("reflection", self.module.reflection.prompts), ("task", self.module.task.notes)):
            texts = {f"text-{box.id}": self.marks.write(f"{name}/{box.id}") for box in boxes}
            walker.send(f"{walker.base}/{name}", **texts)

    def _go_through_module(self) -> None:
        """To its completion, which is public; the wrong tries before are not."""
        self.walker.take_check(well=False)
        self.walker.read_lessons()
        for vignette in self.module.vignettes:
            self.walker.walk_vignette(vignette.id)
        for role_set in self.module.role_sets:
            self.walker.take_role_set(role_set.id, well=False)
        self.walker.take_check()

    def _assess(self) -> None:
        high, more = cycle("5", "5", "4"), {f"target/{domain}": "5" for domain in "PRSTD"} | {"importance/S1": "3"}
        more |= {f"example/{domain}": self.marks.write(f"baseline/{domain}") for domain in "PRSTD"}
        baseline = self.assessor.take_baseline(high, more)
        complete_training(self.app, self.coach)
        post = self.assessor.take_post(high, cycle("5", "1"))
        self.begun = self.assessor.begin("on-demand")
        self.assessor.answer(self.begun, "now", high, {"example/P": self.marks.write("on-demand/P")})
        self.assessments = (baseline, post, self.begun)

    def _plan(self) -> None:
        """One goal for the coach alone, one that is read by its reader, one that was."""
        until, reader = (self.clock() + timedelta(days=90)).date().isoformat(), Assessor(self.reader)
        self.goals |= {name: self._add_goal(self.assessor, name) for name in ("kept", "shared", "revoked")}
        for name in ("shared", "revoked"):
            self.received[name] = self.assessor.share(self.goals[name], reader, until)
            reader.send(self.received[name])
        (share,) = self._list_shares("revoked")
        self.assessor.send(f"{self.goals['revoked']}/sharing/{share}", act="revoke")

    def _list_shares(self, goal: str) -> list[str]:
        page = self.assessor.open(f"{self.goals[goal]}/sharing")
        return list(dict.fromkeys(re.findall(rf'action="{self.goals[goal]}/sharing/([^"]+)"', page)))

    def choose_otherwise(self) -> None:
        """Everything private once more and different, then nothing but goals; nothing public comes of it."""
        self.walker.take_check(well=False)
        for vignette in self.module.vignettes:
            self.walker.send(f"{self.walker.base}/vignettes/{vignette.id}/begin", after="1")
        self.assessor.answer(self.begun, "now", cycle("1", "2"), {"target/P": "3", "importance/P1": "1"})
        self.assessor.hand_in(self.begun)
        self.assessor.send(f"{self.goals['kept']}/delete")
        self.assessor.send(self.goals["revoked"], revision="2", competency="D1", behavior="Other words.")
        self.assessor.add_goal(competency="D1", behavior="Quite another goal.")
        self.assessor.send(f"{DATA}/delete", what=["texts", "assessments"])
        self.works_off()

    # --- everybody else ---------------------------------------------------------------------------------------------

    def _gather_actors(self) -> dict[str, Any]:
        return {
            **{who: self.every.people[who] for who in ("done", "staff", "operator", "admin", "admin-fresh", "office")},
            "reader": self.reader,
            "staff elsewhere": sign_in(self.app, sub=SUB, name=COACH, is_staff=True, institution="Fresh College"),
            "staff of another course": sign_in(self.app, sub="far", course="far", is_staff=True),
            "acting as the coach": self._launch_coach(custom=ACTING),
            "acting as the reader": self.launch_as("reader", name="Rea Reader", custom=ACTING),
            "acting as staff": self.launch_as("staff", name="Sam Staff", custom=ACTING, roles=[INSTRUCTOR]),
            "nobody": self.browser().client,
        }

    def may_see(self, who: str, path: str) -> set[str]:
        """What is shared with the reader: one goal, without how it went, on its own page."""
        is_theirs = (who, path) == ("reader", self.received["shared"])
        return {f"shared/{one}" for one in GOAL_FIELDS} if is_theirs else set()

    # --- the doors --------------------------------------------------------------------------------------------------

    def list_routes(self, method: str) -> dict[str, str]:
        """Name to path, of all routes that answer this method."""
        found = [c for c in iter_route_contexts(self.app.routes) if getattr(c, "dependant", None)]
        return {str(c.name): str(c.path) for c in found if method in (c.methods or ())}

    def _list_known(self) -> dict[str, list[str]]:
        """What each name in a path can stand for: what is the coach's, else what there is."""
        records = json.loads(self.coach.get(f"{DATA}.json").text)["records"]
        module, context = self.module, self.coach.context
        assert context is not None
        steps = {one["step"].partition("/")[0] for one in records["answer"]}
        return {
            "slug": [module.slug],
            "lesson_id": [one.id for one in module.lessons if one.interaction.kind == "write-compare"],
            "vignette_id": [module.vignettes[0].id],
            "role_set_id": [one.id for one in module.role_sets],
            "scenario_id": [s.id for one in module.role_sets for s in one.scenarios if s.id in steps][:1],
            "item_id": [one.id for one in module.check.items if one.id in steps][:1],
            "goal": [path.removeprefix(f"{PLAN}/") for path in self.goals.values()],
            "share": self._list_shares("shared"),
            "received": [path.rpartition("/")[2] for path in self.received.values()],
            "assessment": [path.rpartition("/")[2] for path in (self.assessments[0], self.begun)],
            "stage": ["now", "then"],
            "domain": ["p"],
            "context": [str(context.uuid)],
            "course": [str(context.uuid)],
            **{name: [self._find_id(route)] for name, route in (
                ("link", "lti.link"), ("asked", "lti.picker"), ("connection", "admin.connection"),
                ("institution", "operator.institution"),
            )},
            "deployment": [MISSING],
            "person": [str(self.coach.user.uuid)],
            "own": [self._find_id("admin.connection")],
            "token": ["nobody"],
            "lms": ["canvas"],
            "name": ["cairn"],
        }  # fmt: skip

    def _find_id(self, route: str) -> str:
        return next(page.path.rpartition("/")[2] for page in self.every.pages if page.route == route)

    def list_addresses(self, method: str) -> list[tuple[str, str]]:
        """Every route of that method with all that its path can stand for; a new name in a path fails."""
        found = []
        for route, path in self.list_routes(method).items():
            names = re.findall(r"{(\w+)}", path)
            assert set(names) <= self.known.keys(), f"say what {names} stand for"
            every = itertools.product(*(self.known[name] for name in names))
            found += [(route, path.format(**dict(zip(names, values, strict=True)))) for values in every]
        return found

    def list_own_pages(self) -> list[str]:
        """The pages on which the coach reads what they wrote."""
        base = self.walker.base
        written = [self.walker.path_of(lesson) for lesson in self.module.lessons]
        goals = [one for goal in self.goals.values() for one in (goal, f"{goal}/sharing")]
        begun = [f"{self.begun}/now/p", f"{self.begun}/review"]
        return [*written, f"{base}/reflection", f"{base}/task", *self.assessments[:2], *begun, PROFILE, PLAN, *goals]
