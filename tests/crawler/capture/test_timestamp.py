"""An authority on loopback, made with openssl: bundles are stamped, the stamp is checked offline, its absence is said."""

import shutil
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from compliance.evidence import stamp
from compliance.evidence.manifest import json_of
from compliance.evidence.stamp import StampRefused, stamp_faults, stamped_bytes
from compliance.settings import load_settings
from crawler.capture.timestamp import Stamper

pytestmark = [
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program here to play the authority"),
    pytest.mark.skipif(not stamp.available(), reason=stamp.MISSING),
]

CONFIG = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def certificate(name, key, signed_by, may):
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    issuer, issuer_key = signed_by or (name, key)
    named = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (name, issuer)]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named[0])
        .issuer_name(named[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=not may, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if may:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(issuer_key, SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """(address, PEM of its root, folder, mood): an authority that stamps while its mood is "well"."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    folder, mood = tmp_path_factory.mktemp("authority"), ["well"]
    root_key, key = (generate_private_key(65537, 2048) for _ in range(2))
    root = certificate("Example Root", root_key, None, may=False)
    leaf = certificate("Example Stamping Unit", key, ("Example Root", root_key), may=True)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    other = certificate("Another Root", key, None, may=False)
    (folder / "other.pem").write_bytes(other.public_bytes(Encoding.PEM))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            (folder / "q").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            order = f"openssl ts -reply -config {folder}/tsa.cnf -queryfile {folder}/q -signer {folder}/leaf.pem -inkey {folder}/key.pem"
            if mood[0] == "well":
                body = subprocess.run([*order.split(), "-out", "-"], capture_output=True, check=True).stdout
            else:
                body = mood[0].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", folder, mood
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(authority):
    address, folder, mood = authority
    mood[0] = "well"
    return replace(load_settings({}), timestamp_url=address, timestamp_roots=str(folder / "root.pem"))


def members_of(made, stamper):
    from compliance.evidence.manifest import json_bytes

    members = {"page/page.json": json_bytes({"captured_at": made.isoformat()}), "x.json": b"{}"}
    return members | {
        "timestamp.json": json_bytes(stamper(stamped_bytes(members, "f1")) or {"timestamp": "none configured"})
    }


def test_a_stamp_is_asked_for_checked_and_holds_without_the_authority(settings, authority):
    stamper = Stamper(settings)
    members = members_of(datetime.now(UTC), stamper)
    assert stamper.faults == [] and json_of(members["timestamp.json"])["authority"] == "CN=Example Stamping Unit"
    faults, notes = stamp_faults(members, "f1")
    assert faults == [] and "RFC 3161" in notes[0] and "root SHA-256" in notes[0]
    named = (authority[1] / "root.pem").read_bytes()
    assert stamp_faults(members, "f1", named)[0] == []


def test_a_stamp_over_other_bytes_or_from_a_root_not_trusted_is_a_fault(settings, authority):
    members = members_of(datetime.now(UTC), Stamper(settings))
    (fault,), _ = stamp_faults(members | {"x.json": b"[]"}, "f1")
    assert fault.path == "timestamp.json" and "Mismatch" in fault.what
    (fault,), _ = stamp_faults(members, "f1", (authority[1] / "other.pem").read_bytes())
    assert "does not hold" in fault.what


def test_a_stamp_older_than_the_page_is_a_fault(settings):
    members = members_of(datetime.now(UTC) + timedelta(days=1), Stamper(settings))
    (fault,), _ = stamp_faults(members, "f1")
    assert "before the page was received" in fault.what


def test_what_an_authority_answers_wrongly_is_said_and_it_is_not_asked_for_ever(settings, authority):
    authority[2][0] = "no stamp today"
    stamper = Stamper(settings)
    members = members_of(datetime.now(UTC), stamper)
    assert json_of(members["timestamp.json"])["timestamp"].startswith(
        "not obtained: StampRefused: the answer is no stamp"
    )
    assert stamp_faults(members, "f1")[1][0].startswith("timestamp: not obtained")
    stamper(b"x")
    assert "not asked again" in stamper(b"y")["timestamp"]


def test_an_answer_to_another_question_is_refused(settings, authority):
    from crawler.pinned import post

    question, nonce = stamp.request_of(b"a")
    _, answer = post(authority[0], question, {}, 100_000)
    roots = (authority[1] / "root.pem").read_bytes()
    assert stamp.checked(answer, b"a", roots, nonce)
    with pytest.raises(StampRefused, match="Nonce"):
        stamp.checked(answer, b"a", roots, nonce + 1)


def test_without_roots_or_without_an_authority_the_absence_is_said(settings):
    assert "CERTMARK_TIMESTAMP_ROOTS" in Stamper(replace(settings, timestamp_roots=""))(b"x")["timestamp"]
    assert Stamper(replace(settings, timestamp_url=""))(b"x") is None
    members = members_of(datetime.now(UTC), Stamper(replace(settings, timestamp_url="")))
    assert stamp_faults(members, "f1") == ([], ["timestamp: none configured"])


def test_without_the_library_the_stamp_is_shown_as_not_checked(settings, monkeypatch):
    members = members_of(datetime.now(UTC), Stamper(settings))
    monkeypatch.setattr(stamp, "available", lambda: False)
    faults, (note,) = stamp_faults(members, "f1")
    assert faults == [] and "not checked" in note and ".[timestamp]" in note
