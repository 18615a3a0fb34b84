"""S35: hears every statement that the app runs, and notes those that touch a tenant's table without its institution.

It is on in every test of this process. A statement is read once; after that its text alone is looked up.
"""

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from sqlalchemy import Engine, PrimaryKeyConstraint, Table, UniqueConstraint, event
from sqlglot.errors import ParseError

from app.tables import metadata
from tests.sql_reading import TENANT, Kind, Reading

ROOT = Path(__file__).parent.parent
_SPEAKS = re.compile(r"\b(?:SELECT|UPDATE|DELETE)\b")
# Only whoever holds the secret can ask by its hash, and the row says who that is.
SECRETS = {("web_session", "token_hash"), ("web_ticket", "token_hash")}

# The sites of LMSs and the invitations: no person stands in them, and the operator sees everybody's.
OPERATORS = {"platform", "invitation"}


@dataclass(frozen=True)
class Allowed:
    """A function that may mean all institutions' rows of these tables, and why."""

    tables: frozenset[str]
    reason: str


def allow(reason: str, *tables: str) -> Allowed:
    """For a function that is named below."""
    return Allowed(frozenset(tables), reason)


_LANES = "names the registrations that have work; reads nobody's rows"
_PICTURES = "names the institutions whose picture has something to take in or out; reads nobody's answers"
_NEXT = "a lane is a registration's, which may serve several institutions; what it finds names its own from there on"
_PURGE = "removes what is too old, whoever's it was"
ALLOWED = {
    "app.lti.delivery_queries:list_due_lanes": allow(_LANES, "delivery"),
    "app.lti.offer_queries:list_due_lanes": allow(_LANES, "line_item_offer"),
    "app.lti.roster.runs:list_due_lanes": allow(_LANES, "roster"),
    "app.dashboard.group_queries:list_due_lanes": allow(
        _PICTURES, "assessment", "group_entry", "group_course", "group_round", "group_setting", "membership", "user"
    ),
    "app.lti.sending_queries:find_next": allow(_NEXT, "delivery"),
    "app.lti.offer_queries:find_next": allow(_NEXT, "line_item_offer"),
    "app.lti.roster.runs:claim": allow(_NEXT, "roster"),
    "app.lti.received:_purge": allow(_PURGE, "launch_record"),
    "app.lti.deep_linking:_purge": allow(_PURGE, "deep_linking_request"),
    "app.web.tickets:_purge": allow(_PURGE, "web_ticket"),
    "app.lti.tidying:list_due": allow(_PURGE, "web_session", "context_origin"),
    "app.lti.tidying:_forget_sessions": allow(_PURGE, "web_session", "web_ticket", "deep_linking_request"),
    "app.lti.tidying:_forget_origins": allow(_PURGE, "context_origin"),
    "app.credentials.keeping:list_due": allow("names the institutions whose turn it is", "keeping_period"),
    "app.cli.preview.repinning:follow": allow("an author's preview, in a database of its own", "attempt"),
}


def read_kind(table: Table) -> Kind:
    """A table is the tenants' if it names an institution, but for the two of which the operator has a list."""
    is_tenants = TENANT in table.columns and table.name not in OPERATORS
    unique = [key.columns for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
    keys = [frozenset(columns.keys()) for columns in unique]
    secrets = [frozenset({name}) for owner, name in SECRETS if owner == table.name]
    return Kind(frozenset(table.columns.keys()), is_tenants, tuple(secrets if is_tenants else keys))


TABLES = {name: read_kind(table) for name, table in metadata.tables.items()}


@cache
def find_loose(text: str, free: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What a statement does to tenants' tables without saying whose rows are meant, as `select membership`."""
    if not _SPEAKS.search(text):
        return ()
    try:
        return tuple(Reading(text, TABLES, free=free).loose)
    except ParseError:
        return ("unreadable",)


class Guard:
    """Notes violations; a test that leaves some behind fails (`tests/conftest.py`)."""

    def __init__(self) -> None:
        self.violations: dict[str, str] = {}

    def hear(self, _connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if not find_loose(text):
            return
        where = find_speaker()
        allowed = ALLOWED.get(where)
        loose = find_loose(text, allowed.tables if allowed is not None else frozenset())
        if where.startswith("app.") and loose:
            self.violations.setdefault(f"{where}: {', '.join(loose)}", text)

    def take_violations(self) -> dict[str, str]:
        found, self.violations = self.violations, {}
        return found


def find_speaker() -> str:
    """The app's function that runs the present statement, `app.room.file:function`; "" for a test's own statement.

    Also "" for the unit of work: it writes by their ids rows that were read under this guard.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file, name = _place(frame.f_code)
        if file is None and name == "Session._flush":
            return ""
        if file is not None and not file.startswith("app.db."):
            return f"{file}:{name}" if file.startswith("app.") else ""
        frame = frame.f_back
    return ""


@cache
def _place(code: CodeType) -> tuple[str | None, str]:
    file = Path(code.co_filename)
    is_ours = file.is_relative_to(ROOT) and ".venv" not in file.parts
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts) if is_ours else None
    return module, code.co_qualname


GUARD = Guard()
event.listen(Engine, "before_cursor_execute", GUARD.hear)
