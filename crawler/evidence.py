"""Packing evidence (打包证据): after a crawl, one bundle for each finding of the run, made from the store.

The page is read and judged once more with every question to the register noted down: that is what the bundle holds, so a
bundle never says something that judging again didn't just say. A finding of several pages is packed with the page that shows it
most surely, the first of them.
"""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from compliance.checking.check import check_page
from compliance.checking.render import claim_json, finding_json
from compliance.checking.session import PAGE_FAULTS, VERSION, Checked
from compliance.evidence.answers import AskedRows
from compliance.evidence.bundle import Contents, bundle_of
from compliance.evidence.chain import CHAIN, Chain
from compliance.evidence.data_files import installed_data
from compliance.history import finding_json as finding_history
from compliance.pictures.shown import Pictures
from compliance.reading.fault import Fault
from compliance.records import Finding, PageResult
from compliance.register.ports import Rows
from compliance.store import pages
from compliance.store.pages import StoredVisit
from compliance.store.screenshots import Shot, shot_of
from compliance.store.session import Store
from crawler.capture.timestamp import Stamper
from crawler.page import page_of_visit
from crawler.picture_files import NotedPictures, picture_files
from rules.outcome import Outcome

Json = dict[str, Any]


@dataclass(slots=True)
class PackSummary:
    """What became of the packing: files written, how many lay there already, what could not be packed."""

    bundles: list[Path] = field(default_factory=list)
    present: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A finding on the page that shows it best so far."""

    finding: Finding
    result: PageResult
    visit: int
    register: Json | None
    pictures: Pictures | None


def pack_run(
    store: Store,
    checked: Checked,
    run_id: str,
    folder: Path,
    *,
    user_agent: str = "certmark",
    now: datetime | None = None,
) -> PackSummary:
    """Writes `folder/<capture time>-<finding>.zip` for every finding of the run and appends each to `folder/chain.jsonl`.

    A bundle that the chain names already is left as it is, so that a killed packing is taken up again. `now`: when it is packed
    (aware). Raises compliance.evidence.chain.ChainBroken, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    summary = PackSummary()
    done: set[str] = set()
    stamp = Stamper(checked.settings)
    clock = (lambda: now) if now is not None else (lambda: datetime.now(UTC))
    with Chain(folder / CHAIN, run_id) as chain:
        for candidates in pages.evidence_of(store, run_id).values():
            best: dict[str, _Shown] = {}
            wanted = _wanted(candidates, chain, folder, summary, done)
            for visit_id, ids in wanted.items():
                for one in _shown(store, checked, visit_id, summary):
                    known = best.get(one.finding.id)
                    if ids is not None and one.finding.id not in ids:
                        continue
                    if known is None or _rank(one) > _rank(known):
                        best[one.finding.id] = one
            summary.faults += _unseen(wanted, best, done)
            for id_, one in best.items():
                if id_ not in done:
                    done.add(id_)
                    _pack(store, checked, one, chain, folder, user_agent, clock, summary, stamp)
    summary.faults += [Fault(stamp.url, f"no time stamp: {why}", "the bundles say so too") for why in stamp.faults]
    return summary


def _wanted(
    candidates: Sequence[pages.Candidate], chain: Chain, folder: Path, summary: PackSummary, done: set[str]
) -> dict[int, set[str] | None]:
    """Visit → findings to be packed from it, by what the store says was found there; None: nothing is said, judge and see.

    What lies packed already is counted and not judged once more.
    """
    wanted: dict[int, set[str] | None] = {}
    best: dict[str, pages.Candidate] = {}
    for one in candidates:
        if one.findings is None:
            wanted[one.visit] = None
            continue
        for id_, outcome in one.findings.items():
            known = best.get(id_)
            if known is None or Outcome(outcome).rank > Outcome((known.findings or {})[id_]).rank:
                best[id_] = one
    for id_, one in best.items():
        name = name_of(one.captured_at, id_)
        if name in chain.lines and (folder / name).exists():
            summary.present += id_ not in done
            done.add(id_)
        elif id_ not in done:
            wanted.setdefault(one.visit, set())
            if (ids := wanted[one.visit]) is not None:
                ids.add(id_)
    return wanted


def _unseen(wanted: dict[int, set[str] | None], best: dict[str, _Shown], done: set[str]) -> list[Fault]:
    """Findings that the store holds and that judging their page again did not show: they have no bundle, and that is said."""
    ids = {id_ for some in wanted.values() for id_ in some or ()} - best.keys() - done
    return [
        Fault(
            f"finding {id_}",
            "no bundle: judged again, its page does not show it",
            "what stands in a picture needs the extra `pictures` here too: pip install '.[pictures]'",
        )
        for id_ in sorted(ids)
    ]


def name_of(captured_at: datetime, finding: str) -> str:
    """The bundle's file name: when the page was received, and the finding."""
    return f"{captured_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{finding}.zip"


def _rank(one: _Shown) -> int:
    return Outcome(one.finding.outcome).rank


def _shown(store: Store, checked: Checked, visit_id: int, summary: PackSummary) -> list[_Shown]:
    """The findings of one visit, judged with the register's answers noted."""
    page = page_of_visit(pages.visit_of(store, visit_id))
    if isinstance(page, Fault):
        summary.faults.append(page)
        return []
    asked = AskedRows(checked.rows) if checked.rows is not None else None
    options = replace(checked.options, why=False)
    try:
        noted = NotedPictures(checked.pictures)
        result = check_page(page, cast(Rows | None, asked), checked.book, checked.schemes, options, noted)
    except PAGE_FAULTS as error:
        what = f"could not be judged for its evidence: {type(error).__name__}: {error}"
        summary.faults.append(Fault(page.url or page.sha256, what, "report it"))
        return []
    register = asked.to_json() if asked and result.findings else None
    return [_Shown(finding, result, visit_id, register, noted.shown) for finding in result.findings]


def _pack(
    store: Store,
    checked: Checked,
    one: _Shown,
    chain: Chain,
    folder: Path,
    user_agent: str,
    clock: Callable[[], datetime],
    summary: PackSummary,
    stamp: Stamper,
) -> None:
    visit = pages.visit_of(store, one.visit)
    name = name_of(visit.captured_at, one.finding.id)
    path = folder / name
    if name in chain.lines and path.exists():
        summary.present += 1
        return
    link = chain.next()
    try:
        raw, manifest = bundle_of(_contents(store, checked, one, visit, user_agent, clock()), link, stamp)
    except ValueError as error:
        summary.faults.append(
            Fault(visit.url, f"finding {one.finding.id} could not be packed: {error}", "keep the WARC file")
        )
        return
    half = path.with_name(name + ".part")
    with half.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    chain.append(link, name, one.finding.id, manifest)
    summary.bundles.append(path)


def _contents(
    store: Store, checked: Checked, one: _Shown, visit: StoredVisit, user_agent: str, now: datetime
) -> Contents:
    options, result = checked.options, one.result
    claim = next(c for c in result.claims if c.claim.id == one.finding.claim)
    exchange = pages.exchange_of(store, visit.id)
    shot = shot_of(store, visit.url, visit.sha256)
    rules, law = checked.book.hash, checked.law_hash
    program = f"certmark {VERSION}"
    captured = visit.captured_at.isoformat()
    custody = [
        {"at": captured, "who": user_agent, "what": f"asked {visit.url} and got {visit.status}; {len(visit.body)} bytes, "
         f"SHA-256 {visit.sha256}"},
        {"at": captured, "who": program, "what": f"kept the bytes in the store under their SHA-256 (visit {visit.id})"},
        {"at": now.isoformat(), "who": program, "what": f"read and judged for {result.on} ({result.on_source}), "
         f"rules {rules}, law {law}"},
        {"at": now.isoformat(), "who": program, "what": "packed this bundle and appended it to the chain"},
    ]  # fmt: skip
    return Contents(
        finding=finding_json(one.finding),
        claim=claim_json(claim),
        page={
            "url": visit.url,
            "captured_at": captured,
            "kind": visit.kind,
            "status": visit.status,
            "headers": [list(pair) for pair in visit.headers],
            "content_type": visit.content_type,
            "request": [list(pair) for pair in exchange.request],
            "ip": visit.ip,
            "tls": exchange.tls,
            "browser": visit.browser,
            "screenshot": _screenshot(visit, exchange, shot),
            "found_on": visit.parent,
            "company": result.page.company.to_json() if result.page.company else None,
            "genre": result.reading.genre,
            "as_of": result.on.isoformat(),
            "as_of_source": result.on_source,
        },
        body=visit.body,
        register=one.register,
        options={
            "as_of": _iso(options.as_of),
            "company": options.company,
            "uscc": options.uscc,
            "medium": options.medium,
            "today": _iso(options.today or result.on),
            "snapshot_days": options.snapshot_days,
            "gate": options.gate,
        },
        program={
            "name": "certmark",
            "version": VERSION,
            "rules": rules,
            "law": law,
            "schemes": checked.schemes.hash,
            "python": platform.python_version(),
        },
        custody=custody,
        data=installed_data(),
        screenshot=exchange.screenshot or (shot.png if shot else None),
        history=_history(store, one.finding.id),
        exchange=_warc(store, visit, user_agent, one.finding.id),
        pictures=one.pictures.to_json() if one.pictures else None,
        files=picture_files(result.page, claim.claim, one.pictures, checked.pictures),
    )


def _screenshot(visit: StoredVisit, exchange: pages.Exchange, shot: Shot | None) -> Json | None:
    """Who took the picture, when, and of what; None when there is none."""
    if exchange.screenshot is not None:
        return {
            "browser": visit.browser,
            "taken_at": visit.captured_at.isoformat(),
            "of": "the page as its scripts made it",
        }
    if shot is None:
        return None
    return {"browser": shot.browser, "taken_at": shot.taken_at.isoformat(), "of": "page/body, shown after the crawl"}


def _history(store: Store, finding: str) -> Json | None:
    """Since when the finding has been seen; None when the store keeps no results."""
    try:
        return finding_history(store, finding)
    except LookupError:
        return None


def _warc(store: Store, visit: StoredVisit, user_agent: str, name: str) -> bytes:
    from crawler.capture.warc import write_warc

    with tempfile.TemporaryDirectory(prefix="certmark-") as made:
        path = Path(made) / f"{name}.warc.gz"
        write_warc(store, [visit.id], path, {"software": f"certmark {VERSION}", "http-header-user-agent": user_agent})
        return path.read_bytes()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
