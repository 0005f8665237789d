import pytest

from pytest_misata.errors import SchemaError
from pytest_misata.story.domain import read_domain

DOMAIN = """
name = "zoo"
title = "zoo"
example = "A zoo with 40 animals"
main = "animals"
words = ["zoo"]

[tables.keepers]
names = ["keeper"]
[tables.keepers.columns]
id = { type = "integer", kind = "serial" }
hired_at = { type = "datetime", kind = "moment" }

[tables.animals]
names = ["animal"]
[tables.animals.columns]
id = { type = "integer", kind = "serial" }
keeper_id = { references = "keepers.id", owner = true, per_parent = "4" }
tame = { type = "boolean", kind = "flag", rate = "0.5" }
arrived_at = { type = "datetime", kind = "moment", after = ["keeper_id.hired_at"] }

[[rates]]
column = "animals.tame"
words = { true = ["tame"] }
"""


def test_a_file_is_read():
    domain = read_domain(DOMAIN, "zoo.toml")

    assert (domain.name, domain.main, domain.names["animals"]) == ("zoo", "animals", (("animal",),))


MISTAKES = [
    ('main = "animals"', 'main = "animal"', "zoo.toml: main: no table 'animal'; did you mean 'animals'?"),
    ('title = "zoo"', "", "zoo.toml: 'title' is missing"),
    ('words = ["zoo"]', 'words = ["zoo"]\ncolour = 1', "zoo.toml: no key 'colour'"),
    ('names = ["keeper"]', 'name = ["keeper"]', "zoo.toml: keepers: no key 'name'; did you mean 'names'?"),
    ('kind = "flag"', 'kind = "flagg"', "zoo.toml: animals.tame: no kind of column 'flagg'; did you mean 'flag'?"),
    ('rate = "0.5"', 'rat = "0.5"', "zoo.toml: animals.tame: kind 'flag' has no option 'rat'; did you mean 'rate'?"),
    ('"boolean"', '"bool"', "zoo.toml: animals.tame: no type 'bool'; did you mean 'boolean'?"),
    ('"boolean", kind = "flag", rate = "0.5"', '"boolean"', "zoo.toml: animals.tame: 'kind' is missing"),
    ('"keepers.id"', '"keeper.id"', "zoo.toml: animals.keeper_id: no table 'keeper'; did you mean 'keepers'?"),
    ('"keepers.id"', '"keepers.ids"', "zoo.toml: animals.keeper_id: no column keepers.ids; did you mean 'id'?"),
    (', per_parent = "4"', "", "zoo.toml: animals.keeper_id: an owner needs `per_parent`"),
    ('per_parent = "4"', "per_parent = 0.4", "zoo.toml: animals.keeper_id: per_parent: write an exact number"),
    (
        'per_parent = "4"',
        'per_parent = "4", spred = "even"',
        "zoo.toml: animals.keeper_id: no key 'spred'; did you mean",
    ),
    ('"keeper_id.hired_at"', '"hired_at"', "zoo.toml: animals.arrived_at: no column animals.hired_at"),
    (
        '"keeper_id.hired_at"',
        '"keeper_id.hired"',
        "zoo.toml: animals.arrived_at: no column keepers.hired; did you mean",
    ),
    ('"keeper_id.hired_at"', '"tame.x"', "zoo.toml: animals.arrived_at: 'tame.x': tame points at no other table"),
    ('rate = "0.5"', 'rate = "0.5", null_rate = "0.1"', "zoo.toml: animals.tame: `when` and `null_rate` leave NULLs"),
    (
        'rate = "0.5"',
        'rate = "0.5", when = { size = [1] }, nullable = true',
        "zoo.toml: animals.tame: no column animals.size",
    ),
    ('"animals.tame"', '"animals.time"', "zoo.toml: rates: animals.time: no such column; did you mean 'animals.tame'?"),
    ('"animals.tame"', '"animals.id"', "zoo.toml: rates: animals.id: a rate needs a column of kind 'choice'"),
    ("true = ", "yes = ", "zoo.toml: rates: animals.tame: no value 'yes'; there are true"),
    ('name = "zoo"', 'name = "zoo', "zoo.toml: "),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_the_nearest_word(right, wrong, message):
    with pytest.raises(SchemaError) as error:
        read_domain(DOMAIN.replace(right, wrong, 1), "zoo.toml")

    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_phrase_of_two_values_is_said_to_be_of_both_together():
    column = 'mood = { type = "enum", kind = "choice", values = ["calm", "shy"] }\narrived_at'
    text = DOMAIN.replace("arrived_at", column, 1).replace("animals.tame", "animals.mood")
    text = text.replace('true = ["tame"]', 'calm = ["quiet"], shy = ["quiet", "timid"]')

    with pytest.raises(SchemaError, match=r"mood: 'quiet' means 'calm' and 'shy'; list it for \"calm\|shy\""):
        read_domain(text, "zoo.toml")
