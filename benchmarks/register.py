"""The register at national size: import, look-ups, names. Ratios are what counts; both sides of a ratio run in turn in one go.

    python benchmarks/register.py [--scale 1.0] [--folder DIR] [--pairs 2000] [--curve FILE.csv]

Writes an invented register (once per folder), imports it, then measures. `--scale 1.2143` is five million rows in force.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from compliance.collecting import no_collecting
from compliance.records import CertificateRow
from compliance.register.files import open_register_file
from compliance.register.imports import Reading, plain_batches
from compliance.register.match import match
from compliance.register.names import forms_of, key_of, normal_form
from compliance.register.ports import Query
from compliance.register.sample import write_sample
from compliance.register.words import words
from compliance.register_open import StoredRows
from compliance.store.session import open_store

ADD_ALL_ROWS = 60_000  # the slow side is measured on so many rows and scaled


def main() -> None:
    """Runs all parts and prints one table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--folder", type=Path, default=Path("bench-register"))
    asked.add_argument("--pairs", type=int, default=2000)
    asked.add_argument("--curve", type=Path)
    asked.add_argument("--skip-import", action="store_true", help="use the database of an earlier run")
    options = asked.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    source, database = options.folder / f"sample-{options.scale}.csv", options.folder / f"register-{options.scale}.db"
    if not source.exists():
        write_sample(source, options.scale, 7)
    if not (options.skip_import and database.exists()):
        measure_import(source, database)
    with open_store(database) as store:
        rows = StoredRows(store)
        sample = sampled(rows, options.pairs)
        measure_exact(rows, sample)
        measure_names(rows, sample, options.curve)


def told(what: str, value: Any) -> None:
    print(f"| {what} | {value} |", flush=True)


def measure_import(source: Path, database: Path) -> None:
    """Our import in a process of its own, then `add_all` on the same rows, then again, and the ratio."""
    for old in database.parent.glob(database.name + "*"):
        old.unlink()
    before = add_all_rate(source, database.with_suffix(".slow"))
    program = (
        "import json, sys, time; from pathlib import Path\n"
        "from compliance.register_open import import_register; from compliance.store.session import open_store\n"
        "start = time.time(); done = import_register(open_store(sys.argv[2]), sys.argv[1], complete=('all',)).imported\n"
        "peak = [int(x.split()[1]) for x in open('/proc/self/status') if x.startswith('VmHWM')]\n"
        "print(json.dumps({'rows': done.rows, 'seconds': time.time() - start, 'peak_kb': peak}))"
    )
    ours = json.loads(
        subprocess.run(
            [sys.executable, "-c", program, str(source), str(database)], check=True, capture_output=True
        ).stdout
    )
    after = add_all_rate(source, database.with_suffix(".slow"))
    rate, slow = ours["rows"] / ours["seconds"], (before + after) / 2
    told("rows imported", f"{ours['rows']:,} in {ours['seconds']:.0f} s = {rate:,.0f} rows/s")
    told("SQLModel add_all, same rows, same tables", f"{slow:,.0f} rows/s; ours is {rate / slow:.1f}×")
    told("peak memory of the writer", f"{ours['peak_kb'][0] / 1024:.0f} MB")
    told(
        "database", f"{database.stat().st_size / 1e9:.2f} GB = {database.stat().st_size / ours['rows']:.0f} bytes a row"
    )


def add_all_rate(source: Path, database: Path) -> float:
    """Rows a second of the same work with row objects: cleaned rows → SQLModel objects → `add_all`, indexes present."""
    from sqlmodel import Session

    from compliance.store.tables import Certificate, Organisation, RegisterWord

    database.unlink(missing_ok=True)
    known_words: dict[str, int] = {}
    known_firms: dict[Any, int] = {}
    count, start = 0, time.time()
    opened = open_register_file(source)
    with open_store(database) as store, Session(store.engine) as session:
        for rows, _ in plain_batches(Reading(opened), 20261101):
            made: list[Any] = []

            def word(said: str | None, made: list[Any] = made) -> int | None:
                if said is not None and said not in known_words:
                    known_words[said] = len(known_words) + 1
                    made.append(RegisterWord(id=known_words[said], text=said))
                return known_words[said] if said is not None else None

            for r in rows:
                if (r[2], r[3]) not in known_firms:
                    known_firms[r[2], r[3]] = len(known_firms) + 1
                    normal = normal_form(r[2])
                    made.append(
                        Organisation(
                            id=known_firms[r[2], r[3]], name=r[2], normal=normal, key=key_of(normal)[0], uscc=r[3]
                        )
                    )
                made.append(Certificate(
                    number_key=r[1], number=r[0], organisation_id=known_firms[r[2], r[3]], scheme_id=word(r[4]), standard_id=word(r[5]),
                    scope=r[6], body_id=word(r[7]), body_code_id=word(r[8]), issued=r[9], expires=r[10], status=1, status_from=r[12],
                    province_id=word(r[13]), import_id=1, models=r[17], replaced_by=r[18],
                ))  # fmt: skip
            session.add_all(made)
            session.commit()
            session.expunge_all()
            count += len(rows)
            if count >= ADD_ALL_ROWS:
                break
    opened.close()
    rate = count / (time.time() - start)
    for old in database.parent.glob(database.name + "*"):
        old.unlink()
    return rate


def sampled(rows: StoredRows, count: int) -> list[CertificateRow]:
    """`count` rows of different holders, spread over the register."""
    draw = random.Random(11)
    last = rows.last_organisation()
    out: list[CertificateRow] = []
    seen: set[str] = set()
    while len(out) < count:
        ids = [draw.randrange(1, last + 1) for _ in range(500)]
        for held in rows.held_by(ids).values():
            if held[0].holder not in seen and forms_of(held[0].holder).form:
                seen.add(held[0].holder)
                out.append(held[0])
    return out[:count]


def timed(queries: list[Query], rows: StoredRows, near: bool) -> tuple[float, list[Any]]:
    """Answers a second, and the answers, asked in batches of 2 000."""
    start, found = time.perf_counter(), []
    stream = iter(queries)
    while chunk := list(islice(stream, 2000)):
        with no_collecting():  # as `register lookup --batch` does
            rows.prepare(chunk, near)
            found += [match(q, rows, near=near, whole=False) for q in chunk]
    return len(queries) / (time.perf_counter() - start), found


def measure_exact(rows: StoredRows, sample: list[CertificateRow]) -> None:
    """Look-ups by number, code and full name, asked in batches."""
    for what, queries in {
        "number": [Query(number=r.number) for r in sample],
        "code": [Query(uscc=r.uscc) for r in sample if r.uscc],
        "normal form of the name": [Query(name=r.holder) for r in sample],
    }.items():
        rate, found = timed(queries, rows, near=False)
        again, _ = timed(queries, rows, near=False)
        right = sum(f.row is not None for f in found) / len(found)
        told(f"exact look-ups by {what}", f"{max(rate, again):,.0f}/s, {right:.1%} found")


VARIANTS: dict[str, Callable[[str], str]] = {
    "brackets": lambda n: n.replace("（", "(").replace("）", ")") if "（" in n else n.replace("有限", " 有限", 1),
    "full width and blanks": lambda n: "　".join((n[:4], n[4:])),
    "legal form": lambda n: n.replace("有限责任公司", "有限公司") if "有限责任公司" in n else n.replace("有限公司", "有限责任公司") if "股份" not in n else n.replace("股份有限公司", "股份公司"),
    "市 left out or put in": lambda n: n.replace("市", "", 1) if n[2:3] == "市" else n[:2] + "市" + n[2:] if "（" not in n else n,
    "traditional signs": lambda n: n.translate(_traditional()),
}  # fmt: skip


def _traditional() -> dict[int, str]:
    table: dict[int, str] = {}
    for many, simple in words("traditional")["pairs"]:
        for traditional, sign in zip(many, simple, strict=True):
            table.setdefault(ord(sign), traditional)
    return table


def measure_names(rows: StoredRows, sample: list[CertificateRow], curve: Path | None) -> None:
    """Variants of names, names one sign away, short names; rates with the search for close names included."""
    for what, change in VARIANTS.items():
        pairs = [(r, change(r.holder)) for r in sample]
        rate, found = timed([Query(name=n) for _, n in pairs], rows, near=True)
        same = [
            f.row is not None and normal_form(f.row.holder) == normal_form(r.holder)
            for (r, _), f in zip(pairs, found, strict=True)
        ]
        wrong = [
            (n, f.row.holder)
            for (r, n), f in zip(pairs, found, strict=True)
            if f.row and forms_of(f.row.holder).key != forms_of(r.holder).key
        ]
        told(
            f"variant: {what}", f"{sum(same) / len(same):.1%} right, {len(wrong)} wrong, {rate:,.0f}/s with close names"
        )
    former = [(r, r.former_names[0]) for r in sample if r.former_names]
    if former:
        _, found = timed([Query(name=n) for _, n in former], rows, near=True)
        right = sum(f.row is not None and f.row.holder == r.holder for (r, _), f in zip(former, found, strict=True))
        told("former name", f"{right}/{len(former)} right")
    hard = list(hard_pairs(sample, rows))
    rate, found = timed([Query(name=n) for _, n, _ in hard], rows, near=True)
    scores = []
    for kind in sorted({k for _, _, k in hard}):
        group = [(r, n, f) for (r, n, k), f in zip(hard, found, strict=True) if k == kind]
        wrong = [
            (r.holder, n) for r, n, f in group if f.row is not None and normal_form(f.row.holder) != normal_form(n)
        ]
        near = sum(any(x.row.holder == r.holder for x in f.near) for r, _, f in group)
        told(
            f"another firm: {kind}",
            f"{len(group)} pairs, {len(wrong)} wrong matches, right one among ten nearest {near / len(group):.1%}",
        )
        scores += [(x.score, x.row.holder == r.holder) for r, _, f in group for x in f.near[:1]]
        for one in wrong[:5]:
            print("   wrong:", *one)
    told("names with close names", f"{rate:,.0f}/s")
    if curve:
        with curve.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("score", "is_the_other_firm_asked_for"), *sorted(scores, reverse=True)])


def hard_pairs(sample: list[CertificateRow], rows: StoredRows) -> Iterator[tuple[CertificateRow, str, str]]:
    """(row, name of another firm made from its holder's, kind): one sign of the brand, one sign left out, the place, the group word."""
    draw = random.Random(5)
    brands = words("sample")["brand"]
    places = [a + b for a in words("sample")["place_first"] for b in words("sample")["place_second"]]
    for row in sample:
        name = row.holder
        start = 0 if "（" in name[:6] or "(" in name[:6] else 3 if name[2:3] == "市" else 2
        other = draw.choice([b for b in brands if b != name[start]])
        tries = {
            "one sign of the brand": name[:start] + other + name[start + 1 :],
            "one sign left out": name[:start] + name[start + 1 :],
            "another place": draw.choice(places) + name[start:] if start else "",
            "with the group word": name.replace("有限", "集团有限", 1) if "集团" not in name else "",
        }
        kind = draw.choice([k for k, n in tries.items() if n])
        if not rows.by_name(tries[kind]) and not rows.by_key(
            forms_of(tries[kind]).key
        ):  # not by chance a firm that is there
            yield row, tries[kind], kind


if __name__ == "__main__":
    main()
