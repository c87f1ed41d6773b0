"""The manifest (清单): SHA-256 and size of every other member, in the one way JSON is written here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from compliance.evidence.archive import MANIFEST, Fault

FORMAT = "certmark-evidence/1"
MOST_JSON = 64 << 20  # bytes of a member that is read as JSON

Json = dict[str, Any]


def json_bytes(value: Any) -> bytes:
    """JSON in one form: keys sorted, UTF-8, one space of indent, a newline at the end."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def json_of(raw: bytes) -> Any:
    """What a JSON member says. Raises ValueError with what is wrong."""
    if len(raw) > MOST_JSON:
        raise ValueError(f"has {len(raw)} bytes, more than {MOST_JSON}")
    try:
        return json.loads(raw)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def sha256_of(raw: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def manifest_of(members: Mapping[str, bytes], finding: str) -> bytes:
    """The manifest of these members (itself not among them)."""
    entries = {name: {"sha256": sha256_of(raw), "size": len(raw)} for name, raw in members.items()}
    return json_bytes({"format": FORMAT, "finding": finding, "members": entries})


def manifest_faults(members: Mapping[str, bytes]) -> list[Fault]:
    """Every member that is missing, unlisted or altered."""
    raw = members.get(MANIFEST)
    if raw is None:
        return [Fault(MANIFEST, "is missing")]
    try:
        manifest = json_of(raw)
    except ValueError as error:
        return [Fault(MANIFEST, f"is not JSON: {error}")]
    listed = manifest.get("members") if isinstance(manifest, dict) else None
    if not isinstance(listed, dict) or manifest.get("format") != FORMAT:
        return [Fault(MANIFEST, f"is not a manifest of {FORMAT}")]
    faults = []
    for name in sorted(set(listed) | (set(members) - {MANIFEST})):
        entry, body = listed.get(name), members.get(name)
        if body is None:
            faults.append(Fault(name, "is listed in the manifest and missing"))
        elif entry is None:
            faults.append(Fault(name, "is not listed in the manifest"))
        elif entry != {"sha256": sha256_of(body), "size": len(body)}:
            faults.append(Fault(name, "has another SHA-256 or size than the manifest says"))
    return faults


def finding_named(members: Mapping[str, bytes]) -> str | None:
    """The finding's id as the manifest has it; None when it can't be read."""
    try:
        manifest = json_of(members.get(MANIFEST, b""))
    except ValueError:
        return None
    found = manifest.get("finding") if isinstance(manifest, dict) else None
    return found if isinstance(found, str) else None
