"""PostgreSQL's catalogue: which tables and sequences there are, what is in it, and what became of it since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA = "pytest_misata"
"""Holds what the keeper needs inside the database, apart from the schemas that a test looks into."""

WRITTEN = "misata_written"
"""The trigger by which a table notes that it was written to."""
FIRST = 16384
"""Objects of lower numbers belong to PostgreSQL itself."""

ABLE = "SELECT has_database_privilege(current_database(), 'CREATE') AND NOT pg_is_in_recovery()"
"""Whether a keeper may make its schema."""

SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
"""Whether it may have an event trigger, which tells of DDL without a look at the catalogue."""

SERVER = """
    SELECT system_identifier::text, oid::text FROM pg_control_system(), pg_database WHERE datname = current_database()
"""
"""Tells a database from one of the same name on a server that was made anew, where numbers start over."""

Rows = Callable[[str], list[tuple[Any, ...]]]
Objects = dict[tuple[str, str, str], str]
"""Each definition as text, by its catalogue, its number and, for a column, its place in the table."""

_KEYS = {
    "pg_attrdef": "oid",
    "pg_attribute": "attrelid",
    "pg_cast": "oid",
    "pg_class": "oid",
    "pg_collation": "oid",
    "pg_constraint": "oid",
    "pg_description": "objoid",
    "pg_enum": "enumtypid",
    "pg_event_trigger": "oid",
    "pg_extension": "oid",
    "pg_foreign_data_wrapper": "oid",
    "pg_foreign_server": "oid",
    "pg_index": "indexrelid",
    "pg_largeobject_metadata": "oid",
    "pg_namespace": "oid",
    "pg_operator": "oid",
    "pg_policy": "oid",
    "pg_proc": "oid",
    "pg_publication": "oid",
    "pg_rewrite": "oid",
    "pg_sequence": "seqrelid",
    "pg_statistic_ext": "oid",
    "pg_trigger": "oid",
    "pg_type": "oid",
}
"""The catalogues that hold definitions, with the column of each that an index leads to."""
_UNHEARD = ("pg_event_trigger", "pg_index", "pg_largeobject_metadata")
"""Those of which an event trigger is not always told: CLUSTER and, before PostgreSQL 17, REINDEX change an index."""

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
           ARRAY(SELECT inhrelid::text FROM pg_inherits WHERE inhparent = relation.oid),
           ARRAY(SELECT quote_ident(attname) FROM pg_index JOIN pg_attribute
                 ON attrelid = indrelid AND attnum = ANY (indkey) AND attgenerated = ''
                 WHERE indrelid = relation.oid AND indisprimary)
    FROM pg_class relation JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relation.oid >= {FIRST} AND relkind IN ('r', 'p', 'S', 'm') AND relpersistence <> 't'
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
    primary: tuple[str, ...]
    """The columns of its primary key, quoted; of a generated one there is none."""

    def watched(self) -> Iterator[str]:
        """Statements after which every statement that writes to the table leaves a note."""
        if self.kind in "rp":
            events = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
            yield (
                f"CREATE TRIGGER {WRITTEN} AFTER {events} ON {self.name} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.touch()"
            )
            # Also in sessions that have triggers switched off for replication.
            yield f"ALTER TABLE {self.name} ENABLE ALWAYS TRIGGER {WRITTEN}"

    def copied(self) -> Iterator[str]:
        """Statements that keep the rows."""
        if self.kind == "r":
            yield f"CREATE UNLOGGED TABLE {self._copy} AS SELECT {', '.join(self.columns)} FROM ONLY {self.name}"

    def restored(self, since: int) -> Iterator[str]:
        """Statements that bring the kept rows back, into a table written to by the transaction `since` and later ones.

        Each version of a row carries the number of the transaction that wrote it. So those of later ones are taken
        out, and what is missing is put in, found by the primary key; without one every row is replaced.
        """
        if self.kind != "r":
            return
        later = f" WHERE age(xmin) <= age('{since}'::xid)" if self.primary else ""
        yield f"DELETE FROM ONLY {self.name}{later}"
        same = " AND ".join(f"present.{name} = kept.{name}" for name in self.primary)
        lacking = f" WHERE NOT EXISTS (SELECT FROM ONLY {self.name} AS present WHERE {same})" if same else ""
        yield f"{self.filled()} AS kept{lacking}"

    def versions(self) -> str | None:
        """The question which version of each row is where; for a sequence, how it stands."""
        return self._summed("ctid::text || ' ' || xmin::text")

    def contents(self) -> str | None:
        """The question what is in the rows, whatever their order; for a sequence, how it stands."""
        return self._summed("misata_row::text")

    def _summed(self, text: str) -> str | None:
        if self.kind == "S":
            return f"SELECT {self.oid}, last_value, is_called FROM {self.name}"
        if self.kind == "p":
            return None
        hashed = f"sum(hashtextextended({text}, 0)::numeric)"
        return f"SELECT {self.oid}, count(*), {hashed} FROM ONLY {self.name} AS misata_row"

    def filled(self) -> str:
        """The statement that puts the kept rows into the table once it is made again."""
        columns = ", ".join(self.columns)
        target = f"{self.name} ({columns}) OVERRIDING SYSTEM VALUE" if columns else self.name
        return f"INSERT INTO {target} SELECT {columns} FROM {self._copy}"

    def refreshed(self) -> str:
        """The statement that computes a materialized view anew."""
        return f"REFRESH MATERIALIZED VIEW {self.name}"

    @property
    def _copy(self) -> str:
        return f"{SCHEMA}.kept_{self.oid}"


def places(rows: Rows) -> list[Place]:
    """What holds data."""
    found = rows(_PLACES)
    return [Place(*row[:4], *(tuple(names) for names in row[4:])) for row in found]


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


_WRITING = """
    (SELECT EXISTS (SELECT FROM pg_stat_get_activity(NULL) AS session
                    WHERE session.datid = here.oid AND pid <> pg_backend_pid()
                    AND backend_xid IS NOT NULL AND backend_type = 'client backend')
            OR EXISTS (SELECT FROM pg_prepared_xact() WHERE dbid = here.oid)
     FROM pg_database AS here WHERE datname = current_database())
"""
"""Whether there is any of whom `WRITERS` tells, without the names of whom and where, which take as long again."""


def used(rows: Rows, known: Iterable[Place]) -> list[str]:
    """The numbers of sequences that have given out a value."""
    parts = [f"SELECT '{place.oid}' FROM {place.name} WHERE is_called" for place in known if place.kind == "S"]
    return [oid for (oid,) in rows(" UNION ALL ".join(parts))] if parts else []


def look(known: Sequence[Place], *, used: Sequence[str], told: bool) -> str:
    """The statement that makes the function `look`: what was touched, how the catalogue and the sequences stand.

    It is told the number that the next transaction had when nobody was amid writing. Where every transaction since then
    was rolled back, nothing but a sequence can differ, and that is all it looks at.

    Every version of a row of a catalogue carries the number of the transaction that made it, and these numbers grow.
    With as many rows as before and the same sum of numbers, none was added, removed or changed. `told` of DDL by an
    event trigger, only those catalogues are read of which it is not.

    The list of sessions costs more than all the rest, and is worth asking for only when some transaction on the server
    is amid writing: when the oldest that is not done is not the one that comes next.

    A function, since its plans last as long as a connection, whoever's it is and whatever its driver forgets. What
    needs no table is no query: one takes longer to begin than to run. One text is read alike by every driver.
    """
    sums = "count(*) || ' ' || coalesce(sum(xmin::text::bigint), 0)"
    versions = " || ' ' || ".join(
        f"(SELECT {sums} FROM pg_catalog.{name} WHERE {key} >= {FIRST})"
        for name, key in _KEYS.items()
        if name in _UNHEARD or not told
    )
    # A tenth of the time of reading it as a table. It says nothing of a sequence that gave no value yet.
    numbers = ", ".join(f"pg_sequence_last_value({oid})" for oid in used)
    unused = [place for place in known if place.kind == "S" and place.oid not in used]
    stands = ", ".join(
        f"(SELECT '{place.oid} ' || last_value || ' ' || is_called FROM {place.name})" for place in unused
    )
    return f"""CREATE FUNCTION {SCHEMA}.look(since bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $misata$
        DECLARE
            now pg_snapshot := pg_current_snapshot();
            -- A snapshot ends with the last transaction that is done, and later ones may be amid writing.
            past bigint := pg_snapshot_xmax(now)::text::bigint;
            next bigint := past + age(pg_snapshot_xmax(now)::xid);
            done bigint := since;
            setting text;
            touched text := '';
            versions text := '';
            busy boolean := false;
        BEGIN
            IF current_setting('lock_timeout') = '0' THEN
                -- The session of a test, which is not to wait here.
                setting := set_config('lock_timeout', '{_PATIENCE}', true);
            END IF;
            IF next - since < {_FEW} THEN
                WHILE done < next AND pg_xact_status(done::text::xid8) = 'aborted' LOOP done := done + 1; END LOOP;
            END IF;
            IF done < next THEN
                -- Before the notes are read, by a later snapshot: who is done by then has left them.
                IF age(pg_snapshot_xmin(now)::xid) <> 0 THEN busy := {_WRITING}; END IF;
                SELECT (SELECT string_agg(DISTINCT place::text, ' ') FROM {SCHEMA}.touched), {versions}
                INTO touched, versions;
                busy := busy OR current_setting('transaction_isolation') <> 'read committed';
            END IF;
            RETURN concat_ws('|', coalesce(touched, ''), versions, busy, past, next,
                             array_to_string(ARRAY[{numbers}]::bigint[], ' ', '-') || ','
                             || array_to_string(ARRAY[{stands}]::text[], ','));
        END $misata$"""


_FEW = 500
"""Transactions since the last look that are worth asking for one by one."""
_PATIENCE = "100ms"
"""How long a look by a test's session waits for somebody's lock, after which the keeper's own session looks."""


WRITERS = """
    SELECT 'SELECT pg_terminate_backend(' || pid || ', 5000)' FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
    AND backend_type = 'client backend'
    UNION ALL SELECT 'ROLLBACK PREPARED ' || quote_literal(gid) FROM pg_prepared_xacts
    WHERE database = current_database()
"""
"""The statements that end transactions in this database which wrote and are still open."""


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
_DROPPABLE = frozenset(_KEYS) - {"pg_attrdef", "pg_attribute", "pg_description", "pg_enum", "pg_index", "pg_sequence"}
_SPACES = {
    "pg_collation": "collnamespace",
    "pg_namespace": "oid",
    "pg_operator": "oprnamespace",
    "pg_proc": "pronamespace",
    "pg_statistic_ext": "stxnamespace",
    "pg_type": "typnamespace",
}
"""The column of the others that has the schema, where there is one."""
_PARTS = {"pg_attribute": "attnum::text", "pg_description": "classoid || ' ' || objsubid", "pg_enum": "oid::text"}
"""What tells rows of one number apart."""
_HIDDEN = rf"""
    hidden_space AS (SELECT oid FROM pg_namespace WHERE nspname = '{SCHEMA}' OR nspname ~ '^pg_(temp|toast)'),
    hidden AS (SELECT oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM hidden_space))
"""
_DROPPED = """
    SELECT CASE WHEN found.type = 'table constraint' THEN
        'ALTER TABLE IF EXISTS ' || conrelid::regclass ||
        ' DROP CONSTRAINT IF EXISTS ' || quote_ident(conname) || ' CASCADE'
        WHEN found.type = 'domain constraint' THEN
        'ALTER DOMAIN ' || contypid::regtype || ' DROP CONSTRAINT IF EXISTS ' || quote_ident(conname) || ' CASCADE'
        WHEN found.type = 'large object' THEN 'SELECT lo_unlink(' || number || ')'
        ELSE 'DROP ' || CASE found.type WHEN 'statistics object' THEN 'STATISTICS'
                        WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER' ELSE found.type END
        || ' IF EXISTS ' || found.identity || ' CASCADE' END, found.identity
    FROM unnest(ARRAY[{classes}]::regclass[], ARRAY[{oids}]::oid[]) AS object(class, number)
    CROSS JOIN LATERAL pg_identify_object(class, number, 0) AS found
    LEFT JOIN pg_constraint ON class = 'pg_constraint'::regclass AND pg_constraint.oid = number
    WHERE NOT EXISTS (SELECT FROM pg_depend
                      WHERE (classid, objid) = (class, number) AND deptype IN ('e', 'i', 'P', 'S')
                      -- The columns that a table is partitioned by are part of that very table.
                      AND (refclassid, refobjid) <> (class, number))
    AND found.type <> 'default value' AND found.identity <> 'public'
    ORDER BY found.type <> 'domain constraint', class <> 'pg_class'::regclass, number
"""
"""The statements that drop objects, but for those that are part of others. Tables come first: they take most along.

But for constraints of domains: there is no statement for those of a domain that may be gone.
"""


def objects(rows: Rows) -> Objects:
    """Every definition in the database, as text by catalogue and number."""
    parts = " UNION ALL ".join(_definitions(name, key) for name, key in _KEYS.items())
    return {(name, oid, part): text for name, oid, part, text in rows(f"WITH {_HIDDEN} {parts}")}


def _definitions(name: str, key: str) -> str:
    part = _PARTS.get(name, "''")
    owner, space = _OWNERS.get(name), _SPACES.get(name)
    apart = f"AND {owner} NOT IN (SELECT oid FROM hidden)" if owner else ""
    apart += f"AND {space} NOT IN (SELECT oid FROM hidden_space)" if space else ""
    return f"""SELECT '{name}', {key}::text, {part}, (to_jsonb(c) - '{{{_VOLATILE}}}'::text[])::text
        FROM pg_catalog.{name} AS c WHERE {key} >= {FIRST} {apart}"""


def altered(before: Objects, now: Objects) -> tuple[str, ...]:
    """What has another definition, or is gone, or has got a new part: catalogue and number."""
    known = {oid for _, oid, _ in before}
    changed = [key for key, text in before.items() if now.get(key) != text]
    changed += [key for key in now if key not in before and key[0] not in _DROPPABLE and key[1] in known]
    return tuple(dict.fromkeys(f"{name} {oid}" for name, oid, _ in changed))


def numbers(found: Objects) -> list[tuple[str, str]]:
    """Catalogue and number of what can be dropped by itself."""
    return list(dict.fromkeys((name, oid) for name, oid, _ in found if name in _DROPPABLE))


def changed(rows: Rows, before: Objects, now: Objects) -> list[str]:
    """What is still there under its number, and has another definition: as PostgreSQL describes it."""
    known = {oid for _, oid, _ in before}
    found = {key[:2] for key, text in now.items() if before.get(key, text) != text}
    found |= {key[:2] for key in now if key not in before and key[0] == "pg_description" and key[1] in known}
    calls = [f"SELECT pg_describe_object('{_CLASSES.get(name, name)}'::regclass, {oid}, 0)" for name, oid in found]
    return sorted({str(text) for (text,) in rows(" UNION ALL ".join(calls))}) if calls else []


_CLASSES = {"pg_attribute": "pg_class", "pg_description": "pg_class", "pg_enum": "pg_type", "pg_index": "pg_class"}
"""The catalogue to which the number in another one belongs."""


def added(rows: Rows, before: Objects, now: Objects) -> list[tuple[str, str]]:
    """The statements that drop what is new, and what each is called."""
    new = [(name, oid) for name, oid, _ in now if (name, oid, _) not in before and name in _DROPPABLE]
    return _dropped(rows, new)


def drops(rows: Rows, numbers: Sequence[tuple[str, str]]) -> list[str]:
    """The statements that drop things, by catalogue and number."""
    return [statement for statement, _ in _dropped(rows, numbers)]


def _dropped(rows: Rows, numbers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    if not numbers:
        return []
    # A large object is known by the table of its pages, not by that of its owner.
    classes = ", ".join(f"'pg_catalog.{name.replace('largeobject_metadata', 'largeobject')}'" for name, _ in numbers)
    return [tuple(row) for row in rows(_DROPPED.format(classes=classes, oids=", ".join(oid for _, oid in numbers)))]


def everything(rows: Rows) -> list[tuple[str, str]]:
    """The statements that drop all there is, and what each is called."""
    return added(rows, {}, objects(rows))
