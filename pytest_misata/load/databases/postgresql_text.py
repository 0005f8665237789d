"""What is in a PostgreSQL database, in words: the same for two that were made alike, whatever numbers objects have."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from sqlalchemy import Connection

_OURS = "nspname !~ '^pg_' AND nspname <> 'information_schema'"
_RELATIONS = f"pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE {_OURS}"
_NUMBERS = f"SELECT pg_class.oid FROM {_RELATIONS}"
_QUERIES = (
    f"SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE {_OURS}",
    "SELECT extname, extversion FROM pg_extension",
    f"""SELECT nspname, relname, relkind, relpersistence, relrowsecurity, reloptions, pg_get_viewdef(pg_class.oid),
        pg_get_partkeydef(pg_class.oid), pg_get_expr(relpartbound, pg_class.oid),
        obj_description(pg_class.oid, 'pg_class') FROM {_RELATIONS}""",
    f"""SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
        attcollation::regcollation, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped AND attrelid IN ({_NUMBERS})""",
    f"""SELECT conrelid::regclass, contypid::regtype, conname, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint JOIN pg_namespace ON pg_namespace.oid = connamespace WHERE {_OURS}""",
    f"SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN ({_NUMBERS})",
    f"SELECT inhparent::regclass, inhrelid::regclass FROM pg_inherits WHERE inhparent IN ({_NUMBERS})",
    "SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    f"SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class IN ({_NUMBERS})",
    "SELECT to_jsonb(pg_policies) FROM pg_policies",
    "SELECT to_jsonb(pg_sequences) FROM pg_sequences",
    f"""SELECT pg_proc.oid::regprocedure, prokind, prorettype::regtype, prosrc,
        CASE WHEN prokind <> 'a' THEN pg_get_functiondef(pg_proc.oid) END
        FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE {_OURS}""",
    f"""SELECT pg_type.oid::regtype, typtype, typnotnull, format_type(typbasetype, typtypmod), typdefault,
        ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = pg_type.oid ORDER BY enumsortorder)
        FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace WHERE {_OURS}""",
    "SELECT md5(lo_get(oid)) FROM pg_largeobject_metadata",
    "SELECT evtname, evtevent, evtfoid::regprocedure, evtenabled, evttags FROM pg_event_trigger",
)
_ROWS = "SELECT count(*), sum(hashtextextended(one::text, 0)::numeric) FROM ONLY {} AS one"
_TABLES = f"""
    SELECT quote_ident(nspname) || '.' || quote_ident(relname)
    FROM {_RELATIONS} AND relkind IN ('r', 'm') AND (relkind = 'r' OR relispopulated)
"""


def digest(connection: Connection) -> str:
    """A digest of every definition, every row and the state of every sequence of the connection's database."""
    whole = blake2b(digest_size=16)
    for line in _lines(connection):
        whole.update(f"{line}\n".encode(errors="surrogatepass"))
    return whole.hexdigest()


def _lines(connection: Connection) -> Iterator[str]:
    for query in _QUERIES:
        yield from sorted(_words(connection, query))
    for name in sorted(_words(connection, _TABLES)):
        yield name
        rows = (
            f"SELECT count(*), sum(hashtextextended(one::text, 0)::numeric) FROM ONLY {name.replace('%', '%%')} AS one"
        )
        yield from _words(connection, rows)


def _words(connection: Connection, query: str) -> list[str]:
    return [" ".join(map(str, row)) for row in connection.exec_driver_sql(query)]
