"""PostgreSQL's catalogue: which tables and sequences there are, what is in it, and what became of it since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA = "pytest_misata"
"""Holds what the keeper needs inside the database, apart from the schemas that a test looks into."""

_FIRST = 16384
"""Objects of lower numbers belong to PostgreSQL itself."""

ABLE = "SELECT has_database_privilege(current_database(), 'CREATE') AND NOT pg_is_in_recovery()"
"""Whether a keeper may make its schema."""

Rows = Callable[[str], list[tuple[Any, ...]]]
Objects = dict[tuple[str, str, str], str]
"""Each definition as text, by its catalogue, its number and, for a column, its place in the table."""

_KEYS = {
    "pg_attrdef": "oid",
    "pg_attribute": "attrelid",
    "pg_class": "oid",
    "pg_constraint": "oid",
    "pg_enum": "oid",
    "pg_index": "indexrelid",
    "pg_namespace": "oid",
    "pg_policy": "oid",
    "pg_proc": "oid",
    "pg_rewrite": "oid",
    "pg_sequence": "seqrelid",
    "pg_trigger": "oid",
    "pg_type": "oid",
}
"""The catalogues that hold definitions, with the column of each that an index leads to."""

_VOLATILE = (
    "relfilenode,relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,relhasindex,relhasrules,"
    "relhastriggers,relhassubclass,relchecks,reltoastrelid,indcheckxmin,attstattarget,attcacheoff"
)
"""What VACUUM, ANALYZE and TRUNCATE change, or what only repeats another catalogue: no part of a definition."""

_PLACES = f"""
    SELECT relation.oid::text, relkind::text, quote_ident(nspname) || '.' || quote_ident(relname),
           CASE WHEN nspname = current_schema() THEN relname::text ELSE nspname || '.' || relname END,
           ARRAY(SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = relation.oid AND attnum > 0
                 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum),
           ARRAY(SELECT inhrelid::text FROM pg_inherits WHERE inhparent = relation.oid)
    FROM pg_class relation JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relation.oid >= {_FIRST} AND relkind IN ('r', 'p', 'S', 'm') AND relpersistence <> 't'
    AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', '{SCHEMA}')
    ORDER BY relation.oid
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A table, partitioned table, sequence or materialized view."""

    oid: str
    kind: str
    """As in pg_class: r, p, S or m."""
    name: str
    """Schema and name, quoted."""
    key: str
    """Name, with its schema unless that is the default one."""
    columns: tuple[str, ...]
    """The columns that can be written, quoted."""
    heirs: tuple[str, ...]
    """Numbers of its partitions and of tables that inherit from it."""

    def watched(self) -> Iterator[str]:
        """Statements after which every statement that writes to the table leaves a note."""
        if self.kind in "rp":
            events = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
            yield (
                f"CREATE TRIGGER misata_written AFTER {events} ON {self.name} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.touch()"
            )
            # Also in sessions that have triggers switched off for replication.
            yield f"ALTER TABLE {self.name} ENABLE ALWAYS TRIGGER misata_written"

    def copied(self) -> Iterator[str]:
        """Statements that keep the rows."""
        if self.kind == "r":
            yield f"CREATE UNLOGGED TABLE {self._copy} AS SELECT {', '.join(self.columns)} FROM ONLY {self.name}"

    def restored(self) -> Iterator[str]:
        """Statements that bring the kept rows back."""
        if self.kind == "r":
            columns = ", ".join(self.columns)
            yield f"DELETE FROM ONLY {self.name}"
            yield (
                f"INSERT INTO {self.name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {self._copy}"
                if columns
                else f"INSERT INTO {self.name} SELECT FROM {self._copy}"
            )

    def refreshed(self) -> str:
        """The statement that computes a materialized view anew."""
        return f"REFRESH MATERIALIZED VIEW {self.name}"

    @property
    def _copy(self) -> str:
        return f"{SCHEMA}.kept_{self.oid}"


def places(rows: Rows) -> list[Place]:
    """What holds data."""
    found = rows(_PLACES)
    return [Place(oid, kind, name, key, tuple(columns), tuple(heirs)) for oid, kind, name, key, columns, heirs in found]


def with_heirs(oids: Iterable[str], known: Mapping[str, Place]) -> list[Place]:
    """The tables of these numbers and everything below them, each once."""
    found: dict[str, Place] = {}
    waiting = list(oids)
    while waiting:
        oid = waiting.pop()
        if oid in known and oid not in found:
            found[oid] = known[oid]
            waiting += known[oid].heirs
    return list(found.values())


def look(known: Sequence[Place], writers: str) -> str:
    """The statement that prepares `misata_look`: what was touched, how the catalogue and the sequences stand.

    Every version of a row of a catalogue carries the number of the transaction that made it, and these numbers grow.
    With as many rows as before and the same sum of numbers, none was added, removed or changed.
    """
    versions = " UNION ALL ".join(
        f"SELECT xmin::text::bigint AS version FROM pg_catalog.{name} WHERE {key} >= {_FIRST}"
        for name, key in _KEYS.items()
    )
    sequences = " UNION ALL ".join(
        f"SELECT '{place.oid} ' || last_value || ' ' || is_called FROM {place.name}"
        for place in known
        if place.kind == "S"
    )
    return f"""PREPARE misata_look AS SELECT
        ARRAY(SELECT DISTINCT place::text FROM {SCHEMA}.touched),
        (SELECT count(*) || ' ' || sum(version) FROM ({versions}) AS catalogues),
        ARRAY({sequences or "SELECT ''::text WHERE false"}),
        ARRAY({writers})"""


_OWNERS = {
    "pg_attrdef": "adrelid",
    "pg_attribute": "attrelid",
    "pg_class": "oid",
    "pg_constraint": "conrelid",
    "pg_index": "indrelid",
    "pg_policy": "polrelid",
    "pg_rewrite": "ev_class",
    "pg_sequence": "seqrelid",
    "pg_trigger": "tgrelid",
}
"""The column of each catalogue that has the table a row is part of."""
_DROPPABLE = frozenset(
    {"pg_class", "pg_constraint", "pg_namespace", "pg_policy", "pg_proc", "pg_rewrite", "pg_trigger", "pg_type"}
)
_SPACES = {"pg_namespace": "oid", "pg_proc": "pronamespace", "pg_type": "typnamespace"}
"""The column of the others that has the schema; pg_enum has neither."""
_HIDDEN = rf"""
    hidden_space AS (SELECT oid FROM pg_namespace WHERE nspname = '{SCHEMA}' OR nspname ~ '^pg_(temp|toast)'),
    hidden AS (SELECT oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM hidden_space))
"""
_DROPPED = """
    SELECT CASE WHEN found.type = 'table constraint' THEN
        'ALTER TABLE IF EXISTS ' || conrelid::regclass ||
        ' DROP CONSTRAINT IF EXISTS ' || quote_ident(conname) || ' CASCADE'
        ELSE 'DROP ' || found.type || ' IF EXISTS ' || found.identity || ' CASCADE' END, found.identity
    FROM unnest(ARRAY[{classes}]::regclass[], ARRAY[{oids}]::oid[]) AS object(class, number)
    CROSS JOIN LATERAL pg_identify_object(class, number, 0) AS found
    LEFT JOIN pg_constraint ON class = 'pg_constraint'::regclass AND pg_constraint.oid = number
    WHERE NOT EXISTS (SELECT FROM pg_depend
                      WHERE (classid, objid) = (class, number) AND deptype IN ('e', 'i', 'P', 'S'))
    AND found.type <> 'default value' AND found.identity <> 'public'
    ORDER BY class <> 'pg_class'::regclass, number
"""
"""The statements that drop objects, but for those that are part of others. Tables come first: they take most along."""


def objects(rows: Rows) -> Objects:
    """Every definition in the database, as text by catalogue and number."""
    parts = " UNION ALL ".join(_definitions(name, key) for name, key in _KEYS.items())
    return {(name, oid, part): text for name, oid, part, text in rows(f"WITH {_HIDDEN} {parts}")}


def _definitions(name: str, key: str) -> str:
    part = "attnum::text" if name == "pg_attribute" else "''"
    owner, space = _OWNERS.get(name), _SPACES.get(name)
    apart = f"AND {owner} NOT IN (SELECT oid FROM hidden)" if owner else ""
    apart += f"AND {space} NOT IN (SELECT oid FROM hidden_space)" if space else ""
    return f"""SELECT '{name}', {key}::text, {part}, (to_jsonb(c) - '{{{_VOLATILE}}}'::text[])::text
        FROM pg_catalog.{name} AS c WHERE {key} >= {_FIRST} {apart}"""


def altered(before: Objects, now: Objects) -> tuple[str, ...]:
    """What has another definition, or is gone: catalogue and number."""
    return tuple(f"{name} {oid}" for (name, oid, part), text in before.items() if now.get((name, oid, part)) != text)


def added(rows: Rows, before: Objects, now: Objects) -> list[tuple[str, str]]:
    """The statements that drop what is new, and what each is called."""
    new = [(name, oid) for name, oid, _ in now if (name, oid, _) not in before and name in _DROPPABLE]
    if not new:
        return []
    classes = ", ".join(f"'pg_catalog.{name}'" for name, _ in new)
    return [tuple(row) for row in rows(_DROPPED.format(classes=classes, oids=", ".join(oid for _, oid in new)))]
