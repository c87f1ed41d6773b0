"""Judgements a second with the full rule book, against the plainest interpreter (every rule over every claim) in one run.

The claims are those of the sample world's sites, read once and matched with their register rows; they are repeated up to
`--claims`. Ratios are of the same run; rates depend on the machine. Loading is measured in fresh processes.

    python benchmarks/rules/judging.py --claims 100000
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import sys
import time
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from compliance.checking.check import Options, check_page
from compliance.checking.examples import row_of
from compliance.reading.fault import Fault
from compliance.reading.open import open_source
from compliance.records import RegisterInfo
from compliance.register.memory import MemoryRows
from compliance.sample import PLANTED
from crawler.sample import FOLDER
from rules.book import load_book
from rules.engine import Rulebook, plainly_judged
from rules.facts import Facts
from rules.law import load_statutes
from rules.schemes import load_schemes

DAY = date(2026, 11, 23)
LOAD = (
    "import time; import yaml, pydantic; from rules.book import load_book; from rules.law import load_statutes;"
    "a = time.perf_counter(); load_book((), load_statutes()); print(time.perf_counter() - a)"
)


class Collecting:
    """A rule book that only keeps the facts it is asked about."""

    def __init__(self, book: Rulebook) -> None:
        self.facts: list[Facts] = []
        self._book = book

    def judge(self, facts: Facts, on: date):
        self.facts.append(facts)
        return self._book.judge(facts, on)


def sample_facts(book: Rulebook) -> list[Facts]:
    """Facts of every claim of the sample sites."""
    with PLANTED.open(encoding="utf-8", newline="") as file:
        rows = [row_of(entry, DAY) for entry in csv.DictReader(file)]
    register = MemoryRows(rows, RegisterInfo("sample", DAY, len(rows), ("all",)))
    collecting = Collecting(book)
    for page in open_source(str(FOLDER / "sites")):
        if not isinstance(page, Fault):
            check_page(page, register, collecting, load_schemes(), Options(as_of=DAY))  # type: ignore[arg-type]
    return collecting.facts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--plain", type=int, default=5_000, help="claims for the plain interpreter, per round")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    book = load_book((), load_statutes())
    facts = sample_facts(book)
    print(f"{len(book.rules)} rules, {len(facts)} different claims of the sample sites, repeated to {given.claims}")
    share = given.claims // given.rounds
    ratios, fast, plain = [], [], []
    for _ in range(given.rounds):
        many = list(islice(cycle(facts), share))
        few = list(islice(cycle(facts), given.plain))
        start = time.perf_counter()
        for one in many:
            book.judge(one, DAY)
        middle = time.perf_counter()
        for one in few:
            plainly_judged(book.rules, one, book.vocabulary)
        end = time.perf_counter()
        fast.append(len(many) / (middle - start))
        plain.append(len(few) / (end - middle))
        ratios.append(fast[-1] / plain[-1])
    print(f"compiled, indexed   {statistics.median(fast):>10,.0f} claims/s")
    print(f"plain interpreter   {statistics.median(plain):>10,.0f} claims/s")
    print(f"ratio               {statistics.median(ratios):>10.1f}  ({min(ratios):.1f} … {max(ratios):.1f})")
    root = Path(__file__).parents[2]
    loads = [
        float(subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, cwd=root).stdout)
        for _ in range(given.rounds)
    ]
    print(
        f"load rules and law  {statistics.median(loads) * 1000:>10.0f} ms  (imports of pydantic and YAML not counted)"
    )


if __name__ == "__main__":
    main()
