"""Many coaches who hand in their self-assessments, and the job that draws the group picture of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import FastAPI
from sqlalchemy.orm import Session

from app.assessment import queries, service
from app.assessment.rules import Asked, Sheet, answer_key
from app.dashboard import drawing, rules
from app.dashboard.models import GroupLine
from app.membership.models import User
from app.progress import service as progress_service
from app.progress.rules import FactKind
from app.web.house import House
from tests.lti_kit import SignedIn, sign_in

PICTURE = "/office/coaching-picture"


@dataclass
class Coaches:
    """The coaches of one institution, by number."""

    app: FastAPI
    institution: str = "Test University"
    people: dict[int, SignedIn] = field(default_factory=dict)

    @property
    def house(self) -> House:
        found: House = self.app.state.house
        return found

    def get(self, number: int, course: str = "course-1") -> SignedIn:
        if number not in self.people:
            self.people[number] = sign_in(
                self.app, sub=f"coach-{number}", name=f"Coach {number}", institution=self.institution, course=course
            )
        return self.people[number]

    def hand_in(
        self, levels: Sequence[int], *, first: int = 0, point: str = "baseline", course: str = "course-1"
    ) -> None:
        """Coaches from the number `first` on hand in, each with one level in everything (0: nothing but N)."""
        users = [self.get(number, course).user for number in range(first, first + len(levels))]
        with self.house.database.writing() as db:
            for user, level in zip(users, levels, strict=True):
                self._hand_in(db, user, level, point)
            for hook in self.house.before_commit:
                hook(db)

    def _hand_in(self, db: Session, user: User, level: int, point: str) -> None:
        library, now = self.house.library, self.house.clock()
        assert library.instrument is not None
        sheet = Sheet(library.instrument, library.framework, point, "core")
        if point == "post":
            progress_service.record(db, user=user, kind=FactKind.PROGRAM_COMPLETED, key="all", at=now)
        begun = service.begin(db, user=user, instrument=library.instrument, point=point, form="core", now=now)
        assert begun is not None
        ids = [one for domain in sheet.framework.domains for one in sheet.list_ids(domain.id)]
        asked = (Asked.NOW, Asked.THEN) if point == "post" else (Asked.NOW,)
        given = {answer_key(one, item): str(level or "N") for one in asked for item in ids}
        service.save(db, assessment=begun, given=given, now=now)
        while begun.submitted_at is None:
            service.hand_in(db, user=user, assessment=begun, sheet=sheet, now=now)
            db.refresh(begun)

    def delete(self, number: int, point: str = "baseline") -> None:
        """Through the page, as the coach does."""
        here = self.get(number)
        with self.house.database.reading() as db:
            taken = queries.list_assessments(db, user=here.user)
        uuid = next(one.uuid for one in taken if one.point == point)
        assert here.post(f"/self-assessment/{uuid}/delete").status_code == 303

    def draw(self) -> None:
        """What an engine does that was woken, or that sweeps."""
        job = drawing.picture_job()
        with self.house.database.reading() as db:
            lanes = list(job.list_due(db, self.house.clock()))
        for lane in lanes:
            while job.drain(self.house, lane):
                pass


def put_picture(house: House, institution_id: int, *, least: int = rules.USUAL, whose: str = rules.EVERYBODY) -> None:
    """A picture as the job would draw it of 60 coaches, without the coaches: in two parts, in three, and not at all."""
    by_level = ([2, 16, 12, 24, 6], [4, 26, 20, 6, 4], [1, 2, 3, 53, 1])
    with house.database.writing() as db:
        for point in rules.POINTS:
            for at, one in enumerate(house.library.framework.competencies):
                counts = tuple(by_level[(at + (point == "post")) % len(by_level)])
                line = rules.take_round(rules.Line(), rules.Round(1, counts), least=least)
                shown = [[cell.first, cell.last, n] for cell, n in zip(line.cells, line.counts, strict=True)]
                db.add(
                    GroupLine(
                        institution_id=institution_id, whose=whose, least=least, point=point, code=one.code,
                        shown=shown, state={}, changed_at=house.clock(),
                    )
                )  # fmt: skip
