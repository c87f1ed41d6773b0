"""https goes through the same gate, and what the server showed of itself is kept."""

import gzip
import ssl
from datetime import UTC, datetime, timedelta

import pytest

from compliance.store import pages
from compliance.store.session import open_store
from crawler.capture.warc import write_warc
from crawler.run import crawl
from crawler.targets import Target

pytestmark = pytest.mark.slow
HTML = "<html><head><title>好</title></head><body><p>示例页面，文字足够长，不是空壳。</p></body></html>".encode()


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate for tls.example, as small sites have them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tls.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_packed_page_over_tls_is_kept_decoded_and_as_sent_with_the_servers_certificate(serve, certificate, tmp_path):
    def answer(handler):
        if not handler.no_robots():
            handler.reply(gzip.compress(HTML, mtime=0), Content_Encoding="gzip")

    server = serve({"plain.example": answer})  # the plain one shows that both ways work side by side
    secure = serve({"tls.example": answer, "silent.example": answer})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    starts = ("https://tls.example/", "http://plain.example/", "http://silent.example/")
    targets = [Target(None, None, (start,)) for start in starts]
    settings = {"CERTMARK_MIN_FREE_MB": 0, "DOWNLOAD_TIMEOUT": 5, "RETRY_TIMES": 0}
    with open_store(tmp_path / "crawl.db") as store:
        summary = crawl(targets, store, hosts=server.hosts | secure.hosts, settings=settings)
        assert {site.state for site in summary.sites} == {"done"}, summary
        with store.reading() as connection:
            ids = dict(connection.exec_driver_sql("select url, id from crawl_visit where status = 200").all())
        assert "https://silent.example/" in ids  # the list said http, where nobody answers
        visit = pages.visit_of(store, ids["https://tls.example/"])
        exchange = pages.exchange_of(store, visit.id)
        assert visit.body == HTML and gzip.decompress(exchange.packed) == HTML
        assert exchange.tls["subject"] == "CN=tls.example" and len(exchange.tls["sha256"]) == 64
        assert ("Host", "tls.example") in exchange.request and "certmark" in dict(exchange.request)["User-Agent"]
        assert "Cookie" not in dict(exchange.request) and "Referer" not in dict(exchange.request)
        assert pages.exchange_of(store, ids["http://plain.example/"]).tls is None
        assert write_warc(store, ids.values(), tmp_path / "all.warc.gz", {"software": "certmark"}) == 3
