import subprocess
import sys
import warnings
from importlib.resources import files

import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.domain import domain_files, domains
from pytest_misata.story.english.tokens import spoken, tokenize
from pytest_misata.story.english.words import length_of_match, split
from pytest_misata.story.reader import parse

DOMAINS = {domain.name: domain for domain in domains()}
every_domain = pytest.mark.parametrize("domain", DOMAINS.values(), ids=list(DOMAINS))


def test_every_file_is_a_domain_of_that_name():
    folder = files("pytest_misata.story").joinpath("domains")

    assert {file.name for file in folder.iterdir() if file.name != "__pycache__"} == {
        f"{name}.toml" for name in DOMAINS
    }


@every_domain
def test_the_example_is_about_the_domain_and_understood_whole(domain):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse(domain.example).name == domain.name


@every_domain
def test_every_word_is_found_as_it_is_written_and_nothing_less_of_it(domain):
    data = domain.data
    names = [name for table in data["tables"].values() for name in table.get("names", ())]
    told = [
        words for rate in data.get("rates", ()) for key in ("words", "sorts") for words in rate.get(key, {}).values()
    ]
    values = [word for words in told for word in words]

    for written in (*data["words"], *names, *values):
        texts, ends = spoken(tokenize(f"x {written}"), 1)
        phrase = split(written)
        assert length_of_match(texts, phrase) == len(phrase), written
        assert "".join(phrase) == "".join(letter for letter in written.lower() if letter.isalnum() or letter in "'.")
        assert ends[len(phrase) - 1] == len(tokenize(f"x {written}")), written


@pytest.mark.parametrize("story", ["A web shop with 50 customers", "A web agency with 12 clients"])
def test_half_a_word_names_no_domain(story):
    assert parse(story).name != "crypto"


@every_domain
def test_every_figure_is_sourced_or_called_an_assumption(domain):
    text = files("pytest_misata.story").joinpath("domains", f"{domain.name}.toml").read_text("utf-8")

    assert "sources = [" in text
    assert "assumption" in text


@every_domain
@pytest.mark.parametrize("rows", [1, 2, 10, 300])
def test_any_number_of_rows_can_be_made(domain, rows):
    tables = Tables(domain.schema(), rows=rows, seed=42)

    lengths = {name: {len(cells.data) for cells in table.cells().values()} for name, table in tables.items()}
    made = {name: max(found) for name, found in lengths.items()}
    assert all(len(found) == 1 for found in lengths.values())
    planned = {name: plan_rows(domain.schema(), rows=rows)[name] for name in made}

    # Fewer only where a unique key leaves no room for more, of which there is a note.
    assert all(made[name] <= planned[name] for name in made)
    assert made == planned or tables.notes


@every_domain
def test_no_column_is_constant_without_cause(domain):
    for name, table in Tables(domain.schema(), rows=2000, seed=42).items():
        for column in table.columns:
            first, *others = table[column]
            assert any(str(value) != str(first) for value in others), f"{name}.{column} is always {first}"


@every_domain
def test_a_row_more_of_the_main_table_changes_none_of_the_others(domain):
    small, large = (Tables(domain.schema(), rows=rows, seed=42)[domain.main] for rows in (200, 201))
    kept = [column for column in small.columns if domain.schema().table(domain.main).foreign_key(column) is None]

    assert [{c: row[c] for c in kept} for row in small.rows(0, 200)] == [
        {c: row[c] for c in kept} for row in large.rows(0, 200)
    ]


def test_the_head_of_a_file_tells_what_the_whole_of_it_does():
    for file in domain_files():
        domain = file.domain
        assert (file.title, file.example, file.phrases) == (domain.title, domain.example, domain.phrases)


def test_a_story_that_names_its_domain_has_no_other_read():
    script = (
        "from pytest_misata.story.domain import _read; from pytest_misata.story.reader import parse; "
        "parse('A SaaS company with 10 users'); print(_read.cache_info().currsize)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(run.stdout) == 1
