"""The stored corpus judged again with a rule book: what `rules diff` compares. Nothing is fetched and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from compliance.batch.parts import Part
from compliance.batch.run import Corpus
from compliance.checking.check import Options, check_page
from compliance.reading.fault import Fault
from compliance.records import Page
from compliance.store.pages import corpus_visits, visit_of, visits_of
from compliance.store.session import Store, open_store
from crawler.page import page_of_visit

PART = 100  # visits in one part
TOGETHER = 20  # of these read from the store at once

if TYPE_CHECKING:
    from rules.engine import Rulebook


def findings_with(book: Rulebook, since: date | None = None, store: Store | None = None) -> Iterator[dict[str, Any]]:
    """Findings of all stored pages that speak of certification, judged with `book` and the store's register.

    Gives `{"id", "rule", "conduct", "outcome", "quote", "page"}`. Raises LookupError when the store holds no such page.
    """
    from compliance.register_open import open_register
    from rules.schemes import load_schemes

    store = store or open_store()
    visits = corpus_visits(store, since)
    if not visits:
        raise LookupError("the store holds no page that speaks of certification; crawl first (certmark crawl)")
    rows, schemes = open_register(None, store), load_schemes()
    for visit_id in visits:
        visit = visit_of(store, visit_id)
        page = page_of_visit(visit)
        if isinstance(page, Fault):
            continue  # counted and shown when it was crawled
        for finding in check_page(page, rows, book, schemes, Options()).findings:
            yield {
                "id": finding.id,
                "rule": finding.rule,
                "conduct": finding.conduct,
                "outcome": finding.outcome,
                "quote": finding.quote,
                "page": visit.url,
            }


def stored_corpus(since: date | None = None, store: Store | None = None) -> Corpus:
    """All stored pages that speak of certification, in parts, for `compliance.batch`: what a change of law or rule is judged over.

    Raises LookupError when the store holds no such page.
    """
    store = store or open_store()
    visits = corpus_visits(store, since)
    if not visits:
        raise LookupError("the store holds no page that speaks of certification; crawl first (certmark crawl)")
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
