"""One part, from its pages to its files (一个分片): what every engine runs, in whatever process. Plain data in, plain data out."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from compliance.batch.parts import Part
from compliance.batch.ship import Order, opened
from compliance.checking.render import finding_json, head_json, page_json
from compliance.checking.session import PAGE_FAULTS, VERSION
from compliance.places import Place
from compliance.reading.fault import Fault
from compliance.records import Page, PageResult

Json = dict[str, Any]
FAULTS_SHOWN = 200  # of one part; the rest is counted
FINDINGS = (
    "part",
    "row",
    "id",
    "page",
    "url",
    "company",
    "uscc",
    "rule",
    "conduct",
    "outcome",
    "as_of",
    "quote",
    "body",
)
PAGES = (
    "part",
    "row",
    "page",
    "url",
    "source",
    "captured_at",
    "sha256",
    "company",
    "uscc",
    "blocked",
    "claims",
    "body",
)
NUMBERS = {"part", "row", "claims"}
COUNTS = ("part", "pages", "blocked", "claims", "findings", "outcomes", "faults")


def check_part(order: Order, part: Part) -> Json:
    """Checks one part and keeps its findings and pages as Parquet; its counts, which are kept last: then the part is done.

    Gives the counts alone: what else the part has to say stands in its files. A page that can't be read or judged is a fault of the part, never its end.
    """
    checked = opened(order)
    read: Callable[[Part], Iterator[Page | Fault]] = _reader(order)
    pages: list[Json] = []
    findings: list[Json] = []
    faults: list[list[str]] = []
    outcomes: dict[str, str] = {}
    missed = unread = 0
    for item in read(part):
        if isinstance(item, Page):
            try:
                result = checked.check(item)
            except PAGE_FAULTS as error:
                item = Fault(
                    item.source or item.url or "page",
                    f"could not be judged: {type(error).__name__}: {error}",
                    "report it",
                )
        if isinstance(item, Fault):
            missed += 1
            if len(faults) < FAULTS_SHOWN:
                faults.append([item.source, item.what, item.fix])
            continue
        _add(part, result, pages, findings)
        unread += result.reading.coverage.pictures_seen - result.reading.coverage.pictures_read
        outcomes |= {f.id: f.outcome for f in result.findings}
    place = Place(order.out)
    name = f"part-{part.number:06d}.parquet"
    place.write(f"findings/{name}", _parquet(FINDINGS, findings))
    place.write(f"pages/{name}", _parquet(PAGES, pages))
    done = {
        "part": part.number,
        "pages": len(pages),
        "blocked": sum(row["blocked"] is not None for row in pages),
        "claims": sum(row["claims"] for row in pages),
        "pictures_unread": unread,
        "findings": len(findings),
        "outcomes": dict(sorted(Counter(outcomes.values()).items())),
        "faults": missed,
        "first_faults": faults,
        "head": head_json(
            version=VERSION, rules=checked.book.hash, law=checked.law_hash, as_of=checked.today,
            register=checked.rows.info if checked.rows is not None else None,
        ),
        "order_faults": [[fault["where"], fault["what"], fault["fix"]] for fault in checked.faults],
    }  # fmt: skip
    place.write(f"done/part-{part.number:06d}.json", json.dumps(done, ensure_ascii=False).encode())
    return {name: done[name] for name in COUNTS}


def _add(part: Part, result: PageResult, pages: list[Json], findings: list[Json]) -> None:
    page = page_json(result)
    key = page["url"] or page["id"] or page["sha256"]
    company = page["company"] or {}
    head = {"part": part.number, "row": len(pages), "page": key, "url": page["url"]}
    whose = {"company": company.get("name"), "uscc": company.get("uscc")}
    for finding in result.findings:
        body = finding_json(finding)
        shown = {name: body[name] for name in ("id", "rule", "conduct", "outcome", "quote")}
        findings.append(head | whose | shown | {"as_of": page["as_of"], "body": _text(body)})
    pages.append(
        head
        | whose
        | {name: page[name] for name in ("source", "captured_at", "sha256")}
        | {"blocked": page["coverage"]["blocked_reason"], "claims": len(page["claims"]), "body": _text(page)}
    )


def _reader(order: Order) -> Callable[[Part], Iterator[Page | Fault]]:
    module, _, name = order.reader.partition(":")
    read: Any = getattr(import_module(module), name)
    if order.store is None:
        return lambda part: read(part)
    return lambda part: read(part, order.store)


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _parquet(columns: tuple[str, ...], rows: list[Json]) -> bytes:
    """The same bytes for the same rows: no times, no names of machines."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    schema = arrow.schema([(name, arrow.int64() if name in NUMBERS else arrow.string()) for name in columns])
    out = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist(rows, schema=schema), out, compression="zstd")
    return out.getvalue()
