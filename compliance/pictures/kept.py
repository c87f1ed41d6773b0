"""Readings kept by the picture's hash, so that a picture is read once however many pages show it (识读结果缓存).

One JSON file a picture in the data folder. A reading of other bytes of the reader (`READER`), or with other words beside the
picture, is not taken.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from compliance.pictures.records import PictureReading, reading_from_json


@cache
def reader_version() -> str:
    """Short hash of the reader's own files: a changed reader reads again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in {".py", ".yaml"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Kept:
    """The folder of kept readings; it may be emptied at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, sha256: str, context: str) -> Path:
        beside = hashlib.sha256(context.encode()).hexdigest()[:8] if context else "0"
        return self._folder / sha256[:2] / f"{sha256}-{reader_version()}-{beside}.json"

    def get(self, data: bytes, name: str, context: str = "") -> PictureReading | None:
        """The kept reading under this file name; None when there is none, or it can't be read."""
        path = self._path(hashlib.sha256(data).hexdigest(), context)
        try:
            return reading_from_json(json.loads(path.read_text(encoding="utf-8"))).named(name)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, reading: PictureReading, context: str = "") -> None:
        """Keep the reading; a full disk loses the kept reading only."""
        path = self._path(reading.sha256, context)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
                json.dump(replace(reading, file="").to_json(lines=True), file, ensure_ascii=False)
            os.replace(file.name, path)
        except OSError:
            return
