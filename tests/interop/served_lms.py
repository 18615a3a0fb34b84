"""An LMS on a loopback port around somebody else's LTI library: the library makes and judges, this only carries.

It runs in the environment of the second implementations, so it needs the standard library alone.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

CLIENT_ID, DEPLOYMENT_ID, COURSE = "interop-client", "interop:1", "course-interop"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LEARNER_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


@dataclass(frozen=True)
class Person:
    sub: str
    name: str
    email: str
    is_staff: bool = False

    @property
    def role(self) -> str:
        return INSTRUCTOR_ROLE if self.is_staff else LEARNER_ROLE


@dataclass
class Link:
    """A placed link. `line_item` is the path of its gradebook column."""

    id: str
    url: str
    custom: dict[str, str]
    line_item: str | None = None


PEOPLE = {
    "teacher": Person("7d0c-teacher", "Ines Interop", "ines@lms.example", is_staff=True),
    "learner": Person("5b1e-learner", "Lena Interop", "lena@lms.example"),
    # In the roster alone.
    "absent": Person("9a2f-absent", "Noor Nevercame", "noor@lms.example"),
}


class LtiLibrary(Protocol):
    """What is asked of a second implementation. Whatever it raises is a refusal of ours."""

    def begin(self, message: str, person: Person, link: Link) -> str:
        """The address of a login initiation."""

    def answer(self, asked: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """What an authentication request is answered with: where to post, and the form."""

    def key_set(self) -> Any: ...

    def grant(self, form: Mapping[str, str]) -> Any:
        """The answer to a request for an access token."""

    def allows(self, token: str, scope: str) -> bool: ...

    def read_items(self, token: str) -> list[Any]:
        """The content items of a deep linking response."""


@dataclass
class Course:
    """What the LMS knows, and what it was sent: each entry says `ok`, and what was sent or why it was refused."""

    base: str
    library: LtiLibrary
    links: dict[str, Link]
    seen: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def note(self, what: str, *, ok: bool, **more: Any) -> None:
        self.seen.setdefault(what, []).append({"ok": ok, **more})


@dataclass(frozen=True)
class Asked:
    path: str
    fields: dict[str, str]
    body: str
    headers: Message

    @property
    def token(self) -> str:
        return str(self.headers.get("Authorization", "")).removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    body: str = ""
    status: int = 200
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def _json(value: Any, status: int = 200, kind: str = "application/json") -> Reply:
    return Reply(json.dumps(value), status, kind)


def _begin(course: Course, asked: Asked) -> Reply:
    fields = asked.fields
    where = course.library.begin(fields["message"], PEOPLE[fields["person"]], course.links[fields["link"]])
    return Reply(status=303, headers={"Location": where})


def _authorize(course: Course, asked: Asked) -> Reply:
    where, fields = course.library.answer(asked.fields)
    course.note("authorize", ok=True, asked=asked.fields)
    inputs = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in fields.items())
    return Reply(f'<form method="post" action="{escape(where)}">{inputs}</form>', type="text/html; charset=utf-8")


def _token(course: Course, asked: Asked) -> Reply:
    granted = course.library.grant(asked.fields)
    course.note("token", ok=True, scope=asked.fields["scope"])
    return _json(granted)


def _score(course: Course, asked: Asked) -> Reply:
    if not course.library.allows(asked.token, SCORE_SCOPE):
        raise PermissionError("the token does not allow scores")
    course.note("score", ok=True, path=asked.path, type=asked.headers.get("Content-Type"), score=json.loads(asked.body))
    return Reply(status=204)


def _members(course: Course, asked: Asked) -> Reply:
    if not course.library.allows(asked.token, ROSTER_SCOPE):
        raise PermissionError("the token does not allow the roster")
    course.note("members", ok=True, accept=asked.headers.get("Accept"))
    members = [
        {"status": "Active", "user_id": one.sub, "name": one.name, "email": one.email, "roles": [one.role]}
        for one in PEOPLE.values()
    ]
    body = {"id": f"{course.base}/members", "context": {"id": COURSE}, "members": members}
    return _json(body, kind="application/vnd.ims.lti-nrps.v2.membershipcontainer+json")


def _return(course: Course, asked: Asked) -> Reply:
    """Takes what a teacher chose, as an LMS does: the first item becomes a link with a column."""
    items = course.library.read_items(asked.fields["JWT"])
    course.note("return", ok=True, items=items)
    for item in items[:1]:
        column = "/items/1" if "lineItem" in item else None
        course.links["chosen"] = Link("link-chosen", item["url"], item.get("custom", {}), column)
    return Reply("<p>Added.</p>", type="text/html; charset=utf-8")


# Path to what `seen` calls it, and its answer.
ANSWERS: dict[str, tuple[str, Callable[[Course, Asked], Reply]]] = {
    "/begin": ("begin", _begin),
    "/authorize": ("authorize", _authorize),
    "/jwks": ("keys", lambda course, _asked: _json(course.library.key_set())),
    "/token": ("token", _token),
    "/items/1/scores": ("score", _score),
    "/members": ("members", _members),
    "/return": ("return", _return),
    "/seen": ("seen", lambda course, _asked: _json(course.seen)),
}


def answer(course: Course, asked: Asked) -> Reply:
    """The answer to one request; what the library refuses is noted and answered with 400."""
    if asked.path not in ANSWERS:
        course.note("unknown", ok=False, why=asked.path)
        return _json({"error": "not found"}, 404)
    what, run = ANSWERS[asked.path]
    try:
        return run(course, asked)
    except Exception as refusal:  # noqa: BLE001  each library has errors of its own; the table tells them
        course.note(what, ok=False, why=f"{refusal!r}"[:300])
        return _json({"error": f"{refusal!r}"}, 400)


def serve(make_library: Callable[[str, str, str], LtiLibrary]) -> None:
    """`python -m tests.interop.NAME PORT TOOL KEYS`: an LMS at that port for the tool there, until it is ended.

    KEYS is the address of the tool's key set, as its registration page tells it.
    """
    port, tool, keys = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    base = f"http://127.0.0.1:{port}"
    links = {
        "home": Link("link-home", f"{tool}/lti/launch", {"cairn_key": "home"}),
        "list": Link("link-list", f"{tool}/lti/launch", {"cairn_key": "course-list"}),
    }
    course = Course(base, make_library(base, tool, keys), links)
    ThreadingHTTPServer(("127.0.0.1", port), _make_handler(course)).serve_forever()


def _make_handler(course: Course) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())

        def _answer(self, body: str) -> None:
            parts = urlsplit(self.path)
            fields = dict(parse_qsl(parts.query))
            if self.headers.get_content_type() == "application/x-www-form-urlencoded":
                fields |= dict(parse_qsl(body))
            reply = answer(course, Asked(parts.path, fields, body, self.headers))
            self.send_response(reply.status)
            for name, value in {"Content-Type": reply.type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body.encode())))
            self.end_headers()
            self.wfile.write(reply.body.encode())

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler
