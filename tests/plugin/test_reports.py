"""The JSON report and the JUnit properties, with and without xdist."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

TESTS = """
@pytest.mark.misata(story=STORY, seed=5)
@pytest.mark.parametrize("n", range(6))
def test_it(misata_report, n):
    assert misata_report.table_rows["users"] == 20
"""

BOTH = pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two processes"])


@BOTH
def test_the_json_report(suite, run, options, pytester: pytest.Pytester) -> None:
    suite(TESTS)
    run("--misata-report=out/report.json", *options).assert_outcomes(passed=6)
    written = json.loads((pytester.path / "out" / "report.json").read_text())
    assert written["seed"] == 42
    (seeding,) = written["seedings"]
    assert {place["worker"] for place in seeding["places"]} == ({"gw0", "gw1"} if options else {None})
    assert len({place["database"] for place in seeding["places"]}) == len(seeding["places"])
    assert seeding["dataset"] == {"story": '"A SaaS company with 20 users"', "seed": "5"}
    assert seeding["report"]["table_rows"]["users"] == 20


@BOTH
def test_the_junit_properties(suite, run, options, pytester: pytest.Pytester) -> None:
    suite(TESTS)
    run("--junit-xml=junit.xml", *options).assert_outcomes(passed=6)
    root = ElementTree.parse(pytester.path / "junit.xml").getroot()
    found = [(one.get("name"), one.get("value")) for one in root.iter("property")]
    assert [name for name, _ in found] == ["misata_seed", "misata_dataset"]
    assert dict(found)["misata_seed"] == "42"
    assert "seed=5, fingerprint=" in str(dict(found)["misata_dataset"])


def test_no_junit_property_when_unused(suite, run, pytester: pytest.Pytester) -> None:
    suite("def test_it(): pass")
    run("--junit-xml=junit.xml")
    assert "misata" not in Path("junit.xml").read_text()
