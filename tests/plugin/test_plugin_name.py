"""How the plugin is switched off and named."""

from __future__ import annotations

import pytest

PRESENT = "def test_it(pytestconfig):\n    assert pytestconfig.pluginmanager.hasplugin('pytest_misata') is {}"


@pytest.mark.parametrize("option", ["no:misata", "no:pytest_misata"])
def test_it_can_be_switched_off(suite, run_apart, option: str) -> None:
    suite(PRESENT.format(False))
    run_apart("-p", option).assert_outcomes(passed=1)


@pytest.mark.parametrize("option", ["pytest_misata", "pytest_misata.plugin"])
@pytest.mark.parametrize("autoload", ["", "1"])
def test_it_can_be_named_with_and_without_autoload(
    suite, run_apart, monkeypatch: pytest.MonkeyPatch, option: str, autoload: str
) -> None:
    if autoload:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", autoload)
    suite("@pytest.mark.misata(story=STORY)\ndef test_it(misata_seed):\n    assert misata_seed == 4")
    run_apart("-p", option, "--misata-seed=4").assert_outcomes(passed=1)


@pytest.mark.parametrize("without", ["xdist", "cacheprovider", "junitxml", "postgresql", "faker", "randomly"])
def test_it_works_without_another_plugin(suite, run, without: str) -> None:
    # pytest-randomly cannot start without the cache plugin.
    others = ["-p", "no:randomly"] if without == "cacheprovider" else []
    suite("@pytest.mark.misata(story=STORY)\ndef test_it(misata_session): pass")
    run("-p", f"no:{without}", *others).assert_outcomes(passed=1)
