"""Who sits at the desk of these pages: this person alone, and nobody who acts in their name."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from app.assessment.models import Goal
from app.assessment.queries import find_goal
from app.assessment.reading import ProfileReading, read_profile
from app.assessment.role_pages import RolesPanel, make_roles
from app.web.deps import DbSession, HouseDep, Library, Now
from app.web.errors import NotFound
from app.web.guards import Learner, close_to_actors
from app.web.texts import gettext as _
from competencies import Instrument
from modules import PageText


@dataclass(frozen=True)
class Desk:
    """Who is here, and what is needed to answer them. Raises ViewOnly for somebody who acts in this person's name."""

    request: Request
    here: Learner
    db: DbSession
    library: Library
    now: Now
    house: HouseDep

    def __post_init__(self) -> None:
        close_to_actors(self.here)

    @property
    def instrument(self) -> Instrument:
        """The version that is offered now. Raises NotFound where none is."""
        if self.library.instrument is None:
            raise NotFound
        return self.library.instrument

    def goal(self, uuid: UUID) -> Goal:
        """One of this person's own goals, held by a request that changes it. Raises NotFound."""
        found = find_goal(self.db, user=self.here.user, uuid=uuid, is_held=self.request.method == "POST")
        if found is None:
            raise NotFound
        return found

    def text(self) -> PageText:
        """The renderer of the instrument's texts, with its sources."""
        return PageText(self.library.citations, {}, source_label=_("Source {number}"), locale=self.instrument.locale)

    def profile(self, *, with_sums: bool = True) -> ProfileReading:
        """Everything that this person handed in. Raises NotFound where no instrument is offered."""
        return read_profile(
            self.db, user=self.here.user, library=self.library, instrument=self.instrument, with_sums=with_sums
        )

    def roles(self, reading: ProfileReading) -> RolesPanel | None:
        """Role clarity beside what these self-assessments say. One statement."""
        clarity = self.house.read_role_clarity(self.db, self.here.user, self.library)
        return make_roles(self.request, reading, clarity)


AtDesk = Annotated[Desk, Depends(Desk)]
