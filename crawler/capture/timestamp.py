"""Asks a time-stamping authority (时间戳服务) for a stamp of each bundle; what it can't get is said in the bundle, never hidden."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any

from compliance.evidence.stamp import MISSING, MOST_TOKEN, StampRefused, available, request_of, stamp_of
from compliance.reading.address import AddressRefused
from compliance.settings import Settings
from crawler.pinned import post

PATIENCE = 2  # refusals or silences in a row after which the authority isn't asked again in this run


class Stamper:
    """One run's way to the authority. `faults`: what went wrong, each kind once."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.timestamp_url
        self.faults: list[str] = []
        self._failed = 0
        self._roots = b""
        self._why_not = self._hindrance(settings.timestamp_roots) if self.url else None

    def __call__(self, data: bytes) -> dict[str, Any] | None:
        """`timestamp.json` over these bytes; None when no authority is configured. Never raises."""
        if not self.url:
            return None
        why = self._why_not or (
            f"the authority gave no stamp {PATIENCE} times; not asked again in this run"
            if self._failed >= PATIENCE
            else None
        )
        if why is None:
            try:
                return self._asked(data)
            except (AddressRefused, StampRefused, OSError, UnicodeError, http.client.HTTPException) as error:
                self._failed += 1
                why = f"{type(error).__name__}: {error}"
        if why not in self.faults:
            self.faults.append(why)
        return {"timestamp": f"not obtained: {why}", "server": self.url}

    def _asked(self, data: bytes) -> dict[str, Any]:
        question, nonce = request_of(data)
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        status, answer = post(self.url, question, headers, MOST_TOKEN)
        if status != 200:
            raise StampRefused(f"the server answers with status {status}")
        stamp = stamp_of(answer, data, self._roots, server=self.url, nonce=nonce)
        self._failed = 0
        return stamp

    def _hindrance(self, roots: str) -> str | None:
        if not available():
            return MISSING
        if not roots:
            return "no root certificates named: set CERTMARK_TIMESTAMP_ROOTS to the authority's PEM file"
        try:
            self._roots = Path(roots).expanduser().read_bytes()
        except OSError as error:
            return f"{roots}: {error.strerror}; set CERTMARK_TIMESTAMP_ROOTS to the authority's PEM file"
        return None
