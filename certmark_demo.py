"""`certmark demo`: the whole job on the bundled sample, in one folder: serve, crawl, check, report.

The only place besides the front door where both wings meet. It touches nothing outside its folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

AS_OF = date(2026, 11, 23)  # the sample's day: its certificates expire, are suspended and revoked around it
SNAPSHOT = date(2026, 11, 20)
SOURCE = "示例登记数据（虚构）"
SEED, SCALE = 7, 0.005  # 0.5 % of the national register: more than 20,000 invented rows
MARKER = ".certmark-demo"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="folder for all that is written")] = Path(
        "certmark-demo"
    ),
    open_: Annotated[bool, typer.Option("--open", help="open the report in a browser")] = False,
) -> None:
    """Crawl the sample companies' sites on loopback, check every page, write the result and the reports."""
    try:
        prepare(out)
    except OSError as error:
        print(f"certmark demo: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    result = run(out)
    print(summary(result))
    report = out / "reports" / "index.html"
    print(f"\nreport: {report.resolve()}")
    if open_:
        typer.launch(report.resolve().as_uri())


def prepare(out: Path) -> None:
    """An empty demo folder. Raises OSError when the folder holds something that no demo wrote."""
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise OSError(f"{out} is not empty and no demo wrote it; name another folder with --out DIR")
    if out.exists():
        shutil.rmtree(out)
    (out / "reports").mkdir(parents=True)
    (out / MARKER).write_text("written by `certmark demo`; may be deleted\n", encoding="utf-8")


def run(out: Path) -> dict[str, Any]:
    """The whole job; returns the contract's check object, which also stands in `result.json`."""
    from compliance.checking.session import open_check
    from compliance.register_open import import_register
    from compliance.store.findings import results
    from compliance.store.session import open_store
    from crawler.evidence import pack_run
    from crawler.run import crawl
    from crawler.sample import TARGETS
    from crawler.sample.serve import serving
    from crawler.targets import read_targets
    from reports.issuing import from_store
    from reports.masking import masked
    from reports.model import report_of

    os.environ["CERTMARK_ALLOW_LOOPBACK"] = "1"
    url = f"sqlite:///{(out / 'certmark.db').resolve().as_posix()}"
    say("making the sample register")
    register = write_register(out)
    with open_store(url) as store:
        import_register(store, register, source=SOURCE, snapshot=SNAPSHOT, complete=("all",))
        say("crawling the sample sites on loopback")
        with serving() as hosts, open_check(register=url, as_of=AS_OF) as checked:
            crawled = crawl(read_targets(TARGETS).targets, store, judge=checked.check, hosts=hosts)
            say("packing the evidence")
            evidence = pack_run(store, checked, crawled.run, out / "evidence")
    for line in troubles(crawled) + [str(fault) for fault in evidence.faults]:
        print(f"certmark demo: {line}", file=sys.stderr)
    with open_store(url) as store:
        result, source = results(store), from_store(store, None)
    (out / "result.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    write_reports(out / "reports", report_of(masked(source.result), sections=source.sections, marks=source.marks))
    return result


def write_reports(folder: Path, report: Any) -> None:
    """index.html, and beside it the formats whose libraries are here."""
    from reports.documents import rendered
    from reports.documents.needs import NotInstalled

    (folder / "index.html").write_bytes(rendered(report, "html"))
    for form in ("json", "docx", "xlsx", "pdf"):
        try:
            (folder / f"report.{form}").write_bytes(rendered(report, form))
        except NotInstalled as missing:
            print(f"certmark demo: no report.{form}: {missing}", file=sys.stderr)


def troubles(crawled: Any) -> list[str]:
    """What was not fetched or not judged: said, never left out in silence."""
    lines = [f"stopped: {crawled.stopped}"] if crawled.stopped else []
    lines += [f"{site.host}: {site.state}: {site.reason}" for site in crawled.sites if site.state != "done"]
    return lines + [str(fault) for fault in crawled.faults]


def write_register(out: Path) -> Path:
    """The invented national register in small, with the sample companies' own rows at its end."""
    import csv

    from compliance.register.sample import write_sample
    from compliance.sample import PLANTED

    path = out / "register.jsonl"
    write_sample(path, SCALE, SEED)
    with PLANTED.open(encoding="utf-8", newline="") as planted, path.open("a", encoding="utf-8") as file:
        for row in csv.DictReader(planted):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def say(line: str) -> None:
    """Progress goes to standard error."""
    print(f"certmark demo: {line} …", file=sys.stderr)


def summary(result: dict[str, Any]) -> str:
    """One line a company: pages, claims, findings by outcome, conducts."""
    rows = []
    for name in sorted({_name(page) for page in result["pages"]}):
        pages = [page for page in result["pages"] if _name(page) == name]
        findings = [finding for page in pages for finding in page["findings"]]
        count = [sum(f["outcome"] == o for f in findings) for o in ("violation", "suspected", "needs_review")]
        conducts = ", ".join(sorted({f["conduct"] for f in findings})) or "—"
        rows.append((name, len(pages), sum(len(p["claims"]) for p in pages), *count, conducts))
    head = ("company", "pages", "claims", "violation", "suspected", "needs_review", "conducts")
    return "\n".join("\t".join(map(str, row)) for row in (head, *rows))


def _name(page: dict[str, Any]) -> str:
    return (page["company"] or {}).get("name") or "—"
