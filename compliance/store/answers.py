"""Received answers into the store (收到的应答), many at a time: bytes once by hash, one visit an answer, what is known of its address.

A handful of statements for the whole handful of answers: what one page costs the store is what bounds a crawl.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from compliance.store.pages import CONTENT, KNOWN, LIKENESS, RENDERING, VISIT, Answer, Kept

# How soon an address is looked at again, in hours: halved when it changed, doubled when it did not.
FIRST, SHORTEST, LONGEST = 168.0, 24.0, 60 * 24.0
LEVEL = 3  # of zlib: a page takes a third of the time of level 6 and a tenth more room

NEW_VISIT = insert(VISIT)
IDS = select(VISIT.c.request_id, VISIT.c.id).where(VISIT.c.request_id.in_(bindparam("of", expanding=True)))
TWINS = select(VISIT.c.site_id, VISIT.c.sha256).where(
    tuple_(VISIT.c.site_id, VISIT.c.sha256).in_(bindparam("of", expanding=True)), VISIT.c.judged != "none"
)
ALIKE = select(LIKENESS.c.site_id, LIKENESS.c.mark).where(
    tuple_(LIKENESS.c.site_id, LIKENESS.c.mark).in_(bindparam("of", expanding=True))
)
KNOWN_OF = select(KNOWN).where(KNOWN.c.fingerprint.in_(bindparam("of", expanding=True)))
CONTENT_ONCE = {
    "sqlite": sqlite_insert(CONTENT).on_conflict_do_nothing(index_elements=["sha256"]),
    "postgresql": pg_insert(CONTENT).on_conflict_do_nothing(index_elements=["sha256"]),
}
KNOWN_ONCE = {
    "sqlite": sqlite_insert(KNOWN).on_conflict_do_nothing(index_elements=["fingerprint"]),
    "postgresql": pg_insert(KNOWN).on_conflict_do_nothing(index_elements=["fingerprint"]),
}
LEARNED = (
    "etag",
    "last_modified",
    "sha256",
    "last_seen",
    "changed_on",
    "visits",
    "changes",
    "interval_hours",
    "gone_on",
)
KNOWN_AGAIN = (
    update(KNOWN).where(KNOWN.c.fingerprint == bindparam("of")).values(**{n: bindparam(f"new_{n}") for n in LEARNED})
)

Received = tuple[int, int, Answer]  # site, request, what came


def save_answers(connection: Connection, run_id: str, received: Sequence[Received]) -> list[Kept]:
    """Keeps answers inside the caller's transaction; what became of each, in their order."""
    once: list[Received] = []
    again: list[Received] = []
    seen: set[str] = set()
    for one in received:
        # the same address of two targets' sites: the second is compared with what the first brought
        (again if one[2].fingerprint in seen else once).append(one)
        seen.add(one[2].fingerprint)
    kept = {one[1]: k for one, k in zip(once, _save(connection, run_id, once), strict=True)} if once else {}
    if again:
        kept |= {one[1]: k for one, k in zip(again, save_answers(connection, run_id, again), strict=True)}
    return [kept[request_id] for _, request_id, _ in received]


def save_contents(connection: Connection, bodies: Iterable[bytes]) -> list[str]:
    """Keeps bytes once; their SHA-256 in hexadecimal, in order."""
    hashes, rows = [], {}
    for body in bodies:
        sha256 = hashlib.sha256(body).hexdigest()
        hashes.append(sha256)
        rows[sha256] = body
    if rows:
        connection.execute(
            CONTENT_ONCE[connection.dialect.name],
            [{"sha256": k, "size": len(body), "body": zlib.compress(body, LEVEL)} for k, body in sorted(rows.items())],
        )
    return hashes


def _save(connection: Connection, run_id: str, received: Sequence[Received]) -> list[Kept]:
    answers = [answer for _, _, answer in received]
    rows = connection.execute(KNOWN_OF, {"of": sorted(a.fingerprint for a in answers)})
    before = {row.fingerprint: row for row in rows}
    brought = save_contents(connection, [a.body for a in answers if a.body is not None])
    packed = save_contents(connection, [a.packed for a in answers if a.packed is not None])
    hashes: list[str | None] = []
    for answer in answers:
        known = before.get(answer.fingerprint)
        # 304: the bytes are the ones we hold
        hashes.append(brought.pop(0) if answer.body is not None else known.sha256 if known else None)
    judged = _judged(connection, received, hashes)
    visits, unchanged = [], []
    for (site_id, request_id, answer), sha256, state in zip(received, hashes, judged, strict=True):
        known = before.get(answer.fingerprint)
        unchanged.append(bool(known and known.sha256 and known.sha256 == sha256))
        visits.append(
            {
                "run_id": run_id,
                "site_id": site_id,
                "request_id": request_id,
                "kind": answer.kind,
                "url": answer.url,
                "asked": answer.asked,
                "captured_at": answer.captured_at,
                "status": answer.status,
                "headers": json.dumps(answer.headers, ensure_ascii=False),
                "ip": answer.ip,
                "request": json.dumps(answer.request, ensure_ascii=False),
                "tls": json.dumps(answer.tls, ensure_ascii=False, sort_keys=True) if answer.tls else None,
                "packed": packed.pop(0) if answer.packed is not None else None,
                "sha256": sha256,
                "unchanged": unchanged[-1],
                "blocked": answer.blocked,
                "judged": state,
                "words": answer.words,
                "near": answer.near,
                "parent": answer.parent,
            }
        )
    connection.execute(NEW_VISIT, visits)
    ids = {row.request_id: row.id for row in connection.execute(IDS, {"of": [v["request_id"] for v in visits]})}
    rendered = [(request_id, a.rendered) for _, request_id, a in received if a.rendered is not None]
    if rendered:
        shots = save_contents(connection, [r.screenshot for _, r in rendered if r.screenshot is not None])
        rows_of = [
            {
                "request_id": request_id,
                "browser": r.browser,
                "screenshot": shots.pop(0) if r.screenshot is not None else None,
            }
            for request_id, r in rendered
        ]
        connection.execute(insert(RENDERING), rows_of)
    _remember(connection, answers, before, hashes)
    return [
        Kept(ids[request_id], same, state == "pending")
        for (_, request_id, _), same, state in zip(received, unchanged, judged, strict=True)
    ]


def _judged(connection: Connection, received: Sequence[Received], hashes: Sequence[str | None]) -> list[str]:
    """pending | same (the site showed the same bytes or words before) | none (nothing to judge), for each answer."""
    wanted = [
        (site_id, sha256)
        if sha256 and answer.kind in ("page", "document") and (answer.status < 400 or answer.blocked)
        else None
        for (site_id, _, answer), sha256 in zip(received, hashes, strict=True)
    ]
    keys = sorted({key for key in wanted if key})
    marks = [
        (key[0], answer.like) if key and answer.like else None
        for key, (_, _, answer) in zip(wanted, received, strict=True)
    ]
    asked = sorted({mark for mark in marks if mark})
    there: set[tuple[Any, ...]] = {tuple(row) for row in connection.execute(TWINS, {"of": keys})} if keys else set()
    there |= {tuple(row) for row in connection.execute(ALIKE, {"of": asked})} if asked else set()
    new = [{"site_id": site_id, "mark": mark} for site_id, mark in asked if (site_id, mark) not in there]
    if new:
        connection.execute(insert(LIKENESS), new)
    out = []
    for key, mark in zip(wanted, marks, strict=True):
        out.append("none" if key is None else "same" if key in there or mark in there else "pending")
        there.update(one for one in (key, mark) if one is not None)
    return out


def _remember(
    connection: Connection, answers: Sequence[Answer], before: dict[str, Any], hashes: Sequence[str | None]
) -> None:
    """What the answers teach of their addresses: validators, bytes, when to look again. Walls and errors teach nothing."""
    new, old = [], []
    for answer, sha256 in zip(answers, hashes, strict=True):
        gone = answer.status in (404, 410)
        if answer.blocked or not (gone or answer.status == 304 or 200 <= answer.status < 300):
            continue
        known = before.get(answer.fingerprint)
        values = _learned(answer, known, sha256, gone)
        if known is not None:
            old.append({"of": answer.fingerprint} | {f"new_{name}": values[name] for name in LEARNED})
            continue
        new.append(
            values
            | {
                "fingerprint": answer.fingerprint,
                "host": answer.host,
                "url": answer.asked,
                "kind": answer.kind,
                "priority": answer.priority,
                "depth": answer.depth,
                "first_seen": answer.captured_at,
            }
        )
    if new:
        connection.execute(KNOWN_ONCE[connection.dialect.name], new)
    if old:
        connection.execute(KNOWN_AGAIN, old)


def _learned(answer: Answer, known: Any, sha256: str | None, gone: bool) -> dict[str, Any]:
    when: datetime = answer.captured_at
    values = {name: getattr(known, name) if known is not None else None for name in LEARNED}
    values |= {
        "last_seen": when,
        "gone_on": (values["gone_on"] or when) if gone else None,
        "visits": (known.visits if known is not None else 0) + 1,
    }
    if known is None:
        values |= {"changes": 0, "interval_hours": FIRST}
    if gone:
        return values
    if known is not None and known.sha256:
        changed = known.sha256 != sha256
        values["interval_hours"] = min(LONGEST, max(SHORTEST, known.interval_hours * (0.5 if changed else 2.0)))
        if changed:
            values |= {"changes": known.changes + 1, "changed_on": when}
    values["sha256"] = sha256
    if answer.rendered is not None:  # what scripts show may change under the same shell
        return values | {"etag": None, "last_modified": None}
    kept = known is not None and answer.status == 304
    values["etag"] = answer.header("etag") or (known.etag if kept else None)
    values["last_modified"] = answer.header("last-modified") or (known.last_modified if kept else None)
    return values
