"""A row by its id, of one institution and no other."""

from typing import Any, Protocol, TypeVar

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Mapped, Session, with_loader_criteria


class OfTenant(Protocol):
    """A row of a table that names its institution."""

    institution_id: Any


Row = TypeVar("Row", bound=OfTenant)


def get_ours(db: Session, model: type[Row], row_id: int, *, institution_id: int) -> Row:
    """The row with that id if that institution has it. Raises NoResultFound.

    A row that the session holds already is not asked for again.
    """
    owner: Mapped[int] = model.institution_id
    found = db.get(model, row_id, options=[with_loader_criteria(model, owner == institution_id)])
    if found is None or found.institution_id != institution_id:
        raise NoResultFound
    return found
