"""A summary is posted once, to public addresses only; what goes wrong is said and fails nothing."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from compliance.reading.address import AddressRefused
from crawler.schedule.webhook import checked_webhook, post_summary


@pytest.fixture
def hook():
    """A server that answers /STATUS with that status: (its address, what it was sent)."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(int(self.path[1:]))
            self.send_header("Location", "/200")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", got
    server.shutdown()
    server.server_close()


def test_the_summary_arrives_as_json(hook):
    assert post_summary(f"{hook[0]}/200", {"job": "夜间"}) == "sent: 200"
    assert hook[1] == [("/200", {"job": "夜间"})]


def test_a_redirect_is_not_followed(hook):
    assert "redirects are not followed" in post_summary(f"{hook[0]}/307", {})
    assert [path for path, _ in hook[1]] == ["/307"]


def test_an_error_of_the_server_is_said(hook):
    assert post_summary(f"{hook[0]}/500", {}) == "refused: the server answers with status 500"


def test_nobody_there_is_said_and_not_raised(hook):
    assert post_summary("http://127.0.0.1:9999/", {}).startswith("not sent: ConnectionRefusedError")


def test_loopback_is_refused_without_the_setting_for_tests(hook, monkeypatch):
    monkeypatch.delenv("CERTMARK_ALLOW_LOOPBACK")
    assert "not a public address" in post_summary(f"{hook[0]}/200", {})
    assert hook[1] == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "mailto:nobody",
        "mailto:a@b.example\nBcc: c@d.example",
        "ftp://a.example/",
        "http://10.0.0.8/",
        "http://u:p@a.example/",
        "hook",
    ],
)
def test_an_address_that_may_not_be_posted_to_is_refused_at_once(url):
    with pytest.raises(AddressRefused):
        checked_webhook(url)


def test_a_summary_goes_out_as_mail_with_text_and_json(monkeypatch):
    heard, sent = socket.socket(), []
    heard.bind(("127.0.0.1", 0))
    heard.listen(1)

    def play():
        line, _ = heard.accept()
        with line, line.makefile("rb") as read:
            line.sendall(b"220 test\r\n")
            for said in read:
                sent.append(said)
                if said.upper().startswith(b"DATA"):
                    line.sendall(b"354 go on\r\n")
                    while (said := read.readline()) not in (b".\r\n", b""):
                        sent.append(said)
                line.sendall(b"221 bye\r\n" if said.upper().startswith(b"QUIT") else b"250 ok\r\n")

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    monkeypatch.setenv("CERTMARK_SMTP", f"127.0.0.1:{heard.getsockname()[1]}")
    told = post_summary("mailto:desk@office.example", {"job": "n", "state": "failed", "reason": "no list"})
    thread.join(5)
    heard.close()
    whole = b"".join(sent).decode()
    assert told == "sent: mail to desk@office.example"
    assert "Subject: certmark: n: failed" in whole and "no list" in whole and "summary.json" in whole


def test_a_mail_server_that_is_not_there_is_said_and_not_raised(monkeypatch):
    monkeypatch.setenv("CERTMARK_SMTP", "127.0.0.1:9")
    assert post_summary("mailto:desk@office.example", {"reason": "x"}).startswith("not sent: ConnectionRefusedError")
