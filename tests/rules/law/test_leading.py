"""Which penalty leads in which medium: the whole table, so that no change of a rule's charges goes unnoticed."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from rules.book import load_book
from rules.law import load_statutes
from rules.law.ask import charges_of

LAW = load_statutes()
BOOK = load_book(statutes=LAW)
TABLE = yaml.safe_load((Path(__file__).parents[2] / "data" / "law" / "leading.yaml").read_text(encoding="utf-8"))


def test_the_table_has_every_conduct_and_every_medium():
    media = set(BOOK.vocabulary.kinds["page.medium"].values)
    assert set(TABLE) == {rule.conduct for rule in BOOK.rules}
    for conduct, row in TABLE.items():
        assert {medium for part in row.values() for medium in part} == media, conduct


@pytest.mark.parametrize("conduct", sorted(TABLE))
def test_the_penalty_that_leads_is_the_tables(conduct: str):
    rules = [rule for rule in BOOK.rules if rule.conduct == conduct]
    for expected, media in TABLE[conduct].items():
        for medium in media:
            first = charges_of(rules, LAW, date(2026, 11, 24), medium).penalties[0].provision
            paragraph = f"({first.paragraph})" if first.paragraph else ""
            assert f"{first.law.removeprefix('cn-')} {first.article}{paragraph}" == expected, medium
