"""OCR answers kept by the picture's hash, so that trying a change of the reader costs seconds and not OCR again.

Kept are the answers of the two places where the reader asks its OCR: a whole picture, and a strip of print read again. A key names
pixels, the OCR's version and the source of the function that asks; a change of either asks again.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from compliance.pictures import ocr

FOLDER = Path(__file__).resolve().parents[2] / "build" / "eval-pictures"


@dataclass(slots=True)
class Counts:
    """How often OCR was asked, and how often the answer was kept from before."""

    asked: int = 0
    kept: int = 0


class _Answers:
    def __init__(self, folder: Path, salt: str) -> None:
        self._folder, self._salt, self.counts = folder, salt.encode(), Counts()

    def get(self, pixels: Sequence[np.ndarray], ask: Any) -> Any:
        """The answer to `ask` about these pixels, as JSON gives it back."""
        digest = hashlib.sha256(self._salt)
        for part in pixels:
            digest.update(str(part.shape).encode() + np.ascontiguousarray(part).tobytes())
        name = digest.hexdigest()
        path = self._folder / name[:2] / f"{name}.json"
        try:
            answer = json.loads(path.read_bytes())
            self.counts.kept += 1
            return answer
        except (OSError, ValueError):  # not there, or cut off by an interrupted run
            pass
        answer = json.loads(json.dumps(ask()))
        self.counts.asked += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}")
        half.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
        half.replace(path)
        return answer


class _Engine:
    """The OCR engine with `recognize_txt` kept; everything else is the engine's own."""

    def __init__(self, make: Any, answers: _Answers) -> None:
        self._make, self._answers = make, answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)

    def recognize_txt(self, crops: list[np.ndarray]) -> Any:
        """Texts of strips of print, and OCR's confidence in each."""

        def ask() -> Any:
            read = self._make().recognize_txt(crops)
            return {"txts": list(map(str, read.txts or ())), "scores": list(map(float, read.scores or ()))}

        mark = np.frombuffer(b"texts and scores", np.uint8)  # apart from answers kept before scores were
        answer = self._answers.get([*crops, mark], ask)
        return SimpleNamespace(txts=tuple(answer["txts"]), scores=tuple(answer["scores"]))


@contextmanager
def kept_answers(folder: Path | None = None) -> Iterator[Counts]:
    """Within it the reader's OCR answers come from `folder` (default: FOLDER) where they are known."""
    read, engine = ocr._read, ocr._engine
    source = inspect.getsource(read) + inspect.getsource(ocr._lies) + inspect.getsource(engine)
    answers = _Answers(
        folder or FOLDER, f"rapidocr {version('rapidocr')} onnxruntime {version('onnxruntime')} {source}"
    )

    def kept_read(pixels: np.ndarray) -> Any:
        def ask() -> Any:
            quads, lies = read(pixels)
            return [[asdict(quad) for quad in quads], list(lies)]

        quads, (quarter, tilt) = answers.get([pixels], ask)
        return [ocr.Quad([(float(x), float(y)) for x, y in q["corners"]], q["text"], q["confidence"]) for q in quads], (
            int(quarter),
            float(tilt),
        )

    proxy = _Engine(engine, answers)
    ocr._read, ocr._engine = kept_read, lambda: proxy  # type: ignore[assignment]
    try:
        yield answers.counts
    finally:
        ocr._read, ocr._engine = read, engine
