"""The outside witness (时间戳, RFC 3161): a signed statement of a time-stamping authority that a hash existed at a time.

What is stamped is the hash of the manifest as it is without `timestamp.json`: all that the bundle says, but not the stamp itself.
The stamp, and the roots it was checked against when it came, lie in the bundle, so that it is checked without a network. Whether a
root is to be trusted is for the reader: its fingerprint is shown, to be compared with what the authority publishes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from compliance.evidence.archive import MANIFEST, Fault
from compliance.evidence.manifest import json_of, manifest_of

Json = dict[str, Any]
MEMBER = "timestamp.json"
NONE = "none configured"
MISSING = "the library for RFC 3161 is not installed; pip install '.[timestamp]'"
MOST_TOKEN = 200_000  # bytes of an answer


class StampRefused(ValueError):
    """An answer that is no valid stamp of these bytes; the message says why."""


def available() -> bool:
    """Whether stamps can be asked for and checked here."""
    return find_spec("rfc3161_client") is not None


def stamped_bytes(members: Mapping[str, bytes], finding: str) -> bytes:
    """What is stamped: the manifest of all members but the stamp and the manifest itself."""
    return manifest_of({name: raw for name, raw in members.items() if name not in (MEMBER, MANIFEST)}, finding)


def request_of(data: bytes) -> tuple[bytes, int]:
    """The question to the authority (TimeStampReq, SHA-256, with its certificates asked for) and its nonce."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    return request.as_bytes(), int(request.nonce or 0)


def stamp_of(answer: bytes, data: bytes, roots: bytes, *, server: str, nonce: int | None = None) -> Json:
    """The member `timestamp.json` from the authority's answer, checked first. `roots`: PEM. Raises StampRefused."""
    when, who = checked(answer, data, roots, nonce)
    return {
        "timestamp": "RFC 3161",
        "time": when.isoformat(),
        "authority": who,
        "server": server,
        "answer": base64.b64encode(answer).decode(),
        "roots": roots.decode("ascii", "replace"),
    }


def checked(answer: bytes, data: bytes, roots: bytes, nonce: int | None = None) -> tuple[datetime, str]:
    """(the time stamped, whom the authority's certificate names). Raises StampRefused."""
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        response = decode_timestamp_response(answer)
        if response.status not in (0, 1):
            raise StampRefused(f"the authority refuses: {'; '.join(response.status_string) or response.status}")
        builder = VerifierBuilder()
        for root in load_pem_x509_certificates(roots):
            builder = builder.add_root_certificate(root)
        if nonce is not None:
            builder = builder.nonce(nonce)
        builder.build().verify_message(response, data)
        when = response.tst_info.gen_time
        certificates = response.signed_data.certificates
    except StampRefused:
        raise
    except VerificationError as error:
        raise StampRefused(f"the stamp does not hold: {error}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise StampRefused(f"the answer is no stamp ({type(error).__name__}: {error})") from error
    return when, _signer(certificates)


def stamp_faults(
    members: Mapping[str, bytes], finding: str, roots: bytes | None = None
) -> tuple[list[Fault], list[str]]:
    """(what contradicts the stamp, what is to be said of it). `roots`: PEM of the reader's own choice, instead of the bundle's."""
    stamp = json_of(members[MEMBER])
    said = stamp.get("timestamp")
    if said != "RFC 3161":
        return [], [f"timestamp: {said if isinstance(said, str) else NONE}"]
    if not available():
        return [], [f"timestamp: {stamp.get('time')} by {stamp.get('authority')}, not checked: {MISSING}"]
    try:
        answer = base64.b64decode(stamp["answer"], validate=True)
        trusted = roots if roots is not None else stamp["roots"].encode("ascii")
        when, who = checked(answer, stamped_bytes(members, finding), trusted)
    except (KeyError, AttributeError, TypeError, ValueError) as error:  # StampRefused is one
        return [Fault(MEMBER, f"the time stamp: {error}")], []
    faults = []
    if when.isoformat() != stamp.get("time") or who != stamp.get("authority"):
        faults.append(
            Fault(MEMBER, f"says {stamp.get('time')}, {stamp.get('authority')}; the stamp says {when}, {who}")
        )
    captured = json_of(members["page/page.json"]).get("captured_at")
    if captured and datetime.fromisoformat(captured).timestamp() > when.timestamp() + 300:
        faults.append(Fault(MEMBER, f"was stamped at {when}, before the page was received ({captured})"))
    whose = "the roots you named" if roots is not None else f"root SHA-256 {', '.join(fingerprints_of(trusted))}"
    return faults, [f"timestamp: {when.isoformat()} by {who} (RFC 3161, {whose})"]


def fingerprints_of(roots: bytes) -> list[str]:
    """SHA-256 of each root certificate, as authorities publish it."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import load_pem_x509_certificates

    return [root.fingerprint(SHA256()).hex() for root in load_pem_x509_certificates(roots)]


def _signer(certificates: Any) -> str:
    """The subject of the certificate that may stamp (extended key usage timeStamping); of the first when none says so."""
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound, load_der_x509_certificate
    from cryptography.x509.oid import ExtendedKeyUsageOID

    names = []
    for raw in certificates:
        certificate = load_der_x509_certificate(raw)
        try:
            may_stamp = (
                ExtendedKeyUsageOID.TIME_STAMPING
                in certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
            )
        except ExtensionNotFound:
            may_stamp = False
        if may_stamp:
            return certificate.subject.rfc4514_string()
        names.append(certificate.subject.rfc4514_string())
    return sorted(names)[0] if names else "an authority that sent no certificate"
