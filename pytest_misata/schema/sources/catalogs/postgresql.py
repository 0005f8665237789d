"""PostgreSQL: partitions, EXCLUDE constraints, domains, and types that reflection has no class for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Index, Table, text
from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN, ExcludeConstraint
from sqlalchemy.types import NullType

from pytest_misata.schema.sources.catalogs.default import Catalog, DeclaredType, give_sequences, verbatim

Tables = Mapping[tuple[str | None, str], Table]

_LEFT_ALONE = """
    SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(:schema))
    AND (relispartition OR EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'))
"""
_TYPES = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, relname, attname,
           format_type(atttypid, atttypmod) AS declared
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p')
"""
_COMPOSITES = """
    SELECT format_type(typ.oid, NULL) AS name, attname,
           format_type(COALESCE(NULLIF(of.typbasetype, 0), atttypid),
                       CASE WHEN of.typbasetype <> 0 THEN of.typtypmod ELSE atttypmod END) AS declared,
           ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = atttypid ORDER BY enumsortorder) AS labels
    FROM pg_type AS typ JOIN pg_class ON pg_class.oid = typ.typrelid AND relkind = 'c'
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    JOIN pg_type AS of ON of.oid = atttypid ORDER BY typ.oid, attnum
"""
_DEEP_ARRAYS = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, relname, attname, attndims
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE attndims > 1 AND NOT attisdropped AND relkind IN ('r', 'p')
"""
_EXCLUDES = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, relname, conname,
           ARRAY(SELECT pg_get_indexdef(conindid, place::int, true)
                 FROM generate_series(1, array_length(conexclop, 1)) AS place ORDER BY place) AS expressions,
           ARRAY(SELECT oprname::text FROM unnest(conexclop) WITH ORDINALITY AS used (oid, place)
                 JOIN pg_operator USING (oid) ORDER BY place) AS operators,
           pg_get_expr(indpred, indrelid) AS condition
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    JOIN pg_index ON indexrelid = conindid WHERE contype = 'x'
"""
_DOMAINS = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, pg_type.typname,
           format_type(typbasetype, typtypmod) AS base, conname, pg_get_expr(conbin, 0) AS condition
    FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace
    LEFT JOIN pg_constraint ON contypid = pg_type.oid AND contype = 'c'
    WHERE typtype = 'd' ORDER BY conname
"""
_PARTITIONS = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, parent.relname,
           CASE WHEN parent.relispartition THEN parent.oid END AS part_of, child.oid AS part,
           pg_get_partition_constraintdef(child.oid) AS condition,
           partstrat = 'h' OR pg_get_expr(child.relpartbound, child.oid) = 'DEFAULT' AS rest
    FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
    JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_namespace ON pg_namespace.oid = parent.relnamespace
    JOIN pg_partitioned_table ON partrelid = parent.oid ORDER BY child.relname
"""
_INHERITED_KEYS = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, relname, conname
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE contype = 'f' AND conparentid <> 0 AND NOT relispartition
"""
_PARTITION_KEYS = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, parent.relname, own.relname AS name,
           ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey)) AS columns,
           pg_get_expr(indpred, indrelid) AS condition
    FROM pg_index JOIN pg_class AS own ON own.oid = indexrelid JOIN pg_inherits AS child ON child.inhrelid = indrelid
    JOIN pg_class AS parent ON parent.oid = inhparent AND parent.relkind = 'p'
    JOIN pg_namespace ON pg_namespace.oid = parent.relnamespace
    WHERE indisunique AND indexprs IS NULL AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid)
    ORDER BY own.relname
"""
_TRIGGERS = """
    SELECT CASE WHEN nspname <> current_schema() THEN nspname END AS schema, relname, tgname
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE tgconstraint <> 0 AND NOT tgisinternal ORDER BY tgname
"""

_FREE_SEQUENCES = """
    SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = to_regnamespace(quote_ident(:schema))
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE (classid, objid) = ('pg_class'::regclass, pg_class.oid) AND deptype IN ('a', 'i', 'e')
        OR (refclassid, refobjid, classid) = ('pg_class'::regclass, pg_class.oid, 'pg_attrdef'::regclass)
    ) ORDER BY relname
"""


class PostgreSQLCatalog(Catalog):
    """Reads `pg_catalog`."""

    def left_alone(self, connection: Connection, schema: str | None) -> set[str]:
        """Partitions, which are filled through their parent, and tables that belong to an extension."""
        schema = schema or connection.dialect.default_schema_name
        return set(connection.execute(text(_LEFT_ALONE), {"schema": schema}).scalars())

    def repeated_keys(self, connection: Connection) -> set[tuple[str | None, str, str]]:
        """What keys that refer to a partitioned table imply for each of its partitions."""
        return {(row.schema, row.relname, row.conname) for row in connection.execute(text(_INHERITED_KEYS))}

    def complete(self, connection: Connection, tables: Tables) -> list[str]:
        _declare_types(connection, tables)
        _deepen_arrays(connection, tables)
        _complete_domains(connection, tables)
        _add_excludes(connection, tables)
        _add_partitions(connection, tables)
        _add_partition_keys(connection, tables)
        for schema in {schema for schema, _ in tables}:
            place = schema or connection.dialect.default_schema_name
            names = connection.execute(text(_FREE_SEQUENCES), {"schema": place}).scalars().all()
            give_sequences({key: table for key, table in tables.items() if key[0] == schema}, names)
        found = [(tables.get((row.schema, row.relname)), row) for row in connection.execute(text(_TRIGGERS))]
        return [f"{table.key}: constraint trigger {row.tgname}" for table, row in found if table is not None]


def _declare_types(connection: Connection, tables: Tables) -> None:
    unknown = {(key, column.name) for key, table in tables.items() for column in table.c if _is_null(column.type)}
    parts: dict[str, list[Any]] = {}
    for row in connection.execute(text(_COMPOSITES)) if unknown else ():
        parts.setdefault(row.name, []).append((row.attname, row.declared, row.labels))
    for row in connection.execute(text(_TYPES)) if unknown else ():
        if ((row.schema, row.relname), row.attname) in unknown:
            column = tables[row.schema, row.relname].c[row.attname]
            name = row.declared.removesuffix("[]")
            item = DeclaredType(name, parts.get(name, ()))
            column.type = ARRAY(item) if row.declared.endswith("[]") else item


def _deepen_arrays(connection: Connection, tables: Tables) -> None:
    """Reflection leaves out how deep an array was said to be."""
    arrays = any(isinstance(column.type, ARRAY) for table in tables.values() for column in table.c)
    for row in connection.execute(text(_DEEP_ARRAYS)) if arrays else ():
        column = tables[row.schema, row.relname].c.get(row.attname) if (row.schema, row.relname) in tables else None
        if column is not None and isinstance(column.type, ARRAY):
            column.type.dimensions = row.attndims


def _is_null(type_: Any) -> bool:
    return isinstance(getattr(type_, "item_type", type_), NullType)


def _complete_domains(connection: Connection, tables: Tables) -> None:
    """Reflection leaves out a domain's length and all of its checks but one."""
    types = (getattr(column.type, "item_type", column.type) for table in tables.values() for column in table.c)
    found = [type_ for type_ in types if isinstance(type_, DOMAIN)]
    rows = connection.execute(text(_DOMAINS)).all() if found else []
    for domain in found:
        own = [row for row in rows if row.typname == domain.name and row.schema in {domain.schema, None}]
        for row in own[:1]:
            _set_size(domain.data_type, row.base)
        setattr(domain, "misata_checks", tuple((row.conname, row.condition) for row in own if row.condition))  # noqa: B010


def _set_size(type_: Any, declared: str) -> None:
    """Give a type the figures in brackets after its name. Changes the type."""
    figures = [int(figure) for figure in declared.partition("(")[2].partition(")")[0].split(",") if figure]
    names = ("length",) if hasattr(type_, "length") else ("precision", "scale")
    for name, figure in zip(names, figures, strict=False):
        setattr(type_, name, figure)


def _add_excludes(connection: Connection, tables: Tables) -> None:
    for row in connection.execute(text(_EXCLUDES)):
        table = tables.get((row.schema, row.relname))
        if table is not None:
            parts: list[Any] = [
                (table.c[part] if part in table.c else verbatim(part), operator)
                for part, operator in zip(row.expressions, row.operators, strict=True)
            ]
            where = verbatim(row.condition) if row.condition else None
            table.append_constraint(ExcludeConstraint(*parts, name=row.conname, where=where))


def _add_partitions(connection: Connection, tables: Tables) -> None:
    """A row of a partitioned table has to fall into one of its partitions, which may have partitions of their own."""
    parts: dict[Any, list[Any]] = {}
    for row in connection.execute(text(_PARTITIONS)):
        parts.setdefault(row.part_of or (row.schema, row.relname), []).append(row)
    for key, table in tables.items():
        conditions = list(_places(key, parts)) if key in parts else []
        if conditions and None not in conditions:
            condition = " OR ".join(f"({one})" for one in conditions)
            table.append_constraint(CheckConstraint(verbatim(condition), name=f"{key[1]}_partitions"))


def _places(whole: Any, parts: Mapping[Any, list[Any]], own: str | None = None) -> Iterator[str | None]:
    """Where a row has a place among the parts of a whole that takes rows where `own` holds; None is everywhere."""
    # Rows of a hash all have a place, and so has every row where one partition takes the rest.
    if any(row.rest for row in parts[whole]):
        yield own
        return
    for row in parts[whole]:
        yield from _places(row.part, parts, row.condition) if row.part in parts else (row.condition,)


def _add_partition_keys(connection: Connection, tables: Tables) -> None:
    """A partition may have unique keys of its own; kept in the whole table, they are kept in each part."""
    for row in connection.execute(text(_PARTITION_KEYS)):
        table = tables.get((row.schema, row.relname))
        if table is not None:
            options: dict[str, Any] = {"postgresql_where": verbatim(row.condition)} if row.condition else {}
            Index(str(row.name), *(table.c[name] for name in row.columns), unique=True, _table=table, **options)
