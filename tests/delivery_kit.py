"""A practice LMS in this process, its registration in Cairn, and people who opened its links: for tests of delivery."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.lti import deliveries
from app.lti.grades import drain
from app.lti.keys import list_public_jwks
from app.lti.models import Delivery, Deployment, LineItem, LinkUser, Registration, ResourceLink
from app.membership.models import Context, Institution, Platform, User
from app.practice_lms.application import create_practice_lms
from app.practice_lms.platform import Platform as PracticePlatform
from app.practice_lms.registrations import ToolConfig
from app.practice_lms.settings import FetchedAnswer, PracticeSettings
from app.progress import service as progress_service
from app.progress.models import Receipt
from app.progress.rules import FactKind
from app.web.house import House
from tests.clients import Client
from tests.in_process import outbound_to

ISSUER = "https://issuer.lms.test"
MODULE = "module/m0"


class Delivering:
    """One LMS of one institution. `house` is the app's, with its calls led to the LMS.

    `live` is an LMS on real sockets, for tests with real processes; `lms_clock` a clock of the LMS's own.
    """

    def __init__(
        self, app: Any, *, temper: str = "moodle", institution: str = "Test University", live: Any = None,
        lms_clock: Any = None,
    ) -> None:  # fmt: skip
        self.temper = temper
        self.house: House = app.state.house
        self.platform: PracticePlatform = live.platform if live else self._start(app, institution, lms_clock)
        self.known = self.platform.add_registration(ToolConfig.at(self.house.settings.base_url))
        self.registration_id, self.deployment_id = self._register(institution)

    def _start(self, app: Any, institution: str, lms_clock: Any) -> PracticePlatform:
        slug = institution.lower().replace(" ", "-")
        here = f"https://{slug}.lms.test"
        issuer, tokens = (ISSUER, f"https://{slug}.tokens.test") if self.temper == "canvas" else (here, here)
        settings = PracticeSettings(
            base_url=here, tool_base_url=self.house.settings.base_url, temper=self.temper, issuer_origin=issuer,
            token_origin=tokens, clock=lms_clock or self.house.clock, fetch=self._fetch,
        )  # fmt: skip
        lms = create_practice_lms(settings)
        reachable: dict[str, Client] = vars(app.state).setdefault("lms_clients", {})
        for origin in (here, issuer, tokens):
            reachable[origin] = Client(lms, base_url=origin, follow_redirects=False)
        self.house = replace(self.house, outbound=outbound_to(reachable))
        platform: PracticePlatform = lms.state.platform
        return platform

    def _fetch(self, _url: str) -> FetchedAnswer:
        return FetchedAnswer(200, json.dumps({"keys": list_public_jwks(self.house)}).encode())

    def _register(self, institution: str) -> tuple[int, int]:
        urls, now = self.platform.urls, self.house.clock()
        with self.house.database.writing() as db:
            tenant = Institution(name=institution, created_at=now)
            db.add(tenant)
            db.flush()
            site = Platform(institution_id=tenant.id, name=institution, product=self.temper, created_at=now)
            db.add(site)
            db.flush()
            registration = Registration(
                platform_id=site.id, issuer=urls.issuer, client_id=self.known.client_id, product=self.temper,
                authorization_url=urls.authorization, token_url=urls.token, keyset_url=urls.jwks, created_at=now,
                updated_at=now,
            )  # fmt: skip
            db.add(registration)
            db.flush()
            deployment = Deployment(
                registration_id=registration.id, platform_id=site.id, created_at=now,
                platform_deployment_id=self.known.deployment_id,
            )  # fmt: skip
            db.add(deployment)
            db.flush()
            return registration.id, deployment.id

    def opens(
        self, person_id: str = "5", link_id: str = "1", *, key: str = MODULE, is_gradable: bool = True,
        is_test_user: bool = False, may_score: bool = True,
    ) -> User:  # fmt: skip
        """What a launch of that person by that link leaves behind."""
        now = self.house.clock()
        with self.house.database.writing() as db:
            user = self._user(db, person_id, is_test_user=is_test_user)
            link = self._link(db, link_id, key)
            seen = db.scalar(
                select(LinkUser).where(LinkUser.resource_link_id == link.id, LinkUser.user_id == user.id)
            ) or LinkUser(institution_id=user.institution_id, resource_link_id=link.id, user_id=user.id)
            seen.is_gradable, seen.seen_at = is_gradable, now
            db.add(seen)
            item_id = self.platform.links[link_id].line_item_id
            if item_id is not None:
                url = self.platform.temper.line_item_url(self.platform.world.line_items[item_id], self.known)
                deliveries.keep_line_item(db, link=link, url=url, may_score=may_score, now=now)
            db.flush()
            deliveries.derive_for_launch(db, link=link, user=user, now=now)
        return user

    def _user(self, db: Any, person_id: str, *, is_test_user: bool) -> User:
        deployment, sub = db.get_one(Deployment, self.deployment_id), self.platform.sub_of(person_id)
        site = db.get_one(Platform, deployment.platform_id)
        user = db.scalar(select(User).where(User.platform_id == site.id, User.sub == sub)) or User(
            institution_id=site.institution_id, platform_id=site.id, sub=sub, name=f"Person {person_id}",
            is_test_user=is_test_user, created_at=self.house.clock(),
        )  # fmt: skip
        db.add(user)
        db.flush()
        return user

    def _link(self, db: Any, link_id: str, key: str) -> ResourceLink:
        link = db.scalar(
            select(ResourceLink).where(
                ResourceLink.deployment_id == self.deployment_id, ResourceLink.platform_link_id == link_id
            )
        )
        if link is not None:
            return link
        context = self._context(db, self.platform.links[link_id].course_id)
        link = ResourceLink(
            institution_id=context.institution_id, deployment_id=self.deployment_id, context_id=context.id,
            platform_link_id=link_id, key=key, created_at=self.house.clock(),
        )  # fmt: skip
        db.add(link)
        db.flush()
        return link

    def _context(self, db: Any, course_id: str) -> Context:
        found = db.scalar(
            select(Context).where(Context.deployment_id == self.deployment_id, Context.platform_context_id == course_id)
        )
        if found is not None:
            return found
        site = db.get_one(Platform, db.get_one(Deployment, self.deployment_id).platform_id)
        context = Context(
            institution_id=site.institution_id, platform_id=site.id, deployment_id=self.deployment_id,
            platform_context_id=course_id, created_at=self.house.clock(),
        )  # fmt: skip
        db.add(context)
        db.flush()
        return context

    def completes(self, user: User, key: str = MODULE, *, kind: FactKind = FactKind.COMPLETED) -> None:
        """The fact, settled as a request would settle it."""
        with self.house.database.writing() as db:
            progress_service.record(db, user=user, kind=kind, key=key, at=self.house.clock())
            for hook in self.house.before_commit:
                hook(db)

    def works_off(self, *, house: House | None = None) -> int:
        """Drains the lane as an engine would, until nothing is due. How many batches it took."""
        batches = 1
        while drain(house or self.house, str(self.registration_id)):
            batches += 1
        return batches

    def deliveries(self) -> list[Delivery]:
        with self.house.database.reading() as db:
            return list(
                db.scalars(
                    select(Delivery).where(Delivery.registration_id == self.registration_id).order_by(Delivery.id)
                )
            )

    def delivery(self) -> Delivery:
        (only,) = self.deliveries()
        return only

    def receipts(self) -> list[str]:
        with self.house.database.reading() as db:
            return list(db.scalars(select(Receipt.state).order_by(Receipt.id)))

    def line_items(self) -> list[LineItem]:
        with self.house.database.reading() as db:
            return list(db.scalars(select(LineItem).order_by(LineItem.id)))

    def item_of(self, link_id: str = "1") -> str:
        item = self.platform.links[link_id].line_item_id
        assert item is not None
        return item

    def shown(self, person_id: str = "5", link_id: str = "1") -> float | None:
        """What the gradebook shows for that person in that link's column."""
        grade = self.platform.grade_of(person_id, self.item_of(link_id))
        return None if grade is None else grade.score

    def posts(self, person_id: str = "5", link_id: str = "1") -> int:
        """How often the gradebook took a score for that cell."""
        grade = self.platform.grade_of(person_id, self.item_of(link_id))
        return 0 if grade is None else grade.posts

    def calls(self) -> int:
        return len(self.platform.calls_to("scores"))

    def delivery_reasons(self) -> list[str | None]:
        return [delivery.reason for delivery in self.deliveries()]


def at_once(*calls: Callable[[], object]) -> None:
    """Each in a thread of its own, begun together; an error in one is an error of the test."""
    start, errors = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        start.wait()
        try:
            call()
        except Exception as error:  # noqa: BLE001  told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [], errors
