"""Plain tables and copies of their rows, for the few paths on which the unit of work costs more than the database."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.attributes import manager_of_class

Model = TypeVar("Model")


def table_of(model: type[Any]) -> Table:
    """The table of a mapped class."""
    table: Table = model.__table__
    return table


def make_copy(model: type[Model], values: Iterable[Any]) -> Model:
    """An object with the values of one row, in the order of the table's columns; no session knows it."""
    return make_partial_copy(model, dict(zip(_list_keys(model), values, strict=True)))


def make_partial_copy(model: type[Model], values: Mapping[str, Any]) -> Model:
    """The same from some of the values, by attribute; the others read as None."""
    copy: Model = manager_of_class(model).new_instance()
    # As loaded, not as set: there is nothing to be written.
    copy.__dict__.update(values)
    return copy


_keys: dict[type[Any], tuple[str, ...]] = {}


def _list_keys(model: type[Any]) -> tuple[str, ...]:
    known = _keys.get(model)
    if known is None:
        mapper = class_mapper(model)
        known = _keys[model] = tuple(mapper.get_property_by_column(column).key for column in table_of(model).c)
    return known
