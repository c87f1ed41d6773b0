"""The archive of a bundle: a zip (PKWARE APPNOTE 6.3, stored members only) that has exactly one form for its members.

No clock, no compression, no choice: names in byte order, every header field fixed or computed from the members, the hash of the
manifest in the archive's comment. So each byte of a file can be foretold from the members and compared, headers and
directory included, and the place that differs has a name. Any zip program opens it.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

MANIFEST = "manifest.json"
MOST_BYTES = 256 << 20  # of a whole bundle: more is not read
MOST_MEMBERS = 4000
MOST_FAULTS = 50
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}){0,8}")

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_NEEDED, _MADE_BY, _FLAGS, _STORED, _TIME, _DATE = (
    20,
    3 << 8 | 20,
    0,
    0,
    0,
    0x21,
)  # 1980-01-01, the earliest a zip can say
_MODE = 0o100644 << 16
_FIELDS = ("version needed", "flags", "compression method", "time", "date")
_FIXED = (_NEEDED, _FLAGS, _STORED, _TIME, _DATE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where: a member's name, a part of the archive, or a file beside it."""

    path: str
    what: str

    def to_json(self) -> dict[str, str]:
        """`{"path", "what"}` of the contract."""
        return {"path": self.path, "what": self.what}


@dataclass(slots=True)
class Opened:
    """Members as far as they could be read. `whole`: the walk came to the directory, so that what is absent is missing."""

    members: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    whole: bool = False

    def fault(self, path: str, what: str) -> None:
        """Note a fault; beyond MOST_FAULTS only the first are kept."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(path, what))


def comment_of(members: Mapping[str, bytes]) -> bytes:
    """What the archive's comment says: the format and the manifest's hash."""
    return b"certmark-evidence/1 manifest sha256:" + hashlib.sha256(members.get(MANIFEST, b"")).hexdigest().encode()


def packed(members: Mapping[str, bytes]) -> bytes:
    """The one archive of these members. Raises ValueError for a name or size that a bundle may not have."""
    bad = [name for name in members if not NAME.fullmatch(name)]
    if bad or len(members) > MOST_MEMBERS:
        raise ValueError(f"not a member's name: {bad[0]!r}" if bad else f"more than {MOST_MEMBERS} members")
    if sum(map(len, members.values())) > MOST_BYTES - (1 << 20):
        raise ValueError(f"the members have more than {MOST_BYTES - (1 << 20)} bytes")
    out = bytearray()
    for name in sorted(members):
        body = members[name]
        out += _LOCAL.pack(_LOCAL_MARK, *_FIXED, zlib.crc32(body), len(body), len(body), len(name), 0)
        out += name.encode() + body
    for _, part in _tail(members, [(name, members[name]) for name in sorted(members)]):
        out += part
    return bytes(out)


def opened(data: bytes) -> Opened:
    """Members of an archive and every place where it isn't the one archive of these members. Never raises."""
    out = Opened()
    if data[:4] != _LOCAL_MARK:
        out.fault("archive, byte 0", "is not a zip that certmark wrote: it doesn't begin with a member")
        return out
    at, last = 0, ""
    walked: list[tuple[str, bytes]] = []
    while data[at : at + 4] == _LOCAL_MARK:
        if len(walked) >= MOST_MEMBERS:
            out.fault("archive", f"has more than {MOST_MEMBERS} members")
            return out
        step = _member(data, at, out)
        if step is None:
            return out
        name, body, at = step
        if name <= last and walked:
            out.fault(name, "stands out of order" if name != last else "stands twice")
        elif name in out.members:
            out.fault(name, "stands twice")
        last = max(last, name)
        walked.append((name, body))
        if NAME.fullmatch(name):
            out.members.setdefault(name, body)
        else:
            out.fault(name, "is no name that a bundle may hold: path, sign or length")
    if data[at : at + 4] != _CENTRAL_MARK:
        what = "the archive ends" if at >= len(data) else "neither a member nor the directory begins"
        out.fault(f"archive, byte {at}", f"{what} after {last}: cut off, or the size in its header is wrong")
        return out
    out.whole = True
    _compare(data, at, _tail(out.members, walked), out)
    return out


def _member(data: bytes, at: int, out: Opened) -> tuple[str, bytes, int] | None:
    """Name, contents and end of the member at `at`; None when nothing after it can be found."""
    if at + _LOCAL.size > len(data):
        out.fault(f"archive, byte {at}", "the header of a member is cut off")
        return None
    _, *fixed, crc, size, full, name_size, extra = _LOCAL.unpack_from(data, at)
    begin = at + _LOCAL.size + name_size
    name = data[at + _LOCAL.size : begin].decode("ascii", "backslashreplace") or f"archive, byte {at} (no name)"
    end = begin + extra + size
    if end > len(data):
        out.fault(
            name[:200], f"has {size} bytes by its header at byte {at}, but the file ends before: cut off or altered"
        )
        return None
    for label, found, right in zip(_FIELDS, fixed, _FIXED, strict=True):
        if found != right:
            out.fault(name[:200], f"header at byte {at}: {label} is {found}, not {right}")
    if extra:
        out.fault(name[:200], f"header at byte {at}: has {extra} bytes of extra field, which a bundle never has")
    if full != size:
        out.fault(name[:200], f"header at byte {at}: two sizes that differ ({size}, {full}); nothing is unpacked")
    body = data[begin + extra : end]
    if zlib.crc32(body) != crc:
        out.fault(name[:200], f"contents and the check sum in the header at byte {at} differ")
    return name[:1000], body, end


def _tail(members: Mapping[str, bytes], walked: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Directory and end as they must be, in parts with their names."""
    parts: list[tuple[str, bytes]] = []
    at = 0
    for name, body in walked:
        fields = (_CENTRAL_MARK, _MADE_BY, *_FIXED, zlib.crc32(body), len(body), len(body), len(name))
        entry = _CENTRAL.pack(*fields, 0, 0, 0, 0, _MODE, at) + name.encode("ascii", "replace")
        parts.append((f"directory entry of {name}", entry))
        at += _LOCAL.size + len(name) + len(body)
    size = sum(len(part) for _, part in parts)
    comment = comment_of(members)
    count = len(walked)
    parts.append(("end record", _END.pack(_END_MARK, 0, 0, count, count, size, at, len(comment))))
    parts.append(("archive comment", comment))
    return parts


def _compare(data: bytes, at: int, parts: list[tuple[str, bytes]], out: Opened) -> None:
    """Name every part of the tail that isn't what it must be."""
    for place, right in parts:
        found = data[at : at + len(right)]
        if found != right:
            wrong = next((i for i, (a, b) in enumerate(zip(found, right, strict=False)) if a != b), len(found))
            cut = len(found) < len(right) and wrong == len(found)
            out.fault(
                place, f"byte {at + wrong}: " + ("the archive ends here" if cut else "is not what the members demand")
            )
            if cut:
                return
        at += len(right)
    if at < len(data):
        out.fault(f"archive, byte {at}", f"{len(data) - at} bytes after the end")
