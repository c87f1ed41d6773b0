"""The four facts that rest on other lists, through the whole check. Every list, firm and body here is invented."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from compliance.checking.check import Options, check_page
from compliance.records import CertificateRow, Company, Page, RegisterInfo
from compliance.register.listed import Listed, ListEntry
from compliance.register.lists import list_in_memory
from compliance.register.memory import MemoryRows
from rules.book import load_book
from rules.law import load_statutes
from rules.schemes import load_schemes

DAY = date(2026, 11, 23)
BOOK, SCHEMES = load_book((), load_statutes()), load_schemes()
FIRM = Company("云岭玉带机械有限公司", None, "record")
SAYS = "本公司通过ISO9001质量管理体系认证，发证机构为{}。"
BODIES = ["机构名称,批准号,批准领域,批准日期,有效期至,状态",
          "云岭测试认证有限公司,CNCA-R-2016-000,质量管理体系、环境管理体系,2016-03-01,2028-02-29,有效"]  # fmt: skip


@pytest.fixture
def listed(tmp_path: Path):
    def make(kind: str, *lines: str, complete: tuple[str, ...] = ("all",), day: date = DAY) -> Listed:
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return list_in_memory(path, kind, "示例名录", day, complete)

    return make


def check(text: str, *lists: Listed, rows=(), company=FIRM, complete=(), **options):
    page = Page(
        url="https://jia.example/a.html",
        captured_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
        html=None,
        text=text,
        sha256="0" * 64,
        company=company,
    )
    info = RegisterInfo("示例登记" if rows or complete else "", DAY, len(rows), complete)
    return check_page(page, MemoryRows(list(rows), info, (), lists), BOOK, SCHEMES, Options(why=True, **options))


def found(result, conduct: str) -> list[str]:
    return [f.outcome for f in result.findings if f.conduct == conduct]


def test_a_body_that_a_complete_list_does_not_hold_is_suspected(listed) -> None:
    result = check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", *BODIES))
    assert found(result, "unapproved_body") == ["suspected"]
    finding = next(f for f in result.findings if f.conduct == "unapproved_body")
    shown = {e.fact: (e.value, e.source) for e in finding.elements}
    assert shown["body.approved"] == (False, "register")
    assert "认证机构名录（来源：示例名录，快照2026-11-23，1行）" in finding.explanation


@pytest.mark.parametrize("complete", [(), ("from:2027-01-01",)])
def test_a_body_missing_in_a_list_that_is_not_complete_says_nothing(listed, complete) -> None:
    result = check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", *BODIES, complete=complete))
    assert found(result, "unapproved_body") == []


def test_without_a_list_of_bodies_nothing_is_said_of_them(listed) -> None:
    assert found(check(SAYS.format("霁汀示例认证有限公司")), "unapproved_body") == []


@pytest.mark.parametrize(
    "name",
    ["云岭测试认证有限公司", "雲嶺測試認證有限公司", "云岭测试认证有限责任公司", "云岭测试认证有限公司甲水分公司", "云岭测试认证"],
)  # fmt: skip
def test_a_listed_body_is_found_however_it_is_written(listed, name) -> None:
    assert found(check(SAYS.format(name), listed("bodies", *BODIES)), "unapproved_body") == []


@pytest.mark.parametrize("day", [date(2026, 10, 1), date(2027, 1, 15)])
def test_a_list_far_from_the_day_shows_no_absence(listed, day) -> None:
    result = check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", *BODIES, day=day))
    assert found(result, "unapproved_body") == []


@pytest.mark.parametrize("name", ["霁汀某检测研究院", "云岭省质量协会", "霁汀合格评定国家认可委员会"])
def test_a_place_that_grants_no_certificates_is_no_unapproved_body(listed, name) -> None:
    assert found(check(SAYS.format(name), listed("bodies", *BODIES)), "unapproved_body") == []


def test_a_row_that_could_not_be_read_may_be_the_body(listed) -> None:
    bad = "霁汀示例认证有限公司,CNCA-R-2017-000,质量管理体系,2016-13-01,2028-02-29,有效"
    result = check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", *BODIES, bad))
    assert found(result, "unapproved_body") == []


def test_a_body_whose_approval_was_withdrawn_before_the_day_is_suspected(listed) -> None:
    gone = "霁汀示例认证有限公司,CNCA-R-2017-000,质量管理体系,2016-01-01,2028-02-29,撤销（2026-05-06）"
    assert found(check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", BODIES[0], gone, complete=())), "unapproved_body") == ["suspected"]  # fmt: skip
    before = check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", BODIES[0], gone), as_of=date(2026, 4, 1))
    assert found(before, "unapproved_body") == []


@pytest.mark.parametrize(("field", "outcome"), [("环境管理体系", ["suspected"]), ("质量管理体系", []), ("管理体系认证", []), ("某种新领域", []), ("", [])])  # fmt: skip
def test_a_body_outside_its_field_is_suspected_only_when_the_field_words_are_known(listed, field, outcome) -> None:
    row = f"霁汀示例认证有限公司,CNCA-R-2017-000,{field},2016-01-01,2028-02-29,有效"
    assert (
        found(check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", BODIES[0], row)), "unapproved_body")
        == outcome
    )


def test_several_rows_of_a_body_add_up_their_fields(listed) -> None:
    rows = [
        f"霁汀示例认证有限公司,CNCA-R-2017-000,{f},2016-01-01,2028-02-29,有效" for f in ("环境管理体系", "质量管理体系")
    ]
    assert (
        found(check(SAYS.format("霁汀示例认证有限公司"), listed("bodies", BODIES[0], *rows)), "unapproved_body") == []
    )


GI = ["产品名称,企业名称,统一社会信用代码,公告号,日期", "云屿雪梨,云屿果业有限公司,,000,2020-05-01"]
GI_SAYS = "本公司的云屿雪梨产品包装上印有地理标志专用标志。"


@pytest.mark.parametrize(
    ("name", "complete", "outcome"),
    [("云岭玉带果业有限公司", ("all",), "False"), ("云岭玉带果业有限公司", (), "not_in_register"), ("云屿果业有限公司", ("all",), "True")],
)  # fmt: skip
def test_a_user_of_the_mark_is_listed_or_missing_or_unknown(listed, name, complete, outcome) -> None:
    fact = fact_of("gi.user_listed", GI_SAYS, listed("gi_users", *GI, complete=complete), company=Company(name, None, "record"), scheme="gi")  # fmt: skip
    assert outcome in (str(getattr(fact, "value", None)), getattr(fact, "reason", None))


def test_a_user_listed_for_another_product_is_left_to_a_person(listed) -> None:
    two = listed("gi_users", *GI, "霁汀香米,霁汀米业有限公司,,000,2020-05-01")
    fact = fact_of("gi.user_listed", GI_SAYS, two, company=Company("霁汀米业有限公司", None, "record"), scheme="gi")
    assert fact.reason == "ambiguous_reading"


def test_a_firm_that_is_not_known_is_neither_listed_nor_missing(listed) -> None:
    assert fact_of("gi.user_listed", GI_SAYS, listed("gi_users", *GI), company=None, scheme="gi").reason == "no_company"


def test_agricultural_indications_have_another_register(listed) -> None:
    assert fact_of("gi.user_listed", GI_SAYS, listed("gi_users", *GI), scheme="gi-agri").reason == "not_in_register"


CCC = ["类别代码,产品名称,适用范围,起始日,终止日,自我声明", "0000,电风扇,家用,2003-05-01,,否", "0001,延长线插座,家用,2003-05-01,2010-01-01,否",
       "0002,小功率电机,,2003-05-01,,是"]  # fmt: skip


@pytest.mark.parametrize(("word", "seen"), [("电风扇", True), ("本公司生产的电风扇产品", True), ("工业电风扇", None), ("延长线插座", None), ("机械", None)])  # fmt: skip
def test_only_the_catalogues_own_word_puts_a_product_in_the_catalogue(listed, word, seen) -> None:
    fact = fact_of("product.in_ccc_catalogue", "x", listed("ccc_catalogue", *CCC), subject_text=word)
    assert getattr(fact, "value", None) is seen
    assert seen is None or fact.source == "register"
    assert seen or fact.reason == "ambiguous_reading"


@pytest.mark.parametrize(("name", "outcome"), [("云岭玉带果业有限公司", ["suspected"]), ("云屿果业有限公司", [])])
def test_the_mark_on_a_package_of_a_firm_that_the_complete_list_misses_is_suspected(listed, name, outcome) -> None:
    firm = Company(name, None, "record")
    result = check(GI_SAYS, listed("gi_users", *GI), company=firm)
    assert found(result, "geographical_indication_misuse") == outcome
    assert found(check(GI_SAYS, company=firm), "geographical_indication_misuse") == [], "no list, nothing said"
    partial = check(GI_SAYS, listed("gi_users", *GI, complete=()), company=firm)
    assert found(partial, "geographical_indication_misuse") == []


@pytest.mark.parametrize(("product", "outcome"), [("电风扇", "suspected"), ("小功率电机", "needs_review")])
def test_a_product_of_the_catalogue_without_a_certificate_is_missing_it_unless_declared(
    listed, product, outcome
) -> None:
    says = f"{product}XJ-10产品已获得CCC认证，欢迎订购。"
    other = [row("岚屿北峰橡胶有限公司", "00024Q10002R0M")]
    result = check(says, listed("ccc_catalogue", *CCC), rows=other, complete=("all",))
    assert found(result, "ccc_missing") and set(found(result, "no_certificate")) <= {outcome}
    assert any(f.outcome == "suspected" for f in result.findings) is (outcome == "suspected")
    assert found(check(says, rows=other, complete=("all",)), "ccc_missing") == [], "no catalogue, nothing said"


def test_without_a_catalogue_no_product_is_in_it() -> None:
    assert fact_of("product.in_ccc_catalogue", "x", subject_text="电风扇").reason == "no_list"


def fact_of(name: str, text: str, *lists: Listed, company=FIRM, scheme="ccc", subject_text=None):
    """One fact of a case made by hand: for words whose reading isn't the question."""
    return case_of(text, lists, company, scheme, subject_text)[1][name]


def case_of(text, lists, company=FIRM, scheme="ccc", subject_text=None):
    from compliance.checking.facts import Case
    from compliance.checking.facts_lists import list_facts
    from compliance.checking.lookup import Lookup
    from compliance.records import Claim, Locator, SchemeDetail

    claim = Claim(id="c1", quote=text, locator=Locator("text", "t", 0, len(text)), container="text", speaker="self", subject="product",
                  subject_text=subject_text, about="product", schemes=(scheme,), state="held", context=text)  # fmt: skip
    rows = MemoryRows([], RegisterInfo("", DAY, 0), (), lists)
    case = Case(page=None, reading=None, company=company, claim=claim, detail=SchemeDetail(scheme), scheme=SCHEMES.get(scheme),
                schemes=SCHEMES, lookup=Lookup(), on=DAY, on_source="option", medium=None, medium_source="page", rows=rows)  # fmt: skip
    return case, list_facts(case)


def test_a_class_that_may_be_self_declared_is_noted(listed) -> None:
    from compliance.checking.facts_lists import self_declared

    catalogue = listed("ccc_catalogue", *CCC)
    assert self_declared(case_of("x", [catalogue], subject_text="小功率电机")[0])
    assert not self_declared(case_of("x", [catalogue], subject_text="电风扇")[0])


def row(holder: str, number: str) -> CertificateRow:
    return CertificateRow(number=number, holder=holder, uscc=None, scheme="iso-9001", standard="GB/T 19001-2016", scope="机械零件的加工",
                          body="云岭测试认证有限公司", body_code="000", issued=date(2024, 3, 5), expires=date(2027, 3, 4), status="valid",
                          status_from=None, province=None, source="示例", snapshot=DAY)  # fmt: skip


@pytest.mark.parametrize(
    ("other", "outcome"), [("云岭玉岱精密机械制造有限公司", "suspected"), ("岚屿北峰橡胶有限公司", "violation")]
)
def test_a_twin_in_the_register_caps_a_violation_that_rests_on_the_name(other, outcome) -> None:
    firm = Company("云岭玉带精密机械制造有限公司", None, "record")
    rows = [row("云岭玉带精密机械制造有限公司", "00024Q10001R0M"), row(other, "00024Q10002R0M")]
    result = check("本产品通过ISO9001认证", rows=rows, company=firm)
    assert found(result, "system_claimed_for_product") == [outcome]
    assert any("名称同样接近" in cap for f in result.findings for cap in f.caps) is (outcome == "suspected")


def test_rows_without_lists_have_none() -> None:
    from compliance.register.listed import has_certificates, listed_in

    assert listed_in(None, "bodies") is None
    assert listed_in(object(), "bodies") is None
    assert not has_certificates(None)


def test_an_entry_of_a_later_first_day_leaves_the_day_before_unknown() -> None:
    from compliance.register.listed import in_effect

    entry = ListEntry("bodies", {}, date(2024, 1, 1), date(2026, 1, 1), None, None, "示例名录", date(2025, 12, 1))
    assert in_effect(entry, date(2025, 1, 1)) is True
    assert in_effect(entry, date(2023, 1, 1)) is None
    assert in_effect(entry, date(2026, 2, 1)) is None, "a renewal after the list's day isn't in it"
