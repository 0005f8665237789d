import inflect

from pytest_misata.story.domain import domains
from pytest_misata.story.english.words import plural, same_noun

ENGINE = inflect.engine()
IRREGULAR = {"people", "diagnosis", "diagnoses", "bus", "alumnus", "schoolchild", "condo", "sms"}
"""Names that domains list in the plural, since no rule gives it, and those that inflect gets wrong."""


def test_the_plural_of_every_name_of_every_domain_is_the_right_one():
    nouns = {phrase[-1] for domain in domains() for names in domain.names.values() for phrase in names} - IRREGULAR
    nouns = {noun for noun in nouns if not ENGINE.singular_noun(noun)}

    assert {noun: plural(noun) for noun in nouns} == {noun: ENGINE.plural_noun(noun) for noun in nouns}


def test_every_name_of_a_table_is_known_in_the_singular():
    for domain in domains():
        for table, names in domain.names.items():
            for phrase in names:
                singular = ENGINE.singular_noun(phrase[-1]) or phrase[-1]
                assert any(name[-1] == singular for name in names) or phrase[-1] in IRREGULAR, (domain.name, table)


def test_a_noun_is_known_in_both_numbers():
    assert same_noun("categories", "category")
    assert same_noun("category", "category")
    assert same_noun("taxes", "tax")
    assert not same_noun("categorize", "category")
