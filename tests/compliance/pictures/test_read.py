"""The reading process: it may die or hang without the run, readings are kept, the command's exit status and JSON."""

import io
import json
import os
import signal
import sys

import pytest
from typer.testing import CliRunner

from certmark import open_wing
from compliance.pictures import read as reading_module
from compliance.pictures.kept import Kept
from compliance.pictures.ocr import MISSING, available
from compliance.pictures.read import PictureReader

needs_extra = pytest.mark.skipif(not available(), reason=MISSING)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def picture():
    """Bytes of an invented certificate and what it says."""
    from benchmarks.pictures.fonts import chinese_available
    from benchmarks.pictures.layouts import drawn

    if not chinese_available():
        pytest.skip("no Chinese font is installed: the invented certificate can't be drawn")
    page = drawn("zh-label-block", 3)
    out = io.BytesIO()
    page.image.resize((1000, round(page.image.height * 1000 / page.image.width))).save(out, "JPEG", quality=90)
    return out.getvalue(), {name: truth.value for name, truth in page.fields.items()}


@needs_extra
def test_reads_keeps_and_survives(picture, tmp_path):
    data, facts = picture
    reader = PictureReader(kept=Kept(tmp_path))
    try:
        first = reader.read(data, "a.jpg")
        assert first.kind == "certificate" and first.legible
        assert {name: first.fields[name].value for name in ("number", "holder", "uscc", "issued", "expires")} == {
            name: facts[name] for name in ("number", "holder", "uscc", "issued", "expires")
        }
        assert first.fields["number"].confirmed
        x, y, w, h = first.fields["number"].box
        assert 0 < x < x + w <= 1000 and 15 < h < 60 and y > 0

        os.kill(reader._process.pid, signal.SIGKILL)
        reader._process.wait()
        assert reader.read(data, "b.jpg").named("a.jpg") == first, "kept by its hash: nothing is read again"
        assert reader.read(b"GIF89a", "c.gif").unreadable
    finally:
        reader.close()
    assert reader._process is None


STANDIN = """
import json, os, sys, time
for line in sys.stdin.buffer:
    request = json.loads(line)
    sys.stdin.buffer.read(request["bytes"])
    if request["name"] == "dies":
        os._exit(9)
    if request["name"] == "hangs":
        time.sleep(60)
    print(json.dumps({"file": request["name"], "sha256": "0", "kind": "other", "legible": False, "reason": None, "fields": {}, "qr": [],
        "marks": []}), flush=True)
"""


@pytest.fixture
def reader(monkeypatch):
    """A reader whose process only plays: no OCR is needed."""
    monkeypatch.setattr("compliance.pictures.ocr.available", lambda: True)
    start = reading_module.subprocess.Popen

    def stand_in(command, **options):
        return start([sys.executable, "-c", STANDIN], **options)

    monkeypatch.setattr(reading_module.subprocess, "Popen", stand_in)
    reader = PictureReader(seconds=3)
    yield reader
    reader.close()


def test_a_process_that_dies_or_hangs_costs_one_picture(reader):
    assert reader.read(b"x", "fine").reason is None
    assert "意外结束（状态9）" in reader.read(b"x", "dies").reason
    assert reader.read(b"x", "fine").reason is None
    hung = reader.read(b"x", "hangs")
    assert hung.unreadable and "超过3秒" in hung.reason
    assert reader.read(b"x", "fine").reason is None


def test_the_process_is_replaced_in_time(reader, monkeypatch):
    monkeypatch.setattr(reading_module, "TURNS", 2)
    reader.read(b"x", "fine")
    first = reader._process
    reader.read(b"x", "fine")
    reader.read(b"x", "fine")
    assert reader._process is not first and first.poll() is not None


def run(*arguments):
    return CliRunner().invoke(open_wing("picture"), [str(a) for a in arguments])


@needs_extra
def test_command(picture, tmp_path, monkeypatch):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    good, bad = tmp_path / "good.jpg", tmp_path / "empty.jpg"
    good.write_bytes(picture[0])
    bad.write_bytes(b"")
    told = run(good, "--format", "json", "--register", "none", "--draw", tmp_path / "drawn")
    assert told.exit_code == 0, told.output
    one = json.loads(told.stdout)
    assert {"file", "sha256", "kind", "legible", "reason", "fields", "qr", "marks"} <= one.keys()
    assert {"text", "value", "confidence", "confirmed", "box"} <= one["fields"]["number"].keys()
    assert (tmp_path / "drawn" / "good-read.png").stat().st_size > 10_000

    told = run(bad, good, tmp_path / "none.jpg", "--format", "json", "--register", "none")
    assert told.exit_code == 2
    read = [json.loads(line) for line in told.stdout.splitlines()]
    assert [r["kind"] for r in read] == ["other", "certificate", "other"]
    assert "0字节" in read[0]["reason"] and "无法打开" in read[2]["reason"]


@needs_extra
def test_a_pdf_of_many_pages(tmp_path, monkeypatch):
    from pypdf import PdfWriter

    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    writer = PdfWriter()
    for _ in range(400):
        writer.add_blank_page(200, 300)
    path = tmp_path / "many.pdf"
    writer.write(str(path))
    told = run(path, "--format", "json", "--register", "none")
    assert told.exit_code == 0 and "共400页，只看前5页" in json.loads(told.stdout)["reason"]


def test_without_the_extra(tmp_path, monkeypatch):
    monkeypatch.setattr("compliance.pictures.ocr.available", lambda: False)
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")
    told = run(path)
    assert told.exit_code == 2 and ".[pictures]" in told.stderr
