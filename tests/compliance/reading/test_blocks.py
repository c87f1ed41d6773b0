"""Blocks: nothing lost, nothing doubled, every locator finds its text again."""

import random
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from compliance.reading.blocks import blocks_of
from compliance.reading.open import page_of_text


def cut(html):
    return blocks_of(page_of_text(html, html=True))[0]


def texts(html, **wanted):
    return [b.text for b in cut(html) if all(getattr(b, k) == v for k, v in wanted.items())]


def check_locators(html):
    page = page_of_text(html, html=True)
    blocks, _ = blocks_of(page)
    soup = BeautifulSoup(page.html, "lxml")
    for block in blocks:
        at = block.locator
        element = soup.select_one(at.selector)
        assert element is not None, at
        value = element.get_text() if at.attribute is None else element[at.attribute]
        if block.container != "filename":
            assert value[at.start : at.end] == block.text, at
    return blocks, soup


PAGES = {
    "text beside a block in a paragraph": "<p>甲一<div>乙二</div>丙三</p>",
    "text right in a div": "<div>甲一<p>乙二</p>丙三<span>丁四</span></div>",
    "an item in a cell": "<table><tr><td><ul><li>甲一</li><li>乙二</li></ul></td><td>丙三</td></tr></table>",
    "unclosed tags": "<div><p>甲一<p>乙二<ul><li>丙三<li>丁四</div><b>戊五",
    "a doubled page": "<html><body><p>甲一</p></body></html><html><body><p>乙二</p></body></html>",
    "bad comments": "<p>甲一</p><!-- x --!><p>乙二</p><!-><p>丙三</p>",
    "scripts and templates": "<p>甲<script>var a='坏'</script>一</p><template><p>模板</p></template><style>.a{}</style><p>乙二</p>",
    "a nested table without tbody": "<table><tr><td><table><tr><td>甲一</td><td>乙二</td></tr><tr><td>丙三</td><td>丁四</td></tr></table></td></tr></table>",
    "a table in a table without a row between": "<table><table><tr><td>甲一</table><tr><td>乙二",
    "words of a row in none of its cells": "<table><tr>甲一<td><th rowspan=2><tr><td>乙二<td>丙三</table>",
    "head and rows without body": "<table><thead><tr><th>名称</th><th>编号</th></tr></thead><tr><td>甲一</td><td>乙二</td></tr></table>",
    "foreign names": "<div><o:p>甲一</o:p><my-box>乙二<p>丙三</p></my-box><svg><title>图</title></svg></div>",
    "repeated and odd ids": "<p id=a>甲一</p><p id=a>乙二</p><p id='1 x'>丙三</p><p id=ok>丁四</p>",
    "frames": "<frameset><frame src=a><noframes><p>甲一</p></noframes></frameset>",
    "ruby": "<p>甲<ruby>漢<rt>han</rt></ruby>一</p>",
    "newlines of three kinds": "<p>甲\r\n一</p><p>乙\r二</p>",
    "entities": "<p>&#35748;&#35777;&nbsp;A&amp;B</p>",
    "no body at all": "甲一<br>乙二",
    "preformatted": "<pre>甲一。\n乙二。\n</pre>",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_locator_finds_its_text_and_no_text_is_lost_or_doubled(name):
    blocks, soup = check_locators(PAGES[name])
    seen = Counter(c for b in blocks if b.locator.attribute is None for c in b.text if c.isalnum())
    there = Counter(c for c in soup.get_text() if c.isalnum())
    if name == "ruby":
        there.update("han")
    assert seen == there


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_locators_hold_on_torn_pages(seed):
    rng = random.Random(seed)
    tags = [
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<b>",
        "</b>",
        "<br>",
        "<h2>",
        "</h2>",
    ]
    tags += [
        "<span hidden>",
        "</span>",
        "<th rowspan=2>",
        "<dl><dt>",
        "<dd>",
        "</dl>",
        "<img alt='图一'>",
        "<!--",
        "-->",
        "<a href=x>",
        "</a>",
        "甲",
        "乙丙 ",
        "A1",
    ]
    blocks, soup = check_locators("".join(rng.choices(tags, k=40)))
    seen = Counter(c for b in blocks if b.locator.attribute is None for c in b.text if c.isalnum())
    assert seen == Counter(c for c in soup.get_text() if c.isalnum())


@pytest.mark.parametrize(
    "name",
    [
        "text right in a div",
        "an item in a cell",
        "a nested table without tbody",
        "head and rows without body",
        "repeated and odd ids",
        "entities",
    ],
)
def test_the_same_selector_finds_the_same_text_in_a_parser_that_builds_trees_as_browsers_do(name):
    html = f"<html><head><title>x</title></head><body>{PAGES[name]}</body></html>"
    tree = LexborHTMLParser(html)
    for block in cut(html):
        if block.locator.attribute is None:
            found = tree.css_first(block.locator.selector)
            assert found is not None, block.locator
            assert found.text()[block.locator.start : block.locator.end] == block.text


def test_depth_is_read_to_the_end_and_said():
    page = page_of_text("<div>" * 20_000 + "<p>深处的字</p>", html=True)
    blocks, coverage = blocks_of(page)
    assert [b.text for b in blocks] == ["深处的字"]
    assert any("20" in words and "层" in words for words in coverage.unread)
    soup = BeautifulSoup(page.html, "lxml")
    at = blocks[0].locator
    assert soup.select_one(at.selector).get_text()[at.start : at.end] == "深处的字"


def test_a_wrapped_line_is_joined_and_a_new_line_is_not():
    assert texts("<p>我公司从二〇一〇年起连续多年通过了质量管<br>理体系的审核</p>") == [
        "我公司从二〇一〇年起连续多年通过了质量管理体系的审核"
    ]
    assert texts("<p>电话：一二三<br>地址：云岭</p>") == ["电话：一二三", "地址：云岭"]
    assert texts("<p>通过ISO<br>9001<br>认证</p>") == ["通过ISO9001认证"]


def test_neighbouring_links_are_pieces_of_their_own_but_a_link_in_a_sentence_is_not():
    assert texts("<div><a>首页</a><a>荣誉资质</a></div>") == ["首页", "荣誉资质"]
    assert texts("<p>已通过<a>ISO9001</a>认证</p>") == ["已通过ISO9001认证"]


def test_list_items_have_the_sentence_before_as_lead():
    blocks = cut("<h3>资质</h3><p>我厂已取得：</p><ul><li>甲证书</li><li>乙证书</li></ul><ul><li>丙</li></ul>")
    items = [b for b in blocks if b.container == "list"]
    assert [(b.text, b.lead) for b in items] == [("甲证书", "我厂已取得："), ("乙证书", "我厂已取得："), ("丙", "")]
    assert items[0].group == items[1].group != items[2].group
    assert items[0].heading_path == ("资质",)


def test_headings_stack_and_end_with_their_section():
    blocks = cut(
        "<title>题</title><h1>甲</h1><h2>乙</h2><p>一一</p><h2>丙</h2><p>二二</p><aside><h2>边</h2><p>三三</p></aside><p>四四</p>"
    )
    paths = {b.text: b.heading_path for b in blocks}
    assert paths["一一"] == ("题", "甲", "乙")
    assert paths["二二"] == ("题", "甲", "丙")
    assert paths["三三"][-1] == "边"
    assert paths["四四"] == ("题", "甲", "丙")


def test_table_rows_carry_their_column_headings():
    rows = [b for b in cut(PAGES["head and rows without body"]) if b.container == "table"]
    assert rows[1].headers == ("名称", "编号")
    assert [rows[1].text[a:b] for a, b in rows[1].cells] == ["甲一", "乙二"]


def test_a_header_row_without_th_is_known_by_its_words():
    html = "<table><tr><td>证书名称</td><td>证书编号</td><td>有效期至</td></tr><tr><td>质量证书</td><td>00026Q30001R0M</td><td>2027-01-01</td></tr></table>"
    rows = [b for b in cut(html) if b.container == "table"]
    assert rows[0].headers == ("", "", "")
    assert rows[1].headers == ("证书名称", "证书编号", "有效期至")


def test_spans_over_rows_and_columns_keep_headings_in_place():
    html = (
        "<table><tr><th>标准</th><th colspan=2>日期</th></tr><tr><td rowspan=2>甲标准</td><td>一月</td><td>二月</td></tr>"
        "<tr><td>三月</td><td>四月</td></tr></table>"
    )
    rows = [b for b in cut(html) if b.container == "table"]
    assert rows[1].headers == ("标准", "日期", "日期")
    assert rows[2].headers == ("日期", "日期")
    assert rows[2].lead == "甲标准"


def test_label_and_value_tables_give_the_label_as_heading():
    html = "<table><tr><td>产品名称</td><td>水泵</td></tr><tr><td>执行标准</td><td>某标准</td></tr></table>"
    rows = [b for b in cut(html) if b.container == "table"]
    assert [r.headers for r in rows] == [("", "产品名称"), ("", "执行标准")]
    vertical = [
        b
        for b in cut("<table><tr><th>认证</th><td>甲</td></tr><tr><th>编号</th><td>乙</td></tr></table>")
        if b.container == "table"
    ]
    assert [r.headers for r in vertical] == [("", "认证"), ("", "编号")]


def test_a_definition_list_gives_its_term_as_lead():
    assert [(b.text, b.lead) for b in cut("<dl><dt>认证</dt><dd>某认证</dd></dl>")][1] == ("某认证", "认证")


def test_layout_tables_are_read_as_the_boxes_they_are_made_of():
    html = "<table><tr><td><h2>题</h2><p>甲段。</p></td><td><p>乙段。</p><p>丙段。</p></td></tr></table>"
    assert texts(html, container="table") == []
    assert texts(html) == ["题", "甲段。", "乙段。", "丙段。"]


def test_text_beside_a_picture_is_its_caption_and_icons_have_none():
    blocks = cut(
        "<div><div><img src=a.jpg alt=证书图><p>质量证书</p></div><div><img src=icon.png width=16><p>说明文字</p></div></div>"
    )
    assert [(b.text, b.container) for b in blocks] == [
        ("证书图", "alt"),
        ("质量证书", "caption"),
        ("说明文字", "sentence"),
    ]
    assert blocks[0].lead == "质量证书"
    assert texts("<figure><img src=a.jpg><figcaption>图注</figcaption></figure>", container="caption") == ["图注"]


def test_attributes_are_blocks_of_their_own():
    blocks = cut(
        "<head><meta name=keywords content='水泵,认证'><title>题</title></head><p title='悬停文字'>正文</p><a title='正文二'>正文二</a>"
        "<img src='/p/质量证书.jpg' alt=' 甲 '><a href='/d/iso9001.pdf'>下载</a>"
    )
    found = {(b.container, b.locator.attribute, b.text) for b in blocks if b.locator.attribute}
    assert found == {
        ("sentence", "content", "水泵,认证"),
        ("alt", "title", "悬停文字"),
        ("alt", "alt", "甲"),
        ("filename", "src", "质量证书"),
        ("filename", "href", "iso9001"),
    }
    assert next(b for b in blocks if b.locator.attribute == "content").region == "header"


def test_a_percent_coded_file_name_is_decoded_and_located_whole():
    (block,) = cut("<img src='/a/%E8%AF%81%E4%B9%A6.jpg?x=1'>")
    assert block.text == "证书"
    assert (block.locator.start, block.locator.end) == (3, 21)


@pytest.mark.parametrize(
    "html",
    [
        "<p style='display:none'>甲</p>",
        "<div style='font-size:0'><b>甲</b></div>",
        "<p hidden>甲</p>",
        "<style>.x{display:none}</style><p class='a x'>甲</p>",
        "<style>@charset 'utf-8'; #y, p.z { visibility : hidden }</style><p id=y>甲</p>",
        "<p style='text-indent:-9999px'>甲</p>",
    ],
)
def test_hidden_text_is_read_and_labelled(html):
    assert [(b.text, b.hidden) for b in cut(html)] == [("甲", True)]


def test_text_hidden_only_on_small_screens_is_not_hidden():
    assert [b.hidden for b in cut("<style>@media (max-width:600px){.x{display:none}}</style><p class=x>甲</p>")] == [
        False
    ]


def test_hidden_words_inside_a_sentence_are_a_block_of_their_own():
    assert [(b.text, b.hidden) for b in cut("<p>看得见<span style='display:none'>看不见</span>也看得见</p>")] == [
        ("看得见", False),
        ("看不见", True),
        ("也看得见", False),
    ]


def test_regions_come_from_tags_roles_and_names():
    body = "<div><p>" + "正文一二三四五六七八九十" * 5 + "</p></div>"
    html = f"<nav><a>甲栏</a></nav><div role=banner>乙栏</div>{body}<div class='card-footer'>丁栏</div><div id=footer>丙栏</div>"
    regions = {b.text: b.region for b in cut(html)}
    assert (regions["甲栏"], regions["乙栏"], regions["丙栏"], regions["丁栏"]) == ("nav", "header", "footer", "main")


def test_a_list_of_links_with_one_home_is_a_menu_and_a_list_of_certificates_is_not():
    menu = "<ul><li><a>首页</a></li><li><a>荣誉资质</a></li><li><a>联系我们</a></li></ul>"
    other = "<ul><li><a>质量证书</a></li><li><a>环境证书</a></li><li><a>安全证书</a></li></ul>"
    regions = {b.text: b.region for b in cut(menu + other)}
    assert (regions["荣誉资质"], regions["质量证书"]) == ("nav", "main")


def test_what_is_not_read_is_said_with_numbers():
    _, coverage = blocks_of(
        page_of_text(
            "<p>甲</p><img src=a.jpg><iframe src=b></iframe><canvas></canvas><p style='background:url(x)'>", html=True
        )
    )
    assert coverage.pictures_seen == 2
    assert coverage.pictures_read == 0
    assert len(coverage.unread) == 3


def test_a_very_long_paragraph_is_cut_at_sentences_and_keeps_its_place():
    html = "<p>" + "甲乙丙丁戊己庚辛。" * 3_000 + "</p>"
    blocks, _ = check_locators(html)
    assert len(blocks) > 5
    assert all(len(b.text) <= 4_000 and b.text.endswith("。") for b in blocks)
    assert sum(len(b.text) for b in blocks) == 27_000


def test_plain_text_is_cut_into_paragraphs_headings_lists_and_tables():
    text = "# 资质\n\n我厂已取得：\n- 甲证书\n- 乙证书\n\n| 名称 | 编号 |\n|---|---|\n| 丙 | 12 |\n"
    blocks, _ = blocks_of(page_of_text(text))
    assert all(text[b.locator.start : b.locator.end] == b.text and b.locator.selector == "" for b in blocks)
    assert [(b.text, b.container) for b in blocks][:4] == [
        ("资质", "sentence"),
        ("我厂已取得：", "sentence"),
        ("甲证书", "list"),
        ("乙证书", "list"),
    ]
    row = blocks[-1]
    assert (row.container, row.headers) == ("table", ("名称", "编号"))
    assert [row.text[a:b] for a, b in row.cells] == ["丙", "12"]
    assert blocks[2].lead == "我厂已取得："
    assert blocks[2].heading_path == ("资质",)


def test_one_line_of_text_is_one_sentence_block():
    (block,) = blocks_of(page_of_text("1、本产品通过某认证"))[0]
    assert (block.container, block.text, block.locator.start) == ("sentence", "1、本产品通过某认证", 0)
