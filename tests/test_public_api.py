"""`import pytest_misata as misata`: the public names, imported when they are first used."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import pytest_misata as misata

HEAVY = ("sqlalchemy", "numpy", "faker", "click", "rich")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", misata.__all__)
def test_a_public_name_resolves(name: str) -> None:
    assert getattr(misata, name) is not None


@pytest.mark.parametrize("name", sorted(set(misata.__all__) - {"__version__", "ENGINE_VERSION", "ColumnType"}))
def test_a_public_name_says_what_it_is(name: str) -> None:
    assert getattr(misata, name).__doc__


def test_dir_lists_the_public_names() -> None:
    assert dir(misata) == sorted(misata.__all__)


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'genrate'"):
        _ = misata.genrate  # type: ignore[attr-defined]


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = f"import sys, pytest_misata; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert run(code) == "[]"


def test_a_resolved_name_is_looked_up_once() -> None:
    code = "import pytest_misata as m; m.MisataError; print('MisataError' in vars(m))"
    assert run(code) == "True"


def test_every_public_error_is_of_the_family_and_of_a_builtin_one() -> None:
    errors = importlib.import_module("pytest_misata.errors")
    family = [value for value in vars(errors).values() if isinstance(value, type) and value is not misata.MisataError]
    assert family
    for error in family:
        assert issubclass(error, misata.MisataError)
        assert any(base.__module__ == "builtins" and base is not Exception for base in error.__mro__[:-3])


def test_no_import_of_a_module_hides_a_public_name() -> None:
    code = (
        "import pkgutil, importlib, types, pytest_misata as m\n"
        "for module in pkgutil.walk_packages(m.__path__, 'pytest_misata.'):\n"
        "    if module.name != 'pytest_misata.__main__':\n"
        "        importlib.import_module(module.name)\n"
        "print([name for name in m.__all__ if isinstance(getattr(m, name), types.ModuleType)])"
    )
    assert run(code) == "[]"
