"""The register at national size: import, look-ups, names, the whole check. Ratios are what counts; both sides run in turn in one go.

    python benchmarks/register.py [--scale 1.0] [--folder DIR] [--pairs 3000] [--curve FILE.svg] [--curve FILE.csv] [--list-pairs FILE.csv]

Writes an invented register (once per folder), imports it, then measures. `--scale 1.0505` is five million rows. Rates are given per
second of processor time of one core (what a machine with nothing else to do shows) and by the clock.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from register_check import measure_check
from register_import import measure_import
from register_lookups import measure_exact, sampled
from register_names import measure_names

from compliance.register.sample import write_sample
from compliance.register_open import StoredRows
from compliance.store.session import open_store

PARTS = ("import", "exact", "names", "check")


def main() -> None:
    """Runs the parts asked for and prints one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--folder", type=Path, default=Path("bench-register"))
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
    if not source.exists() and (not database.exists() or "import" in options.parts):
        write_sample(source, options.scale, 7)
    print("| what | measured |\n| --- | --- |")
    if "import" in options.parts or not database.exists():
        measure_import(source, database, told)
    with open_store(database) as store:
        rows = StoredRows(store)
        sample = sampled(rows, max(options.pairs, options.pages))
        if "exact" in options.parts:
            measure_exact(rows, sample, told)
        if "names" in options.parts:
            measure_names(rows, sample[: options.pairs], told, options.curve, options.list_pairs)
        if "check" in options.parts:
            measure_check(rows, sample[: options.pages], database, told)


def told(what: str, value: Any) -> None:
    """One line of the table."""
    print(f"| {what} | {value} |", flush=True)


if __name__ == "__main__":
    main()
