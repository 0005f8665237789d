"""The predicates of a parsed CHECK."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pytest_misata.schema.sql import patterns
from pytest_misata.schema.sql.comparisons import compared
from pytest_misata.schema.sql.nodes import PATHS, NotUnderstood, arguments, bare, cast_to, elements, function, listed
from pytest_misata.schema.sql.predicates import (
    TURNED,
    Among,
    And,
    Call,
    Col,
    Compare,
    Const,
    Either,
    HasKeys,
    IsJson,
    IsNull,
    IsTrue,
    Joined,
    Matches,
    Not,
    Or,
    Predicate,
    Resembles,
    Term,
    Today,
    Truth,
    Unknown,
    Within,
    walk,
)
from pytest_misata.schema.sql.resemblance import resembling
from pytest_misata.schema.sql.slices import counted_parts, slice_of
from pytest_misata.schema.sql.terms import FUNCTIONS, NOW, TERMS, as_number, counted


class Reader:
    """Turns a parsed expression into predicates and terms."""

    def __init__(self, columns: tuple[str, ...], dialect: str | None) -> None:
        self._columns = {name.lower(): name for name in columns} | {name: name for name in columns}
        self._dialect = dialect
        self._folds = dialect in {"sqlite", "mysql", "mariadb"}

    def predicate(self, node: Any) -> Predicate:
        read = _PREDICATES.get(type(node).__name__)
        try:
            if read is not None:
                return read(self, node)
            return self._truth(node)
        except NotUnderstood:
            return Unknown(node.sql())

    def _truth(self, node: Any) -> Predicate:
        """A term that stands for a truth value: a flag, or a function that tells one."""
        name = function(node)
        if name == "json_valid":
            return self._is_json(node)
        term = self.term(node)
        if isinstance(term, Const):
            return Truth(None if term.value is None else bool(term.value))
        if isinstance(term, Either):
            return Compare("=", as_number(term), Const(1))
        return Compare("<>", term, Const(0))

    def term(self, node: Any) -> Term:
        name = type(node).__name__
        if name in _PREDICATES and name not in {"Paren", "Case", "If"}:
            return counted(self.predicate(node))
        read = TERMS.get(name)
        if read is not None:
            return read(self, node)
        if function(node) == "json_valid":
            return counted(self._is_json(node))
        call = FUNCTIONS.get(function(node))
        if call is None:
            raise NotUnderstood
        return call(self, arguments(node))

    def _is_json(self, node: Any) -> Predicate:
        term = self.term(arguments(node)[0])
        # To SQLite before 3.42 a NULL is no JSON, where later ones know of neither.
        return And((Not(IsNull(term)), IsJson(term))) if self._dialect == "sqlite" else IsJson(term)

    def constants(self, nodes: list[Any]) -> tuple[Any, ...]:
        terms = [self.term(node) for node in nodes]
        if not all(isinstance(term, Const) and term.value is not None for term in terms):
            raise NotUnderstood
        return tuple(term.value for term in terms if isinstance(term, Const))

    def text(self, node: Any) -> str:
        term = self.term(node)
        if isinstance(term, Const) and isinstance(term.value, str):
            return term.value
        raise NotUnderstood

    def number(self, node: Any) -> int:
        term = self.term(node)
        if isinstance(term, Const) and isinstance(term.value, int):
            return int(term.value)
        raise NotUnderstood

    def column(self, node: Any) -> Term:
        found = self._columns.get(node.name) or self._columns.get(node.name.lower())
        if found is not None:
            return Col(found)
        if function(node) in NOW:
            return Today()
        raise NotUnderstood

    def compare(self, node: Any, op: str) -> Predicate:
        left, right = node.this, node.expression
        if (found_list := listed(right)) is not None:
            quantor, values = found_list
            if (op, quantor) == ("=", "any"):
                return self.among(left, values)
            if (op, quantor) == ("<>", "all"):
                return Not(self.among(left, values))
            raise NotUnderstood
        found = (
            self._position(left, op, right)
            or self._sliced(left, op, right)
            or self._extreme(left, op, right)
            or self._extreme(right, TURNED[op], left)
        )
        return found or _stored(compared(op, self.term(left), self.term(right)))

    def _position(self, left: Any, op: str, right: Any) -> Predicate | None:
        """`instr(x, '@') > 1`: the text is found somewhere."""
        if type(left).__name__ != "StrPosition":
            return None
        part, bound = self.term(left.args["substr"]), self.number(right)
        if isinstance(part, Col) and (op, bound) in {("=", 1), (">", 0), (">=", 1)}:
            return self.resembling(left.this, (part, None) if op == "=" else (None, part, None))
        text = re.escape(self.text(left.args["substr"]))
        least = bound + 1 if op == ">" else bound
        if op in {">", ">="} and least > 0:
            return Matches(self.term(left.this), f"^.{{{least - 1},}}{text}")
        if (op, bound) == ("=", 0):
            return Not(Matches(self.term(left.this), text))
        raise NotUnderstood

    def resembling(self, node: Any, parts: tuple[Col | None, ...]) -> Predicate:
        term = self.term(node)
        if not isinstance(term, Col) or term in parts:
            raise NotUnderstood
        return Resembles(term, parts)

    def _sliced(self, node: Any, op: str, other: Any) -> Predicate | None:
        """A part of a text, or the number of its parts, that is compared with a constant."""
        counts = counted_parts(node, op, other)
        if counts is not None:
            return self._shaped(*counts)
        if op not in {"=", "<>"} or slice_of(node) is None:
            return None
        found = self._in_slice(node, [other])
        return found if found is None or op == "=" else Not(found)

    def _in_slice(self, node: Any, values: list[Any]) -> Predicate | None:
        part = slice_of(node)
        pattern = None if part is None else part.equal(map(self.text, values))
        return None if part is None or pattern is None else self._shaped(part.of, pattern)

    def _shaped(self, of: Any, pattern: str) -> Predicate:
        """A text that has a pattern; where the database does not look at capitals, whatever these are."""
        folded = self._dialect in {"mysql", "mariadb"}
        return Matches(self.term(of), pattern, folded, like=folded)

    def _extreme(self, node: Any, op: str, other: Any) -> Predicate | None:
        """A bound of the greatest, or the least, of some terms is one of all of them, or of one."""
        node = bare(node)
        name = type(node).__name__
        if name not in {"Greatest", "Least"} or op in {"=", "<>"}:
            return None
        parts = tuple(compared(op, self.term(part), self.term(other)) for part in arguments(node))
        return And(parts) if (name == "Greatest") == (op[0] == "<") else Or(tuple(map(IsTrue, parts)))

    def among(self, term: Any, values: list[Any]) -> Predicate:
        found = self._in_slice(term, values) if slice_of(term) is not None else None
        return found or _stored(Among(self.term(term), self.constants(values)))

    def like(self, node: Any, *, escape: str = "\\", folded: bool = False) -> Predicate:
        pattern = node.expression
        if function(pattern) == "like_escape":
            pattern, other = arguments(pattern)
            escape = self.text(other)
        found, folded = self.term(pattern), folded or self._folds
        if isinstance(found, Joined | Col):
            return _signed(node, resembling(self.term(node.this), found, escape, folded=folded))
        part = slice_of(node.this)
        shape = None if part is None else part.like(self.text(pattern))
        of = node.this if part is None or shape is None else part.of
        regex = shape or patterns.from_like(self.text(pattern), escape)
        return _signed(node, Matches(self.term(of), regex, folded, like=True))

    def regex(self, node: Any, *, folded: bool = False) -> Predicate:
        pattern = node.expression
        if cast_to(pattern) in PATHS:
            raise NotUnderstood
        if function(pattern) == "similar_to_escape":
            return Matches(self.term(node.this), patterns.from_similar(self.text(arguments(pattern)[0])))
        return _signed(node, _matching(self.term(node.this), self.text(pattern), folded=folded))

    def case(self, node: Any) -> Either:
        """CASE as a term."""
        default = node.args.get("default")
        last: Term = Const(None) if default is None else self.term(default)
        return Either(tuple((when, self.term(then)) for when, then in self._cases(node)), last)

    def decided(self, node: Any) -> Predicate:
        """CASE as a predicate: that of the first case whose condition is true."""
        parts: list[Predicate] = []
        before: tuple[Predicate, ...] = ()
        for when, then in self._cases(node):
            parts.append(And((*before, IsTrue(when), self.predicate(then))))
            before = (*before, Not(IsTrue(when)))
        default = node.args.get("default")
        last = Truth(None) if default is None else self.predicate(default)
        return Or((*parts, And((*before, last))))

    def _cases(self, node: Any) -> list[tuple[Predicate, Any]]:
        subject = node.this
        return [
            (
                self.predicate(part.this)
                if subject is None
                else compared("=", self.term(subject), self.term(part.this)),
                part.args["true"],
            )
            for part in node.args["ifs"]
        ]


def _stored(predicate: Predicate) -> Predicate:
    """SQLite's `typeof` of a NULL is a text of its own, so that a comparison with it is never unknown."""
    match predicate:
        case Compare("=", Call("storage", of), Const(str(way))) | Compare("=", Const(str(way)), Call("storage", of)):
            return IsNull(of) if way == "null" else And((Not(IsNull(of)), predicate))
        case Compare("<>", Call("storage", of), Const("null")) | Compare("<>", Const("null"), Call("storage", of)):
            return Not(IsNull(of))
        case Among(Call("storage", of), values):
            ways = tuple(value for value in values if value != "null")
            found: Predicate = Among(predicate.term, ways) if ways else Truth(value=False)
            return Or((IsNull(of), found)) if len(ways) < len(values) else And((Not(IsNull(of)), found))
    return predicate


def _matching(term: Term, pattern: str, *, folded: bool = False) -> Predicate:
    """A text that a pattern is found in: `[^0-9]` is in those that are not of digits alone."""
    only = patterns.only(pattern)
    return Not(Matches(term, only, folded)) if only else Matches(term, pattern, folded)


def _signed(node: Any, predicate: Predicate) -> Predicate:
    return Not(predicate) if node.args.get("negate") else predicate


def _is(reader: Reader, node: Any) -> Predicate:
    if type(node.expression).__name__ == "Null":
        found: Predicate = _is_null(reader, node.this)
    elif type(node.expression).__name__ == "Boolean":
        part = reader.predicate(node.this)
        found = IsTrue(part if node.expression.this else Not(part))
    else:
        return _signed(node, _same(reader, node))
    return _signed(node, found)


def _is_null(reader: Reader, node: Any) -> Predicate:
    term = reader.term(node)
    if any(isinstance(part, Call) and part.name in _PARTIAL for part in walk(term)):
        raise NotUnderstood
    return IsNull(term)


_PARTIAL = frozenset({"moment", "date", "days", "weekday"})
"""What gives NULL for texts that are no moments."""


def _same(reader: Reader, node: Any) -> Predicate:
    """Equal, or both NULL."""
    left, right = reader.term(node.this), reader.term(node.expression)
    both = And((IsNull(left), IsNull(right)))
    return Or((both, IsTrue(Compare("=", left, right))))


def _between(reader: Reader, node: Any) -> Predicate:
    if node.args.get("symmetric"):
        raise NotUnderstood
    term, low, high = (reader.term(part) for part in (node.this, node.args["low"], node.args["high"]))
    return _signed(node, And((compared(">=", term, low), compared("<=", term, high))))


def _in(reader: Reader, node: Any) -> Predicate:
    if node.args.get("query") or not node.expressions:
        raise NotUnderstood
    try:
        return _signed(node, reader.among(node.this, node.expressions))
    except NotUnderstood:
        term = reader.term(node.this)
        return _signed(node, Or(tuple(Compare("=", term, reader.term(value)) for value in node.expressions)))


def _escape(reader: Reader, node: Any) -> Predicate:
    like = node.this
    negated = type(like).__name__ == "Not"
    like = like.this if negated else like
    folded = {"Like": False, "ILike": True}.get(type(like).__name__)
    if folded is None:
        raise NotUnderstood
    found = reader.like(like, escape=reader.text(node.expression), folded=folded)
    return Not(found) if negated else found


def _xor(reader: Reader, node: Any) -> Predicate:
    return Compare("<>", counted(reader.predicate(node.this)), counted(reader.predicate(node.expression)))


def _glob(reader: Reader, node: Any) -> Predicate:
    return _signed(node, _matching(reader.term(node.this), patterns.from_glob(reader.text(node.expression))))


def _similar(reader: Reader, node: Any) -> Predicate:
    return _signed(node, Matches(reader.term(node.this), patterns.from_similar(reader.text(node.expression))))


def _starts(reader: Reader, node: Any) -> Predicate:
    other = reader.term(node.expression)
    if isinstance(other, Col):
        return reader.resembling(node.this, (other, None))
    return Matches(reader.term(node.this), "^" + re.escape(reader.text(node.expression)))


def _if(reader: Reader, node: Any) -> Predicate:
    when, last = reader.predicate(node.this), node.args.get("false")
    other = Truth(None) if last is None else reader.predicate(last)
    return Or((And((IsTrue(when), reader.predicate(node.args["true"]))), And((Not(IsTrue(when)), other))))


def _keys(reader: Reader, node: Any) -> Predicate:
    """`document ? 'name'`, `document ?& ARRAY['name', 'kind']`."""
    if type(bare(node.expression)).__name__ == "Array":
        return HasKeys(reader.term(node.this), reader.constants(elements(node.expression)))
    return HasKeys(reader.term(node.this), (reader.text(node.expression),))


def _joined(kind: type[And] | type[Or]) -> Callable[[Reader, Any], Predicate]:
    return lambda reader, node: kind((reader.predicate(node.this), reader.predicate(node.expression)))


def _comparison(op: str) -> Callable[[Reader, Any], Predicate]:
    return lambda reader, node: reader.compare(node, op)


_PREDICATES: dict[str, Callable[[Reader, Any], Predicate]] = {
    "And": _joined(And),
    "Or": _joined(Or),
    "Not": lambda reader, node: Not(reader.predicate(node.this)),
    "Paren": lambda reader, node: reader.predicate(node.this),
    "EQ": _comparison("="),
    "NEQ": _comparison("<>"),
    "LT": _comparison("<"),
    "LTE": _comparison("<="),
    "GT": _comparison(">"),
    "GTE": _comparison(">="),
    "Is": _is,
    "In": _in,
    "Between": _between,
    "Like": lambda reader, node: reader.like(node),
    "ILike": lambda reader, node: reader.like(node, folded=True),
    "Escape": _escape,
    "RegexpLike": lambda reader, node: reader.regex(node),
    "RegexpILike": lambda reader, node: reader.regex(node, folded=True),
    "SimilarTo": _similar,
    "Glob": _glob,
    "StartsWith": _starts,
    "NullSafeEQ": _same,
    "NullSafeNEQ": lambda reader, node: Not(_same(reader, node)),
    "Xor": _xor,
    "Case": lambda reader, node: reader.decided(node),
    "If": _if,
    "JSONBContains": _keys,
    "JSONBContainsTopKey": _keys,
    "JSONBContainsAllTopKeys": _keys,
    "ArrayContainedBy": lambda reader, node: Within(
        reader.term(node.this), reader.constants(elements(node.expression))
    ),
}
