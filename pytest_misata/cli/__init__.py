"""The `misata` command. Nothing else in the package imports click or rich."""

from __future__ import annotations

from pytest_misata.cli.app import main as main
