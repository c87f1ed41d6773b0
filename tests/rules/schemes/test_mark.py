"""Marks: where they may stand, when they ended."""

from datetime import date
from pathlib import Path

import pytest

from rules.schemes import load_marks, load_schemes

MARKS = load_marks()


def test_all_marks_load_and_fit_the_schemes() -> None:
    assert len(MARKS.all) == 37 and MARKS.faults == ()
    schemes = load_schemes()
    assert all(scheme in schemes for mark in MARKS.all for scheme in mark.schemes)
    assert all(mark.words and mark.misuse_zh for mark in MARKS.all)


def test_a_system_mark_stands_on_a_pack_only_with_its_notice_and_never_on_the_product() -> None:
    mark = MARKS.get("ms-mark")
    assert mark.allowed_at("packaging", notice=True)
    assert not mark.allowed_at("packaging", notice=False)
    assert not mark.allowed_at("product", notice=True)
    assert mark.allowed_at("web", notice=False)


@pytest.mark.parametrize(
    ("mark", "last"),
    [("qs", date(2018, 9, 30)), ("organic-conversion", date(2014, 3, 31)), ("gi-old", date(2020, 12, 31))],
)
def test_the_last_day_of_a_mark_is_inside(mark: str, last: date) -> None:
    assert MARKS.get(mark).withdrawn.on == last
    assert not MARKS.get(mark).withdrawn_by(last)
    assert MARKS.get(mark).withdrawn_by(date(last.year, 12, 31) if last.month < 12 else date(last.year + 1, 1, 1))


@pytest.mark.parametrize("mark", ["ccc-letters", "cal", "agri-gi"])
def test_an_end_known_by_year_only_is_of_low_confidence(mark: str) -> None:
    assert MARKS.get(mark).withdrawn.confidence == "low"


def test_living_marks_have_no_end() -> None:
    assert not MARKS.get("ccc").withdrawn_by(date(2026, 11, 24))


def test_scheme_and_mark_agree_on_the_end() -> None:
    schemes = load_schemes()
    assert schemes.get("qs").mark_end == MARKS.get("qs").withdrawn.on
    assert schemes.get("organic").mark_end_of("有机转换产品").on == MARKS.get("organic-conversion").withdrawn.on


def test_platform_badges_are_no_marks() -> None:
    assert MARKS.is_badge("诚信通") and MARKS.is_badge("ＳＳＬ")
    assert not MARKS.is_badge("CCC")


def test_marks_of_a_scheme() -> None:
    assert {m.id for m in MARKS.of_scheme("ccc")} == {"ccc", "ccc-letters"}


def test_a_broken_mark_file_is_told_and_the_rest_loads(tmp_path: Path) -> None:
    folder = tmp_path / "marks"
    folder.mkdir()
    (folder / "qs.yaml").write_bytes(
        (Path(load_schemes().folder) / "marks" / "qs.yaml").read_bytes(),
    )
    (folder / "bad.yaml").write_text("mark: [", encoding="utf-8")
    (folder / "thin.yaml").write_text("mark: thin", encoding="utf-8")
    marks = load_marks(tmp_path)
    assert [m.id for m in marks.all] == ["qs"]
    assert len(marks.faults) == 2


def test_an_unknown_mark_is_named() -> None:
    with pytest.raises(KeyError, match="nothing-such"):
        MARKS.get("nothing-such")
