"""Where the bytes of a page's pictures come from (图片来源), by where the page came from: its folder, its archive, its site.

Nothing else is asked: a page record brings no pictures, a saved page only those that lie in its folder. Each answer that has no bytes says why.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urldefrag, urljoin, urlsplit

from compliance.pictures.load import MAX_BYTES
from compliance.reading.limits import LIMITS
from compliance.records import Page

ABSENT = "图片未随页面抓取"
IN_ARCHIVE = re.compile(r"(?P<path>.+\.warc(?:\.gz)?)#\d+", re.IGNORECASE | re.DOTALL)
BASE = re.compile(r"<base\s[^>]{0,200}?href\s*=\s*[\"']?(?P<to>[^\"'>\s]{1,2000})", re.IGNORECASE)
SECONDS = 20.0  # for one picture of a site
SECONDS_A_PAGE = 90.0  # for all pictures of one page of a site
ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/*;q=0.8,application/pdf;q=0.5"


class Around:
    """The pictures of pages opened from one source of `check`. `source`: as the command line gives it."""

    def __init__(self, source: str) -> None:
        self._online = "://" in source[:12]
        self._root = Path(source) if not self._online and Path(source).is_dir() else None
        self._archive: Archive | None = None
        self._until: dict[str, float] = {}

    def __call__(self, page: Page, source: str) -> bytes | str:
        """The picture's bytes, or why there are none. Never raises."""
        if self._online:
            return self._fetched(page, source)
        archived = IN_ARCHIVE.fullmatch(page.source or "")
        if archived is not None:
            path = Path(archived["path"])
            if self._archive is None or self._archive.path != path:
                self._archive = Archive(path)
            return self._archive.picture(page, source)
        file = Path(page.source) if page.source else None
        if page.url is not None or file is None or not _is_file(file):
            return ABSENT
        return _file_in(self._root or file.parent, file, source)

    def _fetched(self, page: Page, source: str) -> bytes | str:
        """From the site, by the guarded fetch that brought the page: public addresses only, bounded in size and time."""
        from compliance.reading.fetch import CannotFetch, fetch_url

        address = address_of(page, source)
        if address is None:
            return "图片的网址无法识别"
        left = self._until.setdefault(page.sha256, time.monotonic() + SECONDS_A_PAGE) - time.monotonic()
        if left <= 0:
            return f"图片没有取到：本页取图已满{SECONDS_A_PAGE:g}秒"
        limits = replace(LIMITS, document=MAX_BYTES, seconds=min(SECONDS, left))
        try:
            answer = fetch_url(address, limits, accept=ACCEPTED)
        except CannotFetch as error:
            return f"图片没有取到：{error}"
        if answer.status >= 400:
            return f"图片没有取到：网站答复状态{answer.status}"
        return answer.body if not answer.cut else f"图片没有取到：超过{MAX_BYTES // 1_000_000} MB"


def address_of(page: Page, source: str) -> str | None:
    """The picture's full address, percent-encoded, without fragment; None when there is none on the web."""
    if page.url is None:
        return None
    base = BASE.search(page.html or "")
    try:
        start = urljoin(page.url, base["to"]) if base is not None else page.url
        address = urldefrag(urljoin(start, source.strip())).url
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return _encoded(address)


def _encoded(address: str) -> str:
    return quote(address, safe="%/:=&?~+!$,;'@()*[]")


class Archive:
    """Pictures in a WARC file: found by one pass over it when the first is asked for; the capture nearest to the page's is taken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[str, list[tuple[datetime | None, int]]] | None = None
        self._damaged = ""

    def picture(self, page: Page, source: str) -> bytes | str:
        """Bytes as archived, content coding undone, or why there are none."""
        address = address_of(page, source)
        if address is None:
            return "图片的网址无法识别"
        if self._places is None:
            self._places = self._found()
        places = self._places.get(address)
        if not places:
            return f"存档文件里没有这张图片{self._damaged}"
        at = page.captured_at
        offset = min(places, key=lambda p: abs((p[0] - at).total_seconds()) if p[0] and at else float("inf"))[1]
        return self._body(offset)

    def _found(self) -> dict[str, list[tuple[datetime | None, int]]]:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed

        from compliance.reading.warc import moment_of

        out: dict[str, list[tuple[datetime | None, int]]] = {}
        revisits: list[tuple[str, str]] = []
        try:
            with self.path.open("rb") as file:
                records = ArchiveIterator(file)
                for record in records:
                    address = _encoded(record.rec_headers.get_header("WARC-Target-URI") or "")
                    if record.rec_type == "revisit":
                        before = record.rec_headers.get_header("WARC-Refers-To-Target-URI")
                        if before:
                            revisits.append((address, _encoded(before)))
                    elif _is_picture(record):
                        when = moment_of(record.rec_headers.get_header("WARC-Date"))
                        out.setdefault(address, []).append((when, records.get_record_offset()))
        except (ArchiveLoadFailed, EOFError, ValueError, OSError):
            self._damaged = "（文件已损坏，其后的内容读不到）"  # what stands before it is there
        for address, before in revisits:
            if before != address and before in out:
                out.setdefault(address, []).extend(out[before])
        return out

    def _body(self, offset: int) -> bytes | str:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed

        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                record = next(iter(ArchiveIterator(file)))
                body = record.content_stream().read(MAX_BYTES + 1)
        except (ArchiveLoadFailed, EOFError, ValueError, OSError, StopIteration) as error:
            return f"存档文件里的图片读不出（{error}）"
        return bytes(body)


def _is_picture(record: Any) -> bool:
    if record.rec_type not in ("response", "resource"):
        return False
    headers = record.http_headers
    if headers is not None and not str(headers.get_statuscode()).startswith("2"):
        return False
    kind = (headers or record.rec_headers).get_header("Content-Type") or ""
    return kind.split(";")[0].strip().lower().startswith(("image/", "application/pdf", "application/octet-stream"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _file_in(root: Path, page: Path, source: str) -> bytes | str:
    split = urlsplit(source)
    if split.scheme or split.netloc:
        return "图片在别的网址，未抓取"
    path = urlsplit(urljoin("x:/", split.path)).path if split.path.startswith("/") else split.path
    start = root if split.path.startswith("/") else page.parent
    try:
        target = (start / unquote_to_bytes(path.lstrip("/")).decode("utf-8", "replace")).resolve()
        if not target.is_relative_to(root.resolve()):
            return "图片在页面的文件夹之外，不读取"
        with target.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return "没有找到图片文件"
