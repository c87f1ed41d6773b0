"""What stands beside a finding: the age of what carries it, and what lists of abnormal operation and recalls say. It never accuses."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from compliance.checking.check import Options, check_page
from compliance.checking.facts import Case
from compliance.checking.facts_lists import list_facts
from compliance.checking.lookup import Lookup
from compliance.records import CertificateRow, Claim, Company, Locator, Page, RegisterInfo, SchemeDetail
from compliance.register.listed import Listed
from compliance.register.lists import list_in_memory
from compliance.register.memory import MemoryRows
from compliance.register.sample_names import code_of_number
from compliance.register_lists import import_list
from compliance.register_open import stored_rows
from compliance.store.session import open_store
from rules.book import load_book
from rules.facts import Known, Unknown
from rules.law import load_statutes
from rules.schemes import load_schemes

DAY = date(2026, 11, 23)
BOOK, SCHEMES = load_book((), load_statutes()), load_schemes()
NAME = "云岭玉带机械有限公司"
FIRM = Company(NAME, None, "record")
SAYS = "本产品通过ISO9001认证"
ABNORMAL = ["企业名称,统一社会信用代码,列入日期,移出日期,列入原因", f"{NAME},,2026-03-01,,通过登记的住所无法联系"]
RECALLS = ["产品名称,企业名称,规格型号,召回日期", f"电风扇,{NAME},FS-40,2026-05-01"]


def row(snapshot: date = DAY) -> CertificateRow:
    return CertificateRow(number="00024Q10001R0M", holder=NAME, uscc=None, scheme="iso-9001", standard="GB/T 19001-2016", scope="机械零件的加工",
                          body="示例认证有限公司", body_code="000", issued=date(2024, 3, 5), expires=date(2027, 3, 4), status="valid",
                          status_from=None, province=None, source="示例", snapshot=snapshot)  # fmt: skip


def check(text: str, *lists: Listed, rows=(), snapshot: date = DAY, **options):
    page = Page(url="https://jia.example/a.html", captured_at=datetime(2026, 11, 23, 2, tzinfo=UTC), html=None, text=text, sha256="0" * 64,
                company=FIRM)  # fmt: skip
    register = MemoryRows(list(rows), RegisterInfo("示例登记" if rows else "", snapshot, len(rows)), (), lists)
    return check_page(page, register, BOOK, SCHEMES, Options(**options))


@pytest.fixture
def listed(tmp_path: Path):
    def make(kind: str, lines: list[str], complete: tuple[str, ...] = ("all",), day: date = DAY) -> Listed:
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return list_in_memory(path, kind, "示例名录", day, complete)

    return make


def facts(
    *lists: Listed,
    company: Company | None = FIRM,
    on: date = DAY,
    text: str = "x",
    product: str | None = None,
    cues=(),
    rows=None,
):
    claim = Claim(id="c1", quote=text, locator=Locator("text", 0, len(text)), container="sentence", speaker="self",
                  subject="product" if product else "company", subject_text=product, about="product", schemes=("ccc",), state="held",
                  context=text, cues=frozenset(cues))  # fmt: skip
    rows = rows if rows is not None else MemoryRows([], RegisterInfo("", on, 0), (), lists)
    case = Case(page=None, reading=None, company=company, claim=claim, detail=SchemeDetail("ccc"), scheme=SCHEMES.get("ccc"), schemes=SCHEMES,
                lookup=Lookup(), on=on, on_source="option", medium=None, medium_source="page", rows=rows)  # fmt: skip
    made = list_facts(case)
    return made["company.in_abnormal_list"], made["product.in_recall_list"]


# --- age ---


@pytest.mark.parametrize(("days", "said"), [(31, False), (32, True), (200, True)])
def test_an_old_snapshot_is_said_in_every_finding_it_carries_also_where_it_lowers_nothing(
    days: int, said: bool
) -> None:
    """`suspected` is not lowered by the cap of old registers: the age must be said all the same."""
    snapshot = DAY - timedelta(days=days)
    result = check("本产品通过ISO9001认证", rows=[row(snapshot)], snapshot=snapshot)
    assert result.findings
    for finding in result.findings:
        rests = any(e.source == "register" and e.truth is not None for e in finding.elements)
        assert any(f"共{days}日" in note for note in finding.notes) is (said and rests)


def test_the_number_of_days_is_a_setting() -> None:
    snapshot = DAY - timedelta(days=20)
    (finding,) = check("本产品通过ISO9001认证", rows=[row(snapshot)], snapshot=snapshot, snapshot_days=10).findings
    assert any("共20日（超过10日）" in note for note in finding.notes)


def test_a_page_long_before_the_snapshot_says_how_the_state_was_told() -> None:
    (finding,) = check("本产品通过ISO9001认证", rows=[row()], as_of=date(2026, 1, 10)).findings
    assert any("晚于行为日" in note for note in finding.notes)


# --- abnormal operation ---


def test_a_firm_in_the_list_of_abnormal_operation_is_told_beside_the_finding_with_source_and_day(listed) -> None:
    (finding,) = check(SAYS, listed("abnormal", ABNORMAL)).findings
    (note,) = (n for n in finding.notes if "经营异常名录" in n)
    assert all(word in note for word in ("示例名录", "2026-11-23", "2026-03-01", "无法联系", "两件事"))
    plain = check(SAYS).findings[0]
    assert (finding.outcome, finding.elements) == (plain.outcome, plain.elements), "it accuses nobody of anything"


@pytest.mark.parametrize(
    ("line", "complete", "on", "fact"),
    [
        (f"{NAME},,2026-03-01,,原因", (), DAY, Known(True, "register")),
        (f"{NAME[:-4]}有限责任公司,,2026-03-01,,原因", (), DAY, Known(True, "register")),
        (f"{NAME},,2026-03-01,2026-06-01,原因", ("all",), DAY, Known(False, "register")),
        (f"{NAME},,2026-03-01,2026-06-01,原因", ("all",), date(2026, 11, 1), Known(False, "register")),
        (f"{NAME},,2026-12-01,,原因", ("all",), DAY, Known(False, "register")),
        ("云岭玉岱机械有限公司,,2026-03-01,,原因", ("all",), DAY, Known(False, "register")),
        ("云岭玉岱机械有限公司,,2026-03-01,,原因", (), DAY, Unknown("not_in_register")),
        (f"{NAME},,2026-03-01,,原因", (), date(2027, 3, 1), Unknown("undated_status")),
        (f"{NAME},,2026-33-01,,原因", ("all",), DAY, Unknown("not_in_register")),
    ],
)
def test_the_fact_is_told_only_as_far_as_the_list_goes(
    listed, line: str, complete: tuple[str, ...], on: date, fact
) -> None:
    assert facts(listed("abnormal", [ABNORMAL[0], line], complete), on=on)[0] == fact


def test_without_a_list_or_a_company_the_facts_are_unknown(listed) -> None:
    assert facts(product="电风扇") == (Unknown("no_list"), Unknown("no_list"))
    assert facts(listed("abnormal", ABNORMAL), company=None)[0] == Unknown("no_company")
    assert facts(listed("recalls", RECALLS))[1] == Unknown("not_stated"), "no product is spoken of"


def test_two_firms_of_one_name_are_told_apart_by_the_code_or_not_at_all(listed) -> None:
    lines = [
        ABNORMAL[0],
        f"{NAME},{code_of_number(1)},2026-03-01,,甲",
        f"{NAME},{code_of_number(2)},2026-03-01,2026-04-01,乙",
    ]
    abnormal = listed("abnormal", lines)
    assert facts(abnormal)[0] == Unknown("several_holders")
    assert facts(abnormal, company=Company(NAME, code_of_number(1), "record"))[0] == Known(True, "register")
    assert facts(abnormal, company=Company(NAME, code_of_number(3), "record"))[0] == Known(False, "register")


# --- recalls ---


@pytest.mark.parametrize(
    ("text", "product", "cues", "fact"),
    [
        ("电风扇通过CCC认证", "电风扇", (), Known(True, "register")),
        ("FS-40型通过CCC认证", "本产品", ("model_named",), Known(True, "register")),
        ("取暖器通过CCC认证", "取暖器", (), Unknown("ambiguous_reading")),
        ("FS-41型通过CCC认证", "本产品", ("model_named",), Unknown("ambiguous_reading")),
    ],
)
def test_a_recall_is_of_the_product_or_model_named(listed, text: str, product: str, cues, fact) -> None:
    assert facts(listed("recalls", RECALLS), text=text, product=product, cues=cues)[1] == fact


def test_a_recall_by_another_firm_or_of_a_later_day_is_none(listed) -> None:
    other = Company("岚屿北峰电器有限公司", None, "record")
    assert facts(listed("recalls", RECALLS), company=other, product="电风扇")[1] == Known(False, "register")
    assert facts(listed("recalls", RECALLS, ()), company=other, product="电风扇")[1] == Unknown("not_in_register")
    early = listed("recalls", RECALLS, day=date(2026, 4, 1))
    assert facts(early, on=date(2026, 4, 10), product="电风扇")[1] == Known(False, "register")


# --- the store ---


def test_the_store_gives_one_firms_rows_and_the_same_facts(tmp_path: Path) -> None:
    for kind, lines in (("abnormal", ABNORMAL), ("recalls", RECALLS)):
        (tmp_path / f"{kind}.csv").write_text(
            "\n".join([*lines, lines[1].replace(NAME, "岚屿北峰电器有限公司")]) + "\n", encoding="utf-8"
        )
    with open_store(tmp_path / "c.db") as store:
        for kind in ("abnormal", "recalls"):
            import_list(store, tmp_path / f"{kind}.csv", kind, "示例名录", DAY, ("all",))
        rows = stored_rows(store)
        assert rows is not None
        one = rows.listed_about("abnormal", NAME, None)
        assert [e.get("name") for e in one.entries] == [NAME]
        assert one.info.zh == "经营异常名录" and one.info.rows == 2
        assert facts(rows=rows, product="电风扇") == (Known(True, "register"), Known(True, "register"))
        other = Company("云屿果业有限公司", None, "record")
        assert facts(rows=rows, company=other, product="电风扇") == (Known(False, "register"), Known(False, "register"))


def test_judged_again_from_a_bundle_the_same_firms_give_the_same_facts(listed) -> None:
    import json

    from compliance.evidence.answers import AnsweredRows, AskedRows
    from compliance.evidence_cli import list_of

    asked = AskedRows(MemoryRows([], RegisterInfo("", DAY, 0), (), [listed("abnormal", ABNORMAL)]))
    firms = (FIRM, Company("云屿果业有限公司", None, "record"))
    first = [facts(rows=asked, company=firm)[0] for firm in firms]
    kept = json.loads(json.dumps(asked.to_json(), ensure_ascii=False, default=str))
    again = AnsweredRows(kept, MemoryRows, list_of)
    assert (
        [facts(rows=again, company=firm)[0] for firm in firms]
        == first
        == [Known(True, "register"), Known(False, "register")]
    )
    assert again.unasked == []
