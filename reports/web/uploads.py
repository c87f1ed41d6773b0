"""Documents handed in (上传材料): checked by name, size and first bytes; given back as downloads only."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from starlette.responses import Response

from compliance.store.cases import Attached

LARGEST = 20 * 1024 * 1024  # bytes of one document
LONGEST_NAME = 120  # signs
# ending → (media type, how its bytes begin); office documents are ZIP archives
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "txt": ("text/plain", ()),
}
ACCEPTED = ",".join(f".{ending}" for ending in KINDS)
_UNUSABLE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


class UploadRefused(ValueError):
    """A document that isn't taken; the message says why and what would be."""


def checked(name: str, body: bytes) -> Attached:
    """The document, with a name that is safe to show and to save. Raises UploadRefused."""
    name = safe_name(name)
    stem, _, ending = name.rpartition(".")
    ending = ending.lower()
    if not stem or ending not in KINDS:
        raise UploadRefused(f"{name}: not a kind of document that is taken; use one of {', '.join(KINDS)}")
    if not body:
        raise UploadRefused(f"{name}: the file is empty")
    if len(body) > LARGEST:
        raise UploadRefused(f"{name}: larger than {LARGEST >> 20} MB")
    media_type, heads = KINDS[ending]
    if heads and not body.startswith(heads):
        raise UploadRefused(f"{name}: its content is not what .{ending} says")
    if not heads and b"\0" in body:
        raise UploadRefused(f"{name}: not a text")
    return Attached(name, media_type, body)


def safe_name(name: str) -> str:
    """A file name without folders, controls, reversing signs, leading dots; never empty."""
    plain = _UNUSABLE.sub("_", unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > LONGEST_NAME:
        plain = f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending[:10]}"
    return plain or "unnamed"


def as_download(name: str, body: bytes) -> Response:
    """Bytes to be saved. No browser opens them as a page of the desk."""
    ascii_name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(body, media_type="application/octet-stream", headers=headers)
