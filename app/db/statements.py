"""A statement that each database has its own words for."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.db.direct import Executes, name_dialect


class Statement(NamedTuple):
    """One statement in the words of each database."""

    sqlite: Any
    postgresql: Any

    def of(self, db: Executes) -> Any:
        """In the words of the database that this session, or `Direct`, speaks to."""
        return self.sqlite if name_dialect(db) == "sqlite" else self.postgresql

    def run(self, db: Executes, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Any:
        """Runs it with one row or with many; what comes back."""
        return db.execute(self.of(db), rows)

    def returning(self, *columns: Any) -> "Statement":
        """The same, and these columns of the row come back, or objects of these classes."""
        return Statement(self.sqlite.returning(*columns), self.postgresql.returning(*columns))
