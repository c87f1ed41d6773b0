"""The HTML file: complete, inert, safe against hostile pages, readable by machines that read aloud."""

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup

from reports.documents.html import render, style_text
from reports.model import report_of

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; alert(1); //",
    "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "]]><svg/onload=alert(1)>",
    "&lt;script&gt;",
]


def _soup(result):
    return BeautifulSoup(render(report_of(result)), "lxml")


def _poisoned(node, poison):
    """Every free text of a result replaced by `poison`; codes, dates and numbers kept."""
    free = {"quote", "context", "heading", "title", "explanation", "zh", "gist", "remedy", "holder", "scope", "name", "title_zh",
            "doc_no", "standard", "body", "selector", "what", "fix", "source_name", "when"}  # fmt: skip
    if isinstance(node, dict):
        return {k: poison if k in free and isinstance(v, str) else _poisoned(v, poison) for k, v in node.items()}
    if isinstance(node, list):
        return [poison if isinstance(one, str) else _poisoned(one, poison) for one in node]
    return node


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_text_stays_text(result, poison):
    clean = _soup(result)
    soup = _soup(_poisoned(result, poison))
    assert not soup.find_all(["script", "img", "iframe", "object", "embed", "form", "link", "base"])
    assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.lower().startswith("on")]
    assert len(soup.find_all("svg")) == len(clean.find_all("svg"))
    assert len(soup.find_all("style")) == 1
    assert poison in soup.find("mark").get_text()


def test_a_javascript_address_is_printed_and_never_linked(result):
    result["pages"][0]["url"] = "javascript:alert(1)"
    result["pages"][1]["url"] = "data:text/html,<script>alert(1)</script>"
    soup = _soup(result)
    assert "javascript:alert(1)" in soup.get_text()
    assert {a["href"].split(":")[0] for a in soup.find_all("a") if not a["href"].startswith("#")} == {"https"}


def test_direction_signs_and_controls_are_shown_by_their_code_point(result):
    result["pages"][0]["claims"][0]["quote"] = "持有\u202e证书\x00\ud800\u200b"
    html = render(report_of(result))
    assert "持有⟦U+202E⟧证书⟦U+0000⟧⟦U+D800⟧⟦U+200B⟧" in html
    html.encode("utf-8")
    assert "\u202e" not in html


def test_very_long_words_can_break():
    assert "overflow-wrap: anywhere" in style_text()


def test_nothing_is_fetched_and_no_script_may_run(result):
    html = render(report_of(result))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html).group(1)
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe-inline" not in policy
    digest = base64.b64encode(hashlib.sha256(style_text().encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert BeautifulSoup(html, "lxml").find("style").string == style_text()
    assert "@import" not in html and "url(" not in html and " style=" not in html
    assert html.index("Content-Security-Policy") < html.index("<style")


def test_it_is_a_chinese_page_with_landmarks_and_headings_in_order(result):
    soup = _soup(result)
    assert soup.html["lang"] == "zh-CN"
    assert len(soup.find_all("main")) == 1 and soup.find("nav")["aria-label"] and soup.find("footer")
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in zip(levels, levels[1:], strict=False))


def test_every_heading_cell_has_a_scope_and_every_table_a_caption(result):
    soup = _soup(result)
    assert all(th.get("scope") in ("col", "row", "rowgroup") for th in soup.find_all("th"))
    assert all(table.find("caption") for table in soup.find_all("table"))


def test_every_inner_link_has_its_target_and_ids_are_unique(result):
    soup = _soup(result)
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in soup.find_all("a") if a["href"].startswith("#")} <= set(ids)


def test_each_finding_shows_quote_register_elements_law_and_remedy(result):
    soup = _soup(result)
    article = soup.find(id="f-f3a91c20d4e7")
    text = article.get_text()
    for part in (
        "涉嫌违反（要件有据）",
        "https://qinghe.example/about.html",
        "2026-11-23 08:12:31+08:00",
        "00024Q30117R0M",
        "2024-02-29",
        "《广告法》",
        "第五十五条第一款",
        "第55条第1款",
        "主席令第81号",
        "2021年版",
        "已见原文",
        "已换发新证书",
        "曾于2021年3月",
        "expired_certificate",
        result["pages"][0]["sha256"],
    ):
        assert part in text, part
    assert article.find("mark").get_text() == result["pages"][0]["claims"][0]["quote"]


def test_not_found_lists_the_places_searched_and_says_it_is_no_forgery(result):
    text = _soup(result).find(id="f-a0c4418be655").get_text()
    assert "按证书编号 000OP1900123" in text and "未查到不等于伪造" in text


def test_outcomes_differ_without_colour(result):
    soup = _soup(result)
    badges = {tag["class"][1]: tag.get_text() for tag in soup.select("span.badge")}
    assert len({text.strip()[0] for text in badges.values()}) == 3
    for style in ("dashed", "dotted"):
        assert re.search(rf"\.badge\.\w+ \{{[^}}]*{style}", style_text())


def test_a_report_without_findings_says_so(result):
    for page in result["pages"]:
        page["findings"] = []
    soup = _soup(result)
    assert "没有发现" in soup.find(id="summary").get_text()
    assert not soup.find("article")


def test_colours_of_text_have_enough_contrast():
    names = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style_text()))
    for name in ("ink", "soft", "link", "violation", "suspected", "review", "good"):
        for ground in ("#ffffff", names["ground"]):
            assert _contrast(names[name], ground) >= 4.5, (name, ground)


def _contrast(one, other):
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
