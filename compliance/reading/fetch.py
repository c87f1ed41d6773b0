"""One web address read without a crawl (`certmark check URL`): only public addresses, bounded in size, time and redirects."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urljoin

from compliance.reading.address import AddressRefused, Target, resolve_public, target_of
from compliance.reading.fault import Fault
from compliance.reading.limits import LIMITS, Limits
from compliance.records import Page
from rules.clock import CHINA

AGENT = "certmark/0.1 (one page on request)"
ACCEPTED = "text/html,application/xhtml+xml,text/plain,application/pdf"
_CHUNK = 65_536
_REDIRECTS = {301, 302, 303, 307, 308}
_READ = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf", "")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class CannotFetch(ValueError):
    """The address could not be read; the message says what happened, `fix` what to do."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response as received after the last redirect. `cut`: a bound ended it early."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    address: str  # the IP address that answered
    cut: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that name, any case."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


def fetch_url(url: str, limits: Limits = LIMITS, allow_loopback: bool | None = None, accept: str = ACCEPTED) -> Fetched:
    """GETs `url`. Each hop's host is resolved once, checked, and the connection made to the checked address itself (TLS and Host keep the
    name). Raises CannotFetch: private network, other scheme, redirect loop, too many redirects, time, broken response."""
    deadline = time.monotonic() + limits.seconds
    seen: set[str] = set()
    at = url
    for _ in range(limits.redirects + 1):
        if at in seen:
            raise CannotFetch(
                f"redirects in a circle, back to {at}", "open the page in a browser, save it and check the file"
            )
        seen.add(at)
        try:
            target = target_of(at, allow_loopback)
        except AddressRefused as error:
            where = "" if at == url else f"redirects to {at}: "
            raise CannotFetch(f"{where}{error}", "only public http and https addresses are read") from error
        answer = _get(at, target, deadline, limits, allow_loopback, accept)
        place = answer.header("Location") if answer.status in _REDIRECTS else None
        if not place:
            return answer
        at = urljoin(at, quote(place, safe="%/:=&?~#+!$,;'@()*[]"))
    raise CannotFetch(
        f"redirects more than {limits.redirects} times", "open the page in a browser, save it and check the file"
    )


def fetched_page(url: str, limits: Limits = LIMITS) -> Page | Fault:
    """The page behind `url`, or the fault."""
    from compliance.reading.open import looks_binary, page_of_bytes

    try:
        answer = fetch_url(url, limits)
    except CannotFetch as error:
        return Fault(url, str(error), error.fix)
    if answer.status >= 400:
        return Fault(url, f"the site answers with status {answer.status}", "check the address in a browser")
    if not answer.body.strip():
        return Fault(url, "the site sends an empty page", "open it in a browser, save it and check the file")
    content_type = answer.header("Content-Type")
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind == "application/pdf" or answer.body.startswith(b"%PDF-"):
        from compliance.reading.pdf import page_of_pdf

        return page_of_pdf(answer.body, url, int(answer.cut), limits, url=answer.url)
    if kind == _DOCX:
        from compliance.reading.docx import page_of_docx

        return page_of_docx(answer.body, url, int(answer.cut), limits, url=answer.url)
    if kind not in _READ or looks_binary(answer.body):
        return Fault(
            url, f"is {kind or 'binary'}, not a page", "give the address of an HTML, text, PDF or DOCX document"
        )
    return page_of_bytes(
        answer.body,
        source=url,
        url=answer.url,
        content_type=content_type,
        captured_at=answer.fetched_at,
        cut=int(answer.cut),
    )


def _get(
    url: str, target: Target, deadline: float, limits: Limits, allow_loopback: bool | None, accept: str
) -> Fetched:
    try:
        addresses = resolve_public(target.host, target.port, allow_loopback)
    except AddressRefused as error:
        raise CannotFetch(str(error), "only public http and https addresses are read") from error
    except (OSError, UnicodeError) as error:
        raise CannotFetch(
            f"{target.host} has no address ({error})", "check the spelling of the address and the network"
        ) from error
    connection = _connection(target, addresses[0], deadline)
    try:
        connection.request("GET", _encoded(target.path), headers=_headers(target, accept))
        response = connection.getresponse()
        body, cut = _body(response, deadline, limits)
        headers = tuple(response.getheaders())
        return Fetched(url, response.status, headers, body, datetime.now(CHINA), addresses[0], cut)
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        if isinstance(error, CannotFetch):
            raise
        raise CannotFetch(
            f"the connection failed ({type(error).__name__}: {error})",
            "try again later, or check the address in a browser",
        ) from error
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's own name."""

    def __init__(self, target: Target, address: str, deadline: float) -> None:
        super().__init__(target.host, target.port)
        self._target, self._address, self._deadline = target, address, deadline

    def connect(self) -> None:
        """Connects to the checked address; for https the certificate must be that of the name."""
        sock = socket.create_connection((self._address, self._target.port), timeout=_left(self._deadline))
        if self._target.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self._target.host)
        self.sock = sock


def _connection(target: Target, address: str, deadline: float) -> http.client.HTTPConnection:
    return _Pinned(target, address, deadline)


def _headers(target: Target, accept: str) -> dict[str, str]:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.scheme == "https" else 80)
    return {
        "Host": host if usual else f"{host}:{target.port}",
        "User-Agent": AGENT,
        "Accept": accept,
        "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }


def _encoded(path: str) -> str:
    return quote(path, safe="%/:=&?~+!$,;'@()*[]")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise CannotFetch(
            "the site takes too long", "try again later, or save the page from a browser and check the file"
        )
    return left


def _body(response: http.client.HTTPResponse, deadline: float, limits: Limits) -> tuple[bytes, bool]:
    coding = (response.getheader("Content-Encoding") or "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise CannotFetch(
            f"the site packs the page as {coding[:40]}, which was not asked for", "save the page from a browser"
        )
    unpack = _Unpacker(coding) if coding not in ("", "identity") else None
    pieces: list[bytes] = []
    size = raw = 0
    while True:
        left = _left(deadline)
        sock = getattr(getattr(response.fp, "raw", None), "_sock", None)
        if sock is not None:
            sock.settimeout(left)
        chunk = response.read1(_CHUNK)
        if not chunk:
            if response.length:
                raise CannotFetch(
                    f"the connection failed: {response.length} bytes of the page did not come", "try again later"
                )
            return b"".join(pieces), False
        raw += len(chunk)
        if unpack is not None:
            chunk = unpack.feed(chunk, limits.document - size + 1)
        pieces.append(chunk)
        size += len(chunk)
        if size > limits.document or raw > limits.document:
            return b"".join(pieces)[: limits.document], True


class _Unpacker:
    """Unpacks gzip or deflate, never more than asked for."""

    def __init__(self, coding: str) -> None:
        self._deflate = coding == "deflate"
        self._engine = zlib.decompressobj(zlib.MAX_WBITS if self._deflate else zlib.MAX_WBITS | 32)
        self._begun = False

    def feed(self, chunk: bytes, most: int) -> bytes:
        """Up to `most` bytes of plain text."""
        try:
            out = self._engine.decompress(chunk, most)
        except zlib.error:
            if not self._deflate or self._begun:
                raise
            self._engine = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers send raw deflate
            out = self._engine.decompress(chunk, most)
        self._begun = True
        return out
