"""`register diff`: what the newest snapshot of a source changed: new, changed and gone certificates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from compliance.register.cells import date_of
from compliance.register.files import RegisterFileError
from compliance.register_alerts import Brought, alerts_of, watched_in
from compliance.register_open import StoredRows
from compliance.store.register_reader import RegisterReader
from compliance.store.register_stats import changes, imports
from compliance.store.session import Store
from rules.clock import today

_STATE = ("status", "status_from", "expires")
ALERT = ("holder", "number", "scheme", "what", "day")  # what an alert of `register diff` shows


def diff_of(
    store: Store, source: str | None, watch: Path | None, within: int, on: date | None = None
) -> dict[str, Any]:
    """`{"source", "snapshot", "before", "complete", "new", "changed", "gone", "unchanged", "changes": […], "alerts": […]}`.

    A change: what, number, holder, field, old, new. With `watch` only the changes of watched firms, and their alerts
    (`register_alerts` says which). Raises RegisterFileError when nothing was imported.
    """
    newest, before = _newest(store, source)
    rows = StoredRows(store)
    listed = list(_listed(store, newest["id"]))
    alerts: list[dict[str, Any]] = []
    if watch is not None:
        watched = watched_in(watch)
        told = alerts_of(rows, watched, on or today(), within, brought=brought_by(store))
        alerts = [{f: a[f] for f in ALERT} for a in told["alerts"]]
        holders = {f["holder"] for f in told["firms"]}
        listed = [c for c in listed if c["holder"] in holders]
    return {
        "source": newest["source"], "snapshot": _shown(newest["snapshot"]), "before": _shown(before["snapshot"]) if before else None,
        "complete": newest["complete"] != "[]", **{k: newest[k] for k in ("new", "changed", "gone", "unchanged")},
        "changes": listed, "alerts": alerts,
    }  # fmt: skip


def brought_by(store: Store) -> dict[str, Brought]:
    """For each source what its newest snapshot brought."""
    done = [i for i in imports(store) if i["kind"] == "certificates"]
    out: dict[str, Brought] = {}
    for source in dict.fromkeys(i["source"] for i in done):
        newest, before = _newest(store, source)
        listed = list(_listed(store, newest["id"])) if before else []
        marks = {what: frozenset((c["number"], c["holder"]) for c in listed if _tells(c, what)) for what in ("changed", "gone")}  # fmt: skip
        whole = newest["complete"] != "[]"  # only of data declared complete does a missing row say anything
        out[source] = Brought(
            date_of(before["snapshot"]) if before else None, marks["changed"], marks["gone"] if whole else frozenset()
        )
    return out


def _tells(change: dict[str, Any], what: str) -> bool:
    if what == "gone":
        return bool(change["what"] == "gone")
    return change["what"] == "new" or (change["what"] == "changed" and change["field"] in _STATE)


def _newest(store: Store, source: str | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The newest snapshot's import (of the source, or of all) and the one it follows."""
    done = [i for i in imports(store) if i["kind"] == "certificates" and source in (None, i["source"])]
    if not done:
        raise RegisterFileError(
            "nothing was imported" + (f" from {source}" if source else "") + ": `certmark register import FILE`"
        )
    newest = max(done, key=lambda i: (i["snapshot"] or 0, i["id"]))
    return newest, next((i for i in done if i["id"] == newest["before_id"]), None)


def _listed(store: Store, import_id: int) -> Iterator[dict[str, Any]]:
    told = list(changes(store, import_id))
    rows = RegisterReader(store).by_id(sorted({c["certificate_id"] for c in told}))
    for change in told:
        found = rows.get(change["certificate_id"])
        if found is not None:
            yield {"what": change["what"], "number": found[1].number, "holder": found[1].holder,
                   **{k: change[k] for k in ("field", "old", "new")}}  # fmt: skip


def _shown(day: int | None) -> str | None:
    return f"{day // 10000}-{day // 100 % 100:02}-{day % 100:02}" if day else None
