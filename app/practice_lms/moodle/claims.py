"""The claims of a Moodle launch, member for member as Moodle 4.5 sends them."""

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

from app.practice_lms.launches import BegunLaunch, Launch
from app.practice_lms.moodle.variables import expand_custom
from app.practice_lms.words import (
    AGS_CLAIM,
    AGS_SCOPES,
    CONTEXT_ROLE,
    DL,
    INSTITUTION_ROLE,
    LTI,
    MEMBERS,
    NRPS_CLAIM,
    OUTCOME_CLAIM,
    SYSTEM_ROLE,
)
from app.practice_lms.world import Course, Person

if TYPE_CHECKING:
    from app.practice_lms.moodle.site import MoodleTemper

TOKEN_SECONDS = 60


def build_claims(site: "MoodleTemper", begun: BegunLaunch, *, nonce: str, issued: int) -> dict[str, Any]:
    """The whole id_token."""
    launch = begun.launch
    if launch.person is None or launch.course is None:
        raise ValueError("Moodle launches a signed-in person from a course")
    return {
        "nonce": nonce,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
        "iss": site.urls.issuer,
        "aud": launch.registration.client_id,
        LTI + "deployment_id": launch.registration.deployment_id,
        LTI + "target_link_uri": launch.target_link_uri,
        "sub": launch.person.id,
        LTI + "lis": {
            "person_sourcedid": launch.person.sourcedid,
            "course_section_sourcedid": launch.course.sourcedid,
        },
        LTI + "roles": list_roles(launch.person, launch.course),
        LTI + "context": {
            "id": launch.course.id,
            "label": launch.course.label,
            "title": launch.course.title,
            "type": ["CourseSection"],
        },
        LTI + "message_type": launch.message_type,
        **_link_claims(site, launch),
        **_person_claims(launch, launch.person),
        LTI + "launch_presentation": _presentation(site, begun),
        LTI + "tool_platform": _platform(site),
        LTI + "version": "1.3.0",
        LTI + "custom": _custom(site, launch, launch.course),
        **_service_claims(site, launch, launch.course),
        **_deep_linking_claims(site, begun),
    }


def list_roles(person: Person, course: Course) -> list[str]:
    """Teachers and non-editing teachers are Instructor, an administrator is three things, others are learners."""
    if person.is_admin:
        return [INSTITUTION_ROLE + "Administrator", CONTEXT_ROLE + "Instructor", SYSTEM_ROLE + "Administrator"]
    teaches = course.enrolments.get(person.id) in {"teacher", "assistant"}
    return [CONTEXT_ROLE + ("Instructor" if teaches else "Learner")]


def build_outcome(site: "MoodleTemper", *, link_id: str, person_id: str) -> dict[str, str]:
    """The LTI 1.1 outcome that Moodle sends beside AGS; this platform serves no such endpoint."""
    ids = {"instanceid": link_id, "userid": person_id, "typeid": "1", "launchid": secrets.randbelow(2**31)}
    sealed = {"data": ids, "hash": hashlib.sha256(json.dumps(ids).encode()).hexdigest()}
    return {
        "lis_result_sourcedid": json.dumps(sealed, separators=(",", ":")),
        "lis_outcome_service_url": f"{site.settings.base_url}/mod/lti/service.php",
    }


def _link_claims(site: "MoodleTemper", launch: Launch) -> dict[str, Any]:
    if launch.link is None or launch.person is None:
        return {}
    link = launch.link
    about = {LTI + "resource_link": {"title": link.title, "description": link.description, "id": link.id}}
    outcome = {OUTCOME_CLAIM: build_outcome(site, link_id=link.id, person_id=launch.person.id)}
    return {**about, **(outcome if link.accepts_grades else {})}


def _person_claims(launch: Launch, person: Person) -> dict[str, Any]:
    names = {"given_name": person.given_name, "family_name": person.family_name, "name": person.name}
    shared = launch.registration.shares_names()
    extension = {"user_username": person.username, "lms": "moodle-2"} if shared else {"lms": "moodle-2"}
    email = {"email": person.email} if launch.registration.shares_email() else {}
    return {**(names if shared else {}), LTI + "ext": extension, **email}


def _presentation(site: "MoodleTemper", begun: BegunLaunch) -> dict[str, str]:
    if begun.launch.kind == "deep_linking":
        return {"locale": "en"}
    return {"locale": "en", "document_target": "iframe", "return_url": site.return_url(begun)}


def _platform(site: "MoodleTemper") -> dict[str, str]:
    return {
        "product_family_code": "moodle",
        "version": "2024100706",
        "guid": hashlib.md5(site.urls.issuer.encode(), usedforsecurity=False).hexdigest(),
        "name": "practice",
        "description": "Practice LMS (not a real Moodle)",
    }


def _custom(site: "MoodleTemper", launch: Launch, course: Course) -> dict[str, str | None]:
    return expand_custom(
        launch,
        line_item_url=_own_item_url(site, launch),
        members_url=site.members_url(course, launch.registration),
    )


def _own_item_url(site: "MoodleTemper", launch: Launch) -> str:
    item_id = launch.link.line_item_id if launch.link else None
    return site.line_item_url(site.world.line_items[item_id], launch.registration) if item_id else ""


def _service_claims(site: "MoodleTemper", launch: Launch, course: Course) -> dict[str, Any]:
    granted = [scope for scope in AGS_SCOPES if scope in launch.registration.config.scopes]
    claims: dict[str, Any] = {}
    if granted:
        claims[AGS_CLAIM] = {"scope": granted, "lineitems": site.line_items_url(course, launch.registration)}
        own = _own_item_url(site, launch)
        claims[AGS_CLAIM] |= {"lineitem": own} if own else {}
    if MEMBERS in launch.registration.config.scopes:
        url = site.members_url(course, launch.registration)
        claims[NRPS_CLAIM] = {"context_memberships_url": url, "service_versions": ["1.0", "2.0"]}
    return claims


def _deep_linking_claims(site: "MoodleTemper", begun: BegunLaunch) -> dict[str, Any]:
    if begun.launch.kind != "deep_linking":
        return {}
    return {
        DL + "deep_linking_settings": {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": False,
            "accept_multiple": True,
            "accept_unsigned": False,
            "auto_create": False,
            "can_confirm": False,
            "deep_link_return_url": site.deep_link_return_url(begun),
            "title": begun.launch.registration.config.client_name,
            "text": "",
        }
    }
