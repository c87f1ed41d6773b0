"""What went wrong in the database, in words: full disk, locked store, anything else; and that nothing was changed."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from sqlalchemy.exc import DBAPIError

_FULL = ("disk is full", "no space left", "disk i/o error", "file too large", "diskfull", "disk quota")
_LOCKED = ("is locked", "lock timeout", "could not obtain lock", "deadlock")


def words_of(error: Exception, path: Path | None = None) -> str:
    """One line for the terminal. `path`: the store's file, where it is one. Every write is one transaction: what was in stays whole."""
    if isinstance(error, OSError) and is_full(error):
        named = error.filename or "a file"
        return f"{named}: can't be written: the disk, a quota or a limit on files is full ({error.strerror}); free room and do it again"
    if not isinstance(error, DBAPIError):
        return str(error)
    said = " ".join(str(error.orig).split())
    where = str(path) if path else "the store"
    if is_full(error):
        return (
            f"{where}: can't grow any further: the disk, a quota or a limit on files is full ({said}{_free(path)}). Nothing was changed, "
            "what was in is whole; free room, or choose another place with CERTMARK_DATA, and do it again"
        )
    if any(word in said.lower() for word in _LOCKED):
        return f"{where}: another process is writing to it ({said}); nothing was changed, do it again when that one has ended"
    return f"{where}: {said}; nothing was changed"


def is_full(error: Exception) -> bool:
    """Whether the database, or a file, could not grow."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    said = str(error.orig).lower() if isinstance(error, DBAPIError) else ""
    return any(word in said for word in _FULL)


def _free(path: Path | None) -> str:
    folder = path.parent if path else None
    if folder is None or not folder.is_dir():
        return ""
    return f"; {shutil.disk_usage(folder).free >> 20} MB free on the disk"
