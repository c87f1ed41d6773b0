"""The trace of a finding names every fact with its value and source."""

from datetime import date

from compliance.checking.check import Options, check_page
from compliance.checking.why import lines_of
from compliance.records import Page
from rules.book import load_book
from rules.engine import trace_of
from rules.law import load_statutes
from rules.schemes import load_schemes


def test_facts_are_kept_only_when_asked_for_and_give_back_the_outcome():
    book = load_book((), load_statutes())
    page = Page(None, None, None, "本产品通过ISO9001认证", "0" * 64, source="text", typed=True)
    day = date(2026, 11, 23)
    plain = check_page(page, None, book, load_schemes(), Options(as_of=day))
    asked = check_page(page, None, book, load_schemes(), Options(as_of=day, why=True))
    assert plain.grounds == ()
    assert asked.findings == plain.findings
    (_, rule_id, facts), *_ = asked.grounds
    trace = trace_of(book.rule(rule_id), facts, book.vocabulary)
    assert trace.outcome == "suspected"
    lines = "\n".join(lines_of(asked.findings[0].id, trace))
    assert "claim.subject = product" in lines and "certificate.exists = 未知（no_register）" in lines
