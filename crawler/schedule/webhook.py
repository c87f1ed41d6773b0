"""Posts a run's summary to an address (网络钩子): public addresses only, no redirects, bounded in time. Mail comes by a gateway's address."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any

from compliance.reading.address import AddressRefused, Target, resolve_public, target_of

SECONDS = 10.0
AGENT = "certmark (summary of a scheduled run)"


def checked_webhook(url: str) -> str:
    """The address as written when it may be posted to. Raises AddressRefused: other scheme, private address, password in it."""
    target_of(url)
    return url


def post_summary(url: str, summary: dict[str, Any]) -> str:
    """Sends the summary as JSON; what became of it, in words. Never raises for what a network does: a hook must not fail a run."""
    body = json.dumps(summary, ensure_ascii=False, sort_keys=True).encode()
    try:
        target = target_of(url)
        addresses = resolve_public(target.host, target.port)
        status = _post(target, addresses[0], body)
    except AddressRefused as error:
        return f"not sent: {error}; only public http and https addresses are posted to"
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        return f"not sent: {type(error).__name__}: {error}"
    if 200 <= status < 300:
        return f"sent: {status}"
    more = "; redirects are not followed: give the final address" if 300 <= status < 400 else ""
    return f"refused: the server answers with status {status}{more}"


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, under the host's own name: a second answer of the DNS is never used."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._target, self._address = target, address

    def connect(self) -> None:
        """Connects to the checked address; for https the certificate must be that of the name."""
        sock = socket.create_connection((self._address, self._target.port), timeout=SECONDS)
        if self._target.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self._target.host)
        self.sock = sock


def _post(target: Target, address: str, body: bytes) -> int:
    """The status of the answer; its body is not read."""
    connection = _Pinned(target, address)
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.scheme == "https" else 80)
    headers = {
        "Host": host if usual else f"{host}:{target.port}",
        "User-Agent": AGENT,
        "Content-Type": "application/json; charset=utf-8",
        "Connection": "close",
    }
    try:
        connection.request("POST", target.path, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
