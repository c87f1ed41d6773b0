"""Texts cut out of the source are those that the tree holds, letter by letter, or none are cut."""

import random
from html import unescape

import pytest
from bs4 import BeautifulSoup
from bs4.element import PreformattedString

from compliance.reading.gate import may_mention
from compliance.reading.glance import glance_of
from compliance.reading.markup import FRAMESET, H1, IFRAME, PICTURE, SCRIPT, TITLE, Markup
from compliance.reading.open import page_of_text

PIECES = [
    *("<p>", "</p>", "<b>", "</b>", '<div class="a b">', "</div>", '<a href="/x?a=1&b=2" title="证书">', "</a>", "<br>", "<br/>"),
    *("<img src=a.jpg alt='证书'>", "<script>", "</script>", '<script src="x">', "<script/>", "<SCRIPT>", "</Script>", "<style>", "</style>"),
    *("<!--", "-->", "--!>", "<!-->", "<title>", "</title>", "<Title>", "<textarea>", "</textarea>", "<iframe src=x>", "</iframe>"),
    *("<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<ul>", "<li>", "</ul>", "<select><option>", "</select>", "<noscript>", "</noscript>"),
    *("<svg>", "</svg>", "<template>", "</template>", "<xmp>", "<plaintext>", "<frameset>", "<object>", "<styled>", "</styled>", "<math>"),
    *("<x y='z", '">', "'>", "<a b=x'y c=\"d'e>f<script>\">", "<![CDATA[", "]]>", "<?php x ?>", "<3", "<", ">", "</", '"', "'", "=", "\0"),
    *("<html>", "<body>", "</body>", "</html>", "<head>", "</head>", "<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C">', "<p a==x>"),
    *('<input value="证书>">', "<p a= 'x' b=\"y\" c=z>", '<p "a">', "<a/>", "<p/b>", '</p x="y">', "  ", "\n", "&amp;", "&#35748;", "&nbsp;", "&lt;b&gt;"),
    *("认证", "证书", "甲", "丙 丁", "a < b", "a > b"),
]  # fmt: skip


def written(rng):
    inner = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 14)))
    return ("<p>" if rng.random() < 0.7 else "") + inner + ("</p>" if rng.random() < 0.7 else "")


def in_tree(html):
    soup = BeautifulSoup(html, "lxml")
    texts = (
        text
        for text in soup.find_all(string=True)
        if not isinstance(text, PreformattedString) and not text.find_parents(("script", "style", "template"))
    )
    return "".join("".join(texts).split())


def cut(html):
    texts = Markup(html.encode()).texts
    return None if texts is None else "".join(unescape(texts.decode()).split())


def test_what_is_cut_is_what_the_tree_holds():
    rng, sure = random.Random(1), 0
    for _ in range(4_000):
        html = written(rng)
        mine = cut(html)
        if mine is not None:
            sure += 1
            assert mine == in_tree(html), html
    assert sure > 500


@pytest.mark.parametrize(
    "html",
    [
        '<a title="x > <script>">认证</a><script></script>',
        "<a b=x'y c=\"d'e>f<script>\">认证</a><script></script>",
        "<p>a <!--> 认证 <!-- x --></p>",
        "<title><!--认证--></title>",
        "<iframe><!--认证--></iframe>",
        "<p>a < b 认证 > c</p>",
        "<textarea><b>认证</b></textarea>",
        '<script src="x"/><p>认证</p><script></script>',
        "<p>x</p><!-- 认证",
        "<style><b></styled>认证",
        "<template>认证</template>",
    ],
)
def test_what_one_reader_may_see_otherwise_is_left_to_the_parser(html):
    assert cut(html) is None


def test_a_script_that_one_parser_closes_early_hides_nothing():
    page = page_of_text('<p>水泵</p><script src="x"/><p>通过ISO9001认证</p><script></script>', html=True)
    assert may_mention(page)


def test_a_plain_page_needs_no_parser():
    html = """<!DOCTYPE html><html><head><title> 云岭 &amp; 泵业 </title><style>.a>b{color:red}</style><script>if (a<b) x="</p>"</script>
    <meta name="description" content="水泵 & 阀门"></head><body><!-- <p>认证</p> --><h1>云岭<b>泵业</b></h1><img src="a.png"><p>水泵&nbsp;阀门</p></body></html>"""
    glance = glance_of(page_of_text(html, html=True))
    assert "_tree" not in glance.__dict__
    assert glance.title == "云岭 & 泵业"
    assert glance.text.split("\n") == ["云岭 & 泵业", "云岭", "泵业", "水泵\xa0阀门"]
    assert glance.headings == ("云岭泵业",) and glance.count == 4 and glance.pictures == 1
    assert "水泵 & 阀门" in glance.values.decode()


def test_the_build_of_a_page_is_counted():
    markup = Markup(b"<SCRIPT></SCRIPT><img><IMG src=x><iframe><object><h2>a</h2><frameset>")
    counts = [len(markup.places[kind]) for kind in (PICTURE, IFRAME, H1, TITLE, SCRIPT, FRAMESET)]
    assert counts == [2, 1, 0, 0, 1, 1] and markup.texts is None


def test_values_of_attributes_in_every_spelling():
    for tag in (
        "<img ALT='证书'>",
        '<a Title = "证书">x</a>',
        "<img alt=证书>",
        "<img alt\n=\n'证书'>",
        "<p x=\"'\" title='证\"书'>",
    ):
        values = Markup(f"<p>水泵</p>{tag}".encode()).values.decode()
        assert "证" in values and "书" in values, tag


def test_a_page_of_nothing_but_tags_is_counted_without_keeping_their_places():
    body = b"<p>x</p>" + b"<IMG>" * 250_000 + b"<script></script>"
    markup = Markup(body)
    assert markup.crowded and markup.texts is None and not any(markup.places)
    assert [markup.number(kind) for kind in (PICTURE, SCRIPT, TITLE)] == [250_000, 1, 0]
    glance = glance_of(page_of_text(body.decode(), html=True))
    assert (glance.pictures, glance.scripts, glance.text, glance.too_much) == (250_000, 1, "x", False)
