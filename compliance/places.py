"""Folders for large files (存放处): one on this machine, or a bucket named by its address (s3://…) through fsspec. Files appear whole."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

REMOTE = "://"


class PlaceError(RuntimeError):
    """A place that can't be used; the message says why and what to do."""


class Place:
    """存放处: files by name (`/` between folders). A file is there whole or not at all, also when the writer is killed."""

    def __init__(self, address: str | Path) -> None:
        self.address = str(address).rstrip("/") or "/"
        self._far: Any = None
        if REMOTE in self.address:
            self._far, self._root = _filesystem(self.address)

    @property
    def path(self) -> Path | None:
        """The folder, when it is one of this machine (or mounted on it)."""
        return None if self._far else Path(self.address)

    def write(self, name: str, data: bytes) -> None:
        """Keeps a file, in the place of an earlier one of that name."""
        if self._far:
            self._far.makedirs(self._at(name).rsplit("/", 1)[0], exist_ok=True)
            self._far.pipe_file(self._at(name), data)
            return
        path = Path(self.address, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{os.getpid()}.part")
        half.write_bytes(data)
        half.replace(path)

    def put(self, name: str, file: Path) -> None:
        """Keeps a copy of a file of this machine, block by block."""
        if self._far:
            self._far.makedirs(self._at(name).rsplit("/", 1)[0], exist_ok=True)
            self._far.put_file(str(file), self._at(name))
            return
        import shutil

        path = Path(self.address, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{os.getpid()}.part")
        shutil.copyfile(file, half)
        half.replace(path)

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None when it is not there."""
        try:
            return bytes(self._far.cat_file(self._at(name))) if self._far else Path(self.address, name).read_bytes()
        except FileNotFoundError:
            return None

    def fetch(self, name: str, to: Path) -> Path:
        """A copy on this machine; the file itself when it is here. Raises FileNotFoundError."""
        if self.path is not None:
            return self.path / name
        to.parent.mkdir(parents=True, exist_ok=True)
        half = to.with_name(f".{to.name}.{os.getpid()}.part")
        self._far.get_file(self._at(name), str(half))
        half.replace(to)
        return to

    def names(self, folder: str) -> list[str]:
        """Names of the files in one folder, sorted; none when it isn't there."""
        if self._far:
            self._far.invalidate_cache()
            found = self._far.ls(self._at(folder), detail=False) if self._far.exists(self._at(folder)) else []
            return sorted(str(f).rsplit("/", 1)[-1] for f in found)
        path = Path(self.address, folder)
        return sorted(p.name for p in path.iterdir() if not p.name.startswith(".")) if path.is_dir() else []

    def tidy(self, folder: str) -> None:
        """Removes what writers that were killed left half written in one folder. Nobody may be writing there."""
        if self.path is not None:
            for half in (self.path / folder).glob(".*.part"):
                half.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Removes a file that is there."""
        if self._far:
            self._far.rm_file(self._at(name))
        else:
            Path(self.address, name).unlink(missing_ok=True)

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def is_remote(address: str) -> bool:
    """Whether an address names a bucket rather than a path. http and https are pages, no places."""
    return REMOTE in address[:12] and not address.startswith(("http://", "https://"))


def size_of(address: str) -> int:
    """Bytes of a file, here or far."""
    if is_remote(address):
        far, path = _filesystem(address)
        return int(far.size(path))
    return Path(address).stat().st_size


def files_like(pattern: str) -> list[str]:
    """Addresses that fit a pattern with `*`, `?` or `[…]`, here or far, sorted."""
    if not is_remote(pattern):
        return sorted(glob.glob(pattern))
    far, path = _filesystem(pattern)
    return sorted(far.unstrip_protocol(found) for found in far.glob(path))


def files_below(address: str) -> list[str]:
    """Addresses of all files below a far folder, or the address itself when it is a file; sorted."""
    far, path = _filesystem(address)
    return sorted(far.unstrip_protocol(found) for found in far.find(path))


def bytes_of(address: str, start: int, stop: int) -> bytes:
    """A stretch of a file, here or far."""
    if is_remote(address):
        far, path = _filesystem(address)
        return bytes(far.cat_file(path, start=start, end=stop))
    with open(address, "rb") as file:
        file.seek(start)
        return file.read(stop - start)


@contextmanager
def at_hand(address: str) -> Iterator[Path]:
    """The file as a path of this machine: itself, or a copy that is gone afterwards."""
    if not is_remote(address):
        yield Path(address)
        return
    far, path = _filesystem(address)
    with TemporaryDirectory(prefix="certmark-") as folder:
        copy = Path(folder, path.rsplit("/", 1)[-1])
        far.get_file(path, str(copy))
        yield copy


def _filesystem(address: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise PlaceError(
            f"{address}: buckets need fsspec: pip install '.[s3]', or name a folder of this machine"
        ) from error
    try:
        far, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise PlaceError(f"{address}: {error}; pip install '.[s3]' brings s3://") from error
    return far, str(path)
