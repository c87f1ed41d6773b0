"""The register at national size: import, look-ups, names, the whole check. Ratios are what counts; both sides run in turn in one go.

    python benchmarks/register.py [--scale 1.0] [--folder DIR] [--store URL] [--pairs 3000] [--curve FILE.svg] [--curve FILE.csv] [--list-pairs FILE.csv]

Writes an invented register (once per folder), imports it, then measures. `--scale 1.0505` is five million rows. Rates are given per
second of processor time of one core (what a machine with nothing else to do shows) and by the clock. With `--store` (PostgreSQL) the
database works in processes of its own: there the clock counts, and the import is timed alone.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from register_check import measure_check
from register_import import measure_import
from register_lookups import measure_exact, sampled
from register_names import measure_names

from compliance.register.sample import write_sample
from compliance.register_open import StoredRows, import_register
from compliance.store.session import open_store

PARTS = ("import", "exact", "names", "check")


def main() -> None:
    """Runs the parts asked for and prints one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--folder", type=Path, default=Path("bench-register"))
    asked.add_argument("--store", help="database URL of an empty store, in place of an SQLite file")
    asked.add_argument("--pairs", type=int, default=3000, help="firms asked for by each kind of spelling")
    asked.add_argument("--pages", type=int, default=400, help="pages of the whole check")
    asked.add_argument(
        "--curve", type=Path, action="append", default=[], help="precision and recall: .svg a picture, .csv a table"
    )
    asked.add_argument("--list-pairs", type=Path, help="where the hard pairs go, with what was found")
    asked.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options = asked.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    source, database = options.folder / f"sample-{options.scale}.csv", options.folder / f"register-{options.scale}.db"
    if not source.exists() and (options.store or not database.exists() or "import" in options.parts):
        write_sample(source, options.scale, 7)
    print("| what | measured |\n| --- | --- |")
    if not options.store and ("import" in options.parts or not database.exists()):
        measure_import(source, database, told)
    with open_store(options.store or database) as store:
        if options.store and not StoredRows(store).info.source:
            began = time.monotonic()
            taken = import_register(store, source)
            told("import", f"{taken.imported.rows:,} rows in {time.monotonic() - began:.1f} s by the clock")
        rows = StoredRows(store)
        sample = sampled(rows, max(options.pairs, options.pages))
        if "exact" in options.parts:
            measure_exact(rows, sample, told)
        if "names" in options.parts:
            measure_names(rows, sample[: options.pairs], told, options.curve, options.list_pairs)
        if "check" in options.parts and not options.store:
            measure_check(rows, sample[: options.pages], database, told)


def told(what: str, value: Any) -> None:
    """One line of the table."""
    print(f"| {what} | {value} |", flush=True)


if __name__ == "__main__":
    main()
