"""The school that the practice LMS plays: its people, courses, links, line items and grades, all in memory."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Literal

Enrolment = Literal["student", "teacher", "assistant", "test"]

_NAMESPACE = uuid.UUID("6f1d1a52-4b0e-4b52-9d4e-2f4f0f3b8a10")


def opaque_id(*parts: str) -> str:
    """Forty hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Person:
    """`id` is Moodle's number as text; Canvas knows the same person by `uuid`."""

    id: str
    given_name: str
    family_name: str
    username: str
    name: str
    is_admin: bool = False
    is_test_user: bool = False
    is_active: bool = True

    @property
    def uuid(self) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"person/{self.id}"))

    @property
    def legacy_id(self) -> str:
        return opaque_id("person", self.id)

    @property
    def email(self) -> str:
        return f"{self.username}@example.test"

    @property
    def sourcedid(self) -> str:
        return "" if self.is_admin else f"SIS-{self.username}"


@dataclass
class Course:
    """`origin_ids` are the courses that it was copied from, the newest first."""

    id: str
    label: str
    title: str
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    is_concluded: bool = False
    origin_ids: tuple[str, ...] = ()

    @property
    def opaque_id(self) -> str:
        return opaque_id("course", self.id)

    @property
    def sourcedid(self) -> str:
        return f"SIS-{self.label}"


@dataclass
class Link:
    """A resource link; without `url` it opens the registration's own target. `allowed_attempts` 0 leaves none."""

    id: str
    course_id: str
    title: str
    description: str = ""
    url: str | None = None
    custom: dict[str, str] = field(default_factory=dict)
    accepts_grades: bool = False
    line_item_id: str | None = None
    is_published: bool = True
    allowed_attempts: int | None = None

    @property
    def uuid(self) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"link/{self.id}"))

    @property
    def cmid(self) -> int:
        return int(self.id) + 2


@dataclass
class LineItem:
    """`owner` is the client that made it by the service, None for a column that came with a link."""

    id: str
    course_id: str
    label: str
    maximum: float
    link_id: str | None = None
    resource_id: str = ""
    tag: str = ""
    owner: str | None = None
    submission_type: dict[str, str] | None = None


@dataclass(frozen=True)
class Grade:
    """One cell: `score` None is an empty cell whose time is known. `by` is "tool" or "teacher"; times are aware UTC."""

    score: float | None
    maximum: float
    at: datetime
    by: str = "tool"
    comment: str = ""
    submissions: int = 0
    posts: int = 0


class World:
    """Everything that is remembered while the server runs."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.courses: dict[str, Course] = {}
        self.links: dict[str, Link] = {}
        self.line_items: dict[str, LineItem] = {}
        self.grades: dict[tuple[str, str], Grade] = {}
        self._numbers: dict[str, Iterator[int]] = {}

    def next_id(self, kind: str, *, start: int = 1) -> str:
        return str(next(self._numbers.setdefault(kind, count(start))))

    def add_link(self, link: Link) -> Link:
        self.links[link.id] = link
        return link

    def add_line_item(self, item: LineItem) -> LineItem:
        self.line_items[item.id] = item
        return item

    def delete_line_item(self, item_id: str) -> None:
        """Drop a column with its grades; a link that had it has none from now on."""
        self.line_items.pop(item_id)
        for link in self.links.values():
            if link.line_item_id == item_id:
                link.line_item_id = None
        self.grades = {cell: grade for cell, grade in self.grades.items() if cell[0] != item_id}

    def links_of(self, course_id: str) -> tuple[Link, ...]:
        return tuple(link for link in self.links.values() if link.course_id == course_id)

    def items_of(self, course_id: str) -> tuple[LineItem, ...]:
        return tuple(item for item in self.line_items.values() if item.course_id == course_id)

    def members_of(self, course_id: str) -> tuple[tuple[Person, Enrolment], ...]:
        """Active members by family name, as an LMS lists them."""
        enrolled = self.courses[course_id].enrolments.items()
        members = ((self.people[person_id], enrolment) for person_id, enrolment in enrolled)
        return tuple(sorted((m for m in members if m[0].is_active), key=lambda m: (m[0].family_name, m[0].id)))

    def is_gradable(self, person_id: str, course_id: str) -> bool:
        """Only students of the course, and not the test user."""
        person = self.people.get(person_id)
        enrolled = self.courses[course_id].enrolments.get(person_id) == "student"
        return enrolled and person is not None and person.is_active

    def record_grade(self, item_id: str, person_id: str, grade: Grade, *, is_post: bool = True) -> Grade:
        """Store the cell, counting the tool's posts; returns what is stored now."""
        before = self.grades.get((item_id, person_id))
        stored = replace(grade, posts=(before.posts if before else 0) + int(is_post))
        self.grades[item_id, person_id] = stored
        return stored
