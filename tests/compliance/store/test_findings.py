"""Results kept by page, findings by their stable id."""

from datetime import UTC, date, datetime

import pytest

from compliance.store.findings import citing, results, save_result
from compliance.store.session import open_store

HEAD = {"tool": {"name": "certmark"}, "as_of": "2026-11-23", "register": None}


def page(url: str, *findings: dict) -> dict:
    return {
        "url": url, "id": None, "sha256": "0" * 64, "captured_at": "2026-11-23T08:00:00+08:00", "as_of": "2026-11-23",
        "company": {"name": "示例甲机械有限公司"}, "coverage": {"blocked": False}, "claims": [], "findings": list(findings),
    }  # fmt: skip


def finding(url: str, id_: str = "f1") -> dict:
    law = {"law": "cn-cert-mark-measures", "key": "confusing-use"}
    return {
        "id": id_, "conduct": "system_claimed_for_product", "outcome": "suspected",
        "occurrences": [{"page": url, "claim": "c1"}], "breaches": [law], "penalties": [],
    }  # fmt: skip


@pytest.fixture
def store(place):
    with open_store(place) as opened:
        yield opened


def test_a_finding_of_two_pages_stands_once_with_both_places(store):
    for url in ("https://jia.example/a", "https://jia.example/b"):
        save_result(store, HEAD, page(url, finding(url)), "jia")
    body = results(store)
    assert [len(p["findings"]) for p in body["pages"]] == [1, 0]
    assert len(body["pages"][0]["findings"][0]["occurrences"]) == 2
    assert body["summary"]["findings"]["suspected"] == 1


def test_the_same_page_again_replaces_its_result_and_moves_only_the_last_seen_day(store):
    url = "https://jia.example/a"
    for day in (1, 9):
        save_result(store, HEAD, page(url, finding(url)), "jia", seen=datetime(2026, 11, day, tzinfo=UTC))
    (only,) = results(store)["pages"]
    assert only["findings"][0]["first_seen"].startswith("2026-11-01")
    assert only["findings"][0]["last_seen"].startswith("2026-11-09")
    assert only["findings"][0]["captures"] == 2


def test_judging_the_same_capture_again_is_no_further_capture(store):
    url = "https://jia.example/a"
    for _ in range(2):
        save_result(store, HEAD, page(url, finding(url)), "jia", seen=datetime(2026, 11, 1, tzinfo=UTC))
    assert results(store)["pages"][0]["findings"][0]["captures"] == 1


def test_a_company_without_pages_is_said(store):
    with pytest.raises(LookupError, match="示例乙"):
        results(store, "示例乙电子有限公司")


def test_findings_that_cite_a_provision_are_counted_from_the_day_it_changes(store):
    url = "https://jia.example/a"
    save_result(store, HEAD, page(url, finding(url)), "jia")
    assert citing(store, ["cn-cert-mark-measures#confusing-use"], date(2026, 1, 1)) == 1
    assert citing(store, ["cn-cert-mark-measures#confusing-use"], date(2027, 1, 1)) == 0
    assert citing(store, ["cn-cert-mark-measures#no-forgery"], date(2026, 1, 1)) == 0
