"""`certmark doctor`: what is installed, what is missing, where data lie, how old register, law and rules are."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer

from rules.clock import today

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

CORE = (
    "beautifulsoup4", "lxml", "selectolax", "scrapy", "spacy", "rapidfuzz", "sqlmodel", "pydantic", "PyYAML", "Jinja2",
    "openpyxl", "warcio", "hyperscan", "orjson",
)  # fmt: skip
# extra → (module that shows it's there, what stays undone without it)
EXTRAS = {
    "parquet": ("pyarrow", "registers in Parquet can't be imported"),
    "pictures": ("rapidocr", "what stands only in pictures is not read, and every page says so"),
    "browser": (
        "scrapy_playwright",
        "pages that show nothing without JavaScript stay unread and are said to; evidence has no screenshots",
    ),
    "postgres": ("psycopg", "the store can only be SQLite"),
    "review": ("fastapi", "there is no desk in the browser; `certmark case` works on the terminal"),
    "cluster": ("procrastinate", "one worker crawls alone"),
    "dask": ("distributed", "a corpus is checked by one process"),
    "s3": ("s3fs", "archives and corpora can only lie in folders"),
}
FOLDERS = ("crawler", "rules", "compliance", "reports")


@app.command()
def doctor(
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json, or prometheus")] = "table",
    cluster: Annotated[
        bool, typer.Option("--cluster", help="database, queue, workers and register of several machines")
    ] = False,
) -> None:
    """Say what is here and what is not. Exit 0 when the core works, 1 when something it needs is broken."""
    if format not in {"table", "json", "prometheus"} or (format == "prometheus" and not cluster):
        raise typer.BadParameter(
            f"{format!r} is not one of table, json (prometheus with --cluster)", param_hint="--format"
        )
    if cluster:
        raise typer.Exit(_cluster(format))
    facts = diagnosis()
    if format == "json":
        print(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(facts)))
    raise typer.Exit(1 if facts["faults"] else 0)


def _cluster(format: str) -> int:
    """The cluster's state, and 1 when something must be mended, 2 when its database can't be reached."""
    from compliance.cluster import cluster_health, figures_text, health_lines
    from compliance.settings import SettingsError
    from compliance.store.session import StoreError, open_store

    try:
        with open_store() as store:
            if format == "prometheus":
                print(figures_text(store), end="")
                return 0
            health = cluster_health(store)
    except (StoreError, SettingsError) as error:
        print(f"certmark doctor: {error}", file=sys.stderr)
        return 2
    print(json.dumps(health, ensure_ascii=False, indent=1) if format == "json" else "\n".join(health_lines(health)))
    return 1 if health["faults"] else 0


def diagnosis() -> dict[str, Any]:
    """Everything `doctor` says, as data. `faults` lists what must be mended."""
    faults: list[str] = []
    core: dict[str, str | None] = {}
    for name in CORE:
        try:
            core[name] = version(name)
        except PackageNotFoundError:
            core[name] = None
            faults.append(f"{name} is not installed: pip install certmark installs it")
    extras = {
        name: {"installed": importlib.util.find_spec(module) is not None, "without": without}
        for name, (module, without) in EXTRAS.items()
    }
    out: dict[str, Any] = {"python": sys.version.split()[0], "core": core, "extras": extras}
    out |= _data(faults)
    out |= _book(faults)
    faults += _owners()
    out["faults"] = faults
    return out


def _data(faults: list[str]) -> dict[str, Any]:
    """Where data lie, and the register's source, size and age in days."""
    from compliance.register.files import RegisterFileError
    from compliance.register_open import open_register
    from compliance.settings import SettingsError, load_settings
    from compliance.store.session import StoreError

    try:
        settings = load_settings()
    except SettingsError as error:
        faults.append(str(error))
        return {"data": None, "store": None, "register": None}
    found: dict[str, Any] = {"data": str(settings.data), "store": settings.database_url, "register": None}
    try:
        rows = open_register(None)
    except (RegisterFileError, StoreError, OSError) as error:
        faults.append(str(error))
        return found
    if rows is not None:
        info = rows.info
        age = (today() - info.snapshot).days if info.snapshot else None
        found["register"] = info.to_json() | {"age_days": age}
    return found


def _book(faults: list[str]) -> dict[str, Any]:
    """Rules and law: how many, which faulty, how sure."""
    from rules.book import load_book
    from rules.law import load_statutes

    statutes = load_statutes()
    book = load_book((), statutes)
    faults += [str(fault) for fault in book.faults]
    return {
        "rules": {"count": len(book.rules), "hash": book.hash},
        "law": {"laws": len(statutes.laws), "hash": statutes.hash, "confidence": dict(confidences(statutes))}
        | _attested(statutes, faults),
    }


def _attested(statutes: Any, faults: list[str]) -> dict[str, Any]:
    """核对记录: how many provisions a person has compared with the official text, and when the oldest of these was."""
    from compliance.settings import SettingsError, load_settings
    from rules.law.attest import read_attestations, standing

    try:
        folder = load_settings().data
    except SettingsError:
        return {"attested": 0, "oldest_attestation": None}  # said already, where the data folder is shown
    records, bad = read_attestations(folder / "law" / "attestations.jsonl")
    faults += [str(fault) for fault in bad]
    kept = standing(statutes, records)
    return {
        "attested": len(kept),
        "oldest_attestation": min((r.on.isoformat() for r in kept.values()), default=None),
    }


def confidences(statutes: Any) -> Counter[str]:
    """How many provisions were read, quoted or inferred, counted once a version."""
    return Counter(
        placed.confidence_on(version.in_force)
        for law in statutes.laws
        for version in statutes.versions(law)
        if version.in_force is not None
        for placed in statutes.provisions_on(law, version.in_force)
    )


def _owners() -> list[str]:
    """Another distribution that installs one of our folder names would overwrite it silently."""
    from importlib.metadata import packages_distributions

    owners = packages_distributions()
    return [
        f"the folder `{folder}` is also installed by {other}: certmark needs an environment of its own"
        for folder in FOLDERS
        for other in owners.get(folder, [])
        if other != "certmark"
    ]


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = [f"python {facts['python']}"]
    lines += [f"  {name} {found or 'MISSING'}" for name, found in facts["core"].items()]
    for name, extra in facts["extras"].items():
        lines.append(f"extra {name}: " + ("installed" if extra["installed"] else f"not installed — {extra['without']}"))
    lines += [f"data: {facts['data']}", f"store: {facts['store']}"]
    register = facts["register"]
    if register is None:
        lines.append("register: none imported — claims can't be confirmed or refuted (certmark register import FILE)")
    else:
        age = register["age_days"]
        lines.append(
            f"register: {register['source']}, {register['rows']} rows, snapshot {register['snapshot']}"
            + (f", {age} days old" if age is not None else ", no snapshot day")
        )
    sure = ", ".join(f"{count} {name}" for name, count in sorted(facts["law"]["confidence"].items()))
    lines.append(f"rules: {facts['rules']['count']} ({facts['rules']['hash'][:12]})")
    lines.append(f"law: {facts['law']['laws']} statutes ({facts['law']['hash'][:12]}); provisions: {sure}")
    since = f", the oldest of {facts['law']['oldest_attestation']}" if facts["law"]["attested"] else ""
    lines.append(f"attested by a person: {facts['law']['attested']} provisions{since} (certmark law attest KEY)")
    lines += [f"FAULT {fault}" for fault in facts["faults"]]
    return lines
