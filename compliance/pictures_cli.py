"""`certmark picture`: reads certificates, QR codes and marks in picture files. Heavy imports stand inside the command."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from compliance.pictures.records import PictureReading

FORMATS = ("table", "json", "jsonl")  # the last two are the same: one object a file
ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".pdf")
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def picture(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="JPEG, PNG, GIF, WebP, BMP, TIFF or PDF; a folder of them")
    ],
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table or json (one object a line and file)")
    ] = "table",
    register: Annotated[
        Optional[str],
        typer.Option(metavar="FILE|DB|none", help="register that may vouch for a field; default: the store's"),
    ] = None,
    draw: Annotated[
        Optional[Path], typer.Option(metavar="DIR", help="write each picture with its boxes drawn to DIR")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="read again what was read and kept before")] = False,
) -> None:
    """Read pictures: certificate fields, QR codes, marks. Exit 0 read, 2 bad usage or a file that can't be read."""
    from compliance.register_options import one_of, progress_bar, say

    one_of(format_, FORMATS)
    failed = 0
    reader, rows = _reader(fresh), _register(register)
    paths = list(_paths(files))
    if draw is not None:
        draw.mkdir(parents=True, exist_ok=True)
    try:
        with progress_bar("reading pictures") as progress:
            for at, path in enumerate(paths, start=1):
                reading, data = _read(reader, path, rows)
                failed += reading.unreadable
                if reading.unreadable:
                    say(f"certmark: {path}: {reading.reason}")
                if draw is not None and data:
                    _draw(data, reading, draw / f"{path.stem}-read.png")
                if format_ == "table":
                    print("\n".join(table_of(reading)), flush=True)
                else:
                    print(json.dumps(reading.to_json(), ensure_ascii=False), flush=True)
                if progress is not None:
                    progress(at, len(paths), at)
    finally:
        reader.close()
    raise typer.Exit(2 if failed else 0)


def _reader(fresh: bool) -> Any:
    from compliance.pictures.kept import Kept
    from compliance.pictures.read import PictureReader
    from compliance.settings import SettingsError, load_settings

    try:
        kept = None if fresh else Kept(load_settings().data / "pictures")
        return PictureReader(kept=kept)
    except (RuntimeError, SettingsError) as error:
        print(f"certmark: {error}", file=sys.stderr)
        raise typer.Exit(2) from error


def _register(spec: str | None) -> Any:
    from compliance.register.files import RegisterFileError
    from compliance.register_open import open_register
    from compliance.store.session import StoreError

    try:
        return open_register(spec)
    except (RegisterFileError, StoreError, OSError) as error:
        raise typer.BadParameter(str(error), param_hint="--register") from error


def _paths(files: list[Path]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.suffix.lower() in ENDINGS and p.is_file())
        else:
            yield path


def _read(reader: Any, path: Path, rows: Any) -> tuple[PictureReading, bytes]:
    from compliance.pictures.load import MAX_BYTES
    from compliance.pictures.records import PictureReading
    from compliance.pictures.registered import with_register

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return PictureReading(str(path), "", "other", False, f"无法打开：{error.strerror}", unreadable=True), b""
    return with_register(reader.read(data, str(path)), rows), data


def _draw(data: bytes, reading: PictureReading, out: Path) -> None:
    from compliance.pictures.draw import drawn

    picture = drawn(data, reading)
    if picture is not None:
        picture.save(out)


def table_of(reading: PictureReading) -> list[str]:
    """One picture for a person at a terminal."""
    from compliance.pictures.records import FIELD_NAMES
    from compliance.register_options import printable

    state = "" if reading.kind != "certificate" else ("，可识读" if reading.legible else "，无法识读")
    lines = [f"■ {reading.file}  {reading.kind}{state}"]
    if reading.reason:
        lines.append(f"  {reading.reason}")
    for name, value in reading.fields.items():
        mark = "✓" if value.confirmed else "?"
        normal = f" → {value.value}" if value.value and value.value != value.text else ""
        lines.append(f"  {mark} {FIELD_NAMES[name]}：{value.text}{normal}")
        lines += [f"      {note}" for note in (value.witnesses if value.confirmed else value.doubts)]
    lines += [f"  二维码：{code.text[:200]}" for code in reading.qr]
    for seen in reading.marks:
        told = f"，文字“{seen.confirmed_by}”印证" if seen.confirmed_by else "，仅为线索"
        lines.append(f"  疑似标志：{seen.mark}（{seen.confidence:.2f}{told}）")
    lines += [f"  提示：{hint}" for hint in reading.hints]
    return [printable(line) for line in lines]
