"""Self-check: plain words, what to write instead, no reproach."""

from bs4 import BeautifulSoup

from reports.documents.html import render_self
from reports.model import report_of
from reports.selfcheck import advice_of, text_of
from reports.wording import accusing_words


def test_each_finding_becomes_one_piece_of_advice_with_what_to_write(result):
    advice = advice_of(report_of(result))
    assert len(advice) == 5
    assert {one.priority_zh for one in advice} == {"建议先改", "建议先核对", "请再读一遍"}
    assert all(one.instead and one.quote for one in advice)


def test_only_what_is_still_unknown_is_to_be_checked_first(result):
    first = advice_of(report_of(result))
    assert next(one for one in first if one.outcome == "violation").check_first == ()
    assert next(one for one in first if one.outcome == "needs_review").check_first


def test_the_words_do_not_reproach(result):
    text = text_of(report_of(result))
    quotes = [one.quote for one in advice_of(report_of(result))]
    for quote in quotes:
        text = text.replace(quote, "")
    assert accusing_words(text) == [] and "涉嫌" not in text


def test_without_findings_it_says_so_and_names_what_it_did_not_read(result):
    for page in result["pages"]:
        page["findings"] = []
    assert "没有需要再看的表述" in text_of(report_of(result)) and "图片" in text_of(report_of(result))


def test_hostile_text_stays_text_on_the_page(result):
    result["pages"][0]["claims"][0]["quote"] = "<script>alert(1)</script>"
    assert not BeautifulSoup(render_self(report_of(result)), "lxml").find("script")
