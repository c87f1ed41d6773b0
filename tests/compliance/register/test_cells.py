"""Dirty dates and states: what is one thing is read, what could be two or none is not guessed."""

import pytest

from compliance.register.cells import Odd, day_of, state_of


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-01-05", 20240105), ("2024/1/5", 20240105), ("2024.1.5", 20240105), ("２０２４年１月５日", 20240105),
        ("20240105", 20240105), ("20240105083000", 20240105), ("2024-01-05T23:30:00", 20240105), ("45296", 20240105),
        ("5 Jan 2024", 20240105), ("Jan 5, 2024", 20240105), ("05-JAN-2024", 20240105), ("January 5th 2024", 20240105),
        ("二〇二四年一月五日", 20240105), ("二○二四年十二月三十一日", 20241231), ("二零二四年十月二十号", 20241020),
        ("1704412800000", 20240105), ("9999-12-31", None), ("长期", None), ("", None),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: str, day: int | None) -> None:
    assert day_of(cell) == day


@pytest.mark.parametrize("cell", ["01/02/2024", "24-01-05", "2024-1", "Jan 2024", "2024-02-30", "二〇二四年二月三十日", "2099-01-01", "1900-01-01",
                                  "2023-01-01至2026-01-01", "明年"])  # fmt: skip
def test_what_may_be_two_days_or_none_is_odd(cell: str) -> None:
    assert isinstance(day_of(cell), Odd)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("证书已被暂停", "suspended"), ("暂停中", "suspended"), ("被撤销", "revoked"), ("已到期失效", "expired"), ("证书有效", "valid"),
        ("有效状态", "valid"), ("in_force", "valid"), ("In-Force", "valid"), ("Lapsed", "expired"),
        ("部分暂停", None), ("待恢复", None), ("有效,暂停", None), ("转机构", None), ("terminated", None), ("审核中", None),
    ],
)  # fmt: skip
def test_a_state_is_read_in_the_words_files_use_and_never_guessed(cell: str, state: str | None) -> None:
    assert state_of(cell).state == state
