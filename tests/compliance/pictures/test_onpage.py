"""Pictures of a page: which are wanted, where their bytes may come from, what their readings become."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from compliance.checking.check import Options, check_page
from compliance.checking.output import _hint_lines
from compliance.pictures.onpage import inline
from compliance.pictures.records import PictureReading
from compliance.pictures.shown import Pictures, ShownPicture, pictures_from_json
from compliance.pictures.sources import Around
from compliance.pictures.wanted import wanted_of
from compliance.reading.open import page_of_bytes
from compliance.reading.read import read_page
from compliance.records import Company, RegisterInfo
from compliance.register.lists import list_in_memory
from compliance.register.memory import MemoryRows
from rules.book import load_book
from rules.law import load_statutes
from rules.schemes import load_schemes
from tests.compliance.pictures.test_fields import CHINESE
from tests.compliance.pictures.test_witnesses import read, row

HOLDER = "示例云岭阀门有限公司"


def page(body, company=None, source=None):
    html = f"<html><head><meta charset=utf-8><title>示例</title></head><body><p>主要生产各类阀门，欢迎来厂参观洽谈。</p>{body}</body></html>"
    made = page_of_bytes(html.encode(), source=source, url=None if source else "http://firm.example/")
    return replace(made, company=Company(company, None, "record") if company else None)


def wanted(body):
    made = page(body)
    return [one.source for one in wanted_of(made, read_page(made))[0]]


@pytest.mark.parametrize(
    ("body", "sources"),
    [
        ('<img src="a.jpg" alt="质量管理体系认证证书">', ["a.jpg"]),
        ('<img src="/up/zhengshu01.jpg">', ["/up/zhengshu01.jpg"]),
        ('<h2>资质证书</h2><div><img src="1.jpg"><img src="2.jpg"></div>', ["1.jpg", "2.jpg"]),
        ('<img data-src="cert.jpg" src="loading.gif">', ["cert.jpg"]),
        ('<img src="cert.jpg" width="16" height="16">', []),
        ('<img src="icon-cert.png">', []),
        ('<img src="team.jpg" alt="我们的团队">', []),
        ("<p>没有图片</p>", []),
    ],
)
def test_wanted(body, sources):
    assert wanted(body) == sources


def test_more_than_a_page_may_cost():
    made = page("".join(f'<img src="cert{n}.jpg">' for n in range(20)))
    chosen, over = wanted_of(made, read_page(made))
    assert (len(chosen), over) == (12, 8)


def test_only_the_pages_own_folder(tmp_path):
    folder = tmp_path / "site"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "a.jpg").write_bytes(b"inside")
    (tmp_path / "secret.jpg").write_bytes(b"outside")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    html = folder / "index.html"
    html.write_text("<p>x", encoding="utf-8")
    here = page("", source=str(html))
    fetch = Around(str(html))
    assert fetch(here, "img/a.jpg?v=2") == fetch(here, "/img/a.jpg") == b"inside"
    for source in ("../secret.jpg", "/../secret.jpg", str(tmp_path / "secret.jpg"), "%2e%2e/secret.jpg", "link.jpg"):
        assert isinstance(fetch(here, source), str), source
    for source in ("http://127.0.0.1/a.jpg", "//host/a.jpg", "file:///etc/passwd", "img/none.jpg", "a\x00b.jpg"):
        assert isinstance(fetch(here, source), str), source
    assert isinstance(fetch(replace(here, url="http://firm.example/"), "img/a.jpg"), str)


def test_inline():
    assert inline("data:image/png;base64,AAEC") == b"\x00\x01\x02"
    assert isinstance(inline("data:nothing"), str)


def judged(company, *rows, text=CHINESE, reading=None, lists=()):
    made = page('<img src="cert.jpg">', company)
    one = wanted_of(made, read_page(made))[0][0]
    reading = reading or PictureReading("cert.jpg", "0" * 64, "certificate", True, fields=read(text), size=(1000, 1414))
    shown = Pictures((ShownPicture(one.source, one.locator, one.words, reading),))
    assert pictures_from_json(shown.to_json()).to_json() == shown.to_json()
    info = RegisterInfo("test" if rows else "", date(2026, 11, 1), len(rows))
    register = MemoryRows(list(rows), info, (), lists) if rows or lists else None
    options = Options(as_of=date(2026, 11, 20))
    book = load_book((), load_statutes())
    return check_page(made, register, book, load_schemes(), options, lambda page, reading: shown)


def test_own_certificate_in_force():
    result = judged(HOLDER, row(number="00025Q10001R0M"))
    [claim] = result.claims
    assert claim.claim.container == "picture"
    assert claim.verdict == "compliant" and not result.findings
    assert result.reading.coverage.pictures_read == 1 and not result.reading.coverage.unread


def test_another_firms_certificate():
    result = judged("示例别家泵业有限公司", row(number="00025Q10001R0M"))
    [finding] = result.findings
    assert (finding.conduct, finding.outcome) == ("other_holder", "suspected")


def test_expired():
    text = (
        CHINESE.replace("00025Q10001R0M", "00021Q10001R0M")
        .replace("2025年03月05日", "2021年03月05日")
        .replace("2028年", "2024年")
    )
    known = row(
        number="00021Q10001R0M",
        issued=date(2021, 3, 5),
        expires=date(2024, 3, 4),
        status="expired",
        status_from=date(2024, 3, 5),
    )
    findings = judged(HOLDER, known, text=text).findings
    assert {f.conduct for f in findings} == {"expired_certificate"}
    assert all(f.outcome != "violation" for f in findings), "never accused on a picture alone"


def test_another_holder_unknown_to_the_register_is_a_hint_only():
    result = judged("示例别家泵业有限公司", row(number="00025Q19999R0M", holder="示例另一家有限公司", uscc=None))
    assert not result.findings
    [picture] = result.reading.coverage.pictures
    assert any(HOLDER in hint for hint in picture["hints"])
    assert [note for note in result.reading.coverage.unread if HOLDER in note and "需人工判断" in note], (
        "said in every report"
    )
    [shown] = [line for line in _hint_lines([result]) if HOLDER in line]
    assert shown.startswith("  提示")
    assert _hint_lines([result] * 12)[-1].endswith("共 12 条")


def test_an_unconfirmed_number_is_not_looked_up():
    """One misread digit must not bring up another firm's row."""
    text = CHINESE.replace("00025Q10001R0M", "AB/CN/0001")
    other = row(holder="示例另一家有限公司", uscc=None, issued=date(2020, 1, 1), expires=date(2023, 1, 1))
    result = judged(HOLDER, other, text=text)
    [claim] = result.claims
    assert claim.claim.details[0].number is None and dict(claim.claim.uncertain)["number"] == "low_confidence"
    assert not [f for f in result.findings if f.conduct in ("other_holder", "expired_certificate")]


def test_illegible_is_said():
    low = PictureReading("cert.jpg", "0" * 64, "certificate", False, "证书文字高约6像素")
    result = judged(HOLDER, reading=low)
    assert not result.claims and result.reading.coverage.unread == ("图片cert.jpg：证书文字高约6像素",)


def test_readers_own_version_is_part_of_the_key(tmp_path):
    from compliance.pictures.kept import Kept, reader_version

    kept = Kept(tmp_path)
    one = PictureReading("a.jpg", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "other", False)
    kept.put(one)
    [file] = [p for p in Path(tmp_path).rglob("*") if p.is_file()]
    assert reader_version() in file.name and kept.get(b"x", "b.jpg") == one.named("b.jpg")
    file.write_text("{", encoding="utf-8")
    assert kept.get(b"x", "b.jpg") is None


def test_a_register_of_lists_alone_names_the_body(tmp_path):
    """`register import --kind bodies` and nothing else: the number's first digits confirm the printed name."""
    path = tmp_path / "bodies.csv"
    path.write_text("机构名称,批准号\n示例云标认证有限公司,CNCA-R-2099-000\n", encoding="utf-8")
    bodies = list_in_memory(path, "bodies", "示例名录", date(2026, 11, 1), ())
    [claim] = judged(HOLDER, lists=[bodies]).claims
    assert claim.claim.details[0].body == "示例云标认证有限公司"
    assert judged(HOLDER).claims[0].claim.details[0].body is None
