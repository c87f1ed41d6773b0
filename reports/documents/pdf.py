"""Report → PDF by typst: contents with page numbers, tagged (PDF/UA-1), fonts embedded. The layout is templates/report.typ.

Why not WeasyPrint on the HTML: 50 findings took 75 s of CPU and 676 MB there, 500 are to fit in 60 s and 1 GB
(benchmarks/reports.py). The template reads the report as JSON data: text from pages is never read as markup.
"""

from __future__ import annotations

import base64
import json
import tempfile
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from reports.documents import json as json_document
from reports.documents.needs import NotInstalled, needed
from reports.model import Report
from reports.wording import load_wording

INSTALL = "typst>=0.15,<0.16"
WITHOUT_ANNEX = 40  # findings up to which each one carries its own full tables
PACKAGE = "fonts-noto-cjk"  # of Debian and Ubuntu
TYPEFACES = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Zen Hei")  # fmt: skip


class LayoutError(RuntimeError):
    """The layout file can't be used; the message is typst's, with the place."""


def render(report: Report, templates: Path | None = None) -> bytes:
    """The report as a tagged PDF file. `templates`: a folder whose report.typ stands in place of the program's own. Raises
    NotInstalled without typst or without a Chinese typeface, LayoutError for a layout that can't be used."""
    typst = needed("typst", INSTALL)
    typefaces = chinese_typefaces()
    if not typefaces:
        raise NotInstalled(
            f"needs a Chinese typeface, or every sign is printed as a box; install one: apt install {PACKAGE}"
        )
    own = templates / "report.typ" if templates else None
    layout = (
        own.read_text("utf-8")
        if own and own.is_file()
        else (resources.files("reports") / "templates" / "report.typ").read_text("utf-8")
    )
    data = with_annex(json.loads(json_document.render(report)))
    with tempfile.TemporaryDirectory(prefix="certmark-pdf-") as folder:  # typst reads only below its root
        root = Path(folder)
        (root / "report.typ").write_text(layout, "utf-8")
        _pictures(data, root)
        (root / "report.json").write_text(json.dumps(data), "utf-8")
        (root / "words.json").write_text(json.dumps(load_wording().tree, default=str), "utf-8")
        (root / "typefaces.json").write_text(json.dumps(typefaces), "utf-8")
        try:
            # PDF/UA-1 for our own layout, which a test holds to it; a user's layout may be anything
            standards = [] if own and own.is_file() else ["ua-1"]
            return typst.compile(str(root / "report.typ"), root=str(root), pdf_standards=standards)
        except typst.TypstError as fault:
            raise LayoutError(f"report.typ: {fault}") from fault


def with_annex(data: dict[str, Any]) -> dict[str, Any]:
    """The report's JSON with `annex`: each set of provisions once, and `charges` of a finding its number there (from 1). In a
    report of many findings the full tables stand in the annex only: else 500 findings take 2,000 pages and 1.8 GB."""
    findings = [finding for company in data["companies"] for finding in company["findings"]]
    sets: dict[str, dict[str, Any]] = {}
    for finding in findings:
        told = {key: finding[key] for key in ("breaches", "penalties", "notes")}
        sets.setdefault(json.dumps(told, sort_keys=True), {**told, "number": len(sets) + 1, "findings": []})
        mine = sets[json.dumps(told, sort_keys=True)]
        mine["findings"].append(finding["number"])
        finding["charges"] = mine["number"]
    return {**data, "annex": list(sets.values()) if len(findings) > WITHOUT_ANNEX else []}


def _pictures(data: dict[str, Any], root: Path) -> None:
    """Evidence pictures as files of ours, named by number: no name from outside becomes a path."""
    at = 0
    for company in data["companies"]:
        for finding in company["findings"]:
            if finding["picture"]:
                at += 1
                (root / f"picture-{at}.png").write_bytes(base64.b64decode(finding["picture"]))
                finding["picture"] = f"picture-{at}.png"


@lru_cache(maxsize=1)
def chinese_typefaces() -> tuple[str, ...]:
    """The known Chinese typefaces that this machine has, the preferred one first; empty when there is none."""
    typst = needed("typst", INSTALL)
    there = {name.casefold(): name for name in typst.Fonts().families()}
    return tuple(there[name.casefold()] for name in TYPEFACES if name.casefold() in there)
