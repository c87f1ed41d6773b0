"""What an address is (网址): its one normal form, its kind, its place in the queue, whether it's a trap. Pure functions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import yaml
from w3lib.url import safe_url_string

Kind = Literal["page", "document", "picture", "sitemap", "never"]
DIGITS = re.compile(r"\d+")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Ways:
    """addresses.yaml, made ready."""

    first: tuple[tuple[int, re.Pattern[str]], ...]
    otherwise: int
    depth_costs: int
    drop: frozenset[str]
    drop_path: re.Pattern[str]
    never: frozenset[str]
    documents: frozenset[str]
    pictures: frozenset[str]
    traps: dict[str, int]
    page_names: frozenset[str]
    calendar: frozenset[str]
    frame: re.Pattern[str]
    next: frozenset[str]
    feeds: frozenset[str]
    volatile: re.Pattern[str]


@cache
def ways() -> Ways:
    """The data of addresses.yaml, read once."""
    data = yaml.safe_load((Path(__file__).parent / "addresses.yaml").read_text(encoding="utf-8"))
    traps = data["traps"]
    return Ways(
        first=tuple((f["priority"], re.compile("|".join(map(re.escape, f["words"])), re.I)) for f in data["first"]),
        otherwise=data["otherwise"],
        depth_costs=data["depth_costs"],
        drop=frozenset(data["drop"]["names"]),
        drop_path=re.compile(rf";(?:{'|'.join(data['drop']['path'])})=[^/?#]*", re.I),
        never=frozenset(data["never"]),
        documents=frozenset(data["documents"]),
        pictures=frozenset(data["pictures"]),
        traps={k: v for k, v in traps.items() if isinstance(v, int)},
        page_names=frozenset(traps["page_names"]),
        calendar=frozenset(traps["calendar"]),
        frame=re.compile(rf"(?:^|[^a-z])(?:{'|'.join(data['frame'])})(?:[^a-z]|$)", re.I),
        next=frozenset(word.lower() for word in data["next"]),
        feeds=frozenset(data["feeds"]),
        volatile=re.compile("|".join(data["volatile"]), re.I),
    )


def address_of(link: str, base: str) -> str | None:
    """The normal form of a link on the page `base`; None when it leads to no http or https address.

    Scheme and host in lower case, no default port, no fragment, no session or campaign parameters, no user name.
    """
    try:
        joined = urljoin(base, link.strip())
    except ValueError:  # a bracket without its partner
        return None
    return _normal(joined) if joined[:8].lower().startswith(("http://", "https://")) else None


@lru_cache(maxsize=50_000)
def _normal(joined: str) -> str | None:
    """Menus repeat on every page: hence the cache."""
    try:
        parts = urlsplit(safe_url_string(joined))
        host, port = parts.hostname, parts.port
    except ValueError:  # a port of letters
        return None
    if not host:
        return None
    scheme = parts.scheme.lower()
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port and port != DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = ways().drop_path.sub("", parts.path) or "/"
    while "/../" in path or "/./" in path:
        path = re.sub(r"/\./|^/\.\./|/[^/]+/\.\./", "/", path, count=1)
    return urlunsplit((scheme, netloc, path, _query(parts.query), ""))


@lru_cache(maxsize=50_000)
def fingerprint_of(address: str) -> str:
    """16 bytes in hexadecimal that stand for the address; http and https, with and without `www.` are the same page."""
    parts = urlsplit(address)
    plain = f"{host_key(parts.netloc)}{parts.path}?{parts.query}"
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def host_key(host: str) -> str:
    """The host as a site's name: lower case, without `www.`."""
    return host.lower().removeprefix("www.")


def kind_of(address: str) -> Kind:
    """By the suffix of the path: what must be fetched as what."""
    path = urlsplit(address).path.lower()
    suffix = path.rsplit("/", 1)[-1].rpartition(".")[2] if "." in path.rsplit("/", 1)[-1] else ""
    known = ways()
    if suffix in known.documents:
        return "document"
    if suffix in known.pictures:
        return "picture"
    if path.endswith(("/sitemap.xml", "/sitemap.xml.gz", "/sitemap_index.xml")):
        return "sitemap"
    return "never" if suffix in known.never else "page"


def priority_of(address: str, words: str, depth: int) -> int:
    """Certificates first: from the link's words and the address, less for each step away from the start."""
    known = ways()
    path = urlsplit(address).path
    worth = next((p for p, words_of in known.first if words_of.search(words) or words_of.search(path)), known.otherwise)
    return worth - known.depth_costs * depth


def trap_of(address: str) -> str | None:
    """Why this address is one of endlessly many (trap), in words; None when it isn't."""
    traps, known = ways().traps, ways()
    if len(address) > traps["length"]:
        return f"address longer than {traps['length']} characters"
    parts = urlsplit(address)
    pieces = [p for p in parts.path.split("/") if p]
    if len(pieces) > traps["path_parts"]:
        return f"more than {traps['path_parts']} parts in the path"
    if pieces and max(map(pieces.count, pieces)) >= traps["same_part"]:
        return "the same part comes again and again in the path"
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if len(asked) > traps["parameters"]:
        return f"more than {traps['parameters']} parameters"
    if sum(name.lower() in known.calendar for name, _ in asked) >= traps["calendar_parameters"]:
        return "a calendar"
    for name, value in asked:
        if name.lower() in known.page_names and value.isdigit() and int(value) > traps["page_number"]:
            return f"page number above {traps['page_number']}"
    return None


def shape_of(address: str) -> str | None:
    """The pattern an address with a query shares with its like: digits as #, values left out; None without a query."""
    parts = urlsplit(address)
    if not parts.query:
        return None
    names = ",".join(sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))
    return f"{DIGITS.sub('#', parts.path)}?{names}"


def in_frame(words: Iterable[str]) -> bool:
    """Whether a picture's file name or alt text says that it belongs to the frame of the page (logo, button …)."""
    return any(ways().frame.search(w) for w in words if w)


def _query(query: str) -> str:
    if not query:
        return ""
    dropped = ways().drop
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(k, v) for k, v in pairs if k.lower() not in dropped]
    # Only rewritten when something goes: a query in GB18030 escapes must stay as it is.
    return query if len(kept) == len(pairs) else urlencode(kept, errors="surrogateescape")
