"""Moodle's custom parameters: what a variable stands for, and what stays as it was written."""

from app.practice_lms.launches import Launch
from app.practice_lms.words import MEMBERS


def expand_custom(launch: Launch, *, line_item_url: str, members_url: str) -> dict[str, str | None]:
    """Link-level parameters first, then the tool's; a key with capitals comes in lower case as well."""
    facts = _facts(launch, line_item_url)
    expanded: dict[str, str | None] = {}
    given = {**launch.registration.config.custom_parameters, **(launch.link.custom if launch.link else {})}
    for key, value in sorted(given.items(), key=lambda pair: not (launch.link and pair[0] in launch.link.custom)):
        found = _expand(value, facts)
        expanded[key.lower()] = found
        expanded[key] = found
    if MEMBERS in launch.registration.config.scopes:
        expanded["context_memberships_url"] = members_url
    return expanded


def _expand(value: str, facts: dict[str, str | None]) -> str | None:
    return facts.get(value[1:], value) if value.startswith("$") else value


def _facts(launch: Launch, line_item_url: str) -> dict[str, str | None]:
    course, link = launch.course, launch.link
    facts: dict[str, str | None] = {
        "Context.id": course.id if course else "",
        "Context.label": course.label if course else "",
        "Context.title": course.title if course else "",
        "Context.id.history": "",
        "Context.sourcedId": course.sourcedid if course else "",
        "CourseSection.title": course.title if course else "",
        "CourseSection.label": course.label if course else "",
        "CourseSection.sourcedId": course.sourcedid if course else "",
        "ResourceLink.id": link.id if link else None,
        "ResourceLink.title": link.title if link else None,
        "ResourceLink.description": link.description if link else None,
        "LineItem.url": line_item_url,
        "Moodle.Person.userGroupIds": "",
    }
    return {**facts, **_facts_of_person(launch)}


def _facts_of_person(launch: Launch) -> dict[str, str | None]:
    person = launch.person
    if person is None:
        return {}
    return {
        "User.id": person.id,
        "User.username": person.username,
        "Person.name.full": person.name,
        "Person.name.given": person.given_name,
        "Person.name.family": person.family_name,
        "Person.email.primary": person.email,
        "Person.sourcedId": person.sourcedid,
        "Person.address.timezone": _SERVER_TIMEZONE,
    }


_SERVER_TIMEZONE = "99"
