"""Reads a statement and tells which tenants' tables it touches without saying whose rows are meant.

A table is *held* when its `institution_id` equals a value that was handed over, or a column that is itself held. Only
conditions that every row must meet count: those joined by AND in WHERE or ON. A left join's ON holds the table that it
joins, never the one before it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

TENANT = "institution_id"
Column = tuple[str, str]
# A condition, and the tables that it may hold; None: whichever it names.
Condition = tuple[exp.Expression, frozenset[str] | None]


@dataclass(frozen=True)
class Kind:
    """One table: its columns, whether its rows are an institution's own, and what names a single row of it.

    Whoever names a single row by one of its `keys` has said whose it is: keys are given only of the server's own
    tables (a registration, a platform), and of secrets that only their holder knows.
    """

    columns: frozenset[str]
    is_tenants: bool
    keys: tuple[frozenset[str], ...]


NOTHING = Kind(frozenset(), is_tenants=False, keys=())


@dataclass
class Scope:
    """One SELECT, UPDATE or DELETE: its tables by alias (None: a derived one), and the columns that are held."""

    outer: "Scope | None" = None
    tables: dict[str, str | None] = field(default_factory=dict)
    held: set[Column] = field(default_factory=set)
    # Queries of a WITH by name, each with the columns that are held in its rows.
    named: dict[str, frozenset[str]] = field(default_factory=dict)

    def find_named(self, name: str) -> frozenset[str] | None:
        if name in self.named:
            return self.named[name]
        return self.outer.find_named(name) if self.outer is not None else None

    def holds(self, column: Column) -> bool:
        if column[0] in self.tables:
            return column in self.held
        return self.outer is not None and self.outer.holds(column)


class Reading:
    """One statement; `loose` collects what is not held, as `select membership`."""

    def __init__(self, text: str, tables: Mapping[str, Kind], *, free: frozenset[str] = frozenset()) -> None:
        """`free` names tables of which all institutions' rows may be meant; the others must hang on their rows."""
        self.tables, self.free = tables, free
        self.loose: list[str] = []
        plain = re.sub(r"%\(\w+\)s|%s|\?", ":value", text).replace("%%", "%")
        for statement in sqlglot.parse(plain, read="postgres"):
            if statement is not None:
                self._read(statement, None)

    def _read(self, node: exp.Expression, outer: Scope | None) -> frozenset[str]:
        """The names of the columns that are held in the node's rows."""
        scope = Scope(outer)
        self._read_with(node, scope)
        if isinstance(node, exp.Subquery):
            return self._read(node.this, scope)
        if isinstance(node, exp.SetOperation):
            return self._read(node.left, scope) & self._read(node.right, scope)
        if isinstance(node, exp.Select | exp.Update | exp.Delete):
            return self._read_rows(node, scope)
        for query in _list_queries(node):
            self._read(query, scope)
        return frozenset()

    def _read_with(self, node: exp.Expression, scope: Scope) -> None:
        found = node.args.get("with_")
        for one in found.expressions if found is not None else ():
            query, names = one.this, [column.name for column in one.args["alias"].columns]
            if found.args.get("recursive") and isinstance(query, exp.SetOperation):
                # What its first part holds the others may build on; the whole holds what all of them hold.
                scope.named[one.alias] = _rename(query.left, self._read(query.left, scope), names)
            scope.named[one.alias] = _rename(query, self._read(query, scope), names)

    def _read_rows(self, node: exp.Expression, scope: Scope) -> frozenset[str]:
        conditions: list[Condition] = [(rule, None) for rule in _split(node.args.get("where"))]
        for table in _list_tables(node):
            conditions += self._enter(table, scope)
        for join in node.args.get("joins") or ():
            conditions += self._join(join, scope)
        self._hold(conditions, scope)
        for alias, table in scope.tables.items():
            if self._kind(table).is_tenants and (alias, TENANT) not in scope.held:
                self.loose.append(f"{node.key} {table}")
        for query in [*_list_queries(node), *(one for rule, _ in conditions for one in _list_queries(rule))]:
            self._read(query, scope)
        return frozenset(self._list_outputs(node, scope))

    def _kind(self, table: str | None) -> Kind:
        return self.tables.get(table or "", NOTHING)

    def _enter(self, table: exp.Expression, scope: Scope) -> list[Condition]:
        """Puts a table, a query or a group of joins into the scope; gives the conditions of joins inside it."""
        if isinstance(table, exp.Subquery) and isinstance(table.this, exp.Table):
            return self._enter(table.this, scope)
        alias, known = table.alias_or_name, scope.find_named(table.name) if isinstance(table, exp.Table) else None
        if isinstance(table, exp.Table) and known is None:
            scope.tables[alias] = table.name
        else:
            names = self._read(table, scope) if known is None else known
            scope.tables[alias] = None
            scope.held |= {(alias, name) for name in names}
        return [found for join in table.args.get("joins") or () for found in self._join(join, scope)]

    def _join(self, join: exp.Join, scope: Scope) -> list[Condition]:
        assert join.side in {"", "LEFT"}, f"a {join.side} join: say here what it holds"
        before = set(scope.tables)
        inside = self._enter(join.this, scope)
        may_hold = frozenset(set(scope.tables) - before) if join.side else None
        return [*inside, *((rule, may_hold) for rule in _split(join.args.get("on")))]

    def _hold(self, conditions: list[Condition], scope: Scope) -> None:
        pairs = [
            (column, other)
            for rule, may_hold in conditions
            for column, other in self._list_equals(rule, scope)
            if may_hold is None or column[0] in may_hold
        ]
        count = -1
        while count < len(scope.held):
            count = len(scope.held)
            scope.held |= {column for column, other in pairs if other is None or scope.holds(other)}
            scope.held |= set(self._list_columns_of_single_rows(scope))

    def _list_columns_of_single_rows(self, scope: Scope) -> Iterator[Column]:
        for alias, table in scope.tables.items():
            kind = self._kind(table)
            held = {name for owner, name in scope.held if owner == alias}
            if table in self.free or any(key <= held for key in kind.keys):
                yield from ((alias, name) for name in kind.columns)

    def _list_equals(self, rule: exp.Expression, scope: Scope) -> Iterator[tuple[Column, Column | None]]:
        """Each column of this scope that must equal another column, or (None) a value."""
        rule = _strip(rule)
        is_equal = isinstance(rule, exp.EQ | exp.NullSafeEQ) or (
            isinstance(rule, exp.Is) and not rule.args.get("negate")
        )
        sides = (rule.this, rule.expression) if is_equal else ()
        for one, other in (sides, sides[::-1]) if sides else ():
            column, counterpart = self._find_column(one, scope), self._find_column(other, scope)
            if column is not None and column[0] in scope.tables and (counterpart or _is_value(other)):
                yield column, counterpart

    def _find_column(self, node: exp.Expression, scope: Scope | None) -> Column | None:
        node = _strip(node)
        if not isinstance(node, exp.Column):
            return None
        while not node.table and scope is not None:
            for alias, table in scope.tables.items():
                if table is None or node.name in self._kind(table).columns:
                    return alias, node.name
            scope = scope.outer
        return node.table, node.name

    def _list_outputs(self, node: exp.Expression, scope: Scope) -> Iterator[str]:
        returned = node.args.get("returning")
        shown = node.expressions if isinstance(node, exp.Select) else returned.expressions if returned else []
        for one in shown:
            column = self._find_column(one.unalias(), scope)
            if _is_value(one.unalias()) or (column is not None and scope.holds(column)):
                yield one.alias_or_name


def _strip(node: exp.Expression) -> exp.Expression:
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def _is_value(node: exp.Expression) -> bool:
    return isinstance(_strip(node), exp.Placeholder | exp.Literal | exp.Null)


def _split(node: exp.Expression | None) -> Iterator[exp.Expression]:
    """The conditions that must all hold."""
    if node is None:
        return
    node = _strip(node.this if isinstance(node, exp.Where) else node)
    if isinstance(node, exp.And):
        yield from _split(node.this)
        yield from _split(node.expression)
    else:
        yield node


def _list_tables(node: exp.Expression) -> list[exp.Expression]:
    changed = [node.this] if isinstance(node, exp.Update | exp.Delete) else []
    first = [node.args["from_"].this] if node.args.get("from_") is not None else []
    return [*changed, *first, *(node.args.get("using") or ())]


def _rename(query: exp.Expression, held: frozenset[str], names: list[str]) -> frozenset[str]:
    """The held columns of a WITH's query under the names that it gives them."""
    return frozenset(new for new, old in zip(names, query.named_selects, strict=True) if old in held) if names else held


def _list_queries(node: exp.Expression) -> Iterator[exp.Expression]:
    """The outermost queries inside an expression. Of a SELECT its conditions, tables and WITH are read elsewhere."""
    elsewhere = {"from_", "with_", "joins", "where"} if isinstance(node, exp.Query | exp.DML) else set()
    for name, argument in node.args.items():
        for child in argument if isinstance(argument, list) else [argument]:
            if name in elsewhere or not isinstance(child, exp.Expression):
                continue
            if isinstance(child, exp.Query):
                yield child
            else:
                yield from _list_queries(child)
