"""A whole corpus checked (批量检查): sources into parts, parts through an engine, files and a summary out; done parts are not done again."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from compliance.batch.engines import work_through
from compliance.batch.parts import PART_BYTES, Part, parts_of
from compliance.batch.ship import Asked, Order, ship
from compliance.batch.work import FINDINGS
from compliance.checking.session import VERSION, CannotCheck
from compliance.places import Place
from compliance.reading.fault import Fault

Json = dict[str, Any]
AGAIN = "check the corpus into an empty place, with the same release everywhere"
OUTCOMES = ("violation", "suspected", "needs_review")
TOTALS = (
    "pages",
    "blocked",
    "claims",
    "pictures_unread",
)  # a corpus is checked by its text: its pictures stay unread, and that is said


@dataclass(frozen=True, slots=True)
class Corpus:
    """Parts of pages that are no files: `reader` (`module:function`) reads a part with the store's address."""

    parts: tuple[Part, ...]
    reader: str
    store: str
    said: str  # names the corpus in the manifest


@dataclass(frozen=True, slots=True)
class Batch:
    """What a run over a corpus brought. `again`: parts that an earlier run had done."""

    summary: Json
    parts: int
    again: int
    seconds: float
    outcomes: dict[str, int]


def check_corpus(
    sources: Sequence[str] | Corpus,
    out: str,
    asked: Asked,
    *,
    engine: str = "local",
    workers: int | None = None,
    scheduler: str | None = None,
    part_bytes: int = PART_BYTES,
    today: date | None = None,
    on_part: Callable[[Json, int, int], None] | None = None,
) -> Batch:
    """Checks all pages of `sources` into the place `out`: findings/, pages/ (Parquet), summary.json.

    An unfinished run of the same order goes on where it was. `on_part(done, so far, of all)`. Raises CannotCheck (another order lies
    in `out`, no register …), EngineError, PlaceError, StoreError, OSError.
    """
    began = time.monotonic()
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise CannotCheck("a corpus is written as Parquet, which needs an extra: pip install '.[parquet]'") from error
    place = Place(out)
    before = json.loads(place.read("manifest.json") or b"null")
    day = today or _today(before)
    faults: list[Fault] = []
    if isinstance(sources, Corpus):
        parts, said = list(sources.parts), [sources.said]
        order = ship(place, asked, day, reader=sources.reader, store=sources.store)
    else:
        parts, faults = parts_of(sources, part_bytes)
        said = list(sources)
        order = ship(place, asked, day)
    manifest = _manifest(order, parts, said, part_bytes)
    if before is not None and before != manifest:
        other = ", ".join(sorted(k for k in manifest if before.get(k) != manifest[k]))
        raise CannotCheck(
            f"{out}: holds another run ({other} differ); give an empty place, or the same sources and rules"
        )
    if before is None:
        place.write("manifest.json", _bytes(manifest))
    ended = {name.removesuffix(".json") for name in place.names("done")}
    waiting = [p for p in parts if f"part-{p.number:06d}" not in ended]
    at = again = len(parts) - len(waiting)

    def each(done: Json) -> None:
        nonlocal at
        at += 1
        if on_part is not None:
            on_part(done, at, len(parts))

    if waiting:
        work_through(engine, order, waiting, each, workers, scheduler)
    if not parts:
        raise CannotCheck(f"{', '.join(said)}: nothing to check; {faults[0] if faults else 'no page is there'}")
    for folder in ("findings", "pages", "done"):
        place.tidy(folder)
    counted, outcomes, head = _counted(place, len(parts), faults)
    summary = {**head, "summary": counted, "parts": len(parts), "order": order.mark}
    place.write("summary.json", _bytes(summary))
    return Batch(summary, len(parts), again, time.monotonic() - began, outcomes)


def _today(before: Json | None) -> date:
    """The day to assume for pages without one: that of the run which is taken up."""
    from rules.clock import today

    return date.fromisoformat(before["today"]) if before else today()


def _manifest(order: Order, parts: Sequence[Part], said: list[str], part_bytes: int) -> Json:
    """What a run is: plain JSON, equal for a run that may be taken up."""
    import hashlib

    cut = hashlib.sha256(repr([asdict(part) for part in parts]).encode()).hexdigest()[:16]
    return {
        "version": VERSION, "order": order.mark, "today": order.today.isoformat(), "sources": said, "parts": len(parts),
        "cut": cut, "part_bytes": part_bytes,
    }  # fmt: skip


def _counted(place: Place, parts: int, faults: Sequence[Fault]) -> tuple[Json, dict[str, int], Json]:
    """The counts of all parts, findings by outcome, and what heads the results; a finding that stands in several parts is one."""
    total: Counter[str] = Counter()
    said: list[Json] = [{"where": f.source, "what": f.what, "fix": f.fix} for f in faults]
    missed = len(faults)
    seen: dict[bytes, str] = {}
    head: Json = {}
    for number in range(parts):
        name = f"part-{number:06d}"
        done = json.loads(place.read(f"done/{name}.json") or b"{}")
        total.update({key: done.get(key, 0) for key in TOTALS})
        if not head:  # what was wrong with the order itself stands with every part: told once
            head, again = done["head"], done["order_faults"]
            missed += len(again)
            said += [{"where": w, "what": what, "fix": fix} for w, what, fix in again]
        elif done["head"] != head:
            missed += 1
            said.append(
                {"where": name, "what": "judged with other rules, law or register than the first part", "fix": AGAIN}
            )
        missed += done["faults"]
        said += [{"where": w, "what": what, "fix": fix} for w, what, fix in done["first_faults"]]
        if done["findings"]:
            for row in _columns(place, number, ["id", "outcome"]):
                seen[bytes.fromhex(row["id"]) if _hex(row["id"]) else row["id"].encode()] = row["outcome"]
    place.write("faults.jsonl", b"".join(_bytes(one) for one in said))
    found = Counter(seen.values())
    outcomes = {outcome: found.get(outcome, 0) for outcome in OUTCOMES}
    counts = {key: total[key] for key in TOTALS}
    return {**counts, "findings": outcomes, "faults": missed}, outcomes, head


def findings_of(out: str, parts: int) -> Iterator[Json]:
    """The rows of all findings of a run that is done, in the order of its pages, with the columns of `work.FINDINGS` but their bodies."""
    place = Place(out)
    for number in range(parts):
        yield from _columns(place, number, [name for name in FINDINGS if name != "body"])


def _columns(place: Place, number: int, names: list[str]) -> list[Json]:
    """These columns of the findings of one part."""
    import io

    import pyarrow.parquet as parquet

    body = io.BytesIO(place.read(f"findings/part-{number:06d}.parquet") or b"")
    rows: list[Json] = parquet.read_table(body, columns=names, use_threads=False, pre_buffer=False).to_pylist()
    return rows


def _hex(one: str) -> bool:
    return len(one) % 2 == 0 and all(sign in "0123456789abcdef" for sign in one)


def _bytes(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n").encode()
