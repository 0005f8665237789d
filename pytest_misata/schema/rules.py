"""Rules of coherence: from their SQL to a predicate over columns of the row, of its parents and of its children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import ForeignKey, Rule, SchemaConfig, TableConfig
from pytest_misata.schema.sql.checks import parse_condition, read_tree
from pytest_misata.schema.sql.nodes import function
from pytest_misata.schema.sql.predicates import ALWAYS, Predicate, Unknown, walk

if TYPE_CHECKING:
    from sqlglot import exp

FOLDS = frozenset({"sum", "count", "min", "max"})


@dataclass(frozen=True, slots=True)
class Fold:
    """What the children of a row come to: `sum`, `count`, `min` or `max` of a column, of those that `where` holds for.

    The children are the rows of `table` whose key `key` points at the row.
    """

    name: str
    table: str
    key: ForeignKey
    column: str
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate, and where its columns are: own ones, and by other names those made from the row or elsewhere."""

    predicate: Predicate
    paths: Mapping[str, str] = field(default_factory=dict)
    """Columns of the row and, through foreign keys, of its parents."""
    days: Mapping[str, str] = field(default_factory=dict)
    """The days on which moments lie, by paths."""
    folds: Mapping[str, Fold] = field(default_factory=dict)
    """What the row's children come to."""


def read_rule(schema: SchemaConfig, table: TableConfig, rule: Rule) -> Condition:
    """What a rule says. Raises SchemaError, naming table and rule, where any of it is not known or not understood."""
    where = f"{table.key}: rule {rule.name or rule.sql}"
    tree = parse_condition(rule.sql)
    if tree is None:
        raise SchemaError(f"{where}: not SQL: {rule.sql}")
    return _Rules(schema, where).condition(table, tree, prefix=None)


class _Rules:
    """Reads the conditions of one rule; `where` is for messages."""

    def __init__(self, schema: SchemaConfig, where: str) -> None:
        self._schema, self._where = schema, where

    def condition(self, table: TableConfig, tree: exp.Expr, *, prefix: str | None) -> Condition:
        """A condition on rows of a table, whose columns may be written with `prefix` before them."""
        found = Condition(ALWAYS, {}, {}, {})
        tree = tree.transform(lambda node: self._placed(table, node, prefix, found))
        predicate = read_tree(tree, (*table.columns, *found.paths, *found.days, *found.folds))
        for part in walk(predicate):
            if isinstance(part, Unknown):
                raise SchemaError(f"{self._where}: not understood: {part.sql}")
        return replace(found, predicate=predicate)

    def _placed(self, table: TableConfig, node: Any, prefix: str | None, found: Condition) -> Any:
        """The node, or a plain column in place of what is read elsewhere, which is noted in `found`."""
        fold = node.this if type(node).__name__ == "Filter" else node
        if function(fold) in FOLDS and prefix is None:
            where = node.expression.this if fold is not node else None
            return _noted(found.folds, node.sql(), self._fold(table, fold, where))
        if type(node).__name__ == "Cast" and node.to.this.name == "DATE" and _is_column(node.this):
            return _noted(found.days, node.sql(), self._path(table, node.this, prefix))
        if _is_column(node):
            path = self._path(table, node, prefix)
            return _noted(found.paths, path, path)
        return node

    def _path(self, table: TableConfig, node: Any, prefix: str | None) -> str:
        parts = [part.name for part in node.parts]
        parts = parts[1:] if parts[0] == prefix and len(parts) > 1 else parts
        self._check(table, parts)
        return ".".join(parts)

    def _fold(self, table: TableConfig, node: Any, where: Any) -> Fold:
        parts = [part.name for part in node.this.parts] if _is_column(node.this) else []
        if len(parts) != 2 or parts[0] not in self._schema.tables:
            said = f"{node.sql()} is to be over a column of a table, such as sum(lines.amount)"
            raise SchemaError(f"{self._where}: {said}")
        child = self._schema.tables[parts[0]]
        self._check(child, parts[1:])
        condition = None if where is None else self.condition(child, where, prefix=child.name)
        return Fold(function(node), child.key, self._key(table, child), parts[1], condition)

    def _key(self, table: TableConfig, child: TableConfig) -> ForeignKey:
        """The key by which the rows of a table are children: the owner's, or the only one."""
        keys = [key for key in child.foreign_keys if key.parent == table.key]
        keys = [key for key in keys if key.owner] or keys
        if len(keys) != 1:
            raise SchemaError(f"{self._where}: {len(keys)} foreign keys of {child.key} point at {table.key}")
        return keys[0]

    def _check(self, table: TableConfig, parts: list[str]) -> None:
        first, *rest = parts
        if first not in table.columns:
            raise SchemaError(f"{self._where}: no column {table.key}.{first}")
        key = table.foreign_key(first)
        if rest and key is None:
            raise SchemaError(f"{self._where}: {table.key}.{first} points at no other table")
        if rest and key is not None:
            self._check(self._schema.tables[key.parent], rest)


def _is_column(node: Any) -> bool:
    return type(node).__name__ in {"Column", "Dot"}


def _noted(notes: Any, name: str, what: Any) -> exp.Expr:
    """A column of that name, noted as standing for something."""
    from sqlglot import exp

    notes[name] = what
    return exp.column(exp.to_identifier(name, quoted=True))
