"""核对记录 beside the provisions a finding cites: who compared our words with the official text, and when."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from compliance.records import PageResult
from rules.law.attest import read_attestations, standing
from rules.law.statutes import Statutes

Attested = dict[tuple[str, str], dict[str, str]]  # (law-id#key, version) → {"by", "on", "source"}


def attestations(file: Path, statutes: Statutes) -> tuple[Attested, list[str]]:
    """Attestations that still fit our words, and the lines that could not be read."""
    records, faults = read_attestations(file)
    kept = standing(statutes, records)
    found = {at: {"by": r.by, "on": r.on.isoformat(), "source": r.source} for at, r in kept.items()}
    return found, [str(fault) for fault in faults]


def with_attestations(result: PageResult, attested: Attested) -> PageResult:
    """The same result, each attested provision and penalty saying so."""

    def marked(one: dict[str, Any]) -> dict[str, Any]:
        record = attested.get((f"{one['law']}#{one['key']}", one["version"]))
        return {**one, "attested": record} if record else one

    return replace(
        result,
        findings=tuple(
            replace(f, breaches=tuple(map(marked, f.breaches)), penalties=tuple(map(marked, f.penalties)))
            for f in result.findings
        ),
    )
