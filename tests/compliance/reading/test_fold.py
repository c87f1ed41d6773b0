"""Folding: many spellings, one text, and the way back to the page's own signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.reading.fold import LIMIT, fold


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("ＩＳＯ９００１：2015", "iso9001:2015"),
        ("ISO9001—2015", "iso9001-2015"),
        ("I S O 9 0 0 1 认 证", "iso9001 认证"),
        ("IS0 9001 與 1SO9OO1", "iso 9001 与 iso9001"),
        ("ІЅО9001", "iso9001"),  # Cyrillic look-alikes
        ("𝐈𝐒𝐎𝟗𝟎𝟎𝟏", "iso9001"),
        ("認\u200b證\ufeff證書", "认证证书"),
        ("質量管理體系", "质量管理体系"),
        ("体 系\n认 证", "体系认证"),
        ("本 产 品 通 过", "本产品通过"),
        ("ISO9001体系论证", "iso9001体系认证"),
        ("EN 15048", "en 15048"),
        ("专家论证", "专家论证"),
        ("许可证 商标注册证", "许可证 商标注册证"),
    ],
)
def test_a_spelling_becomes_the_one_that_readers_know(raw, folded):
    assert fold(raw).text == folded


@given(st.text(alphabet="ISO九9001认證 　ｉ通过\u200b：:—-。，,\n证书ABcd", max_size=60))
def test_every_folded_span_leads_back_to_a_slice_of_the_text(raw):
    folded = fold(raw)
    assert len(folded.text) == len(folded.cased) == len(folded.starts) == len(folded.ends)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert 0 <= start < end <= len(raw)
    assert list(folded.starts) == sorted(folded.starts)


def test_cells_are_parted_by_a_sign_that_stands_for_nothing_on_the_page():
    folded = fold("质量管理体系云岭公司", breaks=(6,))
    assert folded.text == "质量管理体系 | 云岭公司"
    assert folded.raw(0, 6) == "质量管理体系" and folded.raw(9, 13) == "云岭公司"


def test_a_very_long_block_is_cut_and_the_cut_is_counted():
    assert fold("认" * (LIMIT + 7)).cut == 7
