"""All there is in a database, rows and definitions, as text by name; and what a connection still carries with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

Content = dict[str, list[str]]

_POSTGRESQL = {
    "columns": """SELECT table_schema, table_name, column_name, data_type, column_default, is_nullable
        FROM information_schema.columns WHERE table_schema !~ '^(pg_catalog|information_schema|pytest_misata)$'""",
    "constraints": """SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid >= 16384 OR contypid >= 16384""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'pytest_misata')",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    "materialized": "SELECT matviewname, definition FROM pg_matviews",
    "triggers": """SELECT tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal""",
    "internal": "SELECT tgrelid::regclass, tgfoid, tgenabled FROM pg_trigger WHERE tgisinternal",
    "functions": """SELECT proname, prosrc FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
        WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pytest_misata')""",
    "types": "SELECT typname FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname = 'public'",
    "schemas": "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'",
    "rules": "SELECT schemaname, tablename, rulename FROM pg_rules",
    "comments": """SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
        WHERE relnamespace = 'public'::regnamespace""",
    "large objects": "SELECT oid FROM pg_largeobject_metadata",
    "sequences": "SELECT sequencename, increment_by, start_value FROM pg_sequences",
}


def content(engine: Engine) -> Content:
    """Read on a connection of its own, where the database lets anybody else in."""
    if engine.dialect.name == "sqlite" and not engine.url.database:
        with engine.connect() as connection:
            found = _READERS["sqlite"](connection)
            connection.rollback()
        return found
    own = create_engine(engine.url, poolclass=NullPool)
    with own.connect() as connection:
        return _READERS[engine.dialect.name](connection)


def differences(before: Content, now: Content) -> list[str]:
    """What is not as it was, in few words."""
    names = [*before, *(name for name in now if name not in before)]
    return [
        f"{name}: lacks {sorted(set(old) - set(new))[:3]}, has {sorted(set(new) - set(old))[:3]}, "
        f"{len(old)} -> {len(new)}"
        for name in names
        if (old := before.get(name, [])) != (new := now.get(name, []))
    ]


def session_state(connection: Connection) -> list[str]:
    """Settings that are not those of a new connection."""
    kind = connection.dialect.name
    found = {name: str(connection.exec_driver_sql(query).scalar()) for name, (query, _) in _STATE[kind].items()}
    connection.rollback()
    return [f"{name} = {found[name]}" for name, (_, usual) in _STATE[kind].items() if found[name] != usual]


_STATE: dict[str, dict[str, tuple[str, str]]] = {
    "sqlite": {"foreign_keys": ("PRAGMA foreign_keys", "1")},
    "postgresql": {
        "search_path": ("SHOW search_path", '"$user", public'),
        "replication role": ("SHOW session_replication_role", "origin"),
        "locks": ("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", "0"),
    },
    "mysql": {"foreign_key_checks": ("SELECT @@foreign_key_checks", "1")},
}


def _all(connection: Connection, query: str) -> list[str]:
    return sorted(str(tuple(row)) for row in connection.exec_driver_sql(query))


def _sqlite(connection: Connection) -> Content:
    found = {"schema": _all(connection, "SELECT type, name, tbl_name, sql FROM main.sqlite_master")}
    names = connection.exec_driver_sql("SELECT name FROM main.sqlite_master WHERE type = 'table'").scalars().all()
    for name in names:
        found[name] = _all(connection, f'SELECT * FROM main."{name}"')
    for pragma in ("user_version", "application_id"):
        found[pragma] = _all(connection, f"PRAGMA {pragma}")
    return found


def _postgresql(connection: Connection) -> Content:
    found = {name: _all(connection, query) for name, query in _POSTGRESQL.items()}
    tables = """SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'm') AND relpersistence <> 't'
        AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'pytest_misata')"""
    for name in connection.exec_driver_sql(tables).scalars().all():
        found[name] = _all(connection, f"SELECT t::text FROM {name} AS t")
    sequences = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' AND relpersistence <> 't'"
    for name in connection.exec_driver_sql(sequences).scalars().all():
        found[name] = _all(connection, f"SELECT last_value, is_called FROM {name}")
    return found


def _mysql(connection: Connection) -> Content:
    found = {"character set": _all(connection, "SELECT @@character_set_database, @@collation_database")}
    for name, kind in connection.exec_driver_sql("SHOW FULL TABLES").all():
        definition: Any = connection.exec_driver_sql(f"SHOW CREATE TABLE `{name}`").one()[1]
        lines = [
            " ".join(word for word in line.split() if "AUTO_INCREMENT=" not in word) for line in definition.splitlines()
        ]
        found[f"{kind} {name}"] = lines
        if kind == "BASE TABLE":
            found[name] = _all(connection, f"SELECT * FROM `{name}`")
    for what in ("trigger", "routine", "event"):
        column = {"trigger": "action_statement", "routine": "routine_definition", "event": "event_definition"}[what]
        found[what] = _all(
            connection,
            f"SELECT {what}_name, {column} FROM information_schema.{what}s WHERE {what}_schema = DATABASE()",
        )
    return found


_READERS = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _mysql}
