"""A bundle (证据包): what one finding rests on, as members of one archive. Pure: bytes in, bytes out; no clock, no disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from compliance.evidence.archive import MANIFEST, packed
from compliance.evidence.chain import Link
from compliance.evidence.data_files import PREFIX
from compliance.evidence.manifest import json_bytes, manifest_of, sha256_of
from compliance.evidence.stamp import MEMBER, NONE, stamped_bytes

Json = dict[str, Any]

# Every bundle has these, and the data files under data/.
REQUIRED = (
    "README.txt", "chain.json", "claim.json", "custody.json", "finding.json", "options.json", "page/body", "page/page.json",
    "program.json", "quote.json", "register.json", "timestamp.json",
)  # fmt: skip

HISTORY = "history.json"
PICTURES = "page/pictures.json"

README = """\
An evidence bundle of certmark (certmark-evidence/1): what one finding rests on.

page/body            the bytes of the page or document as received, unpacked; of a page that shows nothing without its scripts: the
                     page as a browser made it (page/page.json says so; what the server sent is in the exchange)
page/screenshot.png  how the page looked in a browser (page/page.json says when and in which), where there was one
page/pictures.json   what was read of the pictures of the page, line by line, when they were read; the picture a finding rests on lies
                     under page/pictures/ as received, with the part that was read (…-crop.png)
page/page.json       address, time, status, headers, SHA-256 of page/body
page/exchange.warc.gz  request, response and TLS facts (ISO 28500), when the crawl kept them
quote.json           the words and where they stand in the page
claim.json, finding.json  what was read and what came of it
register.json        each question put to the register that day, and the rows it gave
options.json         day, medium and company that were given, not read
data/                the statutes, rules, word lists and schemes it was judged with
program.json         the program and its versions
custody.json         who did what, and when
history.json         when the finding was first and last seen over all captures up to this one, when the crawl kept that
chain.json           the bundle's place in the chain of all bundles (chain.jsonl beside it)
timestamp.json       the time stamp of an outside authority (RFC 3161), or why there is none
manifest.json        SHA-256 and size of every member; its own hash stands in the comment of the archive

`certmark evidence verify FILE` checks every byte and judges the page again, without a network.
A finding says what the page states and what the register shows; whether anybody broke the law is not for a program to say.
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a bundle. `register` is AskedRows.to_json(), or None when no register was asked."""

    finding: Json
    claim: Json
    page: Json
    body: bytes
    register: Json | None
    options: Json
    program: Json
    custody: Sequence[Json]
    data: Mapping[str, bytes]
    exchange: bytes | None = None  # WARC
    screenshot: bytes | None = None  # PNG
    history: Json | None = None  # compliance.history.finding_json
    pictures: Json | None = None  # compliance.pictures.shown.Pictures.to_json
    files: Mapping[str, bytes] = field(default_factory=dict)  # pictures under page/pictures/


def bundle_of(
    contents: Contents, link: Link, stamp: Callable[[bytes], Json | None] = lambda data: None
) -> tuple[bytes, str]:
    """The archive and the hash of its manifest. The same contents and link give the same bytes. `stamp`: the time stamp over what it is
    given (compliance.evidence.stamp), None where there is none. Raises ValueError when it's too big."""
    claim = contents.claim
    members = {
        "README.txt": README.encode(),
        "chain.json": json_bytes(link.to_json()),
        "claim.json": json_bytes(claim),
        "custody.json": json_bytes(list(contents.custody)),
        "finding.json": json_bytes(contents.finding),
        "options.json": json_bytes(contents.options),
        "page/body": contents.body,
        "page/page.json": json_bytes({**contents.page, "sha256": sha256_of(contents.body), "size": len(contents.body)}),
        "program.json": json_bytes(contents.program),
        "quote.json": json_bytes(
            {"quote": claim["quote"], "locator": claim["locator"], "context": claim.get("context")}
        ),
        "register.json": json_bytes(contents.register),
    }
    if contents.exchange is not None:
        members["page/exchange.warc.gz"] = contents.exchange
    if contents.screenshot is not None:
        members["page/screenshot.png"] = contents.screenshot
    if contents.history is not None:
        members[HISTORY] = json_bytes(contents.history)
    if contents.pictures is not None:
        members[PICTURES] = json_bytes(contents.pictures)
    members |= {f"page/pictures/{name}": raw for name, raw in contents.files.items()}
    members |= {PREFIX + name: raw for name, raw in contents.data.items()}
    finding = contents.finding["id"]
    members[MEMBER] = json_bytes(stamp(stamped_bytes(members, finding)) or {"timestamp": NONE})
    members[MANIFEST] = manifest_of(members, finding)
    return packed(members), sha256_of(members[MANIFEST])
