"""The front page of a module: `module.yaml`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from competencies.text import Code, Entry, Id, Locale, Text
from modules.model.parts import Ids, Minutes

Status = Literal["draft", "review", "published", "retired"]
# An id of this module as `ids.lock` names it, without the module: `m0-q6`, `informal-read/start`.
InnerId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$", max_length=160)]


class Objective(Entry):
    """One thing the learner can do afterwards."""

    id: Id
    text: Text


class Codes(Entry):
    """The competencies a module is for, and those it touches."""

    main: tuple[Code, ...]
    also: tuple[Code, ...] = ()


class Reading(Entry):
    """A source worth reading, and why."""

    cite: Id
    why: Text


class JobAid(Entry):
    """Half a printed page for the pocket; `blanks` are the names of lines to write on, printed under the text."""

    title: Text
    text: Text
    blanks: tuple[Text, ...] = ()


class Review(Entry):
    """Who has looked at it; only a named clinician sets `safety: done`."""

    content: Literal["pending", "done"]
    safety: Literal["not-needed", "pending", "done"]


class ModuleSheet(Entry):
    """`module.yaml`."""

    schema_: Literal["module/1"] = Field(alias="schema")
    id: Annotated[str, StringConstraints(pattern=r"^m[0-9]{1,2}$")]
    slug: Id
    order: Annotated[int, Field(ge=0, le=99)]
    locale: Locale
    status: Status
    title: Text
    promise: Text
    minutes: Minutes
    competencies: Codes
    objectives: tuple[Objective, ...]
    lessons: Ids
    vignettes: Ids
    check: Id
    reflection: Id
    task: Id
    role_sets: Ids = ()
    later_role_sets: Ids = ()
    further_reading: tuple[Reading, ...]
    job_aid: JobAid
    review: Review
    retired: tuple[InnerId, ...] = ()
