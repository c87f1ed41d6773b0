"""The browser's only way out (浏览器出口): a proxy on loopback that looks each host up, checks it, and connects to the checked address.

Chromium is told to resolve nothing itself and to send everything here, loopback too. So what holds for the crawl's own sockets holds
for every request a page's scripts make: no address that isn't public, no second look-up, and bounds on bytes and time.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from compliance.reading.address import AddressRefused, target_of
from crawler.guard import look_up

HEAD = 65_536  # bytes of a request's head
SECONDS = 20.0  # without a byte in either direction
MOST = 30_000_000  # bytes through one connection


class Gate:
    """A proxy for one browser. `refused`: (host, why) of what was not let through."""

    def __init__(self, hosts: dict[str, str], allow_loopback: bool) -> None:
        self.refused: list[tuple[str, str]] = []
        self._hosts = {host: (urlsplit(url).hostname or "", urlsplit(url).port or 80) for host, url in hosts.items()}
        self._allow_loopback = allow_loopback
        self._server: asyncio.Server | None = None

    async def open(self) -> int:
        """Listens on loopback; the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Listens no longer."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            host, port, first = _asked(head)
            async with asyncio.timeout(SECONDS):
                far_reader, far_writer = await self._connected(host, port)
        except AddressRefused as error:
            self.refused.append((_host_in(head), str(error)))
            if head.startswith(b"CONNECT "):
                await _answer(writer, "403 Forbidden")
            else:
                writer.transport.abort()  # an answer of ours would pass for the host's own
            return
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):  # TimeoutError is one
            await _answer(writer, "502 Bad Gateway")
            return
        try:
            if first:
                far_writer.write(first)
            else:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            both = [asyncio.ensure_future(_pump(a, b)) for a, b in ((reader, far_writer), (far_reader, writer))]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED if first else asyncio.ALL_COMPLETED)
            if first:
                await both[1]
            for one in both:
                one.cancel()
        finally:
            far_writer.close()
            writer.close()

    async def _connected(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._hosts.get(host, (host, port))
        places = await asyncio.to_thread(look_up, host, port, self._allow_loopback)
        failed: OSError | None = None
        for ip in places[:3]:
            try:
                return await asyncio.open_connection(ip, port)
            except OSError as error:
                failed = error
        raise failed or OSError(f"{host}: no address")


def _asked(head: bytes) -> tuple[str, int, bytes]:
    """(host, port, head to be sent on; empty for CONNECT). Raises AddressRefused, ValueError."""
    line, _, rest = head.decode("latin-1").partition("\r\n")
    method, target, _ = line.split(" ", 2)
    if method == "CONNECT":
        host, _, port = target.rpartition(":")
        return host.strip("[]").lower(), int(port), b""
    checked = target_of(target, True)  # which addresses are let through is for the look-up
    if checked.scheme != "http":
        raise AddressRefused(f"{target[:100]}: not http")
    kept = [
        part
        for part in rest.split("\r\n")
        if part and part.split(":", 1)[0].lower() not in ("proxy-connection", "proxy-authorization", "connection")
    ]
    first = "\r\n".join([f"{method} {checked.path} HTTP/1.1", *kept, "Connection: close", "", ""])
    return checked.host, checked.port, first.encode("latin-1")


def _host_in(head: bytes) -> str:
    return head.split(b"\r\n", 1)[0].decode("latin-1")[:200]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    passed = 0
    try:
        while passed < MOST:
            async with asyncio.timeout(SECONDS):
                some = await reader.read(65_536)
            if not some:
                break
            passed += len(some)
            writer.write(some)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        pass  # either side is gone: the other learns it by the closed connection


async def _answer(writer: asyncio.StreamWriter, status: str) -> None:
    try:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
    except OSError:
        pass  # nobody waits for it any more
    writer.close()
