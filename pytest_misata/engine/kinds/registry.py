"""The registry of column kinds, and the compiling of a column into a function of a frame."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, chosen, encode, extremes
from pytest_misata.engine.draws.hashing import U64, Key, chance
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.draws.shares import Shares
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.meaning import generator_for
from pytest_misata.errors import CapacityError, GenerationError
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.holding import check_holds

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Bool = NDArray[np.bool_]
Maker = Callable[[Frame], Cells]
Kind = Callable[..., Maker]

KINDS: dict[str, Kind] = {}
_COUNTED = frozenset({"integer", "numeric", "float", "boolean", "date", "datetime", "time", "interval"})
"""Types of which values are kept as numbers."""
_EVERY_KIND = ("when", "null_rate", "exact_nulls", "cases", "there_with", "sure")


@dataclass(frozen=True, slots=True)
class Site:
    """The column a kind is asked to make, and what it may use to do so."""

    world: World
    table: TableConfig
    column: Column

    @property
    def where(self) -> str:
        """`table.column`, for messages."""
        return f"{self.table.key}.{self.column.name}"

    @property
    def units(self) -> int:
        """How many of the integers that are kept make one of the column's own units: 100 for money with cents."""
        return 10**self.column.type.scale if self.column.type.kind in {"numeric", "float"} else 1

    @property
    def rows(self) -> int:
        """How many rows the table has. Values must not depend on it, only checks of capacity may."""
        return self.world.counts[self.table.key]

    def key(self, purpose: str) -> Key:
        """The key of one purpose of this column."""
        return self.world.key(self.table.key, self.column.name, purpose)

    def draw(self, frame: Frame, purpose: str) -> U64:
        """64 random bits a row for one purpose of this column."""
        return frame.draw(self.column.name, purpose)

    def amount(self, value: object) -> int:
        """A number of the options in kept integers."""
        return round(exact(value) * self.units)

    def error(self, message: str) -> GenerationError:
        """An error that names the column."""
        return GenerationError(f"{self.where}: {message}")

    def require(self, capacity: int, advice: str) -> None:
        """Raises CapacityError where fewer unique values than rows can be made."""
        if capacity < self.rows:
            raise CapacityError(self.table.key, self.column.name, capacity=capacity, rows=self.rows, advice=advice)


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register a kind of column.

    The function takes a `Site` and the kind's options as keyword arguments, checks them, builds its tables of
    distributions, and returns a function from a `Frame` to the `Cells` of its rows. A kind of many options is a
    dataclass of these, whose instances are called with the frame.
    """

    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register


def check_kind(generator: Generator, where: str) -> None:
    """Raises GenerationError where no such kind or option exists."""
    if generator.kind not in KINDS:
        raise GenerationError(f"{where}: no kind of column {generator.kind!r}; {_nearest(generator.kind, KINDS)}")
    known = [*_options_of(KINDS[generator.kind]), *_EVERY_KIND]
    for option in generator.options:
        if option not in known:
            raise GenerationError(
                f"{where}: kind {generator.kind!r} has no option {option!r}; {_nearest(option, known)}"
            )


@lru_cache(maxsize=256)
def _options_of(function: Kind) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)[1:]


def compile_column(world: World, table: TableConfig, column: Column, *, generator: Generator | None = None) -> Maker:
    """The function that makes a column of any frame of its table; `generator` stands in for what the column means."""
    generator = column.generator or _there_for_children(world, column, table, generator or generator_for(table, column))
    site = Site(world, table, column)
    check_kind(generator, site.where)
    options = {name: value for name, value in generator.options.items() if name not in _EVERY_KIND}
    make = _compile(site, generator.kind, options)
    cases = [_case(site, Generator(generator.kind, options), case) for case in generator.options.get("cases", ())]
    made = _with_nulls(site, _with_cases(make, cases), generator.options)
    return _told(site, generator.kind, made) if column.generator else _fitting(column, made)


def _told(site: Site, name: str, make: Maker) -> Maker:
    """What somebody said how to make: what the column cannot hold they hear by name."""
    written = site.world.schema.source is not None and not (site.column.opaque or site.column.type.values)

    def make_fitting(frame: Frame) -> Cells:
        cells = make(frame)
        if site.column.type.kind in _COUNTED and (cells.vocabulary is not None or cells.data.dtype == np.object_):
            raise site.error(f"kind {name!r} makes texts, and the column is of type {site.column.type.kind}")
        for value in extremes(cells) if written else ():
            check_holds(f"{site.where}: kind {name!r}", site.column.type, value)
        return cells

    return make_fitting


def _there_for_children(world: World, column: Column, table: TableConfig, generator: Generator) -> Generator:
    """The generator without a rate of NULLs, where foreign keys point at the column."""
    if "null_rate" not in generator.options:
        return generator
    referred = world.keep("referred to", lambda: _referred(world))
    if (table.key, column.name) not in referred:
        return generator
    options = {name: value for name, value in generator.options.items() if name != "null_rate"}
    return Generator(generator.kind, options)


def _referred(world: World) -> frozenset[tuple[str, str]]:
    """The columns that foreign keys point at."""
    return frozenset(
        (key.parent, column)
        for table in world.schema.tables.values()
        for key in table.foreign_keys
        for column in key.parent_columns
    )


def _fitting(column: Column, make: Maker) -> Maker:
    """Texts no longer than the column, for columns whose kind was chosen by their meaning."""
    length = column.type.length
    if column.type.kind != "string" or length is None:
        return make
    return lambda frame: make(frame).cut(length)


def _compile(site: Site, name: str, options: Mapping[str, Any]) -> Maker:
    try:
        return KINDS[name](site, **options)
    except GenerationError:
        raise
    except (TypeError, ValueError, ArithmeticError) as error:
        raise site.error(f"kind {name!r}: {error}") from error


def _case(site: Site, usual: Generator, case: Mapping[str, Any]) -> tuple[Mapping[str, Sequence[Any]], Maker]:
    """When a case holds, and its maker: of a kind of its own, or of the usual kind with some options changed."""
    if "when" not in case:
        raise site.error(f"a case needs `when`: {dict(case)!r}")
    options = {option: value for option, value in case.items() if option not in {"when", "kind"}}
    name = case.get("kind", usual.kind)
    check_kind(Generator(name, options), site.where)
    return case["when"], _compile(site, name, options if "kind" in case else {**usual.options, **options})


def _with_cases(make: Maker, cases: Sequence[tuple[Mapping[str, Sequence[Any]], Maker]]) -> Maker:
    """Rows for which a case holds are made by the first such case."""
    if not cases:
        return make

    def make_by_case(frame: Frame) -> Cells:
        which = np.zeros(len(frame), dtype=np.int64)
        for number, (when, _) in reversed(list(enumerate(cases, start=1))):
            which[holds(frame, when)] = number
        return chosen([make(frame), *(maker(frame) for _, maker in cases)], which)

    return make_by_case


def _with_nulls(site: Site, make: Maker, options: Mapping[str, Any]) -> Maker:
    when, rate = options.get("when"), exact(options.get("null_rate", 0))
    null = _exactly_null(site, rate) if options.get("exact_nulls") else _null(site, rate)
    beside, sure = options.get("there_with"), options.get("sure")
    if not when and not rate and beside is None:
        return make
    if not site.column.nullable:
        raise site.error("`when` and `null_rate` leave NULLs, and the column is NOT NULL")

    def make_with_nulls(frame: Frame) -> Cells:
        cells = make(frame)
        if when:
            cells = cells.where_not(~holds(frame, when))
        if beside is not None:
            cells = cells.where_not(read(frame, beside).null)
        absent = null(frame)
        return cells.where_not(absent & ~holds(frame, sure) if sure and absent is not None else absent)

    return make_with_nulls


def _null(site: Site, rate: Fraction) -> Callable[[Frame], Bool | None]:
    return lambda frame: chance(site.draw(frame, "null"), rate.numerator, rate.denominator) if rate else None


def _exactly_null(site: Site, rate: Fraction) -> Callable[[Frame], Bool | None]:
    """NULL in a share of the table's rows that is met to the nearest row."""
    shares, key = Shares([rate.denominator - rate.numerator, rate.numerator]), site.key("null")
    return lambda frame: shares(key, frame.rows, site.rows) == 1


def read(frame: Frame, name: str) -> Cells:
    """A column of the row (`price`), of the parent behind a foreign key column (`plan_id.price`), or of its parent."""
    column, _, rest = name.partition(".")
    if not rest:
        return frame[column]
    key = frame.table.foreign_key(column)
    if key is None:
        raise GenerationError(f"{frame.table.key}: {name}: {column} is not a foreign key")
    cells = read(frame.parent_frame(key), rest) if "." in rest else frame.parent(key)[rest]
    return cells.where_not(frame[column].null)


def holds(frame: Frame, when: Mapping[str, Sequence[Any]]) -> Bool:
    """Where every column (own, or `key.column`) has one of the values given for it.

    `@first` and `@last` tell of the row's place among its siblings.
    """
    result = np.ones(len(frame), dtype=np.bool_)
    for name, values in when.items():
        result &= _sibling(frame, name, values) if name.startswith("@") else among(read(frame, name), values)
    return result


def _sibling(frame: Frame, name: str, values: Sequence[Any]) -> Bool:
    if frame.place is None:
        raise GenerationError(f"{frame.table.key}: {name} needs an owner, and the table has none")
    flags = {"@last": frame.place.last, "@first": frame.place.number == 0}
    if name not in flags:
        raise GenerationError(f"{frame.table.key}: no {name}; {_nearest(name, list(flags))}")
    result = np.zeros(len(frame), dtype=np.bool_)
    for value in values:
        result |= flags[name] == bool(value)
    return result


def among(cells: Cells, values: Sequence[Any]) -> Bool:
    """Where a cell is one of the values; NULL is none of them."""
    wanted = list(values)
    if cells.vocabulary is not None:
        found: Bool = np.array([value in wanted for value in cells.vocabulary], dtype=np.bool_)[cells.data]
    elif cells.type.is_text:
        found = np.array([value in wanted for value in cells.data], dtype=np.bool_)
    else:
        found = np.zeros(len(cells), dtype=np.bool_)
        for value in encode(cells.type, wanted).data:
            found |= cells.data == value
    return found if cells.null is None else found & ~cells.null


def _nearest(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(known))}"
