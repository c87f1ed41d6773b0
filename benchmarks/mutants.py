"""Broken copies of a page (变异), to try the reader with: what crawlers really bring home, and worse."""

from __future__ import annotations

import random


def mutant_of(body: bytes, rng: random.Random) -> bytes:
    """One broken copy of `body` (UTF-8): cut off, re-encoded, nested deep, signs as entities, NULs, doubled, tags torn."""
    return rng.choice(_WAYS)(body, rng)


def _cut(body: bytes, rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _recoded(body: bytes, rng: random.Random) -> bytes:
    return body.decode("utf-8", "replace").encode(
        rng.choice(("gb18030", "big5", "utf-16", "utf-16-le", "shift_jis")), "replace"
    )


def _nested(body: bytes, rng: random.Random) -> bytes:
    tag = rng.choice((b"<div>", b"<b>", b"<ul><li>", b"<table><tr><td>", b"<span><p>", b"<blockquote>"))
    at = rng.randrange(len(body) + 1)
    return body[:at] + tag * 5_000 + body[at:]


def _as_entities(body: bytes, rng: random.Random) -> bytes:
    share = rng.random()
    text = body.decode("utf-8", "replace")
    return "".join(f"&#{ord(c)};" if c > "\x7f" and rng.random() < share else c for c in text).encode()


def _nuls(body: bytes, rng: random.Random) -> bytes:
    out = bytearray(body)
    for _ in range(rng.randrange(1, 40)):
        at = rng.randrange(len(out) + 1)
        out[at:at] = bytes([rng.choice((0, 0, 1, 11, 12, 27, 127, 128, 255))])
    return bytes(out)


def _doubled(body: bytes, _: random.Random) -> bytes:
    return body + body


def _torn(body: bytes, rng: random.Random) -> bytes:
    signs = [
        rng.choice((b"<", b">", b'"', b"</", b"<!--", b"]]>", b"<![CDATA[", b"&", b"<script>", b"<select>", b"<svg>"))
        for _ in range(30)
    ]
    out = bytearray(body)
    for sign in signs:
        at = rng.randrange(len(out) + 1)
        out[at:at] = sign
    return bytes(out)


def _shuffled(body: bytes, rng: random.Random) -> bytes:
    parts = body.split(b"<")
    rng.shuffle(parts)
    return b"<".join(parts)


_WAYS = (_cut, _recoded, _nested, _as_entities, _nuls, _doubled, _torn, _shuffled)
