"""Web archives (WARC, ISO 28500): the HTML and text responses in them, each with the time of its capture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compliance.reading.fault import Fault
from compliance.reading.limits import LIMITS, Limits
from compliance.records import Page

_READ = ("text/html", "application/xhtml+xml", "text/plain")


def pages_of_warc(path: Path, limits: Limits = LIMITS) -> Iterator[Page | Fault]:
    """Pages of a .warc or .warc.gz in their order. Responses of other kinds and failed ones (status not 2xx) are counted in one fault
    at the end; an archive that breaks off gives what came before and a fault. OSError is the caller's."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    source = str(path)
    others: dict[str, int] = {}
    count = 0
    with path.open("rb") as file:
        records = iter(ArchiveIterator(file))
        while True:
            try:
                record = next(records)
                count += 1
                item = _page_of(record, f"{source}#{count}", limits, others)
            except StopIteration:
                break
            except (ArchiveLoadFailed, EOFError, ValueError, OSError) as error:
                # what a damaged archive raises depends on where it is damaged; the rest of it has no beginning any more
                yield Fault(
                    f"{source}#{count + 1}",
                    f"the archive is damaged here ({error}); what follows was not read",
                    "fetch the archive again",
                )
                break
            if item is not None:
                yield item
    if others:
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(others.items(), key=lambda o: (-o[1], o[0]))[:8])
        yield Fault(
            source,
            f"{sum(others.values())} records were not read ({kinds})",
            "only successful HTML and text responses are; pictures where a page shows them",
        )
    if not count:
        yield Fault(source, "holds no record", "check that the file is a WARC archive")


def _page_of(record: Any, where: str, limits: Limits, others: dict[str, int]) -> Page | Fault | None:
    from compliance.reading.decode import looks_binary
    from compliance.reading.open import page_of_bytes

    if record.rec_type not in ("response", "resource"):
        return None
    headers = record.http_headers
    content_type = headers.get_header("Content-Type") if headers else record.rec_headers.get_header("Content-Type")
    kind = (content_type or "").split(";")[0].strip().lower()
    status = headers.get_statuscode() if headers else "200"
    url = record.rec_headers.get_header("WARC-Target-URI")
    if not str(status).startswith("2"):
        others[f"status {status}"] = others.get(f"status {status}", 0) + 1
        return None
    if kind and kind not in _READ:
        others[kind] = others.get(kind, 0) + 1
        return None
    body = record.content_stream().read(limits.document + 1)
    cut = int(len(body) > limits.document)
    body = body[: limits.document]
    if not body:
        return Fault(where, f"empty response of {url}", "nothing to do: the site sent no text")
    if looks_binary(body):
        others["binary"] = others.get("binary", 0) + 1
        return None
    captured = moment_of(record.rec_headers.get_header("WARC-Date"))
    return page_of_bytes(
        body, source=where, url=url, content_type=content_type, captured_at=captured, cut=cut, archived=captured is None
    )


def moment_of(value: str | None) -> datetime | None:
    """A `WARC-Date`, aware; None when it is none."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
