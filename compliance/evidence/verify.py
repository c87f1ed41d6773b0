"""Is a bundle whole? Archive, manifest, what the members say of each other, the chain. Says where it is not; never raises."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliance.evidence.archive import MANIFEST, MOST_BYTES, Fault, opened
from compliance.evidence.bundle import HISTORY, REQUIRED
from compliance.evidence.chain import CHAIN, chain_faults
from compliance.evidence.data_files import PREFIX
from compliance.evidence.manifest import finding_named, json_of, manifest_faults, sha256_of
from compliance.evidence.stamp import stamp_faults

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verified:
    """What the check of one bundle gave. `notes`: what is no fault and must be said."""

    bundle: str
    finding: str | None
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    members: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def intact(self) -> bool:
        """Every byte is what it was when the bundle was packed."""
        return not self.faults


def verify(path: Path, chain: Path | None = None, roots: bytes | None = None) -> Verified:
    """Check the bundle at `path`. `chain`: the chain file; None: the one beside the bundle, if there is one. `roots`: PEM of the roots
    that a time stamp must come from; None: those the bundle brings."""
    raw = _read(path)
    if isinstance(raw, Fault):
        return Verified(str(path), None, (raw,))
    archive = opened(raw)
    faults = list(archive.faults)
    members = archive.members
    if archive.whole:
        faults += manifest_faults(members)
    finding = finding_named(members)
    if faults:
        return Verified(str(path), finding, tuple(faults), (), members)
    faults += _inner_faults(members, finding)
    notes: list[str] = []
    if not faults:
        stamp, said = stamp_faults(members, finding or "", roots)
        faults += stamp
        notes += [*said, _history_note(members)]
        beside = chain or path.parent / CHAIN
        if chain is not None or beside.exists():
            faults += chain_faults(beside, json_of(members["chain.json"]), finding or "", sha256_of(members[MANIFEST]))
        else:
            notes.append(f"chain: no {CHAIN} beside the bundle, its link was not looked up")
    return Verified(str(path), finding, tuple(faults), tuple(notes), members)


def _history_note(members: dict[str, bytes]) -> str:
    """Since when the finding had been seen when the bundle was packed."""
    if HISTORY not in members:
        return "history: the bundle says nothing of other captures"
    told = json_of(members[HISTORY])
    return (
        f"history: shown at {told.get('captures')} capture(s), from {told.get('first_seen')} to {told.get('last_seen')}"
    )


def _read(path: Path) -> bytes | Fault:
    """The whole file, up to MOST_BYTES."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                return Fault(str(path), "is not a file")
            if about.st_size > MOST_BYTES:
                return Fault(str(path), f"has {about.st_size} bytes; a bundle has {MOST_BYTES} at most")
            if about.st_size == 0:
                return Fault(str(path), "is empty")
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        return Fault(str(path), f"can't be read: {error.strerror}")


def _inner_faults(members: dict[str, bytes], finding: str | None) -> Iterator[Fault]:
    """Members that are missing for a bundle, aren't JSON, or contradict each other: hashes can hold in a bundle made by hand."""
    missing = [name for name in REQUIRED if name not in members]
    yield from (Fault(name, "is missing: every bundle has it") for name in missing)
    if not any(name.startswith(PREFIX) for name in members):
        yield Fault(PREFIX, "holds no data files: law, rules, word lists and schemes are missing")
    values: dict[str, Any] = {}
    for name in (*REQUIRED, HISTORY):
        if name in members and name.endswith(".json"):
            try:
                values[name] = json_of(members[name])
            except ValueError as error:
                yield Fault(name, f"is not JSON: {error}")
    objects = ("chain.json", "claim.json", "finding.json", "options.json", "page/page.json", "program.json", "quote.json",
               "timestamp.json")  # fmt: skip
    wrong = [name for name in (*objects, HISTORY) if name in values and not isinstance(values[name], dict)]
    yield from (Fault(name, "is not a JSON object") for name in wrong)
    if missing or wrong or not {name for name in REQUIRED if name.endswith(".json")} <= values.keys():
        return
    if values["page/page.json"].get("sha256") != sha256_of(members["page/body"]):
        yield Fault("page/body", "has another SHA-256 than page/page.json says")
    if finding is None or values["finding.json"].get("id") != finding:
        yield Fault("finding.json", f"is finding {values['finding.json'].get('id')!r}, the manifest names {finding!r}")
    if HISTORY in values and values[HISTORY].get("finding") != finding:
        yield Fault(HISTORY, "is the history of another finding")
    if values["finding.json"].get("claim") != values["claim.json"].get("id"):
        yield Fault("claim.json", "is not the claim of finding.json")
    if values["quote.json"].get("quote") != values["claim.json"].get("quote"):
        yield Fault("quote.json", "is not the quote of claim.json")
    if set(values["chain.json"]) != {"sequence", "run", "previous", "previous_manifest"}:
        yield Fault("chain.json", "is not a link of a chain")
