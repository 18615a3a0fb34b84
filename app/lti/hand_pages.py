"""What the pages show to an administrator who installs us in one LMS: our values, their fields, and why."""

import json
from dataclasses import dataclass
from datetime import datetime

from app.lti.addresses import LONGEST_URL
from app.lti.canvas_configuration import build_canvas_configuration
from app.lti.hand_forms import SERVER, SITE, Given, Manner
from app.lti.platform_profiles import Profile
from app.lti.renewal import ANOTHER, Candidate, guess
from app.lti.texts import clean_text
from app.lti.tool_addresses import ToolAddresses
from app.lti.tool_configuration import NAME
from app.web.texts import gettext, lazy

_USES = {"production": lazy("Production"), "beta": lazy("Beta"), "test": lazy("Test")}
# Each switch: what it is, what we need it for, and what is missing without it.
_WHY = {
    "name": (
        lazy("Names"),
        lazy("Completion lists and certificates name people."),
        lazy("Everybody is without a name, for staff and office too."),
    ),
    "email": (lazy("E-mail addresses"), lazy("Reminders, if your office sends any."), lazy("Nobody is reminded.")),
    "grades": (
        lazy("Grades"),
        lazy("One point of one in the gradebook when a part is complete."),
        lazy("Gradebooks stay empty; Cairn's own lists are whole."),
    ),
    "roster": (
        lazy("Course members"),
        lazy("Completion lists also name those who never opened Cairn."),
        lazy("Only people who have opened Cairn are listed."),
    ),
    "notices": (
        lazy("Notices"),
        lazy("A copied course is known as a copy at once."),
        lazy("Copies are found when somebody opens them."),
    ),
    "deep_linking": (
        lazy("Content selection"),
        lazy("Teachers pick a module from a list."),
        lazy("Every link opens the program's home page."),
    ),
}


@dataclass(frozen=True)
class Copied:
    """One of our values, to be copied into a field of the LMS."""

    id: str
    label: str
    value: str


@dataclass(frozen=True)
class Typed:
    """One value that the LMS shows, to be typed here."""

    id: str
    label: str
    value: str
    is_optional: bool
    problem: str | None


@dataclass(frozen=True)
class Choice:
    """One of several radio buttons."""

    value: str
    label: str
    detail: str
    is_chosen: bool
    since: datetime | None = None


@dataclass(frozen=True)
class Service:
    """A switch in the LMS, by its own name there."""

    name: str
    switch: str
    why: str
    without: str


@dataclass(frozen=True)
class HandPage:
    """Everything that one page of one LMS says."""

    profile: Profile
    is_own_server: bool
    has_servers: bool
    invitation: Copied
    ours: tuple[Copied, ...]
    file: Copied | None
    file_text: str | None
    services: tuple[Service, ...]
    sites: tuple[Choice, ...]
    fields: tuple[Typed, ...]
    problems: tuple[tuple[str, str], ...]
    questions: tuple[Choice, ...]


def build_page(
    manner: Manner, ours: ToolAddresses, *, invitation: str, given: Given, candidates: tuple[Candidate, ...] = ()
) -> HandPage:
    """`invitation` is its whole address; `given` holds what was typed so far; `candidates` ask “the same LMS as …?”."""
    profile = manner.profile
    has_file = bool(profile.shared_sites)
    text = json.dumps(build_canvas_configuration(profile, ours), indent=2) if has_file else None
    return HandPage(
        profile=profile,
        is_own_server=manner.is_own_server,
        has_servers=has_file,
        invitation=Copied("invitation", gettext("Registration link"), invitation),
        ours=_list_ours(profile, ours),
        file=Copied("file", "Enter URL", ours.canvas_configuration) if has_file else None,
        file_text=text,
        services=_list_services(profile),
        sites=_list_sites(manner, given),
        fields=_list_fields(manner, given),
        problems=tuple((f"f-{name}", sentence) for name, sentence in given.problems.items()),
        questions=list_questions(candidates, host=""),
    )


def _list_ours(profile: Profile, ours: ToolAddresses) -> tuple[Copied, ...]:
    values = {
        "title": NAME, "domain": ours.domain, "target_link_uri": ours.launch, "login_uri": ours.login,
        "redirect_uri": ours.launch, "keyset_uri": ours.keyset,
    }  # fmt: skip
    return tuple(Copied(f"our-{name}", label, values[name]) for name, label in profile.words.ours.items())


def _list_services(profile: Profile) -> tuple[Service, ...]:
    return tuple(
        Service(gettext(_WHY[key][0]), switch, gettext(_WHY[key][1]), gettext(_WHY[key][2]))
        for key, switch in profile.words.switches.items()
    )


def _list_sites(manner: Manner, given: Given) -> tuple[Choice, ...]:
    if not manner.is_shared:
        return ()
    chosen = given.values.get(SITE) or "production"
    return tuple(
        Choice(site.use, gettext(_USES[site.use]), site.issuer, site.use == chosen)
        for site in manner.profile.shared_sites
    )


def _list_fields(manner: Manner, given: Given) -> tuple[Typed, ...]:
    own = manner.profile.own_server
    usual = {"issuer": (own.issuer if own else None) or "", SERVER: ""} if manner.asks_server else {}
    return tuple(
        Typed(
            name,
            manner.label(name),
            clean_text(given.values.get(name), most=LONGEST_URL) or usual.get(name, ""),
            manner.is_optional(name),
            given.problems.get(name),
        )
        for name in manner.list_fields()
    )


def list_questions(candidates: tuple[Candidate, ...], *, host: str) -> tuple[Choice, ...]:
    """“The same LMS as …?”, the likely answer chosen; nothing where there is nothing to ask."""
    if not candidates:
        return ()
    likely = guess(candidates, host=host)
    known = [Choice(str(one.platform_uuid), one.name, one.issuer, one is likely, since=one.since) for one in candidates]
    return (*known, Choice(ANOTHER, gettext("No, another site"), gettext("Its people start anew."), is_chosen=False))
