"""A picture as a page shows it, with what was read of it (页面上的图片): what the checking of a page is given, and a bundle keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.pictures.records import PictureReading, reading_from_json
from compliance.records import Locator


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """`reading` None: the picture is wanted but could not be had, `missing` says why."""

    source: str
    locator: Locator
    words: str
    reading: PictureReading | None
    missing: str | None = None
    own: str = ""  # the picture's alt text and title; `words` adds what stands beside it

    def to_json(self) -> dict[str, Any]:
        """Plain data, with the lines of the reading."""
        return {
            "source": self.source,
            "locator": self.locator.to_json(),
            "words": self.words,
            "reading": self.reading.to_json(lines=True) if self.reading else None,
            "missing": self.missing,
            "own": self.own,
        }


@dataclass(frozen=True, slots=True)
class Pictures:
    """Of one page: pictures wanted, and how many more were likely but over the bound."""

    shown: tuple[ShownPicture, ...] = ()
    over: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data for a bundle."""
        return {"shown": [one.to_json() for one in self.shown], "over": self.over}


def pictures_from_json(data: Mapping[str, Any]) -> Pictures:
    """What `Pictures.to_json` wrote. KeyError, TypeError or ValueError when it is none."""
    shown = []
    for one in data["shown"]:
        at = one["locator"]
        locator = Locator(at["selector"], at["start"], at["end"], at.get("attribute"))
        reading = reading_from_json(one["reading"]) if one["reading"] else None
        shown.append(ShownPicture(one["source"], locator, one["words"], reading, one["missing"], one.get("own", "")))
    return Pictures(tuple(shown), data["over"])
