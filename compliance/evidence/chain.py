"""The chain (证据链): one line a bundle, each holding the hash of the line before. Lines are only ever appended.

Changing or taking out one bundle's line breaks every later one; a bundle carries its link, so that it finds its place again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from compliance.evidence.archive import Fault
from compliance.evidence.manifest import json_of, sha256_of

CHAIN = "chain.jsonl"
FIRST = "0" * 64  # what stands for the line before the first
MOST_LINE = 4096

Json = dict[str, Any]


class ChainBroken(RuntimeError):
    """The chain file can't be continued. The message names the line."""


@dataclass(frozen=True, slots=True)
class Link:
    """链环: where a bundle stands. `previous` is the hash of the line before, `previous_manifest` that bundle's manifest."""

    sequence: int
    run: str
    previous: str
    previous_manifest: str

    def to_json(self) -> Json:
        """As it stands in the bundle (`chain.json`)."""
        return {
            "sequence": self.sequence,
            "run": self.run,
            "previous": self.previous,
            "previous_manifest": self.previous_manifest,
        }


def line_of(link: Json, bundle: str, finding: str, manifest: str) -> Json:
    """The chain's line for a bundle; `entry` is the hash of all the rest."""
    line = {**link, "bundle": bundle, "finding": finding, "manifest": manifest}
    return {**line, "entry": entry_of(line)}


def entry_of(line: Json) -> str:
    """Hash of a line without its `entry`."""
    bare = {key: value for key, value in line.items() if key != "entry"}
    return sha256_of(json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


class Chain:
    """The chain file of one folder, open for one run: `with Chain(path, run) as chain`.

    Raises ChainBroken when what stands there doesn't hold, or when another process appends to it now; OSError.
    """

    def __init__(self, path: Path, run: str) -> None:
        self.path, self.run = path, run
        self._file = path.open("a+b")
        try:
            _lock(self._file, path)
            _drop_half_line(self._file)
            lines, faults = read_chain(path)
            if faults:
                raise ChainBroken(f"{faults[0].path}: {faults[0].what}; keep the file and name another folder")
        except (ChainBroken, OSError):
            self._file.close()
            raise
        self.lines = {str(line["bundle"]): line for line in lines}
        self._last = lines[-1] if lines else None

    def __enter__(self) -> Chain:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def next(self) -> Link:
        """The link of the bundle that is packed next."""
        last = self._last
        if last is None:
            return Link(1, self.run, FIRST, FIRST)
        return Link(int(last["sequence"]) + 1, self.run, str(last["entry"]), str(last["manifest"]))

    def append(self, link: Link, bundle: str, finding: str, manifest: str) -> None:
        """Write the line of a bundle that lies on the disk; on return it is durable."""
        line = line_of(link.to_json(), bundle, finding, manifest)
        self._file.write(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.lines[bundle] = self._last = line


def read_chain(path: Path) -> tuple[list[Json], list[Fault]]:
    """The chain's lines up to the first that doesn't hold, and that one's fault. Raises OSError."""
    lines: list[Json] = []
    previous, manifest = FIRST, FIRST
    with path.open("rb") as file:
        while raw := file.readline(MOST_LINE + 1):
            number = len(lines) + 1
            line = _line(raw)
            if line is None:
                return lines, [Fault(f"{path.name}:{number}", "is not a line of a chain")]
            if line["entry"] != entry_of(line):
                return lines, [Fault(f"{path.name}:{number}", "was altered: its hash is another")]
            if (line["sequence"], line["previous"], line["previous_manifest"]) != (number, previous, manifest):
                return lines, [
                    Fault(f"{path.name}:{number}", "doesn't follow the line before: one is missing or altered")
                ]
            previous, manifest = line["entry"], line["manifest"]
            lines.append(line)
    return lines, []


def chain_faults(path: Path, link: Json, finding: str, manifest: str) -> list[Fault]:
    """What contradicts the bundle in the chain file beside it."""
    try:
        lines, faults = read_chain(path)
    except OSError as error:
        return [Fault(path.name, f"can't be read: {error.strerror}")]
    number = link["sequence"]
    if not isinstance(number, int) or number < 1:
        return [Fault("chain.json", "has no place in a chain")]
    if number > len(lines):
        return faults or [Fault(path.name, f"has {len(lines)} lines; the bundle's is number {number}")]
    line = lines[number - 1]
    if line != line_of(link, str(line.get("bundle")), finding, manifest):
        return [
            *faults,
            Fault(f"{path.name}:{number}", "speaks of another bundle, or of this one before it was altered"),
        ]
    return faults


def _line(raw: bytes) -> Json | None:
    if len(raw) > MOST_LINE or not raw.endswith(b"\n"):
        return None
    try:
        line = json_of(raw)
    except ValueError:
        return None
    keys = {"sequence", "run", "previous", "previous_manifest", "bundle", "finding", "manifest", "entry"}
    return line if isinstance(line, dict) and set(line) == keys else None


def _lock(file: BinaryIO, path: Path) -> None:
    """One process at a time; the system lets go when the process ends, however it ends. Where there are no such locks, none."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ChainBroken(f"{path}: another process is packing into this folder; wait for its end") from None


def _drop_half_line(file: BinaryIO) -> None:
    """A line without its end was cut off by a kill: its bundle was never reported, and it is packed again."""
    file.seek(0)
    raw = file.read()
    if raw and not raw.endswith(b"\n"):
        file.truncate(raw.rfind(b"\n") + 1)
