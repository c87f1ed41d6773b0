"""Whole pages: kind, owner, claims held for oneself, findings. Invented, in the shapes that company sites, forms and lists have."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from compliance.checking.session import open_check
from compliance.reading.open import page_of_text

ROWS = yaml.safe_load((Path(__file__).parent / "data" / "pages-whole.yaml").open(encoding="utf-8"))
CERTIFIED = ("management_system", "product", "service", "personnel", "accreditation", "licence")


@pytest.fixture(scope="module")
def checked():
    with open_check(register="none", as_of=date(2026, 11, 1)) as session:
        yield session


@pytest.mark.parametrize("row", ROWS, ids=[r["what"][:60] for r in ROWS])
def test_a_page_is_read_as_a_careful_clerk_reads_it(checked, row):
    result = checked.check(page_of_text(row["html"], html=True))
    reading = result.reading
    if "genre" in row:
        assert reading.genre == row["genre"]
    if "owner" in row:
        assert next(iter(reading.owner.names), None) == row["owner"]
    if "held" in row:
        held = {
            scheme
            for claim in reading.claims
            if claim.state in ("held", "held_past")
            and claim.speaker in ("self", "unknown")
            and claim.about in CERTIFIED
            for scheme in claim.schemes
        }
        assert sorted(held) == row["held"]
    if "findings" in row:
        assert {f.conduct: f.outcome for f in result.findings} == row["findings"]


def test_half_of_the_pages_must_draw_nothing():
    assert sum(not row.get("findings") for row in ROWS) * 2 >= len(ROWS)
