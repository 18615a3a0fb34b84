"""What a room may ask of another on its floor, which it must not import: `main` hands the other's answer to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.membership.models import User
from modules import Library


@dataclass(frozen=True)
class FormTaken:
    """The first way through one form of a role set: when it ended, and its index, 0 to 100, over `count` situations."""

    at: datetime
    index: int
    count: int
    is_provisional: bool


@dataclass(frozen=True)
class RoleForm:
    """One form of a role set, where it stands, and how it was gone through the first time; None: not yet."""

    id: str
    title: str
    minutes: int
    taken: FormTaken | None


@dataclass(frozen=True)
class RoleClarity:
    """Two parallel forms of one module, for before and after the training. `competency` is what that module is for."""

    module_slug: str
    competency: str
    before: RoleForm
    after: RoleForm


# Private to that person: whoever asks shows it to nobody else. None where no module has two forms.
ReadRoleClarity = Callable[[Session, User, Library], RoleClarity | None]


def read_no_role_clarity(_db: Session, _user: User, _library: Library) -> RoleClarity | None:
    return None
