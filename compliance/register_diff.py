"""`register diff`: what the newest snapshot of a source changed, and alerts for watched firms (suspended, revoked, about to end)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from compliance.records import CertificateRow
from compliance.register.cells import code_of
from compliance.register.files import RegisterFileError
from compliance.register.names import normal_form
from compliance.store.register_reader import RegisterReader
from compliance.store.register_stats import changes, ids_of_holders, imports
from compliance.store.session import Store

_ALERTS = ("suspended", "revoked", "cancelled")


def diff_of(store: Store, source: str | None, watch: Path | None, within: int) -> dict[str, Any]:
    """`{"source", "snapshot", "before", "complete", "new", "changed", "gone", "unchanged", "changes": […], "alerts": […]}`.

    A change: what, number, holder, field, old, new. With `watch` only the changes of watched firms, and their alerts.
    """
    done = [i for i in imports(store) if i["kind"] == "certificates" and source in (None, i["source"])]
    if not done:
        raise RegisterFileError(
            "nothing was imported" + (f" from {source}" if source else "") + ": `certmark register import FILE`"
        )
    newest = max(done, key=lambda i: (i["snapshot"] or 0, i["id"]))
    before = next((i for i in done if i["id"] == newest["before_id"]), None)
    reader = RegisterReader(store)
    told = list(changes(store, newest["id"]))
    rows = reader.by_id(sorted({c["certificate_id"] for c in told}))
    watched = _watched(store, watch) if watch else None
    listed = []
    for change in told:
        found = rows.get(change["certificate_id"])
        if found is None or (watched is not None and found[0] not in watched):
            continue
        listed.append({"what": change["what"], "number": found[1].number, "holder": found[1].holder,
                       **{k: change[k] for k in ("field", "old", "new")}})  # fmt: skip
    alerts = _alerts(reader, watched, within) if watched is not None else []
    return {
        "source": newest["source"], "snapshot": _shown(newest["snapshot"]), "before": _shown(before["snapshot"]) if before else None,
        "complete": newest["complete"] != "[]", **{k: newest[k] for k in ("new", "changed", "gone", "unchanged")},
        "changes": listed, "alerts": alerts,
    }  # fmt: skip


def _watched(store: Store, path: Path) -> set[int]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterFileError(f"{path}: can't be read: {error}") from error
    return ids_of_holders(store, {normal_form(line) for line in lines}, {code_of(line) or "" for line in lines})


def _alerts(reader: RegisterReader, watched: set[int], within: int) -> list[dict[str, Any]]:
    today = date.today()
    out: list[dict[str, Any]] = []
    for rows in reader.certificates("organisation_id", watched).values():
        for row in rows:
            what, day = _alert(row, today, today + timedelta(days=within))
            if what:
                out.append(
                    {
                        "holder": row.holder,
                        "number": row.number,
                        "scheme": row.scheme,
                        "what": what,
                        "day": day.isoformat() if day else None,
                    }
                )
    return sorted(out, key=lambda a: (a["holder"], a["number"]))


def _alert(row: CertificateRow, today: date, until: date) -> tuple[str | None, date | None]:
    if row.status in _ALERTS:
        return row.status, row.status_from
    if row.status == "valid" and row.expires and today <= row.expires <= until:
        return "expires", row.expires
    return None, None


def _shown(day: int | None) -> str | None:
    return f"{day // 10000}-{day // 100 % 100:02}-{day % 100:02}" if day else None
