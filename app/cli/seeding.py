"""`cairn seed`: a sample institution with people and histories, to show and to measure. No private text."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli.practicing import refuse_in_production
from app.config import Settings
from app.learning import rules as learning_rules
from app.learning.completion import record_part
from app.lti.models import Deployment, Registration
from app.main import build_house
from app.membership.models import Context, Institution, Membership, Platform, User
from app.web.house import House
from modules import Module

BATCH = 200
PEOPLE_A_COURSE = 250
SITE = "https://sample-lms.example"
FIRST = (
    "Amara",
    "Zoë",
    "Jun",
    "Łukasz",
    "مريم",
    "Priyanka",
    "Mateo",
    "Ngozi",
    "Søren",
    "伊藤",
    "Leila",
    "Tomás",
    "Ewa",
    "Kofi",
)
LAST = (
    "Okonkwo",
    "Brandão",
    "Tanaka",
    "Žižek",
    "الحسن",
    "Iyer",
    "Delgado",
    "Eze",
    "Holm",
    "美咲",
    "Karimi",
    "Novák",
    "Adjei",
)
# How far people are, of 100: never begun, somewhere inside, through.
NOT_BEGUN, UNDER_WAY = 30, 55


@dataclass(frozen=True)
class Sample:
    """The rows that every sample person needs."""

    institution: Institution
    platform: Platform
    deployment: Deployment


def seed(settings: Settings, *, people: int) -> None:
    """Adds that many people to the sample institution; running it again adds more."""
    refuse_in_production(settings, "the sample institution")
    house = build_house(settings)
    with house.database.writing() as db:
        sample = _find_or_make_sample(db, house.clock())
        already = db.scalar(select(func.count(User.id)).where(User.institution_id == sample.institution.id)) or 0
    numbers = iter(range(already, already + people))
    while batch := tuple(islice(numbers, BATCH)):
        _seed_batch(house, sample, batch)
        print(f"{batch[-1] + 1 - already} of {people} people", flush=True)
    house.database.close()


def _find_or_make_sample(db: Session, now: datetime) -> Sample:
    institution = db.scalar(select(Institution).where(Institution.name == "Sample School of Medicine"))
    if institution is not None:
        platform = db.scalars(select(Platform).where(Platform.institution_id == institution.id)).one()
        deployment = db.scalars(select(Deployment).where(Deployment.platform_id == platform.id)).one()
        return Sample(institution, platform, deployment)
    institution = Institution(name="Sample School of Medicine", created_at=now)
    db.add(institution)
    db.flush()
    platform = Platform(institution_id=institution.id, name="Sample LMS", use="production", created_at=now)
    db.add(platform)
    db.flush()
    registration = Registration(
        platform_id=platform.id, issuer=SITE, client_id="sample", authorization_url=f"{SITE}/auth",
        token_url=f"{SITE}/token", keyset_url=f"{SITE}/jwks", is_active=False, created_at=now, updated_at=now,
    )  # fmt: skip
    db.add(registration)
    db.flush()
    deployment = Deployment(
        registration_id=registration.id, platform_id=platform.id, platform_deployment_id="1", created_at=now
    )
    db.add(deployment)
    db.flush()
    return Sample(institution, platform, deployment)


def _seed_batch(house: House, sample: Sample, numbers: tuple[int, ...]) -> None:
    with house.database.writing() as db:
        for number in numbers:
            chance = random.Random(number)  # noqa: S311  the same people on every machine
            person = _make_person(db, sample, number, chance, house.clock())
            for module, steps in _choose_history(house.library.modules, chance):
                _live_through(db, person, module, steps=steps, chance=chance, now=house.clock())
            for hook in house.before_commit:
                hook(db)


def _make_person(db: Session, sample: Sample, number: int, chance: random.Random, now: datetime) -> User:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    person = User(
        institution_id=sample.institution.id, platform_id=sample.platform.id, sub=f"sample-{number}", name=name,
        created_at=now,
    )  # fmt: skip
    db.add(person)
    db.flush()
    context = _find_or_make_course(db, sample, number // PEOPLE_A_COURSE, now)
    db.add(
        Membership(
            institution_id=person.institution_id, context_id=context.id, user_id=person.id, is_learner=True,
            joined_at=now, seen_at=now,
        )
    )  # fmt: skip
    return person


def _find_or_make_course(db: Session, sample: Sample, number: int, now: datetime) -> Context:
    name = f"course-{number}"
    found = db.scalar(
        select(Context).where(
            Context.institution_id == sample.institution.id,
            Context.deployment_id == sample.deployment.id,
            Context.platform_context_id == name,
        )
    )
    if found is None:
        found = Context(
            institution_id=sample.institution.id, platform_id=sample.platform.id, deployment_id=sample.deployment.id,
            platform_context_id=name, title=f"Coach training, group {number + 1}", marked_at=now, created_at=now,
        )  # fmt: skip
        db.add(found)
        db.flush()
    return found


def _choose_history(modules: tuple[Module, ...], chance: random.Random) -> Iterator[tuple[Module, int]]:
    """Which modules this person touched, and how many of each one's parts they did."""
    luck = chance.randrange(100)
    if luck < NOT_BEGUN:
        return
    done = len(modules) if luck >= UNDER_WAY else chance.randrange(len(modules))
    for module in modules[:done]:
        yield module, len(learning_rules.list_parts(module))
    if done < len(modules):
        yield modules[done], chance.randint(1, len(learning_rules.list_parts(modules[done])) - 1)


def _live_through(  # noqa: PLR0913  one life
    db: Session, person: User, module: Module, *, steps: int, chance: random.Random, now: datetime
) -> None:
    at = now - timedelta(days=chance.randint(1, 120))
    for part in learning_rules.list_parts(module)[:steps]:
        at = min(at + timedelta(minutes=part.minutes + chance.randrange(600)), now)
        record_part(db, user=person, module=module, fact=part.fact, now=at)
