"""Report → DOCX in official style (GB/T 9704-2012: A4, margins, 黑体 and 仿宋), with contents, page numbers, lines to sign."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

from reports.documents.needs import needed
from reports.documents.wordml import Cell, Run, W, contents, field, paragraph, table
from reports.model import CompanyReport, FindingShown, Report
from reports.visible import visible
from reports.wording import load_wording

INSTALL = "python-docx>=1.2,<2"
BODY, HEAD = "仿宋", "黑体"  # names of typefaces; a machine without them takes its own Chinese one
OUTCOMES = ("violation", "suspected", "needs_review")


def render(report: Report) -> bytes:
    """The report as a DOCX file. Raises NotInstalled without python-docx."""
    return _Paper().written(report)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on its way into the document: PNG in base64, and what is read aloud."""

    png: str
    alt: str


class _Paper:
    """One document under way."""

    def __init__(self) -> None:
        self.t = load_wording().text
        self.entries: list[tuple[int, str, str]] = []
        self.xml: list[str | Picture] = []
        self.numbers = 0

    def written(self, report: Report) -> bytes:
        t = self.t
        self.add(t("report.disclaimer"))
        head = report.header
        rows: list[tuple[Cell, Cell]] = [
            (t(f"header.{name}"), text)
            for name, text in (
                ("checked", head.checked), ("as_of", head.as_of), ("captured", head.captured), ("register", head.register),
                ("complete", head.complete), ("tool", head.tool), ("rules", head.rules), ("law", head.law), ("made", head.made),
            )
            if text
        ]  # fmt: skip
        self.heading(1, t("header.title"))
        self.table((2, 7), None, rows, t("header.title"))
        self.sections(report, "front")
        self.summary(report)
        self.sections(report, "overview")
        self.coverage(report)
        for nth, company in enumerate(report.companies, 1):
            self.company(nth, company)
        self.heading(1, t("legend.title"))
        for part in ("not_found", "amounts_text", "sources_text"):
            self.add(t(f"legend.{part}"))
        words = load_wording().tree
        self.table(
            (2, 5), None, [(words["confidence"][c], words["confidence_means"][c]) for c in words["confidence"]],
            t("legend.confidence"),
        )  # fmt: skip
        self.heading(1, t("signatures.title"))
        self.add(t("signatures.lead"))
        lines = [
            (t(f"signatures.{who}"), f"{t('signatures.opinion')}：\n\n{t('signatures.date')}：")
            for who in ("made", "checked", "approved")
        ]
        self.table((2, 7), None, lines, t("signatures.title"))
        return _packed(report.title, contents(self.entries), self.xml, t("report.contents"))

    def add(self, pieces: Cell, style: str | None = None) -> None:
        self.xml.append(paragraph(pieces, style))

    def listed(self, title: str, items: tuple[str, ...]) -> None:
        if items:
            self.add(Run(title, bold=True))
            for item in items:
                self.add(item, "ListBullet")

    def heading(self, level: int, text: str) -> None:
        self.numbers += 1
        name = f"_Toc{self.numbers:06d}"
        if level < 3:
            self.entries.append((level, text, name))
        self.xml.append(paragraph(text, f"Heading{level}", (self.numbers, name)))

    def table(self, widths: Any, head: Any, rows: Any, title: str) -> None:
        if rows:
            self.xml.append(table(widths, head, rows, title))
            self.xml.append(paragraph("", "TableText"))

    def sections(self, report: Report, place: str) -> None:
        """Further parts; a plot is its rows here, because Word has no SVG of its own."""
        for part in report.sections:
            if part.place == place:
                self.heading(1, part.title)
                for text in part.texts:
                    self.add(text)
                for one in (*part.tables, *(figure.table for figure in part.figures)):
                    self.add(Run(one.caption, bold=True))
                    widths = (2, 7) if len(one.head) == 2 else tuple(1 for _ in one.head)
                    self.table(widths, list(one.head), list(one.rows), one.caption)

    def summary(self, report: Report) -> None:
        t, outcomes = self.t, load_wording().tree["outcomes"]
        self.heading(1, t("summary.title"))
        self.add(report.lead)
        rows: list[Any] = [
            (f"{outcomes[o]['mark']} {outcomes[o]['zh']}", f"{report.counts.of(o)}{t('summary.unit')}", outcomes[o]["means"])
            for o in OUTCOMES
        ]  # fmt: skip
        self.table((3, 1, 6), None, rows, t("summary.title"))
        self.add(t("summary.apart"))
        head = [t("summary.company"), *(outcomes[o]["zh"] for o in OUTCOMES), t("summary.pages"), t("summary.claims")]
        rows = [
            (c.name, *(str(c.counts.of(o)) for o in OUTCOMES), str(c.pages), str(c.claims))
            for c in (*report.companies, *report.clean)
        ]
        self.table((4, 2, 2, 2, 1, 2), head, rows, t("summary.caption"))
        if report.clean:
            self.add(t("summary.clean_text"))
            self.add("、".join(company.name for company in report.clean))

    def coverage(self, report: Report) -> None:
        t, cover = self.t, report.coverage
        self.heading(1, t("coverage.title"))
        if cover.complete:
            self.add(t("coverage.all_read"))
            return
        self.add(t("coverage.lead"))
        if cover.pictures_unread:
            self.add(t("coverage.pictures_text", seen=cover.pictures_seen, unread=cover.pictures_unread), "ListBullet")
        self.listed(t("coverage.blocked"), tuple(f"{one.url}：{one.reason_zh}" for one in cover.blocked))
        self.listed(
            t("coverage.cut"), tuple(f"{c.what}（{t('coverage.pages_text', n=len(c.pages))}）" for c in cover.cut)
        )
        for name in ("not_judged", "not_applied", "faults"):
            self.listed(t(f"coverage.{name}"), getattr(cover, name))

    def company(self, nth: int, company: CompanyReport) -> None:
        t = self.t
        self.heading(1, f"{nth}　{company.name}")
        if company.uscc:
            self.add(f"{t('company.uscc')}：{company.uscc}")
        self.add(f"{t('company.from')}：{company.source_zh}")
        for finding in company.findings:
            self.finding(finding)
        self.heading(2, t("evidence.title"))
        head = [t(f"evidence.{name}") for name in ("head_number", "kind", "what", "when", "findings")]
        rows = [
            (one.number, one.kind_zh, [one.what, *([one.url] if one.url else []),
             *([Run(f"SHA-256 {one.sha256}", small=True)] if one.sha256 else [])], one.when, "、".join(one.findings))
            for one in company.evidence
        ]  # fmt: skip
        self.table((1, 2, 6, 3, 2), head, rows, t("evidence.caption"))

    def finding(self, one: FindingShown) -> None:
        t = self.t
        self.heading(2, f"{one.number}　{one.title}")
        self.add([Run(f"{one.outcome_mark} {one.outcome_zh}", bold=True), f"　{one.rule_title}"])
        if one.case_zh:
            self.add(Run(one.case_zh, bold=True))
        self.add(one.explanation)
        self.heading(3, t("finding.page_says"))
        self.add([one.place.before, Run(one.place.quote, marked=True), one.place.after], "Quote")
        if one.picture:
            part = "finding.picture_part" if one.place.picture else "finding.picture"
            self.xml.append(Picture(one.picture, t(f"{part}_alt", quote=one.place.quote)))
            self.add(Run(t(f"{part}_note"), small=True))
        source = [
            (t("finding.address"), one.place.url or t("report.no_host")),
            (t("finding.captured"), one.place.captured_at or t("finding.captured_unknown")),
            (t("finding.locator"), one.place.locator),
            (t("finding.sha256"), one.place.sha256 or t("report.unknown")),
            *([(t("finding.in_picture"), one.place.picture)] if one.place.picture else []),
        ]
        self.table((2, 7), None, [(a, Run(b, small=True)) for a, b in source], t("finding.page_says"))
        self.register(one)
        self.heading(3, t("finding.elements"))
        head = [t(f"finding.{name}") for name in ("element", "truth", "fact", "value", "source")]
        rows = [
            (element.zh if at == 0 else "", element.truth_zh if at == 0 else "", f.fact_zh, f.value_zh, f.source_zh)
            for element in one.elements
            for at, f in enumerate(element.facts)
        ]
        self.table((4, 2, 4, 2, 2), head, rows, t("finding.elements_caption"))
        self.heading(3, t("finding.open"))
        self.listed(t("finding.missing"), one.missing or (t("finding.missing_none"),))
        self.listed(t("finding.asks"), one.asks)
        self.listed(t("finding.innocent"), one.innocent)
        self.listed(t("finding.caps"), one.caps)
        self.charges(one)
        self.heading(3, t("finding.remedy"))
        self.add(one.remedy)
        self.add(f"{t('finding.advice')}：{one.advice}")
        places = [
            (place.url or t("report.no_host"), place.quote, Run(place.locator, small=True)) for place in one.sightings
        ]
        if places:
            self.add(t("finding.sightings_text", n=len(places) + 1))
            head = [t(f"finding.{name}") for name in ("address", "quote", "locator")]
            self.table((3, 4, 3), head, places, t("finding.sightings_caption"))
        self.add(Run(f"{t('finding.rule')} {one.rule} · {one.conduct} · {t('finding.day')} {one.day} · "
                     f"{t('finding.id')} {one.id}", small=True))  # fmt: skip

    def register(self, one: FindingShown) -> None:
        t, seen = self.t, one.register
        self.heading(3, t("finding.register_shows"))
        self.add(seen.lead)
        self.table((2, 7), None, [(zh, value) for _, zh, value in seen.row], t("finding.register_shows"))
        if seen.timeline:
            for text in (*(span.text for span in seen.timeline.spans), *seen.timeline.says):
                self.add(text, "ListBullet")
        if not seen.row:
            for text in seen.searched:
                self.add(text, "ListBullet")
        if seen.kind == "none":
            self.add(Run(t("finding.not_found_note"), bold=True))
        self.listed(t("finding.near"), seen.near)

    def charges(self, one: FindingShown) -> None:
        t = self.t
        self.heading(3, t("finding.breaches"))
        rows = [(_provision(p), [p.gist, *([p.when] if p.when else [])], p.confidence_zh) for p in one.breaches]
        head = [t(f"finding.{name}") for name in ("provision", "gist", "confidence")]
        self.table((4, 5, 2), head, rows, t("finding.breaches_caption"))
        if not rows:
            self.add(t("finding.no_breaches"))
        self.heading(3, t("finding.penalties"))
        fines = [
            (
                [t("law.leading" if p.provision.leading else "law.alternative"), *_provision(p.provision)],
                [p.provision.gist, *([p.provision.when] if p.provision.when else [])],
                [*p.measures, *([Run(p.condition, bold=True)] if p.condition else [])],
                p.provision.confidence_zh,
            )
            for p in one.penalties
        ]
        head = [t(f"finding.{name}") for name in ("provision", "gist", "measure", "confidence")]
        self.table((4, 4, 4, 2), head, fines, t("finding.penalties_caption"))
        if not fines:
            self.add(t("finding.no_penalties"))
        self.listed(t("finding.notes"), one.notes)


def _provision(one: Any) -> list[str | Run]:
    return [one.title, Run(one.article, bold=True), Run(f"{one.doc_no} · {one.version}", small=True)]


def _drawn(document: Any, picture: Picture) -> Any:
    """A paragraph with the picture over the text's width."""
    from docx.shared import Mm

    place = document.add_paragraph()
    shape = place.add_run().add_picture(io.BytesIO(base64.b64decode(picture.png)), width=Mm(150))
    shape._inline.docPr.set("descr", visible(picture.alt))
    return place._p


def _packed(title: str, toc: list[str], xml: list[str | Picture], toc_title: str) -> bytes:
    docx = needed("docx", INSTALL)
    from docx.oxml import parse_xml

    document = docx.Document()
    styled(document)
    section = document.sections[0]
    footer = section.footer.paragraphs[0]
    footer.alignment = 1
    for part in (*field("PAGE", "1"), f'<w:r xmlns:w="{W}"><w:t> / </w:t></w:r>', *field("NUMPAGES", "1")):
        footer._p.append(parse_xml(part))
    document.core_properties.title = visible(title)
    document.core_properties.language = "zh-CN"
    document.core_properties.author = ""
    body = document.element.body
    last = body.sectPr
    for part in (paragraph(title, "Title"), paragraph(toc_title, "Subtitle"), *toc, *xml):
        last.addprevious(_drawn(document, part) if isinstance(part, Picture) else parse_xml(part))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def styled(document: Any) -> None:
    """A4, margins and typefaces of GB/T 9704-2012; East Asian fonts set, or Word picks others."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    styles = document.styles
    for level in (1, 2):
        form = styles.add_style(f"TOC {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True).paragraph_format
        form.left_indent, form.space_after = Pt(14 * (level - 1)), Pt(2)
        form.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    styles.add_style("TableText", WD_STYLE_TYPE.PARAGRAPH)
    sizes = {"Normal": (12, BODY), "Title": (22, HEAD), "Subtitle": (12, HEAD), "Heading 1": (16, HEAD), "Heading 2": (14, HEAD),
             "Heading 3": (12, HEAD), "TableText": (10, BODY), "Quote": (12, BODY), "List Bullet": (12, BODY)}  # fmt: skip
    for name, (size, font) in sizes.items():
        style = styles[name]
        style.font.size, style.font.name, style.font.italic = Pt(size), "Times New Roman", False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[theme]
        fonts.set(qn("w:eastAsia"), font)
        style.paragraph_format.space_after = Pt(3)
    styles["Title"].paragraph_format.alignment = 1
    for language in document.styles.element.iter(qn("w:lang")):  # else Chinese signs get the glyphs of another script
        language.set(qn("w:eastAsia"), "zh-CN")
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for name in ("TableText",):
        styles[name].paragraph_format.space_after = Pt(1)
