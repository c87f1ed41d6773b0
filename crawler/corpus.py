"""The stored corpus judged again with a rule book: what `rules diff` compares. Nothing is fetched and nothing is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from compliance.batch.parts import Part
from compliance.batch.run import Asked, Corpus, check_corpus
from compliance.checking.session import PAGE_FAULTS, CannotCheck, open_check
from compliance.places import PlaceError
from compliance.reading.fault import Fault
from compliance.records import Page
from compliance.store.errors import StoreError
from compliance.store.pages import corpus_visits, visit_of, visits_of
from compliance.store.session import Store, open_store
from crawler.page import page_of_visit
from rules.proof.diff import CannotRejudge

PART = 100  # visits in one part
TOGETHER = 20  # of these read from the store at once

if TYPE_CHECKING:
    from rules.engine import Rulebook


def findings_with(book: Rulebook, since: date | None = None, store: Store | None = None) -> Iterator[dict[str, Any]]:
    """Findings of all stored pages that speak of certification, judged with `book` and the store's register.

    Gives `{"id", "rule", "conduct", "outcome", "quote", "page"}`. Raises LookupError when the store holds no such page.
    """
    store = store or open_store()
    missed = 0
    with open_check(store=store) as checked:
        checked.book = book
        for visit_id in _visits(store, since):
            page = page_of_visit(visit_of(store, visit_id))
            if isinstance(page, Fault):
                continue  # counted and shown when it was crawled
            try:
                result = checked.check(page)
            except PAGE_FAULTS:
                missed += 1
                continue
            for finding in result.findings:
                yield {
                    "id": finding.id,
                    "rule": finding.rule,
                    "conduct": finding.conduct,
                    "outcome": finding.outcome,
                    "quote": finding.quote,
                    "page": page.url,
                }
    _tell(missed, "certmark check store: --out DIR names them")


def findings_in_parts(
    folders: Sequence[str],
    builtin: bool,
    out: str | None,
    *,
    since: date | None = None,
    engine: str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    store: Store | None = None,
) -> Iterator[dict[str, Any]]:
    """What `findings_with` gives for the book of these folders, by the job that `check store: --out` is: kept in the place `out` (else
    only while it is compared), by an engine, parts that are done not done again. Raises LookupError, CannotRejudge."""
    from compliance.batch.command import told
    from compliance.batch.engines import EngineError, chosen
    from compliance.batch.run import findings_of

    corpus = stored_corpus(since, store)
    asked = Asked(register=corpus.store, rules=tuple(folders), builtin=builtin)
    with ExitStack() as kept:
        place = out or kept.enter_context(TemporaryDirectory(prefix="certmark-"))
        try:
            batch = check_corpus(
                corpus, place, asked, engine=chosen(engine, workers, scheduler), workers=workers, scheduler=scheduler,
                on_part=told(),
            )  # fmt: skip
        except (CannotCheck, EngineError, PlaceError, StoreError) as error:
            raise CannotRejudge(str(error)) from error
        for row in findings_of(place, batch.parts):
            yield {name: row[name] for name in ("id", "rule", "conduct", "outcome", "quote")} | {"page": row["url"]}
        _tell(batch.summary["summary"]["faults"], f"{out}/faults.jsonl" if out else "--out DIR keeps their names")


def _tell(missed: int, where: str) -> None:
    if missed:
        print(f"certmark: {missed} stored page(s) could not be judged and are not compared; {where}", file=sys.stderr)


def _visits(store: Store, since: date | None) -> list[int]:
    if visits := corpus_visits(store, since):
        return visits
    raise LookupError("the store holds no page that speaks of certification; crawl first (certmark crawl)")


def stored_corpus(since: date | None = None, store: Store | None = None) -> Corpus:
    """All stored pages that speak of certification, in parts, for `compliance.batch`: what a change of law or rule is judged over.

    Raises LookupError when the store holds no such page.
    """
    store = store or open_store()
    visits = _visits(store, since)
    cut = [visits[at : at + PART] for at in range(0, len(visits), PART)]
    parts = tuple(Part(number, "visits", tuple(map(str, some))) for number, some in enumerate(cut))
    url = store.engine.url.render_as_string(hide_password=False)
    return Corpus(parts, "crawler.corpus:pages_of_part", url, f"store:{since or ''}")


def pages_of_part(part: Part, url: str) -> Iterator[Page | Fault]:
    """The pages of one part, read from the store as it is."""
    with open_store(url) as store:
        for at in range(0, len(part.sources), TOGETHER):
            some = [int(visit) for visit in part.sources[at : at + TOGETHER]]
            yield from map(page_of_visit, visits_of(store, some))
