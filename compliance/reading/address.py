"""Which network addresses may be asked (公网地址): public ones only. Used by the fetch of one address and by the crawler.

Sources: IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and updates); RFC 6052 and 8215 (NAT64), RFC 3056 (6to4),
RFC 4380 (Teredo), RFC 5214 (ISATAP), RFC 6598 (shared address space); inet_aton(3) for the odd forms of IPv4; RFC 6761 for names.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote, urlsplit

SWITCH = "CERTMARK_ALLOW_LOOPBACK"
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_ISATAP = {0x00005EFE, 0x02005EFE}
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")  # RFC 2765: ::ffff:0:a.b.c.d
_NOT_IN_REGISTRY = (
    IPv6Network("fec0::/10"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("100::/63"),
)
_GLOBAL = IPv6Network("2000::/3")  # all that IANA has given out
_LOCAL_NAMES = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "onion",
    "i2p",
    "arpa",
    "localdomain",
)
_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_PORTS_REFUSED = frozenset(
    {1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
     119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
     989, 990, 993, 995, 1719, 1720, 1723, 2049, 2375, 2379, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5900, 6000, 6379, 6566, 6665,
     6666, 6667, 6668, 6669, 6679, 6697, 9200, 10080, 11211, 27017}
)  # fmt: skip


class AddressRefused(ValueError):
    """The address may not be asked; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a checked URL points: `host` in ASCII, without brackets or final dot."""

    scheme: str
    host: str
    port: int
    path: str  # with query, without fragment; ASCII


def loopback_allowed() -> bool:
    """Whether `CERTMARK_ALLOW_LOOPBACK=1` is set: for tests and the demo only."""
    return os.environ.get(SWITCH) == "1"


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that `host` writes, in any form a resolver understands (decimal, octal, hexadecimal, short, with zone, in brackets);
    None when it is a name.

    >>> address_of("0x7f.1"), address_of("2130706433"), address_of("a.example")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    host = _ascii(host).strip().removeprefix("[").removesuffix("]")
    if ":" in host:
        try:
            return ip_address(host.split("%", 1)[0])
        except ValueError:
            return None
    return _ipv4_of(host.rstrip("."))


def is_public(address: str | IPv4Address | IPv6Address, allow_loopback: bool | None = None) -> bool:
    """Whether an IP address (any written form) is public. False for everything that isn't an address: a name must be resolved first
    (`resolve_public`), because only the address that is connected to counts. `allow_loopback` None: as the environment says.

    >>> is_public("8.8.8.8"), is_public("169.254.169.254"), is_public("64:ff9b::7f00:1"), is_public("a.example")
    (True, False, False, False)
    """
    ip = address if isinstance(address, IPv4Address | IPv6Address) else address_of(address)
    if ip is None:
        return False
    if allow_loopback is None:
        allow_loopback = loopback_allowed()
    inner = _ipv4_inside(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        # An address that carries an IPv4 address reaches that host or none.
        return allow_loopback and inner.is_loopback if not _is_global(inner) else _carrier_is_public(ip)
    if ip.is_loopback:
        return allow_loopback
    return _is_global(ip)


def target_of(url: str, allow_loopback: bool | None = None) -> Target:
    """Checks a URL before anything is resolved: scheme http or https, no user name, a host that can be public, no port of another service.

    Raises AddressRefused.
    """
    if not url.isprintable() or any(c.isspace() for c in url):
        raise AddressRefused("the address holds blanks or control signs")
    if "\\" in url:
        raise AddressRefused("the address holds a backslash: programs disagree on where it points")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname
    except ValueError as error:
        raise AddressRefused(f"the address is malformed ({error})") from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise AddressRefused(f"only http and https are read, not {scheme or 'an address without scheme'}:")
    if "@" in parts.netloc:
        raise AddressRefused("the address holds a user name or password (…@host)")
    if not host:
        raise AddressRefused("the address names no host")
    if port in _PORTS_REFUSED or port == 0:
        raise AddressRefused(f"port {port} belongs to another service than the web")
    host = _checked_host(host, loopback_allowed() if allow_loopback is None else allow_loopback)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host, port or (443 if scheme == "https" else 80), path)


def resolve_public(host: str, port: int = 0, allow_loopback: bool | None = None) -> list[str]:
    """The addresses of `host`, all of them public: connect to one of these and to nothing else, so that a second, different answer
    (DNS rebinding) is never used. One address that isn't public refuses the host. Raises AddressRefused, OSError when there is no answer.
    """
    if allow_loopback is None:
        allow_loopback = loopback_allowed()
    host = _checked_host(host, allow_loopback)
    literal = address_of(host)
    if literal is not None:
        return [str(literal)]
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    answers = list(dict.fromkeys(found))
    for answer in answers:
        if not is_public(answer, allow_loopback):
            raise AddressRefused(f"{host} points to {answer}, which is not a public address")
    if not answers:
        raise AddressRefused(f"{host} has no address")
    return answers


def _checked_host(host: str, allow_loopback: bool) -> str:
    raw = unquote(host)
    name = _ascii(raw).lower().removeprefix("[").removesuffix("]")
    if name.endswith("."):
        name = name[:-1]
    if not name or len(name) > 253 or name.endswith("."):
        raise AddressRefused(f"{host[:80]!r} is no host name")
    literal = address_of(name)
    if literal is not None:
        if not is_public(literal, allow_loopback):
            raise AddressRefused(f"{host} is {literal}, which is not a public address")
        return str(literal)
    if ":" in name or "%" in raw or not _NAME_CHARS.issuperset(name) or ".." in name or name.startswith("."):
        raise AddressRefused(f"{host[:80]!r} is no host name")
    last = name.rsplit(".", 1)[-1]
    if last == "localhost" and allow_loopback:
        return name
    if last in _LOCAL_NAMES or "." not in name:
        raise AddressRefused(f"{host} is a name of a private network")
    if last.isdigit() or last.startswith("0x"):
        raise AddressRefused(f"{host} looks like a number but is no address")
    return name


def _ascii(host: str) -> str:
    """The host in ASCII (IDNA); full-width digits and dots become plain ones, as browsers do."""
    if host.isascii():
        return host
    import unicodedata

    plain = unicodedata.normalize("NFKC", host).replace("。", ".").replace("\u00ad", "")
    if plain.isascii():
        return plain
    import idna

    try:
        return idna.encode(plain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise AddressRefused(f"{host[:80]!r} is no host name ({error})") from error


def _ipv4_of(host: str) -> IPv4Address | None:
    """inet_aton's forms: one to four numbers, each decimal, octal (0…) or hexadecimal (0x…), the last filling the rest."""
    parts = host.split(".")
    if not 1 <= len(parts) <= 4:
        return None
    numbers = []
    for part in parts:
        number = _number(part)
        if number is None:
            return None
        numbers.append(number)
    last = numbers.pop()
    if any(n > 255 for n in numbers) or last >= 256 ** (4 - len(numbers)):
        return None
    value = last
    for i, number in enumerate(numbers):
        value += number << (8 * (3 - i))
    return IPv4Address(value)


def _number(part: str) -> int | None:
    if not part or len(part) > 40 or not part.isascii():
        return None
    lower = part.lower()
    try:
        if lower.startswith("0x"):
            return int(lower[2:], 16) if lower[2:].isalnum() else None
        if not lower.isdigit():
            return None
        return int(lower, 8) if len(lower) > 1 and lower[0] == "0" else int(lower)
    except ValueError:  # 08, 09, 0xzz: a name that looks like a number
        return None


def _ipv4_inside(ip: IPv6Address) -> IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    low = IPv4Address(int(ip) & 0xFFFFFFFF)
    if any(ip in net for net in _NAT64) or ip in _TRANSLATED:
        return low
    if ip in _COMPATIBLE and int(ip) > 1:
        return low
    if (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
        return low
    return None


def _carrier_is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Only mapped addresses and the well-known NAT64 prefix really lead to the IPv4 host inside."""
    return isinstance(ip, IPv6Address) and (ip.ipv4_mapped is not None or ip in _NAT64[0])


def _is_global(ip: IPv4Address | IPv6Address) -> bool:
    if ip.is_multicast or ip.is_unspecified or ip.is_reserved or ip.is_link_local or ip.is_private or not ip.is_global:
        return False
    if isinstance(ip, IPv4Address):
        # 6to4 relays, deprecated (RFC 7526); the protocol assignments that is_global lets through; AS112 and AMT are no web hosts
        return (int(ip) >> 8) not in (0xC05863, 0xC00000, 0xC01FC4, 0xC034C1, 0xC0AF30)
    return ip in _GLOBAL and not any(ip in net for net in _NOT_IN_REGISTRY)
