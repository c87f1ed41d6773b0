"""Check result → Report: grouping, counting, coverage."""

import copy

import pytest

from reports.finding import marked
from reports.model import Counts, report_of


def _findings(report):
    return [finding for company in report.companies for finding in company.findings]


def test_the_three_outcomes_are_counted_apart_and_there_is_no_total(result):
    report = report_of(result)
    assert report.counts == Counts(violation=2, suspected=2, needs_review=1)
    assert not hasattr(report.counts, "total")


def test_companies_with_findings_come_before_clean_ones_and_the_weightiest_first(result):
    report = report_of(result)
    assert [one.name for one in report.companies][:2] == ["青禾示范机械有限公司", "临云示范食品有限公司"]
    assert {one.name for one in report.clean} == {"松涛示范电器有限公司", "禾洲示范农机合作社"}


def test_one_id_is_one_finding_however_many_pages_repeat_it(result):
    before = len(_findings(report_of(result)))
    repeated = copy.deepcopy(result["pages"][0]["findings"][0])
    repeated["occurrences"] = [{**repeated["occurrences"][0], "page": "https://qinghe.example/honours.html"}]
    result["pages"][2]["findings"].append(repeated)
    report = report_of(result)
    assert len(_findings(report)) == before
    finding = next(one for one in _findings(report) if one.id == repeated["id"])
    assert {finding.place.url, *(place.url for place in finding.sightings)} == {
        "https://qinghe.example/about.html",
        "https://qinghe.example/honours.html",
    }


def test_one_id_with_two_outcomes_shows_the_weightier_and_says_so(result):
    again = copy.deepcopy(result["pages"][0]["findings"][0])
    again["outcome"] = "needs_review"
    result["pages"][2]["findings"].append(again)
    finding = next(one for one in _findings(report_of(result)) if one.id == again["id"])
    assert finding.outcome == "violation"
    assert any("需人工判断" in note for note in finding.notes)


def test_a_page_that_knows_only_the_name_joins_the_company_of_that_name(result):
    result["pages"][2]["company"]["uscc"] = None
    report = report_of(result)
    assert next(one for one in report.companies if one.name == "青禾示范机械有限公司").pages == 3


def test_a_page_without_company_is_not_given_to_the_company_of_its_host(result):
    result["pages"][2]["company"] = None
    report = report_of(result)
    assert next(one for one in report.companies if one.name == "青禾示范机械有限公司").pages == 2


def test_only_keeps_one_company_and_names_it_in_the_title(result):
    report = report_of(result, only="91000000MA0000002Y")
    assert [one.name for one in report.companies] == ["临云示范食品有限公司"]
    assert report.title.startswith("临云示范食品有限公司")


def test_what_was_not_read_is_counted(result):
    cover = report_of(result).coverage
    assert [page.url for page in cover.blocked] == ["https://linyun.example/login"]
    assert cover.pictures_unread == 48
    assert [(one.what, len(one.pages)) for one in cover.cut] == [("正文在第200000字处截断", 1)]
    assert sum(n for _, n in cover.pictures) == 48
    assert len(cover.not_judged) == 2 and "未能确定页面属于哪家企业" in cover.not_judged[0]
    assert cover.faults[0].startswith("site/broken.html")
    assert not cover.complete


def test_without_register_the_report_says_that_nothing_was_compared(result):
    result["register"] = None
    for page in result["pages"]:
        for claim in page["claims"]:
            claim["certificate"] = None
            claim["match"] = {"method": None, "score": 0, "searched": []}
    report = report_of(result)
    assert "未使用登记数据" in report.header.register
    assert {one.register.kind for one in _findings(report)} == {"no_register"}


def test_the_same_result_gives_the_same_report(result):
    assert report_of(copy.deepcopy(result)) == report_of(result)


def test_a_missing_promised_field_names_itself(result):
    del result["pages"][0]["findings"][0]["explanation"]
    with pytest.raises(KeyError, match="explanation"):
        report_of(result)


def test_lines_of_one_element_stand_together_and_unknown_facts_are_not_called_assumed(result):
    finding = result["pages"][3]["findings"][0]
    finding["elements"] = [
        {"id": "a", "zh": "甲", "fact": "claim.speaker", "value": "self", "source": "page", "truth": None},
        {"id": "a", "zh": "甲", "fact": "claim.state", "value": None, "source": "assumed", "truth": None},
        {"id": "x", "zh": "例外", "fact": "claim.warns", "value": False, "source": "page", "truth": False},
        {"id": "b", "zh": "乙", "fact": "certificate.exists", "value": True, "source": "register", "truth": True},
    ]
    shown = next(one for one in _findings(report_of(result)) if one.id == finding["id"]).elements
    assert [(one.id, len(one.facts), one.truth) for one in shown] == [
        ("a", 2, "unknown"),
        ("b", 1, "shown"),
        ("x", 1, "not_shown"),
    ]
    assert shown[0].facts[1].value_zh == "不明" and shown[0].facts[1].source_zh == "—"
    assert shown[0].facts[0].value_zh == "企业自己"


@pytest.mark.parametrize(
    ("quote", "context", "expected"),
    [
        ("通过认证", "本厂通过认证。", ("本厂", "通过认证", "。", True)),
        ("通过\n  认证", "本厂通过认证。", ("本厂", "通过认证", "。", True)),
        ("ISO 9001", "持有ISO 9001 证书", ("持有", "ISO 9001", " 证书", True)),
        ("别处", "本厂通过认证。", ("", "别处", "", False)),
        ("", "本厂", ("", "", "", False)),
    ],
)
def test_the_quote_is_cut_out_of_its_context(quote, context, expected):
    assert marked(quote, context) == expected


def test_long_context_is_shortened_around_the_quote():
    before, quote, after, _ = marked("证书", "前" * 5000 + "证书" + "后" * 5000)
    assert quote == "证书" and len(before) < 300 and len(after) < 300
    assert before.startswith("…") and after.endswith("…")


def test_notes_of_one_kind_are_told_once_with_their_pages(result):
    for at, page in enumerate(result["pages"]):
        page["coverage"]["unread"] = [f"图片{at + 1}张，其中的文字未识别"]
    (cut,) = report_of(result).coverage.cut
    assert cut.what == "图片…张，其中的文字未识别" and len(cut.pages) == 8


def test_capture_times_are_told_in_china_time(result):
    result["pages"][0]["captured_at"] = "2026-11-23T23:30:05.123456+00:00"
    place = next(one for one in _findings(report_of(result)) if one.id == "f3a91c20d4e7").place
    assert place.captured_at == "2026-11-24 07:30:05+08:00"


def test_each_page_and_row_stands_once_in_the_evidence_with_its_findings(result):
    evidence = report_of(result).companies[0].evidence
    assert [one.number for one in evidence] == ["证1", "证2", "证3", "证4", "证5"]
    assert {number for one in evidence for number in one.findings} == {"1.1", "1.2"}
