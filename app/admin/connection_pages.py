"""What the pages about connections show, as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.admin import words
from app.admin.connection_queries import ConnectionReading
from app.admin.lights import Color, Light, list_lights
from app.lti.key_models import ToolKey
from app.lti.models import Deployment, LaunchRecord, Registration
from app.lti.platform_profiles import recognize
from app.membership.models import EmbeddingOrigin, Platform
from app.web.texts import gettext as _


@dataclass(frozen=True)
class ConnectionCard:
    """One connection and its lights; `needs` are those with a step to take."""

    uuid: UUID
    name: str
    lms: str
    use: str
    is_active: bool
    needs: tuple[Light, ...]
    lights: tuple[Light, ...]


@dataclass(frozen=True)
class KeyRow:
    """One of our signing keys."""

    kid: str
    state: str
    since: datetime


@dataclass(frozen=True)
class HealthPage:
    """All connections of an institution, those that need somebody first."""

    cards: tuple[ConnectionCard, ...]
    needs: int
    keys: tuple[KeyRow, ...]


def make_health_page(readings: Sequence[ConnectionReading], keys: Sequence[ToolKey], *, now: datetime) -> HealthPage:
    cards = sorted((_make_card(reading, now) for reading in readings), key=lambda card: not card.needs)
    return HealthPage(tuple(cards), sum(len(card.needs) for card in cards), _list_keys(keys))


def _make_card(reading: ConnectionReading, now: datetime) -> ConnectionCard:
    registration, platform = reading.registration, reading.platform
    lights = list_lights(reading, now=now)
    needs = tuple(light for light in lights if light.color in {Color.BAD, Color.CARE})
    lms = recognize(registration.product, registration.issuer).name
    return ConnectionCard(registration.uuid, platform.name, lms, platform.use, registration.is_active, needs, lights)


def _list_keys(keys: Sequence[ToolKey]) -> tuple[KeyRow, ...]:
    return tuple(KeyRow(key.kid, key.state, key.created_at) for key in keys)


@dataclass(frozen=True)
class ScopeRow:
    """A permission: whether we asked for it, the registration granted it (None: it did not say), launches show it."""

    what: str
    is_asked: bool
    is_granted: bool | None
    is_seen: bool


@dataclass(frozen=True)
class ConnectionPage:
    """One connection in full."""

    card: ConnectionCard
    registration: Registration
    platform: Platform
    deployments: tuple[Deployment, ...]
    policies: tuple[tuple[str, str], ...]
    scopes: tuple[ScopeRow, ...]
    added: tuple[str, ...]
    named: tuple[str, ...]
    can_resend: bool
    # Where services were seen lately, and nobody has said that it is theirs.
    new_places: tuple[str, ...]
    typed: str
    wrong: str | None


@dataclass(frozen=True)
class Typed:
    """What was typed into the field for a host, and what is wrong with it."""

    text: str = ""
    wrong: str | None = None


def make_connection_page(
    reading: ConnectionReading,
    deployments: Sequence[Deployment],
    origins: Sequence[EmbeddingOrigin],
    *,
    now: datetime,
    typed: Typed = Typed(),
) -> ConnectionPage:
    return ConnectionPage(
        card=_make_card(reading, now),
        registration=reading.registration,
        platform=reading.platform,
        deployments=tuple(deployments),
        policies=tuple((word, _(said)) for word, said in words.POLICIES.items()),
        scopes=_list_scopes(reading.registration, deployments),
        added=tuple(one.origin for one in origins if one.is_added),
        named=tuple(one.origin for one in origins if not one.is_added),
        can_resend=bool(reading.queue.waiting or reading.queue.refused),
        new_places=reading.new_places,
        typed=typed.text,
        wrong=typed.wrong,
    )


def _list_scopes(registration: Registration, deployments: Sequence[Deployment]) -> tuple[ScopeRow, ...]:
    """What was asked or granted in any way; nothing where a registration of old did not keep it."""
    asked = (registration.scopes_asked or "").split()
    granted = None if registration.scopes_granted is None else registration.scopes_granted.split()
    seen = {scope for one in deployments for scope in (one.scopes_seen or "").split()}
    known = {*asked, *(granted or ()), *seen}
    return tuple(
        ScopeRow(_(said), scope in asked, None if granted is None else scope in granted, scope in seen)
        for scope, said in words.SCOPES.items()
        if scope in known
    )


@dataclass(frozen=True)
class ReceivedPage:
    """What the admin's own last recorded launch held; `is_waiting` for the next one."""

    is_waiting: bool
    recorded_at: datetime | None
    claims: tuple[dict[str, str], ...]


def make_received_page(record: LaunchRecord | None) -> ReceivedPage:
    if record is None:
        return ReceivedPage(is_waiting=False, recorded_at=None, claims=())
    return ReceivedPage(record.recorded_at is None, record.recorded_at, tuple(record.content))


def make_diagnosis(page: HealthPage, *, version: str, now: datetime) -> dict[str, Any]:
    """For whoever helps from afar: lights and keys, and nothing about a person."""
    return {
        "product": "Cairn",
        "version": version,
        "made_at": now.isoformat(),
        "connections": [
            {
                "lms": card.lms,
                "site": card.name,
                "use": card.use,
                "is_active": card.is_active,
                "lights": [
                    {
                        "title": light.title,
                        "color": light.color,
                        "word": light.word,
                        "fact": light.fact,
                        "step": light.step,
                    }
                    for light in card.lights
                ],
            }
            for card in page.cards
        ],
        "keys": [{"kid": key.kid, "state": key.state, "since": key.since.isoformat()} for key in page.keys],
    }
