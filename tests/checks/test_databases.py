"""Rows of tables with CHECKs, loaded into databases that hold the same CHECKs."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from pytest_misata import generate_from_schema, schema_from_db, seed_database
from pytest_misata.engine.verification import unverified, verify
from tests.checks.tables import Case, schema

ROWS = 300

COMMON = [
    Case("price money", ["price > 0"]),
    Case("price money?", ["price IS NOT NULL", "price >= 10 AND price < 20.5"]),
    Case("score small", ["score BETWEEN 1 AND 5"]),
    Case("x int", ["x <> 40"]),
    Case("x int", ["NOT (x BETWEEN 30 AND 50)"]),
    Case("x int", ["x % 10 = 0", "x > 5"]),
    Case("x int", ["x < -10 OR x > 20 AND x <= 30"]),
    Case("x int", ["abs(x) <= 9"]),
    Case("x bigint", ["x > 100000000000"]),
    Case("x int", ["x IN (3, 5, 8)"]),
    Case("x float", ["x >= 0 AND x <= 1.5"]),
    Case("lat float, lon float", ["lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180"]),
    Case("status str", ["status IN ('new', 'paid', 'it''s')"]),
    Case("status str?", ["status IN ('new', 'paid') OR status IS NULL"]),
    Case("status str", ["status NOT IN ('new', 'paid') AND status <> ''"]),
    Case("code short", ["length(code) = 5"]),
    Case("code short", ["length(code) >= 2 AND length(code) <= 3"]),
    Case("code str", ["code LIKE 'SKU-%'", "length(code) = 12"]),
    Case("code str", ["code LIKE 'A__-%' AND code NOT LIKE '%Z%'"]),
    Case("name text", ["length(trim(name)) > 0"]),
    Case("name str", ["lower(name) = name"]),
    Case("email str", ["email LIKE '%_@_%._%'"]),
    Case("starts_at datetime, ends_at datetime?", ["ends_at > starts_at"]),
    Case("ends_at datetime, starts_at datetime", ["ends_at > starts_at"]),
    Case("start_date date, end_date date", ["start_date <= end_date", "start_date >= '2024-01-01'"]),
    Case("opens time, closes time", ["opens < closes"]),
    Case("price money, discount money", ["discount <= price", "discount >= 0"]),
    Case("price money, discount money", ["price > 0", "discount >= 0 AND discount <= price * 0.5"]),
    Case("a int, b int, c int", ["a + b = c"]),
    Case("subtotal money, tax money, total money", ["total = subtotal + tax", "tax >= 0", "subtotal > 0"]),
    Case("quantity int, price money, total money", ["total = quantity * price", "quantity > 0", "price > 0"]),
    Case("low int, mid int, high int", ["low <= mid", "mid < high", "low > 10", "high <= 60"]),
    Case("stock int, reserved int", ["stock - reserved >= 5", "reserved >= 0"]),
    Case("a float, b float, c float", ["a + b = c"]),
    Case("a int, b int", ["a <> b"]),
    Case("a str, b str", ["a <> b", "a IN ('x', 'y')", "b IN ('x', 'y')"]),
    Case("password str, repeated str", ["password = repeated"]),
    Case("a int?, b str?", ["(a IS NULL) = (b IS NULL)"]),
    Case("a int?, b str?", ["(a IS NULL) <> (b IS NULL)"]),
    Case("a int?, b str?", ["a IS NOT NULL OR b IS NOT NULL"]),
    Case(
        "a int?, b str?, c date?",
        [
            "CASE WHEN a IS NULL THEN 0 ELSE 1 END + CASE WHEN b IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN c IS NULL THEN 0 ELSE 1 END = 1"
        ],
    ),
    Case(
        "a int?, b str?, c date?",
        [
            "(a IS NOT NULL AND b IS NULL AND c IS NULL) OR (a IS NULL AND b IS NOT NULL AND c IS NULL)"
            " OR (a IS NULL AND b IS NULL AND c IS NOT NULL)"
        ],
    ),
    Case(
        "status str, done_at datetime?",
        ["status IN ('open', 'done')", "CASE WHEN status = 'done' THEN done_at IS NOT NULL ELSE done_at IS NULL END"],
    ),
    Case("status str, done_at datetime?", ["status IN ('open', 'done')", "status <> 'done' OR done_at IS NOT NULL"]),
    Case(
        "kind str, pct int?, amount money?",
        [
            "(kind = 'percent' AND pct BETWEEN 1 AND 100 AND amount IS NULL)"
            " OR (kind = 'fixed' AND amount > 0 AND pct IS NULL)"
        ],
    ),
    Case("active flag, reason str?", ["active OR reason IS NOT NULL"]),
    Case("a int?", ["coalesce(a, 0) >= 0"]),
    Case("birth_date date, hired_on date", ["birth_date < hired_on"]),
    Case("valid_to date", ["valid_to = '9999-12-31'"]),
    Case("x int, y int", ["x / 2 >= 10", "y < x / 2"]),
    Case("a money, b money", ["a / b <= 1", "b > 0"]),
    Case("a int, b int", ["a / b >= 2"]),
    Case("x money", ["round(x, 0) = x", "x > 2"]),
    Case("quantity int, price money, total money", ["total = round(quantity * price, 2)"]),
    Case("w int, h int, area int", ["area = w * h AND area < 1000", "w > 0 AND h > 0"]),
    Case("x int, y int", ["x * x <= 100", "x * x + y * y <= 100"]),
    Case("x int", ["x % 10 < 3"]),
    Case("home str, away str, winner str?", ["winner IN (home, away)", "home <> away"]),
    Case("code str?", ["nullif(code, '') IS NOT NULL"]),
    Case("a int?, b int?", ["coalesce(a, 0) + coalesce(b, 0) > 0"]),
    Case("code str", ["upper(code) = code", "length(code) = 6"]),
    # Kinds of CHECK that published model sets hold.
    Case("lifecycle_stage str?", ["lifecycle_stage IN ('active', 'deleted')"]),
    Case("source_type str?, status str?", ["source_type IN ('NOTEBOOK', 'JOB')", "status IN ('RUNNING', 'FAILED')"]),
    Case("is_new small?, size bigint?", ["is_new IN (0, 1)", "IS_NEW IS NOT NULL", "SIZE IS NOT NULL AND size >= 0"]),
    Case(
        "kind str, size bigint?, digest str?",
        [
            "kind IN ('FILE', 'SET')",
            "CASE WHEN kind = 'FILE' AND size IS NOT NULL AND digest IS NOT NULL THEN 1"
            " WHEN kind = 'SET' AND size IS NULL AND digest IS NULL THEN 1 ELSE 0 END = 1",
        ],
    ),
]

SPELLED = {
    "postgresql": [
        Case("price money", ["((price >= (0)::numeric) AND (price < (100)::numeric))"]),
        Case(
            "status str", ["((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"]
        ),
        Case("status str", ["(status <> ALL (ARRAY['a'::text, 'b'::text]))"]),
        Case("x int", ["(x = ANY (ARRAY[1, 2]))"]),
        Case("code str", ["((code)::text ~~ 'SKU-%'::text)", "((code)::text !~~ '%X%'::text)"]),
        Case("code str", ["((code)::text ~ '^[A-Z]{2}[0-9]{4,6}$'::text)"]),
        Case("code str", ["((code)::text ~* '^ab'::text)", "(code !~ '[0-9]')"]),
        Case("code str", ["((code)::text ~ similar_to_escape('a(b|c)%'::text))"]),
        Case("email text", ["(POSITION(('@'::text) IN (email)) > 1)"]),
        Case("code str", ["(\"left\"((code)::text, 2) = 'ab'::text)"]),
        Case("a int?, b int?, c int?", ["(num_nonnulls(a, b, c) = 1)"]),
        Case("a int?, b int?", ["((((a IS NOT NULL))::integer + ((b IS NOT NULL))::integer) = 1)"]),
        Case("a int?, b int?", ["(NOT (a IS DISTINCT FROM b))"]),
        Case("starts datetime, ends datetime", ["((ends > starts) AND (ends <= (starts + '30 days'::interval)))"]),
        Case("starts date, ends date", ["((ends - starts) >= 3)", "(starts >= '2024-02-01'::date)"]),
        Case("created datetime", ["(created <= CURRENT_TIMESTAMP)"]),
        Case("n money", ["((n)::integer % 2) = 0"]),
        Case("n money", ["floor(n) = n", "ceil((n / (10)::numeric)) <= (4)::numeric"]),
        Case("a int, b int", ["(GREATEST(a, b) <= 50)", "(LEAST(a, b) >= 10)"]),
        Case("c text, a str, b str", ["(c = (((a)::text || '-'::text) || (b)::text))"]),
        Case("starts date, ends date", ["(ends <= (starts + '1 mon'::interval))", "(ends > starts)"]),
        Case("born date", ["(born <= (CURRENT_DATE - '18 years'::interval))"]),
        Case("born date", ["(age((born)::timestamp with time zone) >= '18 years'::interval)"]),
        Case("day date", ["(EXTRACT(year FROM day) >= (2000)::numeric)", "(EXTRACT(isodow FROM day) < (6)::numeric)"]),
        Case("month date", ["(date_trunc('month'::text, (month)::timestamp with time zone) = month)"]),
        Case("at datetime", ["(date_part('hour'::text, at) >= (8)::double precision)"]),
        Case("starts datetime, ends datetime", ["(EXTRACT(epoch FROM (ends - starts)) >= (60)::numeric)"]),
        Case("status str", ["((status)::text = ANY ('{a,b}'::text[]))"]),
        Case("x int", ["(x = ANY ('{1,2}'::integer[]))"]),
        Case("file str", ["(\"right\"((file)::text, 4) = '.pdf'::text)"]),
        Case("x float", ["((x >= (0)::double precision) AND (x <= (1.5)::double precision))"]),
        Case("email str, domain str", ["((email)::text ~~ ('%@'::text || (domain)::text))"]),
        Case("x str", ["(split_part((x)::text, '/'::text, 1) = 'api'::text)"]),
        Case("x str", ["(split_part((x)::text, ':'::text, 2) = ANY (ARRAY['read'::text, 'write'::text]))"]),
        Case("x str", ["(cardinality(string_to_array((x)::text, ','::text)) <= 3)", "((x)::text ~~ '%,%'::text)"]),
        Case("x str, n int", ["(x ~~ (('B-'::text || (n)::text) || '-%'::text))"]),
        Case("x str, y short", ["starts_with((x)::text, (y)::text)"]),
        Case("x str", ["(substr((x)::text, 3, 2) = ANY (ARRAY['DE'::text, 'FR'::text]))"]),
        Case("ends datetime, begins datetime", ["(ends > now())", "(begins < ends)"]),
        Case("day date", ["(day >= (CURRENT_DATE + 30))"]),
        Case("at datetime", ["(((at AT TIME ZONE 'UTC'::text))::time >= '20:00:00'::time without time zone)"]),
        Case("n int, day date", ["((n)::text ~~ '1%'::text)", "((day)::text ~~ '2024-0%'::text)"]),
        Case("a datetime, b datetime", ["(NOT isempty(tsrange(a, b)))"]),
        Case("a date, b date?, c date", ["(daterange(a, b, '[]'::text) @> c)"]),
        Case("a date, b date", ["((upper(daterange(a, b)) - lower(daterange(a, b))) <= 10)"]),
        Case("a date, b date", ["(daterange(a, b) <@ daterange('2020-01-01'::date, '2030-01-01'::date))"]),
        Case("a int, b int, c int, d int", ["(int4range(a, b) && int4range(c, d))"]),
        Case('"Odd name" int'.replace('"Odd name"', "Odd"), ['("Odd" > 5)']),
    ],
    "mysql": [
        Case("price money", ["`price` >= 0 and `price` < 100"]),
        Case("status str", ["`status` in (_utf8mb4'a','b')"]),
        Case("a int?, b int?", ["`a` is null = (`b` is null)"]),
        Case("a int?, b int?", ["`a` is null xor `b` is null"]),
        Case("a int?, b int?", ["`a` <=> `b`"]),
        Case("code str", ["`code` regexp '^[A-Z]{2}[.][0-9]+$'"]),
        Case("code str", ["locate('@',`code`) > 1", "lcase(`code`) = `code`"]),
        Case("code str", ["char_length(trim(`code`)) > 3 and `code` <> '' and `code`  not like 'b%'"]),
        Case("x int", ["`x` MOD 5 = 0"]),
        Case("starts datetime, ends datetime", ["`ends` >= `starts` and `ends` <= `starts` + interval 30 day"]),
        Case("active flag", ["`active` in (0,1)", "`active` is true or `active` = 0"]),
        Case("document text", ["json_valid(`document`)", "json_type(`document`) = 'OBJECT'"]),
        Case("a int, b int", ["greatest(`a`,`b`) <= 50", "`a` DIV 10 = 3"]),
        Case("a int?, b int?", ["if(`a` is null,`b` is not null,`b` is null)"]),
        Case("day date", ["year(`day`) >= 2000 and month(`day`) = 6"]),
        Case("starts date, ends date", ["`ends` <= `starts` + interval 1 month"]),
        Case("starts date, ends date", ["datediff(`ends`,`starts`) between 0 and 10"]),
        Case("starts datetime, ends datetime", ["timestampdiff(MINUTE,`starts`,`ends`) >= 30"]),
        Case("c str, a short, b short", ["`c` = concat(`a`,'-',`b`)"]),
        Case("email str, domain str", ["`email` like concat('%@',`domain`)"]),
        Case("x str", ["substring_index(`x`,'/',1) = 'api'"]),
        Case("x str", ["char_length(`x`) - char_length(replace(`x`,',','')) <= 2", "`x` like '%,%'"]),
        Case("x str", ["substr(`x`,3,2) in ('DE','FR')"]),
        Case("x str", ["octet_length(`x`) - octet_length(replace(`x`,'-','')) = 2"]),
        Case("x str, n int", ["`x` like concat('B-',`n`,'-%')"]),
    ],
    "sqlite": [
        Case("price money", ['"price" >= 0 AND [price] < 100'.replace("[price]", '"price"')]),
        Case("code str", ["code GLOB '[A-Z][A-Z]-*'"]),
        Case("code str", ["instr(code, '-') > 0"]),
        Case("code str", ["substr(code, 1, 2) = 'ab'"]),
        Case("active flag", ["active IN (0, 1)"]),
        Case("a int?, b int?", ["(a IS NULL) + (b IS NULL) = 1"]),
        Case("a int?, b int?", ["a IS NOT b OR a > 5"]),
        Case("a int, b int", ["max(a, b) <= 50", "min(a, b) >= 10"]),
        Case("n int", ["CAST(n AS INTEGER) % 2 = 0", "typeof(n) = 'integer'"]),
        Case("day date", ["strftime('%Y', day) >= '2024'", "date(day) IS NOT NULL"]),
        Case("day text", ["day IS date(day)"]),
        Case("starts date, ends date", ["julianday(ends) - julianday(starts) <= 30", "ends >= starts"]),
        Case("starts datetime, ends datetime", ["datetime(ends) > datetime(starts)"]),
        Case("document json?", ["json_valid(document)"]),
        Case("document json?", ["document IS NULL OR json_valid(document)"]),
        Case("document text", ["json_valid(document) = 1", "json_type(document) = 'array'"]),
        Case("c str, a short, b short", ["c = a || '-' || b"]),
        Case("email str, domain str", ["email LIKE '%@' || domain"]),
        Case("path str, folder str", ["path LIKE folder || '/%'"]),
        Case("x str", ["length(x) - length(replace(x, ',', '')) BETWEEN 1 AND 3"]),
        Case("x str, y short", ["instr(x, y) > 0"]),
        Case("file str", ["substr(file, -4) = '.txt'"]),
        Case("a int?, b int?", ["iif(a IS NULL, b IS NOT NULL, b IS NULL)"]),
    ],
}


def load(case: Case, url: str, dialect: str | None = None) -> None:
    """Load the table, and read it, to be sure that rows came through."""
    tables = generate_from_schema(schema(case.columns, *case.checks, dialect=dialect), rows=ROWS)
    assert verify(tables["t"]) == []
    assert unverified(tables) == []
    assert seed_database(tables, url, create=True).total_rows == ROWS


@pytest.mark.parametrize("case", COMMON, ids=str)
def test_common_sql(case: Case, database_url: str) -> None:
    load(case, database_url)


@pytest.mark.parametrize(
    ("backend", "case"), [(name, case) for name, cases in SPELLED.items() for case in cases], ids=str
)
def test_a_databases_own_spelling(backend: str, case: Case, request: pytest.FixtureRequest) -> None:
    load(case, request.getfixturevalue(f"{backend}_url"), "mariadb" if backend == "mysql" else backend)


@pytest.mark.parametrize("case", COMMON[::3], ids=str)
def test_read_back_from_the_database(case: Case, database_url: str) -> None:
    seed_database(generate_from_schema(schema(case.columns, *case.checks), rows=1), database_url, create=True)
    found = schema_from_db(database_url)
    tables = generate_from_schema(found, rows=ROWS, seed=7)
    assert unverified(tables) == []
    assert seed_database(tables, database_url, truncate=True).total_rows == ROWS


@pytest.mark.parametrize(
    ("type_", "check"),
    [
        ("integer[]", "cardinality(x) > 0"),
        ("text[]", "array_length(x, 1) BETWEEN 2 AND 4"),
        ("text[]", "array_length(x, 1) = 7"),
        ("text[]", "x <> '{}'"),
        ("text[]", "x <@ ARRAY['a', 'b']"),
        ("jsonb", "jsonb_typeof(x) = 'object'"),
        ("jsonb", "x IS NULL OR jsonb_typeof(x) = 'array'"),
        ("jsonb", "jsonb_array_length(x) > 2 AND jsonb_typeof(x) = 'array'"),
        ("jsonb", "x ? 'name'"),
        ("jsonb", "x ?& ARRAY['a', 'b']"),
    ],
)
def test_documents_and_arrays(type_: str, check: str, postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE t (id integer PRIMARY KEY, x {type_}, CHECK ({check}))")
    engine.dispose()
    tables = generate_from_schema(schema_from_db(postgresql_url), rows=ROWS)
    assert unverified(tables) == []
    assert seed_database(tables, postgresql_url).total_rows == ROWS


def test_the_database_holds_the_checks(database_url: str) -> None:
    seed_database(generate_from_schema(schema("x int", "x > 5"), rows=3), database_url, create=True)
    engine = create_engine(database_url)
    with engine.connect() as connection, pytest.raises(Exception, match=r"(?i)check|constraint"):
        connection.execute(text("INSERT INTO t (id, x) VALUES (100, 1)"))
    engine.dispose()
