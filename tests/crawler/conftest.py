"""A server on loopback that misbehaves by host name, and a crawl over it with short patience."""

import socket
import struct
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from compliance.store.session import open_store
from crawler.run import crawl
from crawler.targets import Target

QUICK = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "DOWNLOAD_TIMEOUT": 1.5,
    "DOWNLOAD_MAXSIZE": 1_000_000,
    "RETRY_TIMES": 1,
    "CERTMARK_RETRY_PAUSE": 0.05,
    "CERTMARK_MIN_FREE_MB": 0,
}


class Server(ThreadingHTTPServer):
    """`answers`: host → function(handler) that writes the whole answer. `asked`: (host, path) → how often."""

    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.asked = Counter()
        self.headers = {}

    @property
    def hosts(self):
        return {host: f"http://127.0.0.1:{self.server_address[1]}" for host in self.answers}

    def handle_error(self, request, client_address):
        """A client that goes away is part of the play."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        host = self.headers["Host"].split(":")[0]
        self.server.asked[host, self.path] += 1
        self.server.headers[host, self.path] = dict(self.headers)
        self.server.answers[host](self)

    def reply(self, body=b"", status=200, kind="text/html; charset=utf-8", **headers):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def no_robots(self):
        """Answers robots.txt and the usual sitemap with 404; True when it did."""
        if self.path in ("/robots.txt", "/sitemap.xml"):
            self.reply("no", 404)
            return True
        return False

    def reset(self):
        """Ends the connection with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def serve():
    """serve(answers) → a running Server; all are closed at the end of the module."""
    running = []

    def start(answers):
        server = Server(answers)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def crawled():
    """crawled(server, folder) crawls every host of the server: (summary, sites by host)."""

    def run(server, folder, **options):
        settings = QUICK | options.pop("settings", {})
        targets = [Target(None, None, (f"http://{host}/",)) for host in server.answers]
        with open_store(folder / "crawl.db") as store:
            summary = crawl(targets, store, hosts=server.hosts, settings=settings, **options)
        return summary, {site.host: site for site in summary.sites}

    return run


@pytest.fixture(autouse=True, scope="session")
def _loopback_allowed():
    patch = pytest.MonkeyPatch()
    patch.setenv("CERTMARK_ALLOW_LOOPBACK", "1")
    yield
    patch.undo()
