"""Is the cluster well (集群体检): database, queue, workers, register; as data for `doctor --cluster`, as figures for Prometheus."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from compliance.places import Place, PlaceError
from compliance.store import queue
from compliance.store.health import recent, server_version
from compliance.store.session import Store, schema_version
from rules.clock import today

SILENT = 30.0  # seconds without a sign of life after which a worker counts as silent
LATE = 3600.0  # seconds a due job may wait before it is a fault
EXTRAS = {"procrastinate": "cluster", "psycopg": "postgres"}
HELP = {
    "certmark_pages_per_second": "pages received by all workers, over five minutes",
    "certmark_queue_due": "sites that may be begun now",
    "certmark_queue_doing": "sites at work",
    "certmark_queue_age_seconds": "how long the site at the head of the queue has been due",
    "certmark_workers": "workers by sign of life",
    "certmark_blocked_share": "share of the last hour's answers that were walls",
    "certmark_register_age_days": "days since the register's snapshot",
    "certmark_findings_seen": "findings seen within a day, by outcome",
    "certmark_run_sites": "sites of runs in the queue, by state",
}


def cluster_health(store: Store) -> dict[str, Any]:
    """`{"database", "schema", "extras", "queue", "workers", "runs", "recent", "register", "archive", "faults"}`; faults must be mended."""
    faults: list[str] = []
    out: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "database": server_version(store)}
    out["schema"] = schema_version(store)
    out["extras"] = {name: _installed(name, extra, faults) for name, extra in EXTRAS.items()}
    if store.engine.dialect.name != "postgresql":
        faults.append(
            "the store is no PostgreSQL: several machines can't share it (CERTMARK_DATABASE_URL=postgresql://…)"
        )
        out |= {"queue": None, "workers": None, "runs": []}
    elif not queue.has_queue(store):
        faults.append("the queue's tables are not there: the first `certmark worker --concurrency N` makes them")
        out |= {"queue": None, "workers": None, "runs": []}
    else:
        out |= _queue(store, faults)
    of_late = recent(store)
    out["recent"] = {
        "pages_per_second": round(of_late.rate, 3),
        "answers_last_hour": of_late.hour,
        "blocked_share": None if of_late.blocked is None else round(of_late.blocked, 4),
        "findings_seen_last_day": of_late.findings,
    }
    out["register"] = _register(store)
    out["archive"] = _archive(faults)
    out["faults"] = faults
    return out


def figures_text(store: Store) -> str:
    """The cluster's figures in Prometheus' text format (version 0.0.4)."""
    health = cluster_health(store)
    values: dict[str, list[tuple[str, float | None]]] = {
        "certmark_pages_per_second": [("", health["recent"]["pages_per_second"])],
        "certmark_blocked_share": [("", health["recent"]["blocked_share"])],
        "certmark_findings_seen": [
            (f'{{outcome="{name}"}}', n) for name, n in sorted(health["recent"]["findings_seen_last_day"].items())
        ],
        "certmark_register_age_days": [("", (health["register"] or {}).get("age_days"))],
    }
    if health["queue"] is not None:
        values |= {
            "certmark_queue_due": [("", health["queue"]["due"])],
            "certmark_queue_doing": [("", health["queue"]["doing"])],
            "certmark_queue_age_seconds": [("", health["queue"]["age_seconds"])],
            "certmark_workers": [(f'{{state="{name}"}}', n) for name, n in health["workers"].items()],
        }
        states: dict[str, int] = {}
        for run in health["runs"]:
            for name, count in (run["ended"] | {"doing": run["doing"], "waiting": run["waiting"]}).items():
                states[name] = states.get(name, 0) + count
        values["certmark_run_sites"] = [(f'{{state="{name}"}}', n) for name, n in sorted(states.items())]
    lines: list[str] = []
    for name, found in values.items():
        known = [(label, value) for label, value in found if value is not None]
        if known:
            lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge", *(f"{name}{lab} {v}" for lab, v in known)]
    return "\n".join(lines) + "\n"


def health_lines(health: dict[str, Any]) -> list[str]:
    """For a terminal."""
    lines = [f"database: {health['database']}, schema {health['schema']}"]
    lines += [f"  {name} {found or 'not installed'}" for name, found in health["extras"].items()]
    if health["queue"] is not None:
        waits, workers = health["queue"], health["workers"]
        lines.append(
            f"queue: {waits['due']} due, {waits['doing']} at work, oldest due for {waits['age_seconds']:.0f} s"
        )
        lines.append(f"workers: {workers['alive']} alive, {workers['silent']} silent")
        lines += [f"run {run['run']} ({run['job'] or 'by hand'}): {run['line']}" for run in health["runs"]]
    late = health["recent"]
    share = "—" if late["blocked_share"] is None else f"{late['blocked_share']:.1%}"
    lines.append(f"pages: {late['pages_per_second']:.2f}/s over five minutes; blocked in the last hour: {share}")
    register = health["register"]
    lines.append(f"register: snapshot {register['age_days']} days old" if register else "register: none imported")
    lines.append(f"archive: {health['archive'] or 'the data folder of each machine (CERTMARK_ARCHIVE)'}")
    return lines + [f"FAULT {fault}" for fault in health["faults"]]


def _queue(store: Store, faults: list[str]) -> dict[str, Any]:
    import json
    from dataclasses import asdict

    due, doing = queue.due_jobs(store)
    alive, silent = queue.workers(store, SILENT)
    age = queue.queue_age(store)
    if due and not alive:
        faults.append(f"{due} site(s) wait and no worker is alive: certmark worker --concurrency N")
    elif age > LATE:
        faults.append(f"the queue is {age / 3600:.1f} hours behind: start more workers, or shorten the list")
    runs = []
    for run_id, began, settings in queue.shared_runs(store):
        progress = queue.progress_of(store, run_id)
        about = {"job": json.loads(settings).get("job"), "started": began.isoformat(), "line": progress.line()}
        runs.append(asdict(progress) | about)
    return {
        "queue": {"due": due, "doing": doing, "age_seconds": round(age, 1)},
        "workers": {"alive": alive, "silent": silent},
        "runs": runs,
    }


def _installed(name: str, extra: str, faults: list[str]) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        faults.append(f"{name} is not installed: pip install '.[{extra}]'")
        return None


def _register(store: Store) -> dict[str, Any] | None:
    from compliance.register_open import stored_rows

    rows = stored_rows(store)
    if rows is None or rows.info.snapshot is None:
        return None
    return rows.info.to_json() | {"age_days": (today() - rows.info.snapshot).days}


def _archive(faults: list[str]) -> str | None:
    """The place that all workers write archives to, tried with one small file."""
    from compliance.settings import load_settings

    where = load_settings().archive
    if not where:
        return None
    try:
        place = Place(where)
        place.write(".doctor", b"certmark doctor\n")
        place.remove(".doctor")
    except (PlaceError, OSError) as error:
        faults.append(f"archive {where}: {error}")
    return where
