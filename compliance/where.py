"""Where on a page something was seen (出处): the place of a quote in its text, and the place in one of its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds a quote again. `selector`: CSS path (no `tbody` unless the source has it; "" for plain text).

    `start`, `end`: offsets in the element's text content (scripts, styles and templates left out, white space as it
    stands); in an attribute's value when `attribute` is set (alt, title, src, content).
    """

    selector: str
    start: int
    end: int
    attribute: str | None = None

    def to_json(self) -> dict[str, Any]:
        """`{"selector", "start", "end"}`, and `attribute` where there is one."""
        out: dict[str, Any] = {"selector": self.selector, "start": self.start, "end": self.end}
        if self.attribute:
            out["attribute"] = self.attribute
        return out


@dataclass(frozen=True, slots=True)
class PictureSource:
    """图片出处: where a claim was seen in a picture of the page. `box` (x, y, w, h): px of the picture as it is shown, None for the whole.

    `mark`: the mark it appears to show (rules/schemes/marks), with the likeness `confidence` (0–1) and the words that name it
    (`confirmed_by`, None when only its looks speak for it); all None for a certificate, whose fields have their own.
    """

    source: str  # the picture's address as the page writes it
    sha256: str  # of its bytes
    box: tuple[int, int, int, int] | None
    confidence: float | None = None
    mark: str | None = None
    confirmed_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        """`{"source", "sha256", "box", "confidence", "mark", "confirmed_by"}`."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "box": list(self.box) if self.box else None,
            "confidence": self.confidence,
            "mark": self.mark,
            "confirmed_by": self.confirmed_by,
        }
