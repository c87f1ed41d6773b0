"""What a document needs that may not be installed: said with the way to get it."""

from __future__ import annotations

import importlib
from types import ModuleType


class NotInstalled(RuntimeError):
    """A document format's library or font is missing; the message says what to install."""


def needed(module: str, install: str) -> ModuleType:
    """Import `module`; raises NotInstalled naming `install`, the pip requirement that brings it."""
    try:
        return importlib.import_module(module)
    except (ImportError, OSError) as fault:  # OSError: WeasyPrint without Pango
        raise NotInstalled(f"needs {module}: {fault}; install it with: pip install '{install}'") from fault
