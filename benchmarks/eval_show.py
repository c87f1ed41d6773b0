"""Figures, confusions and errors as plain tables for a person; what was gained and lost against an earlier run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eval_count import UNREAD

Json = dict[str, Any]


def lines_of(summary: Json) -> Iterator[str]:
    """One labelled set: figures, confusions, then every error, costliest first."""
    yield f"== {summary['name']}: {summary['blocks']} records, {summary['sites']} sites"
    if summary["unanswered"]:
        yield f"   unanswered (counted as empty): {'; '.join(summary['unanswered'])}"
    yield f"   {'measure':<26}{'value':>7}{'of':>12}   {'95 % by site':<15} {'95 % Wilson':<15}"
    for name, figure in summary["figures"].items():
        of = f"{figure['hits']}/{figure['tries']}"
        yield f"   {name:<26}{figure['value']:>7.3f}{of:>12}   {_span(figure['by_site']):<15} {_span(figure['wilson']):<15}"
    yield f"   wrongful violations: {len(summary['wrongful_violations'])}"
    for name, table in summary["confusion"].items():
        yield ""
        yield from _grid(name, table)
    yield ""
    kinds = ", ".join(f"{kind} {n}" for kind, n in summary["errors_by_kind"].items())
    yield f"   errors, costliest first: {kinds or 'none'}"
    for error in summary["errors"]:
        yield f"   {error['kind']}  {error['id']}  want {error['want']}  got {error['got']}"
        yield f"      {error['text']}"
        if error["quote"] and error["quote"] != error["text"]:
            yield f"      read: {error['quote']}"


def _span(pair: list[float] | None) -> str:
    return f"{pair[0]:.3f}–{pair[1]:.3f}" if pair else "–"


def _grid(name: str, table: dict[str, dict[str, int]]) -> Iterator[str]:
    columns = sorted({c for row in table.values() for c in row} | set(table))
    shown = {c: str(i) for i, c in enumerate(columns, 1)}
    yield f"   {name}: labelled down, read across; — is a claim not read"
    yield f"   {'':<22}" + "".join(f"{shown[c]:>5}" for c in columns)
    for column in columns:
        row = table.get(column, {})
        if not row and column == UNREAD:
            continue
        cells = "".join(f"{row.get(c) or '·':>5}" for c in columns)
        yield f"   {shown[column]:>2} {column:<19}{cells}"


def changes(now: list[Json], before: list[Json]) -> list[Json]:
    """Per set of both runs: figures that moved, errors gone (`gained`) and errors new (`lost`)."""
    earlier = {s["name"]: s for s in before}
    out = []
    for summary in now:
        old = earlier.get(summary["name"])
        if old is None:
            continue
        mine, theirs = ({_key(e): e for e in s["errors"]} for s in (summary, old))
        out.append(
            {
                "name": summary["name"],
                "figures": {
                    name: [old["figures"][name]["value"], figure["value"]]
                    for name, figure in summary["figures"].items()
                    if name in old["figures"] and old["figures"][name]["value"] != figure["value"]
                },
                "gained": [theirs[k] for k in theirs if k not in mine],
                "lost": [mine[k] for k in mine if k not in theirs],
            }
        )
    return out


def _key(error: Json) -> tuple[str, ...]:
    # A wrong reading that is now wrong in another way is the same error.
    return error["kind"], error["id"], error["want"]


def change_lines(change: Json) -> Iterator[str]:
    """What one set gained and lost."""
    yield f"== {change['name']} against the baseline: {len(change['gained'])} gained, {len(change['lost'])} lost"
    for name, (old, new) in change["figures"].items():
        yield f"   {name:<26}{old:>7.3f} → {new:.3f}"
    for word in ("gained", "lost"):
        for error in change[word]:
            yield f"   {word} {error['kind']}  {error['id']}  want {error['want']}  got {error['got']}  {error['text']}"
