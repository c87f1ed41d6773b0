"""Rows taken from a register as a sample, and look-ups timed in batches: by number, code and full name."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import islice
from typing import Any

from compliance.collecting import no_collecting
from compliance.records import CertificateRow, Match
from compliance.register.match import match
from compliance.register.names import forms_of
from compliance.register.ports import Query
from compliance.register_open import StoredRows

AT_ONCE = 2000  # as `register lookup --batch` asks
ROUNDS = 3


def sampled(rows: StoredRows, count: int) -> list[CertificateRow]:
    """`count` rows of different holders, spread over the register."""
    draw = random.Random(11)
    last = rows.last_organisation()
    out: list[CertificateRow] = []
    seen: set[str] = set()
    while len(out) < count:
        ids = [draw.randrange(1, last + 1) for _ in range(1000)]
        for held in rows.held_by(ids).values():
            if held[0].holder not in seen and forms_of(held[0].holder).form:
                seen.add(held[0].holder)
                out.append(held[0])
    return out[:count]


def timed(queries: list[Query], rows: StoredRows, near: bool) -> tuple[tuple[float, float], list[Match]]:
    """((answers a second of processor time, answers a second by the clock), the answers), asked in batches."""
    start, used = time.perf_counter(), time.process_time()
    found: list[Match] = []
    stream = iter(queries)
    while chunk := list(islice(stream, AT_ONCE)):
        with no_collecting():  # as `register lookup --batch` does
            rows.prepare(chunk, near, whole=False)
            found += [match(q, rows, near=near, whole=False) for q in chunk]
    took = len(queries) / (time.process_time() - used), len(queries) / (time.perf_counter() - start)
    return took, found


def measure_exact(rows: StoredRows, sample: list[CertificateRow], told: Callable[[str, Any], None]) -> None:
    """Look-ups by number, code and full name, asked in batches; the best of ROUNDS."""
    for what, queries in {
        "number": [Query(number=r.number) for r in sample],
        "code": [Query(uscc=r.uscc) for r in sample if r.uscc],
        "normal form of the name": [Query(name=r.holder) for r in sample],
    }.items():
        runs = [timed(queries, rows, near=False) for _ in range(ROUNDS)]
        rate = max(r[0][0] for r in runs), max(r[0][1] for r in runs)
        right = sum(f.row is not None for f in runs[0][1]) / len(queries)
        told(f"exact look-ups by {what}",
             f"{rate[0]:,.0f}/s of processor time, {rate[1]:,.0f}/s by the clock, {right:.1%} of {len(queries)} found")  # fmt: skip
