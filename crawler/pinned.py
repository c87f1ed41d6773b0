"""One POST to the address that was checked (地址安全): public addresses only, no redirects, bounded in time and size."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping

from compliance.reading.address import Target, resolve_public, target_of

SECONDS = 10.0


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


def post(url: str, body: bytes, headers: Mapping[str, str], most: int = 0) -> tuple[int, bytes]:
    """(status, the first `most` bytes of the answer).

    Raises AddressRefused, OSError (TimeoutError when the answer takes longer than SECONDS), UnicodeError, http.client.HTTPException.
    """
    target = target_of(url)
    connection = _Pinned(target, resolve_public(target.host, target.port)[0])
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.scheme == "https" else 80)
    named = {"Host": host if usual else f"{host}:{target.port}", "Connection": "close", **headers}
    until = time.monotonic() + SECONDS
    try:
        connection.request("POST", target.path, body=body, headers=named)
        answer = connection.getresponse()
        got = b""
        while len(got) < most and (some := answer.read1(most - len(got))):
            got += some
            if time.monotonic() > until:
                raise TimeoutError(f"no whole answer within {SECONDS:.0f} s")
        return answer.status, got
    finally:
        connection.close()
