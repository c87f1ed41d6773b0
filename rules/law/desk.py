"""What the `law` commands share: the statutes, the records of attestations, the rules that cite a provision."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from rules.law.attest import Attestation, read_attestations, standing
from rules.law.statutes import Placed, Statutes, load_statutes


def open_statutes() -> Statutes:
    """The packaged statutes; their faults are said on standard error."""
    statutes = load_statutes()
    say_faults(statutes.faults)
    return statutes


def provisions_of(statutes: Statutes, law: str, day: date) -> list[Placed]:
    """What can be cited of a law that day; of answers and notices, whose days are not all known, everything."""
    entry = statutes.laws[law]
    if entry.series == "documents":
        found = [statutes.in_version(f"{law}#{p.key}", v.version) for v in entry.versions for p in entry.provisions]
        return [one for one in found if one]
    return list(statutes.provisions_on(law, day))


def citing_rules() -> dict[str, list[str]]:
    """By key, the ids of the rules that cite it."""
    from rules.book import load_book

    found: dict[str, list[str]] = {}
    for rule in load_book(statutes=open_statutes()).rules:
        for key in rule.keys:
            found.setdefault(key, []).append(rule.id)
    return found


def key_of(placed: Placed) -> str:
    """`law-id#key`."""
    return f"{placed.law.law}#{placed.entry.key}"


def record_file(ports: Any) -> Path:
    """The file of attestations: in the data folder of the port, else of CERTMARK_DATA, else the user's own."""
    folder = getattr(ports, "data_folder", None)
    if callable(folder):
        return Path(folder()) / "law" / "attestations.jsonl"
    given = os.environ.get("CERTMARK_DATA") or Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share") / "certmark"
    return Path(given).expanduser() / "law" / "attestations.jsonl"


def attested_in(ports: Any, statutes: Statutes, file: Path | None) -> dict[tuple[str, str], Attestation]:
    """By (key, version), the attestations that still fit our words; unreadable lines are said on standard error."""
    records, faults = read_attestations(file or record_file(ports))
    say_faults(faults)
    return dict(standing(statutes, records))


def stored_findings(ports: Any, keys: tuple[str, ...], begins: date) -> int | None:
    """How many stored findings cite one of the keys for conduct from that day on; None where no store is at hand."""
    port = getattr(ports, "findings_citing", None)
    return int(port(keys, begins)) if callable(port) else None


def say_faults(faults: Iterable[Any]) -> None:
    """Each fault on standard error."""
    for fault in faults:
        print(fault, file=sys.stderr)
