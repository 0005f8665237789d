"""One header line, and none when nothing is configured."""

from __future__ import annotations


def test_nothing_when_nothing_is_configured(suite, run) -> None:
    suite("@pytest.mark.misata(story=STORY)\ndef test_it(misata_tables): pass")
    run().stdout.no_fnmatch_line("misata:*")


def test_each_value_with_its_source(suite, run, monkeypatch) -> None:
    suite("def test_it(): pass", ini="misata_story = A SaaS company\nmisata_isolation = none\n")
    monkeypatch.setenv("MISATA_DATABASE", "postgresql://me:secret@host/app_test")
    result = run("--misata-seed=7", "--misata-rows=10")
    result.stdout.fnmatch_lines(
        [
            "misata: seed=7 (--misata-seed), database=postgresql/app_test (MISATA_DATABASE), "
            'isolation=none (ini), rows=10 (--misata-rows), story="A SaaS company" (ini)'
        ]
    )
    assert "secret" not in result.stdout.str()


def test_a_long_story_is_cut(suite, run) -> None:
    suite("def test_it(): pass", ini="misata_story = A SaaS company with " + "very " * 40 + "many users\n")
    (line,) = [line for line in run().outlines if line.startswith("misata:")]
    assert len(line) < 160
    assert "..." in line


def test_one_line_under_xdist(suite, run) -> None:
    suite("def test_it(): pass")
    result = run("-n", "2", "--misata-seed=7")
    assert sum(line.startswith("misata:") for line in result.outlines) == 1
