"""Whatever stands on a page: numbers, dates and codes never fail, stay inside the text and are found again."""

import string
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.reading.dates import dates_in, end_of_life, lasting
from compliance.reading.numbers import find_numbers, near_numbers, normal_number, number_key
from compliance.reading.uscc import find_usccs, make_uscc
from rules.schemes import load_schemes

SIGNS = "0123456789OIl -—–/.:：（）()ＱQRMSCGFABX年月日号至证书编有效期三二〇十" + string.ascii_letters
TEXTS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet=SIGNS, max_size=120),
    st.lists(
        st.sampled_from(
            ["00025Q10001R0M", "2025-01-02", "CCC", "证书编号：", "20250009", "至", "ISO9001:2015", "SC", "91000000MA", " ", "-", "GF2025", "有机码", "2025年", "2月30日", "OOO25Q1OO01ROM"]
        ),
        max_size=10,
    ).map("".join),
)  # fmt: skip
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2098, 12, 31))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_numbers_stay_inside_the_text_in_order_without_overlap(text: str) -> None:
    hits = find_numbers(text)
    assert all(0 <= h.start < h.end <= len(text) for h in hits)
    assert all(a.end <= b.start for a, b in zip(hits, hits[1:], strict=False))
    assert all(h.value for h in hits)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_number_is_the_normal_form_of_what_is_printed(text: str) -> None:
    for hit in find_numbers(text):
        if hit.kind != "personal":
            assert number_key(hit.value) == number_key(text[hit.start : hit.end])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["证书编号：00025Q10001R0M", "CQC25001123456", "000OP2500001", "2025000901000001"]), TEXTS)
def test_a_number_is_found_again_before_other_text(number: str, text: str) -> None:
    (alone,) = find_numbers(number)
    assert alone.value in {hit.value for hit in find_numbers(f"{number}。\n{text}")}


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_dates_stay_inside_the_text_in_order_without_overlap(text: str) -> None:
    hits = dates_in(text)
    assert all(0 <= h.start < h.end <= len(text) for h in hits)
    assert all(a.end <= b.start for a, b in zip(hits, hits[1:], strict=False))
    assert all(h.first <= h.last for h in hits)
    lasting(text)


@settings(max_examples=200, deadline=None)
@given(DAYS, st.sampled_from(["{0.year}-{0.month:02}-{0.day:02}", "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month:02}.{0.day:02}", "{0:%B} {0.day}, {0.year}", "{0:%d %b %Y}", "{0:%Y%m%d}"]))  # fmt: skip
def test_each_day_is_read_as_itself(day: date, form: str) -> None:
    (hit,) = dates_in(f"有效期至{form.format(day)}。")
    assert (hit.date, hit.precision) == (day, "day")


@settings(max_examples=200, deadline=None)
@given(DAYS, DAYS)
def test_each_period_keeps_its_ends(one: date, other: date) -> None:
    begin, end = sorted((one, other))
    hits = dates_in(f"自{begin:%Y年%m月%d日}至{end:%Y年%m月%d日}")
    assert [(h.date, h.part) for h in hits] == [(begin, "from"), (end, "to")]


@settings(max_examples=200, deadline=None)
@given(DAYS, st.integers(1, 20))
def test_a_life_ends_the_day_before_its_anniversary(issued: date, years: int) -> None:
    after = end_of_life(issued, years, "year") + timedelta(days=1)
    assert (after.month, after.day) in {(issued.month, issued.day), (3, 1)}
    assert after.year == issued.year + years


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_normal_numbers_stay_as_they_are(text: str) -> None:
    once = normal_number(text)
    assert not set(once) & set(" \t\n—–") and once == once.upper()
    assert once not in near_numbers(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(0, 10**6))
def test_a_credit_code_is_found_wherever_it_stands(text: str, seed: int) -> None:
    code = make_uscc(seed)
    assert code in {hit.code for hit in find_usccs(f"{text}，{code}，{text}")}


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_an_edition_mention_stays_inside_the_text(text: str) -> None:
    schemes = load_schemes()
    for scheme in ("iso-9001", "iso-20000-1", "ohsas-18001", "fssc-22000"):
        for mention in schemes.get(scheme).edition_mentions(text):
            assert 0 <= mention.start < mention.end <= len(text)
