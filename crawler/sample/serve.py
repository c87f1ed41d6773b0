"""Serves the sample's sites on loopback, each with a port of its own, and says which `.example` host lives on which port."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from crawler.sample import FOLDER, SITES

# Content types by suffix; the charset of text is the site's own choice.
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class Site:
    """One static site: `charset` is what the server names in Content-Type, None when it names none."""

    host: str
    folder: Path
    charset: str | None = None


def sample_sites() -> tuple[Site, ...]:
    """The bundled sites, in the order of sites.yaml."""
    listed = yaml.safe_load(SITES.read_text(encoding="utf-8"))["sites"]
    return tuple(Site(s["host"], FOLDER / "sites" / s["folder"], s["charset"]) for s in listed)


@contextmanager
def serving(sites: tuple[Site, ...] | None = None) -> Iterator[dict[str, str]]:
    """While open: `{"yunling-famen.example": "http://127.0.0.1:40001", …}`. Ports are free ones, chosen by the system.

    The map is what `crawler.run.crawl(…, hosts=…)` takes: requests, results and the store show the `.example` addresses.
    """
    with ExitStack() as stack:
        yield {site.host: stack.enter_context(_served(site)) for site in sites or sample_sites()}


@contextmanager
def _served(site: Site) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), partial(_Handler, site))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """A crawl that ends closes its open connections: that is no fault worth a traceback."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """A small static server: index pages, ETag and 304, no directory listings, nothing outside the folder."""

    protocol_version = "HTTP/1.1"
    server_version = "sample"
    sys_version = ""

    def __init__(self, site: Site, *args: object) -> None:
        self.site = site
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        file = self._file()
        if file is None:
            body = b"<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>"
            return self._send(404, "text/html", body, with_body)
        body = file.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if self.headers.get("If-None-Match") == etag:
            return self._send(304, None, b"", with_body=False, etag=etag)
        kind = TYPES[file.suffix]
        if self.site.charset and kind.startswith("text/"):
            kind = f"{kind}; charset={self.site.charset}"
        self._send(200, kind, body, with_body, etag)

    def _file(self) -> Path | None:
        path = unquote(urlsplit(self.path).path)
        file = (self.site.folder / path.lstrip("/")).resolve()
        if not file.is_relative_to(self.site.folder.resolve()):
            return None
        file = file / "index.html" if file.is_dir() else file
        return file if file.is_file() and file.suffix in TYPES else None

    def _send(self, status: int, kind: str | None, body: bytes, with_body: bool, etag: str | None = None) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if etag:
            self.send_header("ETag", etag)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the crawl's own log tells what was asked."""
