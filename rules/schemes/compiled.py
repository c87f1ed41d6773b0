"""compiled.json: the scheme and mark files parsed beforehand, each under the sha256 of its bytes.

`python -m rules.schemes` writes it. A file that was edited or added since is parsed from YAML at start: a stale
compilation costs time, never truth, so adding a scheme touches one file.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rules.schemes.files import mark_files, parsed, scheme_files

NAME = "compiled.json"


def compiled_files(folder: Path) -> dict[str, Any]:
    """Parsed files by sha256; empty when there is no (readable) compilation."""
    path = folder / NAME
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_bytes()))
    except ValueError:
        return {}  # half written: the YAML is parsed instead


def compile_schemes(folder: Path) -> int:
    """Writes compiled.json; returns the number of files in it."""
    faults: list[str] = []
    out = {}
    for path in [*scheme_files(folder), *mark_files(folder)]:
        raw = path.read_bytes()
        if data := parsed(raw, path.name, faults):
            out[hashlib.sha256(raw).hexdigest()] = data
    lines = (
        f"{json.dumps(key)}:{json.dumps(out[key], ensure_ascii=False, separators=(',', ':'))}" for key in sorted(out)
    )
    (folder / NAME).write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
    return len(out)
