"""Canvas's custom parameters: strings, JSON booleans, and variables that stay literal where they do not apply."""

import secrets
from urllib.parse import urlsplit

from app.practice_lms.launches import Launch
from app.practice_lms.world import opaque_id

Value = str | bool

ROOT_ACCOUNT = "Qm4tVb7YhZ2kLxW9sRpD0uEfJcN6aG1iTo8yXvKe"
TIMEZONE = "America/Chicago"


def expand_custom(launch: Launch, *, host_url: str) -> dict[str, Value]:
    """The tool's parameters, the link's own over them."""
    link = launch.link.custom if launch.link else {}
    facts = _facts(launch, host_url)
    given = {**launch.registration.config.custom_parameters, **link}
    return {key: _expand(value, facts) for key, value in given.items()}


def expand_for_member(launch: Launch, *, legacy_id: str) -> dict[str, Value]:
    """What a roster's message expands: a few facts about the user, the rest stays literal."""
    facts: dict[str, Value] = {"Person.address.timezone": TIMEZONE, "Message.locale": "en", "User.id": legacy_id}
    given = {**launch.registration.config.custom_parameters, **(launch.link.custom if launch.link else {})}
    return {key: _expand(value, facts) for key, value in given.items()}


def _expand(value: str, facts: dict[str, Value]) -> Value:
    return facts.get(value[1:], value) if value.startswith("$") else value


def _facts(launch: Launch, host_url: str) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "Canvas.api.domain": urlsplit(host_url).netloc,
        "vnd.Canvas.root_account.uuid": ROOT_ACCOUNT,
        "com.instructure.PostMessageToken": secrets.token_hex(16),
        "Message.locale": "en",
    }
    return {**facts, **_facts_of_course(launch), **_facts_of_item(launch), **_facts_of_person(launch)}


def _facts_of_course(launch: Launch) -> dict[str, Value]:
    course, person = launch.course, launch.person
    if course is None:
        return {}
    enrolled = person is not None and person.id in course.enrolments
    return {
        "Canvas.course.id": str(4400 + int(course.id)),
        "Canvas.course.name": course.title,
        "Context.id": course.opaque_id,
        "Context.title": course.title,
        "Context.id.history": ",".join(opaque_id("course", one) for one in course.origin_ids),
        "CourseSection.sourcedId": course.sourcedid,
        "Canvas.enrollment.enrollmentState": "active" if enrolled else "",
    }


def _facts_of_item(launch: Launch) -> dict[str, Value]:
    link = launch.link
    if link is None:
        return {}
    facts: dict[str, Value] = {"ResourceLink.id": link.uuid, "ResourceLink.title": link.title}
    if link.accepts_grades:
        facts |= {
            "Canvas.assignment.id": link.id,
            "Canvas.assignment.title": link.title,
            "Canvas.assignment.pointsPossible": "1",
            "Canvas.assignment.dueAt.iso8601": "2027-06-30T04:59:59Z",
        }
    return facts


def _facts_of_person(launch: Launch) -> dict[str, Value]:
    person = launch.person
    if person is None:
        return {}
    facts: dict[str, Value] = {
        "Canvas.user.id": str(8800 + int(person.id)),
        "Canvas.user.isRootAccountAdmin": person.is_admin,
        "com.instructure.User.student_view": person.is_test_user,
        "Person.address.timezone": TIMEZONE,
        "Person.name.full": person.name,
        "Person.email.primary": person.email,
        "Person.sourcedId": person.sourcedid,
    }
    if launch.acting is not None:
        facts["Canvas.masqueradingUser.id"] = str(8800 + int(launch.acting.id))
        facts["Canvas.masqueradingUser.userId"] = launch.acting.uuid
    return facts
