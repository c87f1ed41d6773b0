"""A site whose only claim stands in a picture of another firm's certificate: found, suspected, its bundle with the crop judged again."""

import csv
import io
import json
import struct
import zipfile
import zlib
from datetime import date

import pytest

from compliance.checking.session import check_sources, open_check
from compliance.evidence.verify import verify
from compliance.evidence_cli import rejudge
from compliance.pictures.ocr import MISSING, available
from compliance.store.findings import results
from compliance.store.session import open_store
from crawler import pictures as reading
from crawler.evidence import pack_run
from crawler.figures import Figures
from crawler.run import crawl
from crawler.targets import Target

OWNER = "示例青岚水泵有限公司"
HOST = "qinglan.example"
PICTURE = "/upload/zs01.png"
QUICK = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0, "CERTMARK_MIN_FREE_MB": 0}
pytestmark = pytest.mark.slow
PAGE = f"""<html><head><meta charset="utf-8"><title>{OWNER}</title></head><body><h1>公司简介</h1>
<p>{OWNER}生产清水泵和排污泵，产品销往各地，欢迎来电咨询。</p>
<div><img src="{PICTURE}"></div><p>版权所有 {OWNER}</p></body></html>"""


@pytest.fixture(scope="module")
def certificate():
    """(bytes, facts) of an invented certificate."""
    from benchmarks.pictures.fonts import chinese_available
    from benchmarks.pictures.layouts import drawn

    if not chinese_available():
        pytest.skip("no Chinese font is installed: the invented certificate can't be drawn")
    page = drawn("zh-centred", 7)
    out = io.BytesIO()
    page.image.resize((1000, round(page.image.height * 1000 / page.image.width))).save(out, "PNG")
    return out.getvalue(), {name: truth.value for name, truth in page.fields.items()}


def crawled(serve, certificate, folder, read=True, html=PAGE):
    """(result, bundles) of a crawl over the site, with a register that knows whose certificate it is."""
    raw, facts = certificate

    def answer(handler):
        if handler.no_robots():
            return
        if handler.path == PICTURE:
            handler.reply(raw, kind="image/png")
        else:
            handler.reply(html)

    names = ["number", "holder", "uscc", "standard", "scope", "body", "issued", "expires"]
    register = folder / "register.csv"
    with register.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*names, "status"])
        rows.writerow([*(facts.get(name, "") for name in names), "有效"])
    server = serve({HOST: answer})
    with (
        open_store(folder / "crawl.db") as store,
        open_check(register=str(register), as_of=date(2026, 11, 28)) as checked,
    ):
        target, bar = Target(OWNER, None, (f"http://{HOST}/",)), Figures()
        done = crawl(
            [target], store, judge=checked.check, hosts=server.hosts, settings=QUICK, read_pictures=read,
            on_event=bar.event, on_result=bar.result, evidence=folder / "warc",
        )  # fmt: skip
        assert bar.judged == done.judged == 1 + done.carried, "a second look is no second page"
        assert bar.pictured == bar.to_picture == (read and reading.available())
        packed = pack_run(store, checked, done.run, folder / "evidence")
        assert not packed.faults
        return results(store), packed.bundles


@pytest.mark.skipif(not available(), reason=MISSING)
def test_another_firms_certificate_in_a_picture(serve, certificate, tmp_path, monkeypatch):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    result, bundles = crawled(serve, certificate, tmp_path)
    [page] = result["pages"]
    assert page["coverage"]["pictures_read"] == page["coverage"]["pictures_seen"] == 1
    [claim] = [c for c in page["claims"] if c["container"] == "picture"]
    assert claim["number"] == certificate[1]["number"] and claim["certificate"]["holder"] == certificate[1]["holder"]
    [finding] = page["findings"]
    assert (finding["conduct"], finding["outcome"]) == ("other_holder", "suspected")

    [bundle] = bundles
    verified = verify(bundle, None, None)
    assert verified.intact, verified.faults
    assert rejudge(verified.members).verdict == "same"
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        sha256 = page["coverage"]["pictures"][0]["sha256"]
        assert archive.read(f"page/pictures/{sha256}.png") == certificate[0]
        kept = json.loads(archive.read("page/pictures.json"))
    assert f"page/pictures/{sha256}-crop.png" in names
    assert kept["shown"][0]["reading"]["lines"]


def goods(signs, *lines):
    """(JPEG of an invented carton, facts of no certificate)."""
    from benchmarks.pictures.fonts import chinese_available
    from benchmarks.pictures.signs import carton

    if not chinese_available():
        pytest.skip("no Chinese font is installed: the invented carton can't be drawn")
    out = io.BytesIO()
    carton(signs, *lines).save(out, "JPEG", quality=88)
    return out.getvalue(), {
        "number": "00024Q10001R0M",
        "holder": "示例白石水泵有限公司",
        "standard": "ISO 9001:2015",
    }


SHOP = PAGE.replace("<div><img ", '<h2>产品展示</h2><div><img alt="清水泵外包装" ')


@pytest.mark.skipif(not available(), reason=MISSING)
def test_a_system_mark_on_a_box(serve, tmp_path, monkeypatch):
    """Found in the picture alone: a lead, with the picture and the mark's crop in the bundle, judged the same again offline."""
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    carton = goods(["ms-mark", "cnas"])
    result, bundles = crawled(serve, carton, tmp_path, html=SHOP)
    [page] = result["pages"]
    [finding] = page["findings"]
    assert (finding["conduct"], finding["outcome"]) == ("system_mark_on_packaging", "suspected")
    assert finding["picture"]["mark"] == "ms-mark" and finding["picture"]["source"] == PICTURE
    assert finding["innocent_readings"] and finding["breaches"]
    [bundle] = bundles
    verified = verify(bundle, None, None)
    assert verified.intact, verified.faults
    assert rejudge(verified.members).verdict == "same"
    sha256 = finding["picture"]["sha256"]
    assert verified.members[f"page/pictures/{sha256}.jpg"] == carton[0]
    from PIL import Image

    [warc] = (tmp_path / "warc").rglob("*.warc.gz")
    with open_check(register="none", as_of=date(2026, 11, 28)) as checked:
        [again] = check_sources([str(warc)], checked, pictures=True)
    assert [(f.conduct, f.picture.sha256) for f in again.findings] == [("system_mark_on_packaging", sha256)]

    crop = Image.open(io.BytesIO(verified.members[f"page/pictures/{sha256}-crop.png"]))
    _, _, width, height = finding["picture"]["box"]
    assert width <= crop.width < 2 * width and height <= crop.height < 2 * height


@pytest.mark.skipif(not available(), reason=MISSING)
@pytest.mark.parametrize(
    ("signs", "lines", "html"),
    [
        (["ms-mark"], ["本企业通过ISO9001质量管理体系认证"], SHOP),
        (["cnas"], [], PAGE.replace("公司简介", "资质荣誉").replace("<div><img ", '<div><img alt="荣誉证书" ')),
        ([], ["型号 SL-20"], SHOP),
    ],
    ids=["with the notice the rules ask for", "an honours' wall", "a carton without a mark"],
)
def test_no_accusation(serve, tmp_path, monkeypatch, signs, lines, html):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    result, bundles = crawled(serve, goods(signs, *lines), tmp_path, html=html)
    [page] = result["pages"]
    assert page["coverage"]["pictures_read"] == 1
    assert [bool(picture["marks"]) for picture in page["coverage"]["pictures"]] == [bool(signs)]
    assert not page["findings"] and not bundles


def blank(width, height):
    """A white PNG, made without the extra."""

    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", body) + part(b"IEND", b"")


def test_unread_pictures_are_said(serve, tmp_path, monkeypatch):
    certificate = (
        blank(1000, 1414),
        {"number": "00024Q10001R0M", "holder": "示例白石水泵有限公司", "standard": "ISO 9001:2015"},
    )
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("crawler.pictures.available", lambda: False)
    monkeypatch.setattr("compliance.pictures.onpage.available", lambda: False)
    result, bundles = crawled(serve, certificate, tmp_path)
    [page] = result["pages"]
    assert not page["findings"] and not bundles
    assert page["coverage"]["pictures_read"] == 0
    assert page["coverage"]["unread"] == ["图片1张，其中的文字未识别", f"图片{PICTURE}：{MISSING}"]


@pytest.mark.skipif(not available(), reason=MISSING)
@pytest.mark.parametrize("shown", ["a certificate", "a mark"])
def test_a_later_look_without_pictures_removes_nothing(serve, certificate, tmp_path, monkeypatch, shown):
    from compliance.history import finding_json

    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    picture, html = (certificate, PAGE) if shown == "a certificate" else (goods(["ms-mark"]), SHOP)
    result, _ = crawled(serve, picture, tmp_path, html=html)
    crawled(serve, picture, tmp_path, read=False, html=html)
    with open_store(tmp_path / "crawl.db") as store:
        assert finding_json(store, result["pages"][0]["findings"][0]["id"])["state"] in (
            "still_there",
            "words_still_there",
        )
