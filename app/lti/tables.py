"""Plain tables for statements on the launch's path: they cost a third of what a mapped class's statements cost."""

from typing import Any

from sqlalchemy import Table


def table_of(model: Any) -> Table:
    """The table behind a mapped class."""
    table: Table = model.__table__
    return table
