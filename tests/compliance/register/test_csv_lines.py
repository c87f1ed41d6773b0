"""CSV lines with misplaced quotes: each costs its own line, none of those after it, and every line is accounted for."""

import csv
import io
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.register import csv_lines
from compliance.register.csv_lines import CsvLines
from compliance.register.opened import Bad, Grid

GOOD = "1,甲,x\n"


def read(text: str, limit: int = 4, width: int = 3) -> list[tuple[int, list[str]] | Bad]:
    lines = CsvLines(io.StringIO(text, newline=""), ",", width)
    out: list[tuple[int, list[str]] | Bad] = []
    going = True
    while going:
        numbers, rows, bad, going = lines.take(limit)
        out += zip(numbers, rows, strict=True)
        if bad is not None:
            out.append(bad)
    return out


def read_in_blocks(text: str, block: int, width: int = 3) -> list[tuple[int, list[str]] | Bad]:
    """As a file is read: blocks of plain lines as columns, the others as rows."""
    lines = CsvLines(io.StringIO(text, newline=""), ",", width)
    out: list[tuple[int, list[str]] | Bad] = []
    going = True
    with mock.patch.object(csv_lines, "BLOCK", block):
        while going:
            grid, bad = lines.plain(), None
            if grid is None:
                numbers, rows, bad, going = lines.take(4)
                grid = Grid(numbers, rows)
            out += zip(grid.lines, grid.rows, strict=True)
            if bad is not None:
                out.append(bad)
    return out


def rows_of(text: str, limit: int = 4) -> tuple[list[int], list[int]]:
    """Line numbers of rows, and of bad lines."""
    read_all = read(text, limit)
    return [r[0] for r in read_all if not isinstance(r, Bad) and r[1]], [r.line for r in read_all if isinstance(r, Bad)]


@pytest.mark.parametrize("limit", [1, 2, 3, 5000])
@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        (GOOD * 5, [1, 2, 3, 4, 5], []),
        (GOOD + '2,"乙,y\n' + GOOD * 3, [1, 3, 4, 5], [2]),
        (GOOD + '2,"乙,y\n' + GOOD + '4,"丙",z\n' + GOOD, [1, 3, 4, 5], [2]),
        (GOOD + '2,"乙"丙,y\n' + GOOD, [1, 2, 3], []),
        (GOOD + '2,"乙\n丙",y\n' + GOOD, [1, 2, 4], []),
        (GOOD + '2,"乙,y\n', [1], [2]),
        ('1,"乙,y\n2,"丙,z\n' + GOOD, [3], [1, 2]),
        (GOOD + "\n" + '3,"乙,y\n\n' + GOOD, [1, 5], [3]),
        (GOOD.replace("\n", "\r\n") + '2,"乙,y\r\n' + GOOD.replace("\n", "\r\n") * 2, [1, 3, 4], [2]),
    ],
)
def test_a_misplaced_quote_costs_its_own_line_only(text: str, good: list[int], bad: list[int], limit: int) -> None:
    assert rows_of(text, limit) == (good, bad)


def test_a_quote_open_over_more_than_a_cell_may_hold_costs_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "CELL_LIMIT", 100)
    good, bad = rows_of(GOOD + '2,"乙,y\n' + GOOD * 60, 5000)
    assert (bad, len(good)) == ([2], 61)


def test_a_file_of_open_quotes_is_read_line_by_line_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "RESTARTS", 3)
    good, bad = rows_of('1,"乙,y\n' * 10 + GOOD * 10, 4)
    assert (bad, good) == (list(range(1, 11)), list(range(11, 21)))


def test_a_misplaced_quote_keeps_the_words_of_its_row() -> None:
    assert ['2', '乙丙', 'y'] in [r[1] for r in read(GOOD + '2,"乙"丙,y\n') if not isinstance(r, Bad)]  # fmt: skip


CELL = st.text(alphabet='甲乙", \n;1', max_size=6)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), max_size=8), st.integers(1, 9))
def test_what_a_writer_writes_is_read_back_whatever_the_batch(table: list[list[str]], limit: int) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(table)
    assert [r[1] for r in read(out.getvalue(), limit) if not isinstance(r, Bad)] == table


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@given(table=st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), max_size=8), block=st.integers(1, 30))
def test_blocks_of_plain_lines_give_what_single_lines_give(end: str, table: list[list[str]], block: int) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerows(table)
    assert read_in_blocks(out.getvalue(), block) == read(out.getvalue())


@given(
    st.lists(st.text(alphabet="甲,1 ", max_size=9), max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(1, 60),
)
def test_lines_of_other_lengths_are_no_columns(lines: list[str], end: str, ended: bool, block: int) -> None:
    text = end.join(lines) + end * ended
    assert read_in_blocks(text, block) == read(text)


def test_plain_lines_come_as_columns_and_a_cell_past_the_limit_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = CsvLines(io.StringIO(GOOD * 3 + "1,乙", newline=""), ",", 3)
    monkeypatch.setattr(csv_lines, "BLOCK", len(GOOD) * 3)
    grid = lines.plain()
    assert grid is not None and list(grid.lines) == [1, 2, 3]
    assert grid.columns(3) == [["1"] * 3, ["甲"] * 3, ["x"] * 3] and grid.row(1) == ["1", "甲", "x"]
    assert grid.columns(4) is None
    assert lines.plain() is None and lines.take(9)[1] == [["1", "乙"]]
    monkeypatch.setattr(csv_lines, "CELL_LIMIT", 100)
    assert isinstance(read_in_blocks(GOOD + f"1,{'甲' * 101},x\n" + GOOD, 1000)[1], Bad)


@given(st.lists(st.text(alphabet='甲",1 ', max_size=9), max_size=12), st.integers(1, 5))
def test_every_line_is_in_a_row_or_told(lines: list[str], limit: int) -> None:
    text = "".join(line + "\n" for line in lines)
    told: set[int] = set()
    for item in read(text, limit):
        start = item.line if isinstance(item, Bad) else item[0]
        span = 1 if isinstance(item, Bad) else 1 + sum(c.count("\n") for c in item[1])
        told |= set(range(start, start + span))
    assert {n for n, line in enumerate(lines, 1) if line.strip()} <= told
