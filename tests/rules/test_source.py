"""Our YAML: places of faults, and tricks that are refused."""

from datetime import date

import pytest

from rules.source import Fault, Source, SourceError, read_source


def data(text: str):
    return Source("a.yaml", text).data()


def test_words_numbers_and_days_become_plain_values():
    assert data("{a: 2004-08-01, b: true, c: 3, d: 1.5, e: null, f: 'no', g: no, h: on}") == {
        "a": date(2004, 8, 1),
        "b": True,
        "c": 3,
        "d": 1.5,
        "e": None,
        "f": "no",
        "g": "no",
        "h": "on",
    }


@pytest.mark.parametrize(
    ("text", "what", "line", "column"),
    [
        ("a: 1\na: 2\n", "`a` is given twice", 2, 1),
        ("a: &x 1\n", "an anchor", 1, 4),
        ("a: !tag 1\n", "a tag", 1, 4),
        ("a: 2023-02-30\n", "no day of the calendar", 1, 4),
        ("a: 1\n---\nb: 2\n", "a second document", 2, 1),
        ("a: [1, 2\n", "not YAML", 2, 1),
        ("[a]: 1\n", "a key that is not a word", 1, 1),
    ],
)
def test_tricks_and_mistakes_are_refused_with_their_place(text, what, line, column):
    with pytest.raises(SourceError) as caught:
        data(text)
    assert what in caught.value.what
    assert (caught.value.line, caught.value.column) == (line, column)


def test_nesting_is_bounded():
    with pytest.raises(SourceError, match="nested deeper"):
        data("[" * 60 + "]" * 60)


def test_a_fault_shows_the_line_and_points_at_the_place():
    source = Source("a.yaml", "rule: x\nelements:\n  - id: y\n", skip=0)
    fault = source.fault_at(("elements", 0, "id"), "what", "do this")
    assert str(fault) == "a.yaml:3:5: what\n  3 |   - id: y\n    |     ^ do this"


def test_a_fault_without_a_place_of_its_own_points_at_its_parent():
    fault = Source("a.yaml", "rule: x\n").fault_at(("rule", "deeper"), "what")
    assert (fault.line, fault.column) == (1, 1)


def test_a_second_half_keeps_the_lines_of_the_file():
    fault = Source("a.yaml", "examples:\n  on: x\n", skip=10).fault_at(("examples", "on"), "what")
    assert fault.line == 12 and "on: x" in fault.shown


def test_files_that_cannot_be_read_are_faults_not_exceptions(tmp_path):
    (tmp_path / "gb.yaml").write_bytes("规则".encode("gb18030"))
    (tmp_path / "big.yaml").write_bytes(b"a" * 1_000_001)
    missing, gb, big = (read_source(tmp_path / name) for name in ("none.yaml", "gb.yaml", "big.yaml"))
    assert isinstance(missing, Fault) and "cannot be read" in missing.what
    assert isinstance(gb, Fault) and "not UTF-8" in gb.what
    assert isinstance(big, Fault) and "more than" in big.what
