"""Feeds a register file to the store, packed: in this process, or, for a large file, read by a second one while this one writes."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from compliance.register.files import Opened, RegisterFileError, open_register_file
from compliance.register.imports import Reading, plain_columns
from compliance.register.packing import Packed, Packer

APART = 32 << 20  # bytes of a file from which on a second process reads it
_AHEAD = 1 << 20  # bytes the pipe between the two holds, so that neither waits for the other batch by batch


def feed(path: Path, snapshot: int | None, apart: bool | None = None) -> Iterator[Packed]:
    """The batches of the file. `apart`: read in a second process; by default for files above APART. Raises RegisterFileError."""
    opened = open_register_file(path)  # here, so that a file that can't be used is said at once
    if apart is None:
        apart = path.stat().st_size > APART
    if not apart:
        return _batches(opened, snapshot)
    opened.close()
    return _from_other(path, snapshot)


def size_of(path: Path) -> int:
    """What `Packed.at` counts up to."""
    opened = open_register_file(path)
    opened.close()
    return opened.size


def _batches(opened: Opened, snapshot: int | None) -> Iterator[Packed]:
    reading, packer = Reading(opened), Packer()
    try:
        for columns, rejects in plain_columns(reading, snapshot):
            packed = packer.pack(columns, rejects)
            packed.at, packed.source, packed.snapshot = opened.at(), reading.source, reading.snapshot
            packed.notes = (*reading.notes, *opened.late())
            yield packed
    finally:
        opened.close()


def _from_other(path: Path, snapshot: int | None) -> Iterator[Packed]:
    """The batches as a second process reads them: it writes them to its standard output."""
    home = str(Path(__file__).resolve().parents[2])
    folders = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-m", "compliance.register.feeding", str(path.resolve()), str(snapshot or 0)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(folders)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as reader:
        assert reader.stdout is not None
        _widen(reader.stdout.fileno())
        try:
            while True:
                try:
                    sent = pickle.load(reader.stdout)
                except EOFError as error:
                    raise RegisterFileError(
                        f"{path}: the process that reads the file ended; is there memory left?"
                    ) from error
                if sent is None:
                    return
                if isinstance(sent, str):
                    raise RegisterFileError(sent)
                yield sent
        finally:
            reader.kill()  # no effect on one that has ended


def _widen(pipe: int) -> None:
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):  # a system may grant less: then they wait for each other more often
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _AHEAD)


def read_apart(path: str, snapshot: int | None) -> None:
    """Runs in the second process: sends batches, then None; a fault as its words."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which then ends this one
    gc.disable()  # no cycles are made, and looking for them among millions of cells takes a fifth of the time
    out = sys.stdout.buffer
    try:
        for packed in _batches(open_register_file(path), snapshot):
            pickle.dump(packed, out, protocol=5)
        pickle.dump(None, out)
        out.flush()
    except BrokenPipeError:  # the writer has gone: nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (RegisterFileError, OSError) as error:
        pickle.dump(str(error), out)


if __name__ == "__main__":
    read_apart(sys.argv[1], int(sys.argv[2]) or None)
