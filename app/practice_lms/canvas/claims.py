"""The claims of a Canvas launch, member for member as Canvas documents and sends them."""

import html
from typing import TYPE_CHECKING, Any

from app.practice_lms.canvas.variables import ROOT_ACCOUNT, expand_custom
from app.practice_lms.launches import Launch
from app.practice_lms.words import (
    AGS_CLAIM,
    AGS_SCOPES,
    ASSISTANT_ROLE,
    CONTEXT_ROLE,
    DL,
    INSTITUTION_ROLE,
    LTI,
    MEMBERS,
    NOTICE_CLAIM,
    NOTICE_TYPES,
    NOTICES,
    NRPS_CLAIM,
    SYSTEM_ROLE,
    TEST_USER_ROLE,
)
from app.practice_lms.world import Course, Person, opaque_id

if TYPE_CHECKING:
    from app.practice_lms.canvas.site import CanvasTemper

TOKEN_SECONDS = 3600
ACCOUNT_ID = opaque_id("account", "1")
ACCOUNT_NAME = "Practice University"


def build_claims(site: "CanvasTemper", launch: Launch, *, nonce: str, issued: int) -> dict[str, Any]:
    """The whole id_token; `issued` is the time of the login initiation."""
    return {
        LTI + "message_type": launch.message_type,
        LTI + "version": "1.3.0",
        **_message_claims(site, launch),
        **_grade_claims(site, launch),
        "aud": launch.registration.client_id,
        "azp": launch.registration.client_id,
        LTI + "deployment_id": launch.registration.deployment_id,
        "exp": issued + TOKEN_SECONDS,
        "iat": issued,
        "iss": site.urls.issuer,
        "nonce": nonce,
        LTI + "target_link_uri": launch.target_link_uri,
        **_person_claims(site, launch),
        LTI + "context": describe_context(launch.course),
        LTI + "tool_platform": {
            "guid": f"{ROOT_ACCOUNT}:canvas-lms",
            "name": f"{ACCOUNT_NAME} (practice LMS, not a real Canvas)",
            "version": "cloud",
            "product_family_code": "canvas",
        },
        LTI + "launch_presentation": _presentation(site, launch),
        "locale": "en",
        LTI + "roles": list_roles(launch.person, launch.course),
        LTI + "custom": expand_custom(launch, host_url=site.settings.base_url),
        **_roster_claims(site, launch),
        **_notice_claims(site, launch),
        "https://www.instructure.com/placement": launch.placement,
    }


def list_roles(person: Person | None, course: Course | None) -> list[str]:
    """Context and institution roles and the system user in one sorted list."""
    if person is None:
        return [SYSTEM_ROLE + "None"]
    institution = {"student": "Student", "test": "Student", "teacher": "Instructor", "assistant": "Student"}
    enrolment = course.enrolments.get(person.id) if course else None
    roles = {SYSTEM_ROLE + "User", *list_context_roles(person, course)}
    if person.is_admin:
        roles.add(INSTITUTION_ROLE + "Administrator")
    if enrolment is not None:
        roles.add(INSTITUTION_ROLE + institution[enrolment])
    if enrolment in {"student", "assistant"}:
        roles.add(INSTITUTION_ROLE + "Instructor")
    return sorted(roles)


def list_context_roles(person: Person, course: Course | None) -> list[str]:
    """What the roster says, and the part of a launch that speaks about this course."""
    enrolment = course.enrolments.get(person.id) if course else None
    learner, teacher = CONTEXT_ROLE + "Learner", CONTEXT_ROLE + "Instructor"
    roles = {"student": [learner], "teacher": [teacher], "assistant": [ASSISTANT_ROLE, teacher]}
    return [learner, TEST_USER_ROLE] if enrolment == "test" else roles.get(enrolment or "", [])


def _message_claims(site: "CanvasTemper", launch: Launch) -> dict[str, Any]:
    if launch.kind == "deep_linking":
        return {DL + "deep_linking_settings": _deep_linking_settings(site, launch)}
    link = launch.link
    if link is None:
        title = launch.course.title if launch.course else ACCOUNT_NAME
        return {LTI + "resource_link": {"id": site.context_id(launch.course), "title": title}}
    paragraph = f"<p>{html.escape(link.description)}</p>"
    return {LTI + "resource_link": {"id": link.uuid, "description": paragraph, "title": link.title}}


def _deep_linking_settings(site: "CanvasTemper", launch: Launch) -> dict[str, Any]:
    return {
        "deep_link_return_url": site.deep_link_return_url(launch),
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
        "auto_create": False,
        "accept_multiple": launch.placement != "assignment_selection",
    }


def _grade_claims(site: "CanvasTemper", launch: Launch) -> dict[str, Any]:
    granted = [scope for scope in AGS_SCOPES if scope in launch.registration.config.scopes]
    if launch.course is None or not granted:
        return {}
    item_id = launch.link.line_item_id if launch.link else None
    own = {"lineitem": site.line_item_url(site.world.line_items[item_id], launch.registration)} if item_id else {}
    return {AGS_CLAIM: {**own, "scope": granted, "lineitems": site.line_items_url(launch.course, launch.registration)}}


def _roster_claims(site: "CanvasTemper", launch: Launch) -> dict[str, Any]:
    if launch.course is None or MEMBERS not in launch.registration.config.scopes:
        return {}
    url = site.members_url(launch.course, launch.registration)
    return {NRPS_CLAIM: {"context_memberships_url": url, "service_versions": ["2.0"]}}


def _notice_claims(site: "CanvasTemper", launch: Launch) -> dict[str, Any]:
    """On launches in courses and in the account alike."""
    if NOTICES not in launch.registration.config.scopes:
        return {}
    number = launch.registration.deployment_id.split(":")[0]
    offer = {
        "service_versions": ["1.0"],
        "platform_notification_service_url": f"{site.settings.base_url}/api/lti/notice-handlers/{number}",
        "scope": [NOTICES],
        "notice_types_supported": list(NOTICE_TYPES),
    }
    return {NOTICE_CLAIM: offer}


def describe_context(course: Course | None) -> dict[str, Any]:
    """A course, or the account where there is none."""
    if course is None:
        return {"id": ACCOUNT_ID, "title": ACCOUNT_NAME, "type": ["Account"]}
    kind = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"
    return {"id": course.opaque_id, "label": course.label, "title": course.title, "type": [kind]}


def _presentation(site: "CanvasTemper", launch: Launch) -> dict[str, Any]:
    size = {"height": 600, "width": 800} if launch.kind == "deep_linking" else {}
    return {"document_target": "iframe", "return_url": site.return_url(launch), "locale": "en", **size}


def _person_claims(site: "CanvasTemper", launch: Launch) -> dict[str, Any]:
    person = launch.person
    if person is None:
        return {LTI + "lti11_legacy_user_id": ""}
    claims: dict[str, Any] = {"sub": person.uuid, **share_person(site, launch, person)}
    if launch.registration.shares_names():
        claims[LTI + "lis"] = _sourced_ids(launch, person)
    old = {"user_id": person.legacy_id}
    return {**claims, LTI + "lti11_legacy_user_id": person.legacy_id, LTI + "lti1p1": old}


def share_person(site: "CanvasTemper", launch: Launch, person: Person) -> dict[str, str]:
    """Names, e-mail and picture as far as the privacy level goes."""
    shared: dict[str, str] = {}
    if launch.registration.shares_names() and launch.registration.shares_email():
        shared["picture"] = f"{site.settings.base_url}/images/messages/avatar-50.png"
    if launch.registration.shares_email() and not person.is_test_user:
        shared["email"] = person.email
    if launch.registration.shares_names():
        shared |= {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
    return shared


def _sourced_ids(launch: Launch, person: Person) -> dict[str, str]:
    return {
        "person_sourcedid": "$Person.sourcedId" if person.is_test_user else f"E{100000 + int(person.id)}",
        "course_offering_sourcedid": launch.course.sourcedid if launch.course else "$CourseSection.sourcedId",
    }
