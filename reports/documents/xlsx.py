"""Report → XLSX: one row a company, finding, element, provision, place; summary counts are formulas over the findings' rows.

Cells hold text as text: nothing from a page can become a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from reports.documents.needs import needed
from reports.model import Report
from reports.sections import TableShown
from reports.visible import visible
from reports.wording import load_wording

INSTALL = "XlsxWriter>=3.3,<4"
OUTCOMES = ("violation", "suspected", "needs_review")
CELL_LIMIT = 32_767  # characters a cell can hold (Excel specifications and limits)


def render(report: Report) -> bytes:
    """The report as an XLSX file. Raises NotInstalled without XlsxWriter."""
    xlsxwriter = needed("xlsxwriter", INSTALL)
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": visible(report.title), "author": ""})
        sheets = _Sheets(book)
        t = load_wording().text
        sheets.add(t("sheets.about"), ("", ""), _about(report), (22, 100))
        names = load_wording().tree["outcomes"]
        found = t("sheets.findings")
        head = [t("sheets.company_number"), t("summary.company"), t("company.uscc"), *(names[o]["zh"] for o in OUTCOMES),
                *(t(f"summary.{n}") for n in ("pages", "claims", "compliant", "unverified", "unread"))]  # fmt: skip
        sheets.add(t("sheets.companies"), head, _companies(report, found), (8, 36, 22, 12, 12, 12, 8, 10, 10, 10, 8))
        head = [t("sheets.company_number"), t("summary.number"), t("summary.outcome"), t("summary.company"),
                t("summary.finding"), t("finding.rule_title"), t("finding.quote"), t("finding.address"), t("finding.captured"),
                t("finding.locator"), t("finding.sha256"), t("finding.day"), t("sheets.explanation"), t("finding.missing"),
                t("finding.asks"), t("finding.innocent"), t("finding.remedy"), t("finding.caps"), t("finding.rule"), t("finding.id")]  # fmt: skip
        sheets.add(
            found,
            head,
            _findings(report),
            (8, 8, 20, 28, 30, 30, 50, 40, 22, 30, 30, 12, 60, 40, 40, 40, 40, 30, 24, 24),
        )
        head = [t("summary.number"), *(t(f"finding.{n}") for n in ("element", "truth", "fact", "value", "source"))]
        sheets.add(t("sheets.elements"), head, _elements(report), (8, 40, 12, 36, 24, 12))
        head = [t("summary.number"), t("sheets.kind"), t("finding.provision"), t("sheets.article"), t("sheets.doc_no"),
                t("sheets.version"), t("finding.gist"), t("finding.measure"), t("sheets.condition"), t("sheets.when"),
                t("finding.confidence")]  # fmt: skip
        sheets.add(t("sheets.law"), head, _law(report), (8, 12, 32, 20, 24, 10, 50, 44, 34, 30, 22))
        head = [t("summary.number"), t("finding.address"), t("finding.quote"), t("finding.locator"), t("finding.captured"),
                t("finding.sha256")]  # fmt: skip
        sheets.add(t("sheets.places"), head, _places(report), (8, 44, 50, 40, 24, 66))
        head = [
            t("summary.company"),
            t("finding.quote"),
            t("company.state"),
            t("company.verdict"),
            t("finding.address"),
        ]
        sheets.add(t("sheets.claims"), head, _claims(report), (32, 60, 16, 16, 44))
        sheets.add(t("coverage.title"), (t("coverage.page"), t("coverage.reason")), _unread(report), (50, 70))
        for nth, (name, table) in enumerate(_tables(report), 1):
            sheets.add(f"{nth} {name}"[:31], table.head, table.rows, tuple(28 for _ in table.head))
    return out.getvalue()


def _tables(report: Report) -> Iterable[tuple[str, TableShown]]:
    """Each table of the further parts, and the rows of each plot, on a sheet of its own."""
    for part in report.sections:
        for table in (*part.tables, *(figure.table for figure in part.figures)):
            yield "".join(sign for sign in table.caption if sign not in "[]:*?/\\'"), table


class _Sheets:
    """Sheets of one workbook in one look: bold frozen head, filter, wrapped text."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E9EDF1", "text_wrap": True, "valign": "top", "border": 1}
        )
        self.text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self.number = book.add_format({"valign": "top", "num_format": "0"})

    def add(self, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> None:
        sheet = self.book.add_worksheet(name)
        top = 0
        if any(head):
            sheet.write_row(0, 0, head, self.head)
            sheet.freeze_panes(1, 0)
            top = 1
        last = top
        for last, row in enumerate(rows, top):
            for column, value in enumerate(row):
                self.write(sheet, last, column, value)
        if top:
            sheet.autofilter(0, 0, max(last, 1), len(head) - 1)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P / &N")

    def write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, tuple):  # (formula, its value now)
            sheet.write_formula(row, column, value[0], self.number, value[1])
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.number)
        else:
            sheet.write_string(row, column, cell_text(value or ""), self.text)


def cell_text(text: str) -> str:
    """What a cell can hold: unprintable characters by code point, cut at Excel's limit with a sign that it was."""
    text = visible(text)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + load_wording().text("report.truncated")


def _about(report: Report) -> Iterable[Sequence[Any]]:
    t, words = load_wording().text, load_wording().tree
    yield t("sheets.title"), report.title
    yield "", t("report.disclaimer")
    for name in ("checked", "as_of", "captured", "register", "complete", "tool", "rules", "law", "made"):
        yield t(f"header.{name}"), getattr(report.header, name)
    for outcome in OUTCOMES:
        yield words["outcomes"][outcome]["zh"], words["outcomes"][outcome]["means"]
    yield t("legend.not_found_title"), t("legend.not_found")
    yield t("legend.amounts"), t("legend.amounts_text")
    for code, zh in words["confidence"].items():
        yield zh, words["confidence_means"][code]


def _companies(report: Report, sheet: str) -> Iterable[Sequence[Any]]:
    names = load_wording().tree["outcomes"]
    for nth, one in enumerate((*report.companies, *report.clean), 1):
        counted = [
            (f"=COUNTIFS('{sheet}'!$A:$A,{nth},'{sheet}'!$C:$C,\"{names[o]['zh']}\")", one.counts.of(o))
            for o in OUTCOMES
        ]
        yield nth, one.name, one.uscc, *counted, one.pages, one.claims, one.compliant, one.unverified, one.unread


def _findings(report: Report) -> Iterable[Sequence[Any]]:
    for nth, company in enumerate(report.companies, 1):
        for one in company.findings:
            at = one.place
            yield (
                nth, one.number, one.outcome_zh, company.name, one.title, one.rule_title, at.quote, at.url, at.captured_at,
                at.locator, at.sha256, one.day, one.explanation, "\n".join(one.missing), "\n".join(one.asks),
                "\n".join(one.innocent), one.remedy, "\n".join(one.caps), one.rule, one.id,
            )  # fmt: skip


def _elements(report: Report) -> Iterable[Sequence[Any]]:
    for company in report.companies:
        for one in company.findings:
            for element in one.elements:
                for fact in element.facts:
                    yield one.number, element.zh, element.truth_zh, fact.fact_zh, fact.value_zh, fact.source_zh


def _law(report: Report) -> Iterable[Sequence[Any]]:
    t = load_wording().text
    for company in report.companies:
        for one in company.findings:
            for p in one.breaches:
                yield (
                    one.number, t("finding.breaches"), p.title, p.article, p.doc_no, p.version, p.gist, "", "", p.when,
                    p.confidence_zh,
                )  # fmt: skip
            for fine in one.penalties:
                p = fine.provision
                yield (
                    one.number, t("finding.penalties"), p.title, p.article, p.doc_no, p.version, p.gist,
                    "\n".join(fine.measures), fine.condition, p.when, p.confidence_zh,
                )  # fmt: skip


def _places(report: Report) -> Iterable[Sequence[Any]]:
    for company in report.companies:
        for one in company.findings:
            for at in (one.place, *one.sightings):
                yield one.number, at.url, at.quote, at.locator, at.captured_at, at.sha256


def _claims(report: Report) -> Iterable[Sequence[Any]]:
    for company in (*report.companies, *report.clean):
        for one in company.others:
            yield company.name, one.quote, one.state_zh, one.verdict_zh, one.url


def _unread(report: Report) -> Iterable[Sequence[Any]]:
    t, cover = load_wording().text, report.coverage
    if cover.complete:
        yield "", t("coverage.all_read")
    for page in cover.blocked:
        yield page.url, page.reason_zh
    for one in cover.cut:
        yield from one.pages
    if cover.pictures_unread:
        yield "", t("coverage.pictures_text", seen=cover.pictures_seen, unread=cover.pictures_unread)
    for name in ("not_judged", "not_applied", "faults"):
        for text in getattr(cover, name):
            yield t(f"coverage.{name}"), text
