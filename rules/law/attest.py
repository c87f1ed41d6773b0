"""Attestations (核对记录): that a person has compared our gist of a provision with the official text.

One JSON line a record, appended, never rewritten. A record holds for the very words it was made for: when gist, number or
terms change, their hash differs and the record counts as stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rules.law.statutes import Placed, Statutes
from rules.source import Fault

MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Attestation:
    """One record. `gist_sha256` covers number, gist and terms of the version; `on` is the day the person compared them."""

    key: str
    version: str
    article: str | None
    gist_sha256: str
    by: str
    source: str
    on: date

    def to_json(self) -> dict[str, Any]:
        """The line as it is written."""
        return {
            "key": self.key,
            "version": self.version,
            "article": self.article,
            "gist_sha256": self.gist_sha256,
            "by": self.by,
            "source": self.source,
            "on": self.on.isoformat(),
        }


def hash_of(placed: Placed) -> str:
    """SHA-256 over what a person compares: number, gist and terms of one version."""
    terms = placed.terms.model_dump(mode="json") if placed.terms else None
    text = json.dumps([placed.line.at, placed.gist, terms], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def attestation_of(placed: Placed, by: str, source: str, on: date) -> Attestation:
    """The record that `by` compared the provision with `source` on the day `on`."""
    key = f"{placed.law.law}#{placed.entry.key}"
    return Attestation(key, placed.version.version, placed.line.at, hash_of(placed), by, source, on)


def append_attestation(file: Path, record: Attestation) -> None:
    """Write the record at the end of the file, making the folder when it isn't there. OSError when it can't be written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(record.to_json(), ensure_ascii=False, sort_keys=True) + "\n")


def read_attestations(file: Path) -> tuple[list[Attestation], list[Fault]]:
    """All records of a file, and the lines that could not be read. A file that isn't there holds none."""
    if not file.exists():
        return [], []
    try:
        if file.stat().st_size > MOST_BYTES:
            return [], [Fault(str(file), 0, 0, f"more than {MOST_BYTES} bytes", "is this the file of attestations?")]
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return [], [Fault(str(file), 0, 0, f"cannot be read: {error}", "check the path and the rights of the file")]
    records: list[Attestation] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(_record_of(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(Fault(str(file), number, 1, f"not an attestation: {error}", "remove the line or mend it"))
    return records, faults


def standing(statutes: Statutes, records: list[Attestation]) -> Mapping[tuple[str, str], Attestation]:
    """By (key, version), the latest record that still fits our words; stale ones are left out."""
    found: dict[tuple[str, str], Attestation] = {}
    for record in sorted(records, key=lambda record: record.on):
        placed = statutes.in_version(record.key, record.version)
        if placed and hash_of(placed) == record.gist_sha256:
            found[record.key, record.version] = record
    return found


def _record_of(data: dict[str, Any]) -> Attestation:
    article = data["article"]
    words = [data[name] for name in ("key", "version", "gist_sha256", "by", "source")]
    if not all(isinstance(word, str) and word for word in words) or not (article is None or isinstance(article, str)):
        raise ValueError("a field is empty or not text")
    key, version, digest, by, source = words
    return Attestation(key, version, article, digest, by, source, date.fromisoformat(data["on"]))
