"""Members of JSON documents, keys and what they hold, evaluated on plain Python values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pytest_misata.schema.sql.compiler import Compiler, Makers, Row, Value, strict
from pytest_misata.schema.sql.functions import Interval, json_type
from pytest_misata.schema.sql.nodes import NotUnderstood, elements
from pytest_misata.schema.sql.operators import as_text, binary

Path = tuple[Any, ...]


def document(value: Any) -> Any:
    """A document from its text, or as it is."""
    return json.loads(value) if isinstance(value, str) else value


def member(found: Any, path: Sequence[Any]) -> Any:
    """What a document has at a path; None for nothing."""
    found = document(found)
    for key in path:
        inside = isinstance(found, dict) and key in found
        inside = inside or (isinstance(found, list) and isinstance(key, int) and -len(found) <= key < len(found))
        if not inside:
            return None
        found = found[key]
    return found


def has_member(found: Any, path: Sequence[Any]) -> bool:
    """Whether a document has something at a path, a null too."""
    *above, last = path
    found = member(found, above)
    if isinstance(found, list) and isinstance(last, int):
        return -len(found) <= last < len(found)
    return isinstance(found, dict) and last in found


def _member(*, text: bool) -> Callable[[Compiler, Any], Value]:
    """`document ->> 'key'`, `json_extract(document, '$.key')`."""

    def make(compiler: Compiler, node: Any) -> Value:
        path, value = noted(compiler, node.this, path_of(compiler, node.expression)), compiler.value(node.this)

        def read(row: Row) -> Any:
            found = member(value(row), path)
            return found if found is None or not text or isinstance(found, str) else as_text(found)

        return read

    return make


def _scalar(compiler: Compiler, node: Any) -> Value:
    """`json_value(document, '$.key')`, which is NULL for what has parts."""
    path = noted(compiler, node.this, path_of(compiler, node.args["path"]))
    value = compiler.value(node.this)

    def read(row: Row) -> Any:
        found = member(value(row), path)
        return None if isinstance(found, dict | list) or found is None else as_text(found)

    return read


def noted(compiler: Compiler, node: Any, path: Path) -> Path:
    """The path, kept as one that conditions mention of the column at the root of a node."""
    above: Path = ()
    while type(node).__name__ in {"Paren", "Cast", "JSONExtract", "JSONExtractScalar"}:
        if type(node).__name__.startswith("JSON"):
            above = (*path_of(compiler, node.expression), *above)
        node = node.this
    if type(node).__name__ == "Column" and (name := compiler.named(node)) is not None:
        compiler.paths.setdefault(name, []).append((*above, *path))
    return path


def path_of(compiler: Compiler, node: Any) -> Path:
    """The keys that `'$.a.b'`, `'{a,b}'`, `'a'` or 1 say. Raises NotUnderstood."""
    if type(node).__name__ == "JSONPath":
        names = {"JSONPathKey", "JSONPathSubscript"}
        return tuple(part.this for part in node.expressions if type(part).__name__ in names)
    if getattr(node, "is_int", False):
        return (int(node.this),)
    return _written(compiler.text(node))


def _written(text: str) -> Path:
    if text.startswith("$"):
        parts = [part.strip('"') for part in text.removeprefix("$").replace("[", ".").replace("]", "").split(".")]
        return tuple(int(part) if part.isdigit() else part for part in parts if part)
    if text.startswith("{") and text.endswith("}"):
        return tuple(int(part) if part.isdigit() else part.strip('"') for part in text[1:-1].split(","))
    return (text,)


def _contains(left: Any, right: Any) -> bool:
    """`@>` of documents and arrays; of paths whether one leads to the other."""
    if isinstance(left, Interval):
        raise TypeError
    if isinstance(left, str) and isinstance(right, str) and left[:1] not in {"{", "["}:
        return f"{right}.".startswith(f"{left}.")
    if isinstance(right, str):
        right = (
            json.loads(right) if not right.startswith("{") or isinstance(left, dict) else right.strip("{}").split(",")
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return all(key in left and (left[key] == part or _contains(left[key], part)) for key, part in right.items())
    if isinstance(left, list) and isinstance(right, list):
        return all(part in left for part in right)
    return bool(left == right)


def _overlapping(left: Any, right: Any) -> bool:
    """`&&` of arrays."""
    other = right.strip("{}").split(",") if isinstance(right, str) else right
    if not isinstance(left, list) or not isinstance(other, list):
        raise TypeError
    return any(item in other for item in left)


def _keys(compiler: Compiler, node: Any) -> Value:
    """`document ? 'key'`; of other things that have keys nothing is known here."""
    noted(compiler, node.this, (compiler.text(node.expression),))

    def has(value: Any, key: str) -> bool:
        if not isinstance(value, dict | list):
            raise TypeError
        return key in value

    return strict(has, compiler.value(node.this), compiler.value(node.expression))


def _many_keys(combine: Callable[[Iterator[bool]], bool]) -> Callable[[Compiler, Any], Value]:
    """`document ?& array['a', 'b']`, `document ?| array['a', 'b']`."""

    def make(compiler: Compiler, node: Any) -> Value:
        keys = [compiler.text(part) for part in elements(node.expression)]
        for key in keys:
            noted(compiler, node.this, (key,))

        def has(value: Any) -> bool:
            if not isinstance(value, dict | list):
                raise TypeError
            return combine(key in value for key in keys)

        return strict(has, compiler.value(node.this))

    return make


def _has_path(compiler: Compiler, node: Any) -> Value:
    """`json_exists(document, '$.a')`, `document @? '$.a'`, `jsonb_path_exists(document, '$.a')`."""
    of, written = (
        node.expressions
        if type(node).__name__ == "Anonymous"
        else (node.this, node.args.get("path") or node.expression)
    )
    path = path_of(compiler, written)
    if not path or any(isinstance(key, str) and set(key) & set("*?@() ") for key in path):
        raise NotUnderstood
    return strict(lambda value: has_member(value, path), _noted_value(compiler, of, path))


def _noted_value(compiler: Compiler, node: Any, path: Path) -> Value:
    noted(compiler, node, path)
    return compiler.value(node)


def _has_paths(compiler: Compiler, node: Any) -> Value:
    """MariaDB's `json_contains_path(document, 'one', '$.a', ...)`."""
    of, how, *written = node.expressions
    paths = [noted(compiler, of, path_of(compiler, path)) for path in written]
    combine: Callable[[Iterator[bool]], bool] = all if compiler.text(how).lower() == "all" else any
    return strict(lambda value: combine(has_member(value, path) for path in paths), compiler.value(of))


def _held(compiler: Compiler, node: Any) -> Value:
    """MariaDB's `json_contains(document, '1', '$.a')`."""
    of, wanted, *written = node.expressions
    path = noted(compiler, of, path_of(compiler, written[0])) if written else ()

    def holds(value: Any, part: Any) -> bool | None:
        found, part = member(value, path), document(part)
        if isinstance(found, list) and not isinstance(part, list):
            return part in found
        return _contains(found, part)

    return strict(holds, compiler.value(of), compiler.value(wanted))


def _of_member(call: Callable[[Any], Any]) -> Callable[[Compiler, Any], Value]:
    """`json_length(document, '$.tags')`, `json_type(document, '$.a')`: of the whole where no path is given."""

    def make(compiler: Compiler, node: Any) -> Value:
        of, *written = node.expressions if type(node).__name__ == "Anonymous" else [*node.iter_expressions()]
        path = noted(compiler, of, path_of(compiler, written[0])) if written else ()
        return strict(
            lambda value: call(member(value, path)) if not path or has_member(value, path) else None, compiler.value(of)
        )

    return make


def _is_json(value: Any) -> bool:
    try:
        document(value)
    except ValueError:
        return False
    return True


def _size(value: Any) -> int:
    return len(value) if isinstance(value, list | dict) else 1


_TYPES = {"mysql": {"string": "STRING", "number": "INTEGER"}, "sqlite": {"string": "text", "number": "integer"}}
"""What kinds of values are called elsewhere than in PostgreSQL."""


def _typed(compiler: Compiler, node: Any) -> Value:
    """`json_type(document)` in each database's words."""
    dialect = compiler.dialect or ""

    def name(value: Any) -> str | None:
        found = json_type(value) or ""
        if found == "number" and isinstance(value, float):
            found = {"mysql": "DOUBLE", "sqlite": "real"}.get(dialect, found)
        elif found == "boolean" and dialect == "sqlite":
            found = "true" if value else "false"
        found = _TYPES.get(dialect, {}).get(found, found)
        return found.upper() if dialect == "mysql" else found

    return _of_member(name)(compiler, node)


DOCUMENT_NODES: Makers = {
    "JSONExtract": _member(text=False),
    "JSONExtractScalar": _member(text=True),
    "JSONBExtract": _member(text=False),
    "JSONBExtractScalar": _member(text=True),
    "JSONValue": _scalar,
    "JSONBContainsTopKey": _keys,
    "JSONBContainsAllTopKeys": _many_keys(all),
    "JSONBContainsAnyTopKeys": _many_keys(any),
    "JSONBExists": _has_path,
    "JSONBPathExists": _has_path,
    "JSONType": _typed,
    "ArrayContainsAll": binary(_contains),
    "ArrayContainedBy": binary(lambda left, right: _contains(right, left)),
    "ArrayOverlaps": binary(_overlapping),
}

DOCUMENT_CALLS: Makers = {
    "json_contains_path": _has_paths,
    "json_contains": _held,
    "json_exists": _has_path,
    "jsonb_path_exists": _has_path,
    "json_length": _of_member(_size),
    "json_array_length": _of_member(lambda value: len(value) if isinstance(value, list) else 0),
    "json_type": _typed,
}

DOCUMENT_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "json_array_length": len,
    "jsonb_array_length": len,
    "jsonb_typeof": lambda value: json_type(document(value)),
    "json_typeof": lambda value: json_type(document(value)),
    "json_valid": _is_json,
    "json_unquote": lambda value: value if isinstance(value, str) else as_text(value),
    "jsonkeys": lambda value: list(value) if isinstance(value, dict) else None,
    "json_keys": lambda value: list(value) if isinstance(value, dict) else None,
}
