"""Reads pictures in a process of their own, each within its time, and keeps what was read (图片识读的入口)."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import queue
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

from compliance.pictures.kept import Kept
from compliance.pictures.records import PictureReading, reading_from_json

SECONDS = 120.0  # for one picture, start of the process included; reading takes 1–6 s on two free cores
TURNS = 200  # pictures after which the process is replaced: native code may leak
ROOT = Path(__file__).resolve().parents[2]


def read_picture(data: bytes, name: str, context: str = "") -> PictureReading:
    """What the picture shows, read by the shared process of this run. Never raises for a bad picture: its `reason` says why.

    RuntimeError when the extra `pictures` is not installed.
    """
    return _shared().read(data, name, context)


@cache
def _shared() -> PictureReader:
    reader = PictureReader()
    atexit.register(reader.close)
    return reader


class PictureReader:
    """One worker process (and the readings `kept` before), started when first needed, replaced when it dies, hangs or has read TURNS pictures."""

    def __init__(self, seconds: float = SECONDS, kept: Kept | None = None) -> None:
        from compliance.pictures.ocr import MISSING, available

        if not available():
            raise RuntimeError(MISSING)
        self._seconds = seconds
        self._kept = kept
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._turns = 0
        self._lock = threading.Lock()

    def read(self, data: bytes, name: str, context: str = "") -> PictureReading:
        """The reading; one that could not be made says why."""
        if self._kept is not None and (before := self._kept.get(data, name, context)):
            return before
        with self._lock:
            answer = self._ask(data, name, context)
        if isinstance(answer, str):
            return PictureReading(name, hashlib.sha256(data).hexdigest(), "other", False, answer, unreadable=True)
        if self._kept is not None:
            self._kept.put(answer, context)
        return answer

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _ask(self, data: bytes, name: str, context: str) -> PictureReading | str:
        process = self._running()
        assert process.stdin is not None
        head = json.dumps({"name": name, "context": context, "bytes": len(data)}).encode() + b"\n"
        try:
            process.stdin.write(head + data)
            process.stdin.flush()
            line = self._answers.get(timeout=self._seconds)
        except queue.Empty:
            self.close()
            return f"识读超过{self._seconds:g}秒，已中止"
        except (BrokenPipeError, OSError):
            line = b""
        self._turns += 1
        if not line:
            status = process.wait()
            self.close()
            return f"识读进程意外结束（状态{status}），多为内存超过限额；其余图片继续"
        if self._turns >= TURNS:
            self.close()
        return reading_from_json(json.loads(line))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "compliance.pictures.worker",
            ],  # -P: nothing from the folder we happen to be in
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
        answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(process, answers), daemon=True).start()
        self._process, self._answers, self._turns = process, answers, 0
        return process


def _listen(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    """Passes on the process's lines; an empty one says that it has ended."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:  # closed by us
        pass
    answers.put(b"")
