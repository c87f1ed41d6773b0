"""A thing that could not be read: counted and shown, never raised past the place where it happened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """读取故障. `source`: where (path, "file.jsonl:12", URL). `what`: what was wrong. `fix`: what to do about it."""

    source: str
    what: str
    fix: str

    def __str__(self) -> str:
        """`source: what; fix`, one line for standard error."""
        return f"{self.source}: {self.what}; {self.fix}"
