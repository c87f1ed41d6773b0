"""One page's way: claims, register, rules, caps, findings. Rules and schemes are the real ones, registers are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from compliance.checking.check import Options, check_page
from compliance.checking.render import head_json, page_json, result_json
from compliance.records import CertificateRow, Company, Page, RegisterInfo
from compliance.register.memory import MemoryRows
from rules.book import load_book
from rules.law import load_statutes
from rules.schemes import load_schemes

DAY = date(2026, 11, 23)
BOOK, SCHEMES = load_book((), load_statutes()), load_schemes()
FIRM = Company("示例甲机械有限公司", None, "record")
ROW = CertificateRow(
    number="00024Q10001R0M",
    holder="示例甲机械有限公司",
    uscc=None,
    scheme="iso-9001",
    standard="GB/T 19001-2016/ISO 9001:2015",
    scope="机械零件的加工",
    body="示例认证中心",
    body_code="000",
    issued=date(2024, 3, 5),
    expires=date(2027, 3, 4),
    status="valid",
    status_from=None,
    province=None,
    source="示例",
    snapshot=DAY,
)


def page(text: str, company: Company | None = FIRM, **more) -> Page:
    return Page(
        url="https://jia.example/a.html",
        captured_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
        html=None,
        text=text,
        sha256="0" * 64,
        company=company,
        **more,
    )


def register(*rows: CertificateRow, complete: tuple[str, ...] = (), snapshot: date | None = DAY) -> MemoryRows:
    return MemoryRows(list(rows), RegisterInfo("示例登记", snapshot, len(rows), complete))


def check(text: str, rows=None, **options):
    return check_page(page(text), rows, BOOK, SCHEMES, Options(**options))


def outcomes(result) -> dict[str, str]:
    return {f.conduct: f.outcome for f in result.findings}


def test_a_product_said_to_be_certified_to_a_system_standard_is_suspected_without_a_register():
    result = check("本产品通过ISO9001认证")
    assert outcomes(result) == {"system_claimed_for_product": "suspected"}
    cited = {(p["law"], p["article"]) for p in (*result.findings[0].breaches, *result.findings[0].penalties)}
    assert {("cn-cert-mark-measures", "12"), ("cn-cert-mark-measures", "25")} <= cited
    assert result.findings[0].missing


def test_the_numbering_is_that_of_the_day_of_the_conduct():
    result = check("本产品通过ISO9001认证", as_of=date(2015, 2, 1))
    articles = {p["article"] for p in result.findings[0].penalties if p["law"] == "cn-cert-mark-measures"}
    assert "27" in articles and "25" not in articles


def test_the_same_words_are_a_violation_when_the_register_shows_a_valid_system_certificate():
    assert outcomes(check("本产品通过ISO9001认证", register(ROW))) == {"system_claimed_for_product": "violation"}


def test_a_company_that_says_its_system_is_certified_is_unverified_without_a_register():
    result = check("我公司已通过ISO9001质量管理体系认证")
    assert not result.findings
    assert [c.verdict for c in result.claims] == ["unverified"]


def test_a_row_in_force_makes_the_claim_compliant():
    result = check("我公司已通过ISO9001质量管理体系认证，证书编号00024Q10001R0M", register(ROW))
    assert not result.findings
    assert [c.verdict for c in result.claims] == ["compliant"]


EXPIRED = replace(ROW, expires=date(2026, 3, 4), status="expired", status_from=date(2026, 3, 5))


def test_an_expired_certificate_still_shown_is_a_violation_with_the_number_on_the_page():
    result = check("我公司已通过ISO9001质量管理体系认证，证书编号00024Q10001R0M", register(EXPIRED))
    assert outcomes(result) == {"expired_certificate": "violation"}


def test_a_renewal_under_another_number_explains_the_expired_one():
    renewed = replace(ROW, number="00026Q10009R1M", issued=date(2026, 3, 1), expires=date(2029, 2, 28))
    result = check("我公司已通过ISO9001质量管理体系认证", register(EXPIRED, renewed))
    assert not result.findings


def test_not_found_is_nothing_when_the_register_was_not_declared_complete():
    other = replace(ROW, holder="示例乙电子有限公司", number="00024Q10002R0M")
    result = check("我公司已通过ISO9001质量管理体系认证", register(other))
    assert not result.findings
    assert [c.verdict for c in result.claims] == ["unverified"]


def test_not_found_inside_a_complete_register_is_suspected_never_more():
    other = replace(ROW, holder="示例乙电子有限公司", number="00024Q10002R0M")
    result = check("我公司已通过ISO9001质量管理体系认证", register(other, complete=("all",)))
    assert outcomes(result) == {"no_certificate": "suspected"}


def test_an_old_snapshot_keeps_a_finding_below_violation_and_says_so():
    result = check("本产品通过ISO9001认证", register(ROW, snapshot=date(2026, 9, 1)))
    assert outcomes(result) == {"system_claimed_for_product": "suspected"}
    assert any("快照" in why for why in result.findings[0].caps)


def test_an_unknown_owner_keeps_a_finding_below_violation():
    result = check_page(
        page("本产品通过ISO9001认证，证书编号00024Q10001R0M", company=None), register(ROW), BOOK, SCHEMES, Options()
    )
    assert all(outcome != "violation" for outcome in outcomes(result).values())


def test_the_day_is_that_of_china():
    late = replace(page("正在申请ISO9001认证"), captured_at=datetime(2026, 11, 22, 17, tzinfo=UTC))
    result = check_page(late, None, BOOK, SCHEMES, Options())
    assert (result.on, result.on_source) == (date(2026, 11, 23), "page")


@pytest.mark.parametrize("text", ["本产品通过ISO9001认证", "本产品 通过 ISO 9001 认证。", "本产品通过ISO９００１认证"])
def test_a_finding_keeps_its_id_when_the_words_are_set_otherwise(text):
    assert check(text).findings[0].id == check("本产品通过ISO9001认证").findings[0].id


def test_a_finding_said_twice_is_one_with_two_places():
    result = check("本产品通过ISO9001认证。\n\n本产品通过ISO9001认证。")
    assert len(result.findings) == 1
    assert len(result.findings[0].occurrences) == 2


def test_in_one_json_object_a_finding_of_two_pages_stands_once():
    one = check("本产品通过ISO9001认证")
    two = check_page(
        replace(page("本产品通过ISO9001认证"), url="https://jia.example/b.html"), None, BOOK, SCHEMES, Options()
    )
    body = result_json(head_json("0", "r", "l", DAY, None), [one, two])
    assert [len(p["findings"]) for p in body["pages"]] == [1, 0]
    assert len(body["pages"][0]["findings"][0]["occurrences"]) == 2
    assert body["summary"]["findings"] == {"violation": 0, "suspected": 1, "needs_review": 0}


@pytest.mark.parametrize(
    ("scope", "found"),
    [("认证范围：机械零件的加工", False), ("认证范围：机械零件的加工和安装", True), ("认证范围：机械零件", False)],
)
def test_the_scope_that_the_page_itself_states_is_held_against_the_registered_one(scope, found):
    result = check(f"公司通过ISO9001质量管理体系认证，{scope}。", register(ROW))
    assert (outcomes(result) == {"scope_overclaim": "suspected"}) is found
    assert found or not result.findings


def test_records_of_unknown_owners_are_not_taken_for_one_firm():
    ids = {
        check_page(replace(page("本产品通过ISO9001认证。", None), url=None, id=id), None, BOOK, SCHEMES, Options())
        .findings[0]
        .id
        for id in ("r1", "r2")
    }
    assert len(ids) == 2


def test_the_result_is_the_same_with_and_without_the_gate():
    for text in ("今天天气很好", "本产品通过ISO9001认证"):
        assert page_json(check(text)) == page_json(check(text, gate=False))


def test_a_typed_text_takes_the_only_holder_of_a_register_for_the_speaker_and_says_that_it_is_assumed():
    typed = Page(None, None, None, "本产品通过ISO9001认证", "0" * 64, source="text", typed=True)
    result = check_page(typed, register(ROW), BOOK, SCHEMES, Options(as_of=DAY))
    assert result.company is not None and result.company.source == "assumed"
    assert outcomes(result) == {"system_claimed_for_product": "violation"}


def test_a_typed_text_has_no_medium_and_a_page_is_a_website():
    typed = Page(None, None, None, "本产品通过ISO9001认证", "0" * 64, source="text", typed=True)
    assert check_page(typed, None, BOOK, SCHEMES, Options(as_of=DAY)).medium is None
    assert check("本产品通过ISO9001认证").medium == "website"
    assert check("本产品通过ISO9001认证", medium="packaging").medium == "packaging"


@pytest.mark.parametrize(
    ("text", "issued", "said"),
    [
        ("本公司于2019年6月通过ISO9001质量管理体系认证。", "2019-06", "2019-06-01"),
        ("本公司2019年通过ISO9001质量管理体系认证。", "2019", "2019-01-01"),
        ("本公司持有ISO9001证书，发证日期：2019年6月18日。", "2019-06-18", None),
        ("本公司通过ISO9001质量管理体系认证。", None, None),
    ],
)
def test_issued_shows_as_much_of_the_time_as_the_words_say(text, issued, said):
    claim = page_json(check(text))["claims"][0]
    assert claim["issued"] == issued
    assert said is None or claim["said_on"] == said
    assert said is None or claim["details"][0]["issued"] is None  # only a printed day is the certificate's to the rules
