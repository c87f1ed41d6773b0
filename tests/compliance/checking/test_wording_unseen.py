"""What wording alone is found to be: invented texts, half of them lawful ones that must draw nothing."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from compliance.checking.session import open_check
from compliance.reading.record import page_of_record

ROWS = [
    row
    for path in sorted((Path(__file__).parent / "data").glob("wording-*.yaml"))
    for row in yaml.safe_load(path.open(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def checked():
    with open_check(register="none", as_of=date(2026, 11, 1)) as session:
        yield session


def found(checked, text: str) -> dict[str, str]:
    record = {
        "id": "x",
        "url": "https://unseen.example/page.html",
        "captured_at": "2026-11-01T08:00:00+08:00",
        "text": text,
        "company": None,
    }
    return {f.conduct: f.outcome for f in checked.check(page_of_record(record, "x")).findings}


@pytest.mark.parametrize(("text", "conducts"), ROWS, ids=[r[0][:40] for r in ROWS])
def test_wording_draws_what_a_careful_clerk_would_say_and_nothing_else(checked, text, conducts):
    assert found(checked, text) == conducts


def test_no_wording_alone_is_called_a_violation(checked):
    assert not [text for text, _ in ROWS if "violation" in found(checked, text).values()]


def test_both_kinds_of_text_are_here():
    assert sum(not conducts for _, conducts in ROWS) >= len(ROWS) / 3
    assert any(conducts for _, conducts in ROWS)
