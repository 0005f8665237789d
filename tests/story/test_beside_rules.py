"""Tables composed beside those of a domain keep its rules: nothing happens before who it is about was there."""

import pytest

from pytest_misata.api import generate
from pytest_misata.story.domain import domain_files


@pytest.mark.parametrize("file", domain_files(), ids=lambda found: found.file)
def test_what_is_composed_beside_a_domain_keeps_its_rules(file):
    main = file.domain.main.replace("_", " ")
    tables = generate(
        f"{file.phrases and 'A ' + ' '.join(file.phrases[-1])} with 40 {main}, 12 studios and 5 complaints per studio"
    )

    assert tables.check() == []
