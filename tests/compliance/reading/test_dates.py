"""Days on pages."""

from datetime import date

import pytest

from compliance.reading.dates import dates_in, end_of_life, lasting


def found(text: str) -> list[tuple[str, str]]:
    return [(h.date.isoformat(), h.precision) for h in dates_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-02",
        "2025/1/2",
        "2025.01.02",
        "20250102",
        "2025年1月2日",
        "2025年01月02号",
        "２０２５年１月２日",
        "2025 年 1 月 2 日",
        "二〇二五年一月二日",
        "二○二五年元月二日",
        "January 2, 2025",
        "Jan. 2 2025",
        "2 January 2025",
        "02 Jan 2025",
        "2nd of January 2025",
        "02-Jan-2025",
        "2025—01—02",
        "2025 - 01 - 02",
        "2025. 1. 2",
    ],
)
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    assert found(f"发证日期：{text}") == [("2025-01-02", "day")]
    assert found(f"{text}，有效") == [("2025-01-02", "day")]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2024年3月", [("2024-03-01", "month")]),
        ("2024.03", [("2024-03-01", "month")]),
        ("2024-03", [("2024-03-01", "month")]),
        ("March 2024", [("2024-03-01", "month")]),
        ("二〇二四年十二月", [("2024-12-01", "month")]),
        ("2012年通过认证", [("2012-01-01", "year")]),
        ("二〇一二年", [("2012-01-01", "year")]),
        ("二〇二四年二月廿九日", [("2024-02-29", "day")]),
        ("二〇二四年十月二十三日", [("2024-10-23", "day")]),
        ("长期", [("9999-12-31", "open")]),
        ("有效期至9999-12-31", [("9999-12-31", "open")]),
        ("有效期：永久有效", [("9999-12-31", "open")]),
        # no dates
        ("2025年2月30日", []),
        ("2025-13-01", []),
        ("2025/00/10", []),
        ("二〇二五年十三月", []),
        ("20251301", []),
        ("ISO9001:2015", []),
        ("GB/T 19001-2016", []),
        ("ISO9001 2015年版", []),
        ("2015版", []),
        ("版本2.2025.01", []),
        ("证书编号00025Q10001R0M", []),
        ("2025000901000001", []),
        ("192.168.2025.1", []),
        ("1208-12-01", []),
        ("may 2 of them", []),
        ("2024年度报告", [("2024-01-01", "year")]),
        ("", []),
    ],
)
def test_months_years_open_ends_and_what_is_no_date(text: str, dates: list[tuple[str, str]]) -> None:
    assert found(text) == dates


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("自2024年3月5日至2027年3月4日", ("2024-03-05", "2027-03-04")),
        ("2024.03.05-2027.03.04", ("2024-03-05", "2027-03-04")),
        ("2024-03-05 至 2027-03-04", ("2024-03-05", "2027-03-04")),
        ("2024-03-05至2027-03-04", ("2024-03-05", "2027-03-04")),
        ("2024-03-05-2027-03-04", ("2024-03-05", "2027-03-04")),
        ("2024/3/5~2027/3/4", ("2024-03-05", "2027-03-04")),
        ("2024年3月5日起至2027年3月4日止", ("2024-03-05", "2027-03-04")),
        ("2024年3月5日——2027年3月4日", ("2024-03-05", "2027-03-04")),
        ("20240305-20270304", ("2024-03-05", "2027-03-04")),
        ("March 5, 2024 to March 4, 2027", ("2024-03-05", "2027-03-04")),
        ("2024年3月5日至12月31日", ("2024-03-05", "2024-12-31")),
        ("2024年3月5日至长期", ("2024-03-05", "9999-12-31")),
    ],
)
def test_a_period_has_two_ends(text: str, period: tuple[str, str]) -> None:
    begin, end = dates_in(text)
    assert (begin.date.isoformat(), end.date.isoformat()) == period
    assert (begin.part, end.part) == ("from", "to")


@pytest.mark.parametrize(
    ("text", "years"),
    [("2016", ["2016-01-01"]), ("2016 通过认证", ["2016-01-01"]), ("2016通过认证", ["2016-01-01"]), ("2016 — 获证", ["2016-01-01"]), ("2016 - 2018", []), ("2016-05-01", ["2016-05-01"]),
     ("2016年", ["2016-01-01"]), ("2016版", []), ("2016 台设备 2017年", ["2016-01-01", "2017-01-01"]), ("20161", []), ("共2016", [])],
)  # fmt: skip
def test_a_bare_year_counts_only_at_the_head_and_when_asked(text: str, years: list[str]) -> None:
    assert [h.date.isoformat() for h in dates_in(text, bare_years=True)] == years
    assert found("2016 通过认证") == []


def test_two_dates_of_their_own_are_no_period() -> None:
    assert [h.part for h in dates_in("发证日期2024-03-05，有效期至2027-03-04")] == [None, None]


def test_an_expiry_by_month_lasts_to_its_last_day() -> None:
    (hit,) = dates_in("有效期至2024年2月")
    assert (hit.first, hit.last) == (date(2024, 2, 1), date(2024, 2, 29))
    (hit,) = dates_in("2024年")
    assert (hit.first, hit.last) == (date(2024, 1, 1), date(2024, 12, 31))
    (hit,) = dates_in("2024-02-10")
    assert hit.first == hit.last == date(2024, 2, 10)


def test_offsets_are_those_of_the_text() -> None:
    text = "颁证：２０２５年１月２日。"
    (hit,) = dates_in(text)
    assert text[hit.start : hit.end] == "２０２５年１月２日"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("证书有效期为三年", (3, "year")),
        ("有效期：3年", (3, "year")),
        ("有效期十二月", None),
        ("有效期6个月", (6, "month")),
        ("valid period of 3 years", (3, "year")),
        ("三年前成立", None),
        ("", None),
    ],
)
def test_a_length_of_life(text: str, length: tuple[int, str] | None) -> None:
    assert lasting(text) == length


@pytest.mark.parametrize(
    ("issued", "number", "unit", "last"),
    [
        (date(2024, 3, 5), 3, "year", date(2027, 3, 4)),
        (date(2024, 2, 29), 1, "year", date(2025, 2, 28)),
        (date(2024, 1, 1), 1, "year", date(2024, 12, 31)),
        (date(2024, 1, 31), 1, "month", date(2024, 2, 29)),
        (date(9000, 1, 1), 999, "year", date.max),
    ],
)
def test_the_last_day_of_a_life(issued: date, number: int, unit: str, last: date) -> None:
    assert end_of_life(issued, number, unit) == last  # type: ignore[arg-type]


def test_an_hour_behind_a_day_does_not_hide_the_day() -> None:
    assert found("2026年11月20日9时30分开标") == [("2026-11-20", "day")]
    assert found("2026年11月20日") == [("2026-11-20", "day")]
