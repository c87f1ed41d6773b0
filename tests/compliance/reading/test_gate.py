"""The gate: never shut on anything the claim reader could use; the result is the same with it and without."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.reading.blocks import blocks_of
from compliance.reading.gate import may_mention
from compliance.reading.open import page_of_text
from compliance.reading.read import read_page
from compliance.reading.triggers import PLAIN, alternatives, may_claim


def page(html):
    return page_of_text(
        f"<html><head><title>云岭</title></head><body><p>本店周末照常营业</p>{html}</body></html>", html=True
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>通过认证</p>",
        "<p>认<b>证</b></p>",
        "<p>认<br>证</p>",
        "<p>认 \n 证</p>",
        "<p>&#35748;&#35777;</p>",
        "<p>ＩＳＯ９００１</p>",
        "<p>I S O 9 0 0 1</p>",
        "<p>I<b>S</b>O9001</p>",
        "<p>认\u200b证</p>",
        "<p>\u0406\u0405\u041e9001</p>",
        "<p>體系</p>",
        "<p>獲得體系</p>",
        "<p>certified</p>",
        "<img src=a.jpg alt='质量证书'>",
        "<img src=a.jpg alt=证书>",
        "<img src=a.jpg ALT = '证书'>",
        "<img src=a.jpg alt='&#35777;&#20070;'>",
        "<img src='/a/%E8%AF%81%E4%B9%A6.jpg'>",
        "<img src='/a/iso9001.jpg'>",
        "<img data-original='/a/证书.jpg'>",
        "<a title='ISO 9001'>图</a>",
        "<a TITLE=iso9001>图</a>",
        "<a href='/d/iso9001.pdf'>下载</a>",
        "<meta name=description content='CE'>",
        "<p>" + "x" * 30_000 + "认证</p>",
        "<noscript>认证</noscript>",
        "<select><option>认证</select>",
        "<textarea>认证</textarea>",
        "<p>𝐈𝐒𝐎𝟗𝟎𝟎𝟏</p>",
    ],
)
def test_the_gate_lets_every_spelling_pass(html):
    assert may_mention(page(html))


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>有人，系好安全带；名片、体重、信封。</p>",
        "<img src=/i/1.jpg alt=水泵 title='大 泵'>",
        "<ul><li>水泵</ul>",
    ],
)
def test_the_gate_keeps_pages_without_a_trigger_out(html):
    assert not may_mention(page(html))


SIGNS = [
    "认",
    "证",
    "體",
    "系",
    "书",
    "I",
    "S",
    "O",
    "9001",
    "1SO",
    "ＣＥ",
    "C",
    "E",
    " ",
    "\u200b",
    "<b>",
    "</b>",
    "<br>",
    "水",
    "泵",
    "，",
    "gb",
    "/",
    "t",
    "有",
    "机",
    "&#35777;",
]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_a_block_that_may_claim_is_never_shut_out(seed):
    rng = random.Random(seed)
    words = "".join(rng.choices(SIGNS, k=rng.randint(1, 8)))
    tried = page(rng.choice(("<p>{}</p>", "<img src=a.png alt='{}'>", "<td>{}</td>")).format(words))
    blocks, _ = blocks_of(tried)
    if any(may_claim(b.text) for b in blocks):
        assert may_mention(tried)


def test_the_reading_is_the_same_with_and_without_the_gate():
    for html in (
        "",
        "<p>我公司已通过ISO9001质量管理体系认证。</p>",
        "<img src=a.jpg><iframe></iframe>",
        "<p>请完成验证</p>",
    ):
        assert read_page(page(html)) == read_page(page(html), gate=False)


def test_all_alternatives_of_the_triggers_are_known():
    assert "|".join(alternatives(PLAIN.pattern)) == PLAIN.pattern
    assert all(len(a.replace("\\s", "")) >= 2 for a in alternatives(PLAIN.pattern))
