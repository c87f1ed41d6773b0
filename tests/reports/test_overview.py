"""Plots: each number of a picture is a number of its table, each number of the table a count of findings in the report."""

import json
from collections import Counter
from xml.etree import ElementTree

import pytest

from reports.model import report_of
from reports.overview import overview_sections
from reports.plots import Series, across, upright

SVG = "{http://www.w3.org/2000/svg}"
STATS = {
    "source": "示例登记", "snapshot": "2026-11-01", "day": "2026-11-23",
    "categories": [
        {"id": "ms-quality", "zh": "质量管理体系认证", "certificates": 40, "national_certificates": 400, "note": "printed 41"},
        {"id": "ms-environment", "zh": "环境管理体系认证", "certificates": 60, "national_certificates": 600, "note": ""},
    ],
    "areas": [{"zh": "江苏省", "certificates": 30, "national_certificates": 300, "note": ""}, {"zh": "未知", "certificates": 1, "national_certificates": 1, "note": ""}],
}  # fmt: skip


def figures(result, **more):
    (section,) = overview_sections(result, **more)
    return {one.title: one for one in section.figures}


def words_of(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_each_table_counts_each_finding_of_the_report_once(result):
    counts = Counter(f["outcome"] for f in {f["id"]: f for p in result["pages"] for f in p["findings"]}.values())
    shown = figures(result)
    for title in ("按发证机构", "按地区", "按首次见到的月份"):
        rows = shown[title].table.rows
        assert [sum(int(row[at]) for row in rows) for at in (1, 2, 3)] == [
            counts[o] for o in ("violation", "suspected", "needs_review")
        ]


def test_numbers_of_a_picture_are_numbers_of_its_table(result):
    for figure in figures(result, stats=STATS).values():
        cells = {cell for row in figure.table.rows for cell in row}
        for said in words_of(figure.svg):
            if said.isdigit():
                assert said in cells, (figure.title, said)


def test_findings_are_set_against_the_register_s_own_numbers(result):
    table = figures(result, stats=STATS)["按认证类别，与登记的分布相比"].table
    rows = {row[0]: row for row in table.rows}
    assert rows["质量管理体系认证"][2:] == ("40", "400", "printed 41")
    schemes = Counter()
    for page in result["pages"]:
        for finding in page["findings"]:
            claim = next(c for c in page["claims"] if c["id"] == finding["claim"])
            schemes.update("quality" if s == "iso-9001" else "other" for s in set(claim["schemes"]) or {""})
    assert int(rows["质量管理体系认证"][1]) == schemes["quality"]


def test_open_cases_by_age_and_those_past_their_day_apart():
    def case(day, overdue=False):
        at = f"2026-{day}T00:00:00+00:00"
        return {"opened_at": at, "changed_at": "2026-11-28T00:00:00+00:00", "overdue": overdue, "state": "new"}

    result = {"pages": [], "as_of": "2026-11-28", "register": None}
    cases = [case("11-27"), case("11-10"), case("09-15"), case("01-05", overdue=True)]
    rows = next(f for t, f in figures(result, cases=cases).items() if t.startswith("在办")).table.rows
    assert rows == (("7日以内", "1", "0"), ("8至30日", "1", "0"), ("31至90日", "1", "0"), ("90日以上", "0", "1"))


def test_what_was_not_read_has_a_bar(result):
    rows = {row[0]: row[1:] for row in figures(result)["读到的和没有读到的"].table.rows}
    blocked = sum(bool(p["coverage"]["blocked"]) for p in result["pages"])
    assert rows["页面"] == (str(len(result["pages"]) - blocked), str(blocked))


@pytest.mark.parametrize("draw", [across, upright])
def test_words_of_pages_are_never_markup(draw):
    evil = '"><script>alert(1)</script>&amp;\u202e'
    svg = draw([evil, "x" * 90], [Series(evil, "plain", (1, 0))], evil)
    assert not list(ElementTree.fromstring(svg).iter(f"{SVG}script")) and "<script" not in svg and "\u202e" not in svg


@pytest.mark.parametrize("draw", [across, upright])
def test_nothing_to_draw_is_a_picture_all_the_same(draw):
    ElementTree.fromstring(draw([], [], "nothing"))
    ElementTree.fromstring(draw(["a"], [Series("n", "plain", (0,)), Series("m", "other", (None,))], "zero"))


def test_months_without_a_finding_have_their_place(result):
    pages = [p for p in result["pages"] if p["findings"]]
    pages[0]["findings"][0]["first_seen"] = "2026-07-03T00:00:00+00:00"
    labels = [row[0] for row in figures(result)["按首次见到的月份"].table.rows]
    assert labels[0] == "2026-07" and {"2026-08", "2026-09"} <= set(labels)


def test_every_format_holds_the_rows(result):
    from reports.documents import rendered

    report = report_of(result, sections=overview_sections(result, STATS))
    assert "按发证机构" in json.loads(rendered(report, "json"))["sections"][0]["figures"][0]["title"]
    html = rendered(report, "html").decode()
    assert html.count("<svg") > 5 and "图中数字逐行列出" in html
