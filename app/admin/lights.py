"""How one connection fares, light by light, and what to do about each: in words, and in the words of that LMS."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.admin.connection_queries import ConnectionReading
from app.lti.failures import TARGET_DIFFERS
from app.lti.health import Service
from app.lti.models import LaunchFailure, ServiceHealth
from app.lti.platform_profiles import Profile, recognize
from app.lti.refusal_texts import WORDS
from app.lti.refusals import Reason
from app.outbound.errors import Reason as CallReason
from app.web.texts import gettext as _
from app.web.texts import ngettext
from app.web.words import moment

A_DAY = timedelta(days=1)
LATE_AFTER = timedelta(hours=1)
SKEW_CARE, SKEW_BAD = 30, 60
# What befalls a person and their browser, or has a light of its own: it says nothing against the connection.
_PERSONAL = frozenset({
    Reason.ALREADY_USED, Reason.COOKIES_BLOCKED, Reason.OTHER_BROWSER, Reason.STATE_EXPIRED, Reason.STATE_INVALID,
    Reason.TOKEN_EXPIRED, Reason.TOKEN_TOO_OLD, Reason.PERSON_BLOCKED, Reason.DEPLOYMENT_PENDING,
    Reason.DEPLOYMENT_CLOSED, Reason.PLATFORM_ERROR, Reason.BAD_LAUNCH,
})  # fmt: skip
_UNREACHED = frozenset(reason.value for reason in CallReason if reason is not CallReason.STATUS)
_SWITCH_OF = {Service.AGS: "grades", Service.NRPS: "roster", Service.NOTICES: "notices"}
_REFUSED_WORDS = frozenset({"forbidden", "not-authorized", "no-score-scope", "insufficient-scope", "401", "403"})


class Color(StrEnum):
    """What a light shows; its word says the same."""

    GOOD = "good"
    CARE = "care"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True)
class Light:
    """One thing that works or does not: `word` beside the color, `fact` behind it, `step` to take now, if any."""

    title: str
    color: Color
    word: str
    fact: str = ""
    step: str = ""


def list_lights(reading: ConnectionReading, *, now: datetime) -> tuple[Light, ...]:
    """All lights of a connection, in the order in which an administrator asks."""
    profile = recognize(reading.registration.product, reading.registration.issuer)
    lights = [
        _light_launches(reading, profile, now),
        *_light_deployments(reading),
        *_light_places(reading),
        _light_queue(reading, now),
        _light_service(_("Completion to the gradebook"), Service.AGS, reading, profile),
        _light_service(_("List of members"), Service.NRPS, reading, profile),
        _light_service(_("Access tokens of the LMS"), Service.TOKEN, reading, profile),
        _light_service(_("Public keys of the LMS"), Service.KEYSET, reading, profile),
        _light_service(_("Notices of the LMS"), Service.NOTICES, reading, profile),
        _light_clock(reading),
        _light_acting(profile, tells=reading.registration.tells_masquerading),
    ]
    return tuple(lights)


def _name(profile: Profile) -> str:
    return _("Your LMS") if profile.is_fallback else profile.name


def _light_launches(reading: ConnectionReading, profile: Profile, now: datetime) -> Light:
    title, last = _("Launches"), reading.last_launch
    fact = _("last one {when}").format(when=moment(last)) if last else ""
    if not reading.registration.is_active:
        step = _("Nobody can open Cairn from this LMS. Open the connection again when you want that.")
        return Light(title, Color.BAD, _("Closed"), fact, step)
    failure = _find_failure(reading, now)
    if failure is not None:
        told = _("People read “{title}”. {count} refused since the connection began, the last {when}.").format(
            title=_tell_failure(failure), count=failure.count, when=moment(failure.last_at)
        )
        return Light(title, Color.BAD, _("Refused"), told, _find_launch_step(failure, profile))
    if last is None:
        return Light(title, Color.NONE, _("None yet"), "", _("Open Cairn once from a course of this LMS."))
    return Light(title, Color.GOOD, _("In order"), fact)


def _light_deployments(reading: ConnectionReading) -> tuple[Light, ...]:
    """Only where one waits."""
    if not reading.undecided:
        return ()
    fact = ngettext("{n} is new", "{n} are new", reading.undecided).format(n=reading.undecided)
    step = _("Nobody can open Cairn from there yet. Open this connection below, and let it in or close it.")
    return (Light(_("Deployments"), Color.CARE, _("Waiting for you"), fact, step),)


def _light_places(reading: ConnectionReading) -> tuple[Light, ...]:
    """Only where services have moved."""
    if not reading.new_places:
        return ()
    fact = _("now also {hosts}").format(hosts=", ".join(reading.new_places))
    step = _(
        "If your LMS has moved, open this connection and say so. If not, close the connection and ask who runs the LMS."
    )
    return (Light(_("Addresses of the LMS's services"), Color.CARE, _("New"), fact, step),)


def _find_failure(reading: ConnectionReading, now: datetime) -> LaunchFailure | None:
    """The newest refusal that speaks against the connection: none went well since, and it was within a day."""
    last = reading.last_launch
    for failure in reading.failures:
        is_ours = failure.reason != TARGET_DIFFERS and failure.reason not in _PERSONAL
        if is_ours and now - failure.last_at < A_DAY and (last is None or failure.last_at > last):
            return failure
    return None


def _tell_failure(failure: LaunchFailure) -> str:
    known = failure.reason in set(Reason)
    return _(WORDS[Reason(failure.reason)].title) if known else failure.reason


def _find_launch_step(failure: LaunchFailure, profile: Profile) -> str:
    lms, switch = _name(profile), profile.words.switch_on
    steps = {
        Reason.KEY_UNKNOWN: _("Compare the key set address that {lms} shows with the one of this connection."),
        Reason.KEYS_UNREACHABLE: _(
            "The key set address of this connection must answer from the internet: ask your network team."
        ),
        Reason.CLOCK_SKEW: _("Set the clock of the LMS's server by network time."),
        Reason.NO_USER: _("Have the LMS say who opens Cairn: {name}."),
        Reason.CONTENT_UNKNOWN: _("A link in a course names content that is gone. The course's staff make it anew."),
        Reason.REGISTRATION_CLOSED: _("The connection was closed. It is open now."),
    }
    general = _("Compare what the LMS holds with this connection, then open Cairn once more. See: {switch}.")
    known = failure.reason in set(Reason)
    said = steps.get(Reason(failure.reason), general) if known else general
    return said.format(lms=lms, switch=switch, name=profile.words.switches.get("name", switch))


def _light_queue(reading: ConnectionReading, now: datetime) -> Light:
    title, queue, pause = _("Waiting to be sent"), reading.queue, reading.pause
    rests = pause is not None and pause.resume_at > now
    if queue.refused:
        fact = _("{refused} refused by the LMS, {waiting} waiting").format(refused=queue.refused, waiting=queue.waiting)
        step = _("When the cause is mended, open this connection below and press “Send again now”.")
        return Light(title, Color.BAD, _("Refused"), fact, step)
    if not queue.waiting or queue.oldest is None:
        return Light(title, Color.GOOD, _("Nothing waits"))
    fact = _("{waiting} waiting, the oldest since {when}").format(waiting=queue.waiting, when=moment(queue.oldest))
    if not rests and now - queue.oldest < LATE_AFTER:
        return Light(title, Color.GOOD, _("On its way"), fact)
    step = _("Cairn keeps trying by itself. The lights below say what stands in the way.")
    return Light(title, Color.CARE, _("Late"), fact, step)


def _light_service(title: str, service: Service, reading: ConnectionReading, profile: Profile) -> Light:
    row = reading.services.get(service)
    if row is None or (row.last_good_at is None and row.last_bad_at is None):
        return Light(title, Color.NONE, _("Not used yet"))
    if row.is_good:
        when = moment(row.last_good_at) if row.last_good_at else ""
        return Light(title, Color.GOOD, _("In order"), _("last answer {when}").format(when=when))
    step = _find_service_step(service, row.last_bad_reason or "", profile)
    return Light(title, Color.BAD, _("Not working"), _tell_bad(row), step)


def _tell_bad(row: ServiceHealth) -> str:
    said = _("Last failure {when}, code {reason}").format(
        when=moment(row.last_bad_at) if row.last_bad_at else "", reason=row.last_bad_reason or ""
    )
    return said + (_("; last good answer {when}").format(when=moment(row.last_good_at)) if row.last_good_at else "")


def _find_service_step(service: Service, reason: str, profile: Profile) -> str:
    words, lms = profile.words, _name(profile)
    word = reason.removeprefix("token-")
    if word in _UNREACHED:
        said = _("Cairn could not reach {lms}. If people can, ask your network team whether this server may call it.")
    elif service in _SWITCH_OF and word in _REFUSED_WORDS:
        said = _("{lms} does not allow it. Switch it on: {switch}.")
    elif reason.startswith("token-") or service is Service.TOKEN:
        said = _("{lms} gives Cairn no access. Look whether its key is switched on: {on}.")
    elif word == "throttled":
        said = _("{lms} asks Cairn to slow down, and Cairn does. There is nothing to do.")
    else:
        said = _("{lms} answers with an error of its own. Cairn keeps trying; look at the status of your LMS.")
    switch = next((text for name, text in words.switches.items() if name == _SWITCH_OF.get(service)), words.switch_on)
    return said.format(lms=lms, switch=switch, on=words.switch_on)


def _light_clock(reading: ConnectionReading) -> Light:
    measured = [row.skew_seconds for row in reading.services.values() if row.skew_seconds is not None]
    if not measured:
        return Light(_("Clock of the LMS"), Color.NONE, _("Not measured yet"))
    widest = max(measured, key=abs)
    fact = _("{seconds} seconds from Cairn's").format(seconds=abs(widest))
    if abs(widest) < SKEW_CARE:
        return Light(_("Clock of the LMS"), Color.GOOD, _("In order"), fact)
    color = Color.BAD if abs(widest) > SKEW_BAD else Color.CARE
    step = _("Set both servers' clocks by network time. Past 60 seconds, launches are refused.")
    return Light(_("Clock of the LMS"), color, _("Apart"), fact, step)


def _light_acting(profile: Profile, *, tells: bool | None) -> Light:
    """By the last launch; before the first, by what the registration asked for."""
    title = _("Somebody acting as another")
    if tells if tells is not None else "masquerading_id" in profile.registration.parameters:
        fact = _("{lms} says so, and private pages are closed then").format(lms=_name(profile))
        return Light(title, Color.GOOD, _("Told"), fact)
    fact = _("{lms} does not say so; each person sees every visit made in their name").format(lms=_name(profile))
    return Light(title, Color.NONE, _("Cannot tell"), fact)
