"""Sources to pages (打开来源): a file, a folder, an archive, page records, an address, standard input. Bounded, never raising."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from compliance.reading.decode import decode, looks_binary, normal_text
from compliance.reading.fault import Fault
from compliance.reading.limits import LIMITS, Limits
from compliance.reading.record import page_of_record, records_in
from compliance.records import Company, Page

HTML = {".html", ".htm", ".xhtml", ".shtml"}
TEXT = {".txt", ".md", ".markdown"}
DOCUMENTS = {".pdf", ".docx"}
RECORDS = {".jsonl", ".ndjson"}
KNOWN = "html, htm, txt, md, pdf, docx, warc, warc.gz, jsonl"

__all__ = ["Fault", "open_source", "page_of_bytes", "page_of_record", "page_of_text"]


def open_source(spec: str, limits: Limits = LIMITS) -> Iterator[Page | Fault]:
    """Pages of `spec`, in a fixed order, each as soon as it is read. What can't be read comes as a `Fault` in its place.

    `spec`: path of an .html .htm .txt .md .pdf .docx .warc .warc.gz or .jsonl file, of a folder (read with its subfolders, sorted; files of
    other kinds are counted in one fault at the end), an http(s) address, or `-` for standard input.
    """
    if spec == "-":
        yield _of_stdin(limits)
        return
    if "://" in spec[:12] or spec.lower().startswith(("file:", "data:", "javascript:", "mailto:")):
        from compliance.reading.fetch import fetched_page

        yield fetched_page(spec, limits)
        return
    path = Path(spec)
    try:
        if path.is_dir():
            yield from _of_folder(path, limits)
            return
        if not path.exists():
            yield Fault(
                spec, "no such file or folder", "check the path; an address must begin with http:// or https://"
            )
            return
    except OSError as error:
        yield Fault(spec[:300], f"not a path ({error.strerror or error})", "give a file, a folder, an address or -")
        return
    if _kind(path) is None:
        yield _of_unknown(path, limits)
        return
    yield from _of_file(path, limits)


def page_of_bytes(
    body: bytes,
    *,
    source: str | None = None,
    url: str | None = None,
    content_type: str | None = None,
    captured_at: datetime | None = None,
    company: Company | None = None,
    html: bool | None = None,
    cut: int = 0,
    archived: bool = False,
) -> Page:
    """A page of bytes as received: decoded, hashed, with what could not be read in `faults`. `html=None`: decided by type and look.
    `cut`: bytes that a bound left off, said in the faults."""
    if html is None:
        html = _is_html(body, content_type)
    text, encoding, faults = decode(body, content_type, html)
    if cut:
        faults += (f"原文过大，只读前{len(body)}字节，其余{cut}字节未读",)
    return Page(
        url=url,
        captured_at=captured_at,
        html=text if html else None,
        text=None if html else text,
        sha256=hashlib.sha256(body).hexdigest(),
        company=company,
        source=source,
        encoding=encoding,
        faults=faults,
        archived=archived,
    )


def page_of_text(text: str, *, html: bool = False, source: str | None = None, typed: bool = False) -> Page:
    """A page of text at hand; its hash is that of the UTF-8 bytes."""
    text = normal_text(text)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Page(None, None, text if html else None, None if html else text, digest, source=source, typed=typed)


def _kind(path: Path) -> str | None:
    name = path.name.lower()
    if name.endswith((".warc", ".warc.gz")):
        return "warc"
    suffix = path.suffix.lower()
    if suffix in RECORDS:
        return "records"
    if suffix in HTML:
        return "html"
    if suffix in TEXT:
        return "text"
    return suffix[1:] if suffix in DOCUMENTS else None


def _of_file(path: Path, limits: Limits) -> Iterator[Page | Fault]:
    kind = _kind(path)
    source = str(path)
    try:
        if kind == "warc":
            from compliance.reading.warc import pages_of_warc

            yield from pages_of_warc(path, limits)
            return
        if kind == "records":
            with path.open("rb", buffering=1 << 20) as file:
                yield from records_in(file, source, limits)
            return
        body, cut = _bounded(path, limits)
    except OSError as error:
        yield Fault(source, f"cannot be read ({error.strerror or error})", "check the file's permissions and the disk")
        return
    if not body:
        yield Fault(source, "the file is empty", "save the page again, or leave the file out")
        return
    if kind == "pdf":
        from compliance.reading.pdf import page_of_pdf

        yield page_of_pdf(body, source, cut, limits)
    elif kind == "docx":
        from compliance.reading.docx import page_of_docx

        yield page_of_docx(body, source, cut, limits)
    elif looks_binary(body):
        yield _binary(source)
    else:
        yield page_of_bytes(body, source=source, html=kind == "html", cut=cut)


def _of_unknown(path: Path, limits: Limits) -> Page | Fault:
    """A file named on the command line whose name says nothing: its bytes decide."""
    source = str(path)
    if not path.is_file():
        return Fault(source, "neither a file nor a folder", "give a file, a folder, an address or -")
    try:
        body, cut = _bounded(path, limits)
    except OSError as error:
        return Fault(source, f"cannot be read ({error.strerror or error})", "check the file's permissions and the disk")
    return _sniffed(body, source, cut, limits)


def _of_stdin(limits: Limits) -> Page | Fault:
    body = sys.stdin.buffer.read(limits.document + 1)
    return _sniffed(body[: limits.document], "-", int(len(body) > limits.document), limits)


def _sniffed(body: bytes, source: str, cut: int, limits: Limits) -> Page | Fault:
    if not body.strip():
        return Fault(source, "nothing to read: it is empty", "give a page's HTML or text")
    if body.startswith(b"%PDF-"):
        from compliance.reading.pdf import page_of_pdf

        return page_of_pdf(body, source, cut, limits)
    if looks_binary(body):
        return _binary(source)
    return page_of_bytes(body, source=source, cut=cut)


def _of_folder(folder: Path, limits: Limits) -> Iterator[Page | Fault]:
    others: dict[str, int] = {}
    count = read = 0
    for item in _files_below(folder):
        if isinstance(item, Fault):
            yield item
            continue
        count += 1
        if count > limits.files:
            yield Fault(
                str(folder),
                f"holds more than {limits.files} files; the rest was not read",
                "check its subfolders one by one",
            )
            break
        if _kind(item) is None:
            others[item.suffix.lower() or "(no suffix)"] = others.get(item.suffix.lower() or "(no suffix)", 0) + 1
            continue
        read += 1
        yield from _of_file(item, limits)
    if others:
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(others.items(), key=lambda o: (-o[1], o[0]))[:8])
        yield Fault(
            str(folder),
            f"{sum(others.values())} files of other kinds were not read as pages ({kinds})",
            f"readable kinds: {KNOWN}",
        )
    elif not read:
        yield Fault(str(folder), "holds no file that can be read", f"readable kinds: {KNOWN}")


def _files_below(folder: Path) -> Iterator[Path | Fault]:
    """All files, folders in sorted order; links to folders are not followed, so there is no way round in a circle."""
    unread: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=unread.append):
        folders.sort()
        for name in sorted(files):
            yield Path(root, name)
    for error in unread:
        yield Fault(str(error.filename), f"folder cannot be read ({error.strerror})", "check its permissions")


def _bounded(path: Path, limits: Limits) -> tuple[bytes, int]:
    with path.open("rb") as file:
        body = file.read(limits.document)
        rest = max(0, os.fstat(file.fileno()).st_size - len(body)) if len(body) == limits.document else 0
    return body, rest


def _is_html(body: bytes, content_type: str | None) -> bool:
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    if kind in ("text/plain", "text/markdown"):
        return False
    text, _, _ = decode(body[:4096], content_type)
    head = text.lstrip("\ufeff \t\r\n").lower()
    return head.startswith(("<!doctype", "<html", "<head", "<body", "<!--", "<?xml")) or any(
        tag in head
        for tag in (
            "</p>",
            "</div>",
            "</a>",
            "</td>",
            "</li>",
            "</span>",
            "<br",
            "</title>",
            "</h1>",
            "<meta ",
            "<img ",
        )
    )


def _binary(source: str) -> Fault:
    return Fault(source, "is binary, not text", f"readable kinds: {KNOWN}; pictures are read by `certmark picture`")
