"""From SQLAlchemy's `MetaData` to a `SchemaConfig`, whether models or a database filled it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import CheckConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy import Column as SQLColumn
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, ForeignKeyConstraint
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ClauseElement, TextClause, UnaryExpression
from sqlalchemy.sql.functions import next_value

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import (
    Check,
    Column,
    Default,
    Exclude,
    ForeignKey,
    SchemaConfig,
    TableConfig,
    UniqueIndex,
)
from pytest_misata.schema.sources import steering
from pytest_misata.schema.sources.computed import over_stated_columns
from pytest_misata.schema.sources.exclusions import keep_apart
from pytest_misata.schema.sources.sqltypes import Reading, read_type
from pytest_misata.schema.sql.checks import ends_in_order
from pytest_misata.schema.sql.sqltext import bare, literal, replace_word, sequence_of
from pytest_misata.schema.types import ColumnType

_ORDERINGS = (operators.asc_op, operators.desc_op, operators.nulls_first_op, operators.nulls_last_op)


def read_metadata(metadata: MetaData, tables: Iterable[Table], dialect: Dialect) -> SchemaConfig:
    """The tables, as the database that the dialect is for would have them.

    Raises:
        SchemaError: a foreign key points at a table or column that is not there.
    """
    schema = SchemaConfig(source=metadata, dialect=None if dialect.name == "default" else dialect.name)
    for table in tables:
        reader = _TableReader(table, dialect)
        schema.tables[table.key] = reader.read()
        schema.not_understood += reader.missed
    return schema


class _TableReader:
    """Reads one table, and keeps what it does not understand."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._table, self._dialect = table, dialect
        self._common = dialect.name == "default"
        self._types: dict[str, Reading] = {}
        self.missed: list[str] = []

    def read(self) -> TableConfig:
        table = self._table
        config = TableConfig(table.name, schema=table.schema, description=table.comment or "")
        config.columns = {column.name: self._column(column) for column in table.columns if not column.system}
        config.primary_key = tuple(column.name for column in table.primary_key.columns)
        config.foreign_keys = self._foreign_keys()
        config.checks = [
            over_stated_columns(check, config.columns) for check in (*self._checks(), *self._type_checks())
        ]
        self._read_keys(config)
        config.checks += ends_in_order(config, self._dialect.name)
        config.excludes = [self._kept_apart(config, exclude) for exclude in self._excludes()]
        steering.steer_table(config, table.info)
        return config

    def _miss(self, what: str) -> None:
        self.missed.append(f"{self._table.key}: {what}")

    def _column(self, column: SQLColumn[Any]) -> Column:
        reading = self._reading(column)
        # Databases that have no identity columns get one that numbers itself or is written like any other.
        identity = column.identity if self._dialect.supports_identity_columns or self._common else None
        return Column(
            column.name,
            reading.type,
            nullable=bool(column.nullable and not column.primary_key and reading.nullable),
            generator=steering.generator(column, reading, f"{self._table.key}.{column.name}"),
            generated=column.computed is not None,
            expression=None if column.computed is None else self._sql(column.computed.sqltext),
            identity=None if identity is None else "always" if identity.always else "by default",
            autoincrement=column is self._table.autoincrement_column,
            sequence=_sequence(column),
            numbering=_numbering(identity or column.default),
            default=_client_default(column, self._sql),
            server_default=self._server_default(column, reading.type),
            bound=reading.bound,
            alike=reading.alike,
            description=column.comment or "",
        )

    def _reading(self, column: SQLColumn[Any]) -> Reading:
        reading = read_type(_own_type(column), self._dialect)
        self._types[column.name] = reading
        if reading.missed:
            self.missed.append(f"{self._table.key}.{column.name}: {reading.missed}")
        return reading

    def _server_default(self, column: SQLColumn[Any], type_: ColumnType) -> Default | None:
        argument = getattr(column.server_default, "arg", None)
        if argument is None or column.computed is not None or _sequence(column) is not None:
            return None
        text = "'" + argument.replace("'", "''") + "'" if isinstance(argument, str) else self._sql(argument)
        return Default(sql=text, value=literal(text, type_))

    def _sql(self, expression: Any) -> str | None:
        """An expression as DDL writes it; None where it has no such form."""
        if not isinstance(expression, ClauseElement):
            return str(expression)
        if isinstance(expression, TextClause) and not any(bind.value for bind in expression._bindparams.values()):
            # What looks like a parameter is part of a string: reflection escapes nothing.
            return expression.text.replace("\\:", ":")
        compiler = self._dialect.statement_compiler(self._dialect, None)
        try:
            return compiler.process(expression, include_table=False, literal_binds=True)
        except (SQLAlchemyError, NotImplementedError, TypeError, ValueError):
            return None

    def _foreign_keys(self) -> list[ForeignKey]:
        found: dict[Any, ForeignKey] = {}
        for constraint in sorted(self._table.foreign_key_constraints, key=_by_columns):
            key = self._foreign_key(constraint)
            found.setdefault((key.columns, key.parent, key.parent_columns), key)
        return list(found.values())

    def _foreign_key(self, constraint: ForeignKeyConstraint) -> ForeignKey:
        try:
            targets = [element.column for element in constraint.elements]
        except SQLAlchemyError as error:
            raise SchemaError(f"{self._table.key}: a foreign key points nowhere: {_line(error)}") from None
        key = ForeignKey(
            tuple(element.parent.name for element in constraint.elements),
            targets[0].table.key,
            tuple(target.name for target in targets),
            on_delete=constraint.ondelete.upper() if constraint.ondelete else None,
            name=_name(constraint),
            deferrable=bool(constraint.deferrable) and self._dialect.name not in {"mysql", "mariadb"},
            full_match=(constraint.match or "").upper() == "FULL",
        )
        places = constraint.elements
        own = [constraint.info, *(element.info for element in places)]
        where = f"{self._table.key}.{', '.join(key.columns)}"
        return steering.steer_key(key, own, [element.parent.info for element in places], where)

    def _checks(self) -> Iterator[Check]:
        # A CHECK said beside a column's type is kept by the column alone.
        held = [self._table.constraints, *(column.constraints for column in self._table.columns)]
        constraints = [item for items in held for item in items if isinstance(item, CheckConstraint)]
        read = [(self._sql(item.sqltext), _name(item)) for item in constraints if self._applies(item)]
        for sql, name in sorted(read, key=lambda check: (check[1] or "", check[0] or "")):
            if sql is None:
                self._miss(f"CHECK {name or '(unnamed)'}")
            else:
                yield Check(bare(sql), name)

    def _applies(self, item: Any) -> bool:
        """Whether DDL for this database has the constraint or index."""
        if self._common:
            return True
        kind: Any = self._dialect.ddl_compiler
        compiler = kind(self._dialect, None)
        if isinstance(item, Index):
            ddl_if = getattr(item, "_ddl_if", None)
            return ddl_if is None or bool(ddl_if._should_execute(CreateIndex(item), item, None, compiler=compiler))
        return bool(item._should_create_for_compiler(compiler))

    def _type_checks(self) -> Iterator[Check]:
        """The conditions of domains, said of the columns that have them."""
        for column, reading in self._types.items():
            quoted = self._dialect.identifier_preparer.quote(column)
            for name, condition in reading.checks:
                yield Check(bare(replace_word(condition, "VALUE", quoted)), name)

    def _read_keys(self, config: TableConfig) -> None:
        """Unique keys and indexes: those over plain columns as such, the others with what makes them special."""
        uniques: list[tuple[str, ...]] = []
        for key in self._unique_keys():
            if key.where is None and key.nulls_distinct and None not in key.columns:
                uniques.append(tuple(name for name in key.columns if name))
            else:
                config.unique_indexes.append(key)
        config.uniques = sorted({names for names in uniques if names and names != config.primary_key})
        plain = (self._index(index) for index in self._table.indexes if not index.unique)
        indexes = {tuple(name for name in index.columns if name) for index in plain if None not in index.columns}
        config.indexes = sorted(names for names in indexes if names)

    def _unique_keys(self) -> list[UniqueIndex]:
        constraints = [item for item in self._table.constraints if isinstance(item, UniqueConstraint)]
        indexes = [self._index(index) for index in self._table.indexes if index.unique and self._applies(index)]
        found = [*(_unique_constraint(item) for item in constraints if self._applies(item)), *indexes]
        return sorted(found, key=lambda key: (key.expressions, key.where or "", key.name or ""))

    def _index(self, index: Index) -> UniqueIndex:
        lengths = None if self._common else self._option(index, "length")
        parts = [self._part(part, lengths) for part in index.expressions]
        where = self._option(index, "where")
        condition = None if where is None else self._sql(where)
        if where is not None and condition is None:
            self._miss(f"condition of the index {_name(index)}")
        return UniqueIndex(
            tuple(sql for sql, _ in parts),
            tuple(name for _, name in parts),
            where=condition and bare(condition),
            nulls_distinct=not self._option(index, "nulls_not_distinct"),
            name=_name(index),
        )

    def _part(self, part: Any, lengths: Any) -> tuple[str, str | None]:
        """SQL and, where it is just that, the column's name."""
        while isinstance(part, UnaryExpression) and part.modifier in _ORDERINGS:
            part = part.element
        name = getattr(part, "name", None) if isinstance(part, SQLColumn) else None
        length = lengths.get(name) if isinstance(lengths, Mapping) else lengths
        if name is not None and length is None:
            return name, name
        sql = self._sql(part)
        if sql is None:
            self._miss(f"index expression {part!r}")
        return (f"left({sql}, {length})" if length else sql or repr(part)), None

    def _option(self, item: Any, option: str) -> Any:
        """An option that one dialect's DDL has; that of any dialect where none is stated."""
        return _option(item, option, self._dialect)

    def _excludes(self) -> Iterator[Exclude]:
        for item in self._table.constraints:
            if isinstance(item, ExcludeConstraint) and (self._common or self._dialect.name == "postgresql"):
                parts = tuple((self._part(part, None)[0], operator) for part, _, operator in item._render_exprs)
                where = None if item.where is None else self._sql(item.where)
                yield Exclude(parts, where and bare(where), _name(item))

    def _kept_apart(self, config: TableConfig, exclude: Exclude) -> Exclude:
        if keep_apart(config, exclude, self._dialect.name):
            return replace(exclude, followed=True)
        written = ", ".join(f"{part} WITH {operator}" for part, operator in exclude.elements)
        self._miss(f"EXCLUDE {exclude.name or '(unnamed)'} ({written})")
        return exclude


def _unique_constraint(constraint: UniqueConstraint) -> UniqueIndex:
    names = tuple(column.name for column in constraint.columns)
    together = constraint.dialect_kwargs.get("postgresql_nulls_not_distinct")
    return UniqueIndex(names, names, nulls_distinct=not together, name=_name(constraint))


def _option(item: Any, option: str, dialect: Dialect) -> Any:
    given = {name: value for name, value in item.dialect_kwargs.items() if value is not None}
    if dialect.name != "default":
        families = (dialect.name, "mysql") if dialect.name == "mariadb" else (dialect.name,)
        return next((given[name] for family in families if (name := f"{family}_{option}") in given), None)
    return next((value for name, value in given.items() if name.partition("_")[2] == option), None)


def _own_type(column: SQLColumn[Any]) -> Any:
    """The column's type; that of the column it refers to where it states none."""
    seen: set[Any] = set()
    while column.type._isnull and column.foreign_keys and column not in seen:
        seen.add(column)
        try:
            column = next(iter(column.foreign_keys)).column
        except SQLAlchemyError:
            break
    return column.type


def _sequence(column: SQLColumn[Any]) -> str | None:
    """The name of the sequence that numbers the column."""
    if getattr(column.default, "is_sequence", False):
        return str(column.default.name)  # type: ignore[union-attr]
    argument = getattr(column.server_default, "arg", None)
    if isinstance(argument, next_value):
        return str(argument.sequence.name)
    return sequence_of(str(getattr(argument, "text", "")))


def _numbering(numbered: Any) -> tuple[int, int]:
    """Where an identity or a sequence begins, and its step; one after another from 1 where neither is stated."""
    stated = (getattr(numbered, name, None) for name in ("start", "increment"))
    start, step = (number if isinstance(number, int) and number > 0 else 1 for number in stated)
    return start, step


def _client_default(column: SQLColumn[Any], sql: Any) -> Default | None:
    default: Any = column.default
    if default is None or default.is_sequence:
        return None
    if default.is_callable:
        return Default(function=getattr(default.arg, "__qualname__", type(default.arg).__name__))
    if default.is_clause_element:
        return Default(sql=sql(default.arg))
    return Default(value=steering.stored(column.type, default.arg))


def _name(item: Any) -> str | None:
    return str(item.name) if isinstance(item.name, str) else None


def _by_columns(constraint: ForeignKeyConstraint) -> tuple[list[str], str]:
    return [element.parent.name for element in constraint.elements], constraint.elements[0].target_fullname


def _line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0]
