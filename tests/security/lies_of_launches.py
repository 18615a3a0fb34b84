"""What a hostile platform can say in a launch: names, roles, ids, addresses."""

from typing import Any

from sqlalchemy import func, select

from app.lti.models import Delivery, Deployment, ResourceLink
from app.lti.roster.models import RosterReading
from app.membership.models import Context, ContextCopy, EmbeddingOrigin, User
from tests.deep_linking_kit import DL, settings
from tests.hostile_kit import ADMINISTRATOR, Neighbour
from tests.lti_kit import INSTRUCTOR, LEARNER, SignedIn
from tests.security.lies import Lie, Own, Text, Told, refused

SCRIPT = "<script>alert(1)</script>"
BROKEN_OUT = "\"'></bdi><img src=x onerror=alert(1)>"
SYSTEM_ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"
MALFORMED = refused("claim-malformed")
BIG = "a" * 10_000


def says(about: str, what: str, expected: Any, **claims: Any) -> Lie:
    """A launch that lets somebody in, with these claims."""
    return Lie(about, what, lambda here: here.opens(**claims), expected)


def says_in_vain(about: str, what: str, expected: Any, **claims: Any) -> Lie:
    return Lie(about, what, lambda here: here.launches(**claims), expected)


def asks_for_content(here: Neighbour, **changes: Any) -> Any:
    """A deep linking launch of a teacher, with these settings."""
    return here.launches(
        message_type="LtiDeepLinkingRequest", resource_link=..., roles=[INSTRUCTOR], sub="teacher",
        **{f"{DL}deep_linking_settings": settings(**changes)},
    )  # fmt: skip


def find(told: Told, query: Any) -> list[Any]:
    with told.world.house.database.reading() as db:
        return list(db.scalars(query))


def has_no_desk(told: Told) -> bool:
    """No page of an administrator, of the office or of a course opens."""
    app, here = told.world.app, told.told
    paths = [str(app.url_path_for(name)) for name in ("admin.health", "admin.people", "admin.courses", "admin.log")]
    if here.context is not None:
        paths.append(str(app.url_path_for("dashboard.course", context=here.context.uuid)))
    return {here.get(path).status_code for path in paths} <= {403, 404}


def is_a_stranger(told: Told) -> bool:
    """Another person than the neighbour's, without anything of theirs, in no page of theirs."""
    here: SignedIn = told.told
    victim = told.world.near.institution_id
    with told.world.house.database.reading() as db:
        same = db.scalar(select(func.count(User.id)).where(User.sub == here.user.sub, User.institution_id == victim))
        theirs = db.scalars(select(Context.uuid).where(Context.institution_id == victim)).all()
    home = here.get("/").text
    app = told.world.app
    closed = [here.get(str(app.url_path_for("dashboard.course", context=uuid))).status_code for uuid in theirs]
    return same == 1 and here.user.institution_id != victim and "1 of 1" not in home and set(closed) == {404}


def keeps_nothing_of(model: Any) -> Own:
    """Of such an address nothing is kept."""

    def proves(told: Told) -> bool:
        ours = model.institution_id == told.here.institution_id
        return find(told, select(model).where(ours)) == []

    return Own(proves)


def frames_nobody_else(told: Told) -> bool:
    """What was named as a frame is an origin or nothing."""
    policy = told.told.get("/").headers["content-security-policy"]
    ancestors = policy.partition("frame-ancestors")[2].split(";")[0].split()
    named = find(told, select(EmbeddingOrigin.origin).where(EmbeddingOrigin.platform_id == told.told.user.platform_id))
    is_plain = all(one == "'self'" or (one.startswith("https://") and "*" not in one) for one in ancestors)
    return is_plain and len(named) <= 30 and "unsafe" not in policy


def leads_nowhere(told: Told) -> bool:
    return "javascript:" not in told.told.get("/").text


def has_no_ancestor(told: Told) -> bool:
    return find(told, select(ContextCopy).where(ContextCopy.institution_id == told.here.institution_id)) == []


def links_open_home(told: Told) -> bool:
    """A link that claims to be copied from a neighbour's opens nothing of it: it is decided here, or not at all."""
    keys = find(told, select(ResourceLink.key).where(ResourceLink.institution_id == told.here.institution_id))
    return set(keys) <= {"home", "undecided"}


def owes_nothing_to_others(told: Told) -> bool:
    ours = told.here.institution_id
    columns = find(told, select(Delivery).where(Delivery.institution_id == ours))
    return all(one.registration_id == told.here.registration_id for one in columns)


def a_deployment_of_its_own(told: Told) -> bool:
    rows = find(told, select(Deployment).where(Deployment.platform_deployment_id == "1"))
    return len({row.registration_id for row in rows}) == len(rows)


def opens_many_frames(here: Neighbour) -> Any:
    for number in range(40):
        told = here.opens(launch_presentation={"return_url": f"https://frame-{number}.test/", "locale": "en"})
    return told


NAMES = (
    says("a name", "a script", Text(SCRIPT), name=SCRIPT),
    says("a name", "breaks out of an attribute and an element", Text(BROKEN_OUT), name=BROKEN_OUT),
    says("a name", "a template's marks", Text("{{7*7}}{% raw %}${7*7}"), name="{{7*7}}{% raw %}${7*7}"),
    says("a name", "turns the line around", Text("Ada moc.live"), name="Ada \u202emoc.live\u2066"),
    says("a name", "controls a terminal, ends in NUL", Text("]0;x Ada [31m red"),
         name="\x1b]0;x\x07Ada \x1b[31m\x9b red\0"),
    says("a name", "40 kB long", Text("a" * 300), name="a" * 40_000),
    says_in_vain("a name", "4 MB long", refused("token-too-large"), name="a" * 4_000_000),
    says("a name", "is a list", Text("Ada Learner"), name=["x"], given_name="Ada", family_name="Learner"),
    says("a name", "only blanks and joiners", Own(lambda t: t.told.user.name is None), name="  \u200f ", email=None),
    Lie("a name", "half a character", lambda here: here.launches_in_ascii(name="\ud800"), refused("token-malformed")),
    says("an e-mail address", "holds another header", Own(lambda t: "\n" not in t.told.user.email),
         email="a@b.test\r\nBcc: everybody@example.test"),
    Lie("a course's title", "a script",
        lambda here: here.reads_roster({"context": {"id": "course-1", "title": SCRIPT, "label": SCRIPT}}),
        Text(SCRIPT, "list")),
    says("the product", "a script of 4 kB", Text(SCRIPT * 2, "connection"),
         tool_platform={"product_family_code": "moodle", "version": SCRIPT * 160, "name": SCRIPT}),
)  # fmt: skip
ROLES = (
    says("roles", "everybody administers everything", Own(has_no_desk), roles=[ADMINISTRATOR, SYSTEM_ADMINISTRATOR]),
    says("roles", "everybody teaches a course that no office knows", Own(has_no_desk), roles=[INSTRUCTOR]),
    says("roles", "in a vocabulary of its own", Own(has_no_desk),
         roles=["https://hostile.test/v2/membership#Instructor", f"{LEARNER}#Instructor", f" {INSTRUCTOR}"]),
    says_in_vain("roles", "five hundred", refused("claim-malformed", "token-too-large"), roles=[LEARNER] * 500),
    says_in_vain("roles", "one text", MALFORMED, roles=INSTRUCTOR),
    says_in_vain("roles", "objects", MALFORMED, roles=[{"role": INSTRUCTOR}]),
)  # fmt: skip
IDS = (
    says("ids", "person, course, link and deployment of a neighbour", Own(is_a_stranger), email="ada@example.test"),
    says("ids", "a deployment that a neighbour has", Own(a_deployment_of_its_own), deployment_id="1"),
    says("ids", "a neighbour's course and content", Own(owes_nothing_to_others), custom={"cairn_key": "module/m0"}),
    says("ids", "a course that was copied from a neighbour's", Own(has_no_ancestor),
         context={"id": "copy", "title": "Copy"}, custom={"context_history": "course-1", "link_history": "link-1"}),
    says("ids", "a link that was copied from a neighbour's", Own(links_open_home),
         resource_link={"id": "copy", "title": "A link"},
         custom={"context_history": "course-1", "link_history": "link-1"}),
    says_in_vain("ids", "a person of 10 kB", MALFORMED, sub=BIG),
    says_in_vain("ids", "a person with NUL", MALFORMED, sub="learner-1\0"),
    says_in_vain("ids", "a course of 10 kB", MALFORMED, context={"id": BIG}),
    says_in_vain("ids", "a link of 10 kB", MALFORMED, resource_link={"id": BIG}),
    says_in_vain("ids", "a deployment of 10 kB", MALFORMED, deployment_id=BIG),
    says_in_vain("ids", "content that is not there", refused("content-unknown"), custom={"cairn_key": "../../etc"}),
    says_in_vain("ids", "the neighbour's client id", refused("audience"), aud="client of Test University"),
    says_in_vain("ids", "both client ids", refused("audience"), aud=["client of Test University", "x"]),
    says_in_vain("ids", "another issuer", refused("issuer"), iss="https://far-lms.test"),
)  # fmt: skip
ADDRESSES = (
    says("addresses", "a way back that is a script", Own(leads_nowhere),
         launch_presentation={"return_url": "javascript:alert(1)//https://lms.test"}),
    says("addresses", "a frame that is any or unsafe", Own(frames_nobody_else),
         custom={"canvas_api_domain": "*.test; script-src 'unsafe-inline' *"},
         launch_presentation={"return_url": "https://*/", "locale": "en"}),
    Lie("addresses", "a new frame at each launch", opens_many_frames, Own(frames_nobody_else)),
    says_in_vain("addresses", "a target of somebody else's", refused("foreign-target"),
                 target_link_uri="https://cairn.test.hostile.test/lti/launch"),
    *(
        Lie("addresses", f"a roster at {where}", lambda here, where=where: here.reads_roster(roster=where),
            keeps_nothing_of(RosterReading))
        for where in ("javascript:alert(1)", "file:///etc/passwd", f"https://x.test/{'a' * 10_000}", "gopher://x.test/m",
                      "https://a:b@lms.test/", ["https://lms.test/members"])
    ),
    Lie("addresses", "an answer to a choice that is sent in the clear",
        lambda here: asks_for_content(here, deep_link_return_url="http://lms.test/return"), MALFORMED),
    Lie("addresses", "an answer to a choice that is a script",
        lambda here: asks_for_content(here, deep_link_return_url="javascript:alert(1)"), MALFORMED),
    Lie("addresses", "a choice with 60 kB to echo",
        lambda here: asks_for_content(here, data=SCRIPT * 1_500), Own(lambda t: t.told.status_code == 303)),
)  # fmt: skip
LIES_OF_LAUNCHES = (*NAMES, *ROLES, *IDS, *ADDRESSES)
