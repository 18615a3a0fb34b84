"""The one status function: from a program's requirements and a person's facts to one of six words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.progress.rules import FactKind

Facts = Mapping[tuple[str, str], datetime]


class Status(StrEnum):
    """The six words of Cairn, always with an icon, never colour alone."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETE = "complete"
    EQUIVALENT = "equivalent"
    WAIVED = "waived"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Standing:
    """A status and the moment since which it is true; None while nothing has happened."""

    status: Status
    since: datetime | None = None

    @property
    def is_met(self) -> bool:
        return self.status in {Status.COMPLETE, Status.EQUIVALENT, Status.WAIVED}


@dataclass(frozen=True)
class Program:
    """What a program asks for: the content keys that must be complete, in order."""

    key: str
    title: str
    requires: tuple[str, ...]


def status(facts: Facts, key: str) -> Standing:
    """How a person stands with one requirement, by its content key (`module/m0`)."""
    completed = facts.get((FactKind.COMPLETED, key))
    if completed is not None:
        return Standing(Status.COMPLETE, completed)
    started = facts.get((FactKind.STARTED, key))
    if started is not None:
        return Standing(Status.IN_PROGRESS, started)
    return Standing(Status.NOT_STARTED)


def program_status(facts: Facts, program: Program) -> Standing:
    """How a person stands with the whole program: complete when each requirement is met."""
    parts = [status(facts, key) for key in program.requires]
    moments = [part.since for part in parts if part.since is not None]
    if parts and all(part.is_met for part in parts):
        return Standing(Status.COMPLETE, max(moments))
    return Standing(Status.IN_PROGRESS, min(moments)) if moments else Standing(Status.NOT_STARTED)
