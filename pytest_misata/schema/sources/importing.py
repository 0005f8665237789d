"""Models by name: what `package.module:name` stands for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pytest_misata.errors import ConfigurationError


def import_models(name: str, *, setting: str) -> Any:
    """What `package.module:name` names; the name may have dots.

    Raises ConfigurationError, naming the setting, when it is not of that form or not there.
    """
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise ConfigurationError(f"{setting} {name}: models are named as package.module:name")
    try:
        found: Any = import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"{setting} {name}: {error}") from error
    return found
