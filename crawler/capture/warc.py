"""Visits as WARC records (ISO 28500): request, response, time, address and TLS facts, made from the store at any time.

Header names are written as scrapy hands them on (Title-Case), values and bytes as received: packed where the server packed them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from compliance.store import pages
from compliance.store.pages import StoredVisit
from compliance.store.screenshots import Shot, shot_of
from compliance.store.session import Store

HOP_BY_HOP = {
    "transfer-encoding",
    "connection",
    "keep-alive",
}  # not part of the message any more once it is stored whole


def write_warc(store: Store, visits: Iterable[int], path: Path, about: dict[str, str]) -> int:
    """Writes the visits' records to `path` (.warc.gz, one gzip member a record), all or nothing; how many visits.

    An answer of 304 brings no bytes: the visit that brought them is written before it.
    `about` heads the file (software, operator, robots). The same visits give the same records, ids included.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    written = 0
    with half.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(_info(writer, path.name, about))
        for visit_id in _with_origins(store, visits):
            visit = pages.visit_of(store, visit_id)
            shot = shot_of(store, visit.url, visit.sha256) if visit.browser is None else None
            for record in _records(writer, visit, pages.exchange_of(store, visit_id), shot):
                writer.write_record(record)
            written += 1
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return written


def _with_origins(store: Store, visits: Iterable[int]) -> list[int]:
    ordered: dict[int, None] = {}
    for visit_id in visits:
        if pages.visit_of(store, visit_id).status == 304 and (origin := pages.origin_of(store, visit_id)) is not None:
            ordered[origin] = None
        ordered[visit_id] = None
    return list(ordered)


def _info(writer: WARCWriter, name: str, about: dict[str, str]) -> Any:
    record = writer.create_warcinfo_record(name, about | {"format": "WARC File Format 1.0"})
    record.rec_headers.replace_header("WARC-Record-ID", _id(name, "warcinfo"))
    return record


def _records(writer: WARCWriter, visit: StoredVisit, exchange: pages.Exchange, shot: Shot | None) -> list[Any]:
    when = visit.captured_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    key = f"{visit.id}:{visit.url}:{visit.captured_at.isoformat()}"
    common = {"WARC-Date": when, "WARC-IP-Address": visit.ip or "0.0.0.0"}
    body = b"" if visit.status == 304 else exchange.packed if exchange.packed is not None else visit.body
    phrase = HTTPStatus(visit.status).phrase if visit.status in HTTPStatus._value2member_map_ else "-"
    answer = [(n, v) for n, v in visit.headers if n.lower() not in HOP_BY_HOP]
    response = writer.create_warc_record(
        visit.url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(f"{visit.status} {phrase}", answer, protocol="HTTP/1.1"),
        warc_headers_dict=common | {"WARC-Record-ID": _id(key, "response")},
    )
    path = visit.url.split("/", 3)[3] if visit.url.count("/") > 2 else ""
    request = writer.create_warc_record(
        visit.url,
        "request",
        http_headers=StatusAndHeaders(f"GET /{path} HTTP/1.1", list(exchange.request), is_http_request=True),
        warc_headers_dict=common | {"WARC-Record-ID": _id(key, "request"), "WARC-Concurrent-To": _id(key, "response")},
    )
    facts = {"sha256": visit.sha256, "tls": exchange.tls, "found_on": visit.parent, "decoded_size": len(visit.body)}
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
    metadata = writer.create_warc_record(
        visit.url,
        "metadata",
        payload=BytesIO(text),
        length=len(text),
        warc_content_type="application/json",
        warc_headers_dict=common | {"WARC-Record-ID": _id(key, "metadata"), "WARC-Concurrent-To": _id(key, "response")},
    )
    return [response, request, metadata, *_made(writer, visit, exchange, shot, key, common)]


def _made(
    writer: WARCWriter,
    visit: StoredVisit,
    exchange: pages.Exchange,
    shot: Shot | None,
    key: str,
    common: dict[str, str],
) -> list[Any]:
    """Of a page that a browser made: the page after its scripts ran (conversion); of any page that was shown to one: how it looked
    (resource, with the time of the picture)."""
    made: list[tuple[str, str, bytes, str, dict[str, str]]] = []
    if visit.browser is not None:
        by = {"WARC-Software": visit.browser}
        made.append(("conversion", visit.url, visit.body, visit.content_type or "", by))
        if exchange.screenshot is not None:
            made.append(("resource", f"urn:view:{visit.url}", exchange.screenshot, "image/png", by))
    elif shot is not None:
        by = {"WARC-Software": shot.browser, "WARC-Date": shot.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        made.append(("resource", f"urn:view:{visit.url}", shot.png, "image/png", by))
    return [
        writer.create_warc_record(
            address,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=type_,
            warc_headers_dict=common | {"WARC-Record-ID": _id(key, kind), "WARC-Refers-To": _id(key, "response")} | by,
        )
        for kind, address, body, type_, by in made
    ]


def _id(key: str, kind: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{kind} {key}')}>"
