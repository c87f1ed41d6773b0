"""Marks in a page's pictures: claims of the page, leads only; which rule speaks of them, and how far it may go."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.checking.check import Options, check_page, judge_reading
from compliance.checking.marked import claims_of_marks
from compliance.checking.render import page_json
from compliance.pictures.records import Line, MarkSeen, PictureReading
from compliance.pictures.shown import Pictures, ShownPicture
from compliance.pictures.wanted import wanted_of
from compliance.reading.open import page_of_bytes
from compliance.reading.read import read_page
from compliance.records import Company, Coverage, Locator, Reading, RegisterInfo
from compliance.register.memory import MemoryRows
from rules.book import load_book
from rules.law import load_statutes
from rules.schemes import load_schemes
from tests.compliance.pictures.test_witnesses import row

FIRM = "示例云岭阀门有限公司"
IN_PICTURE = "words in the picture"
BOX = (100, 100, 120, 120)
EMBLEM = (Line("ISO 9001", (110, 140, 100, 24), 0.97), Line("YCC", (140, 180, 40, 20), 0.97))


def seen(mark="ms-mark", confirmed=IN_PICTURE, box=BOX):
    return MarkSeen(mark, 0.5, box, confirmed)


def reading(*marks, kind="product_photo", lines=EMBLEM):
    return PictureReading("p.jpg", "0" * 64, kind, False, marks=marks, size=(800, 600), lines=tuple(lines))


def judged(shot, img='<img src="p.jpg" alt="产品包装">', text="主要生产各类阀门，欢迎来厂参观洽谈。", rows=None):
    html = f"<html><head><meta charset=utf-8><title>示例</title></head><body><p>{text}</p>{img}</body></html>"
    page = replace(page_of_bytes(html.encode(), url="http://firm.example/"), company=Company(FIRM, None, "record"))
    one = wanted_of(page, read_page(page))[0][0]
    shown = Pictures((ShownPicture(one.source, one.locator, one.words, shot, None, one.own),))
    register = MemoryRows(list(rows), RegisterInfo("test", date(2026, 11, 1), len(rows), ("all",))) if rows else None
    book = load_book((), load_statutes())
    return check_page(
        page, register, book, load_schemes(), Options(as_of=date(2026, 11, 20)), lambda page, reading: shown
    )


def findings(*given, **named):
    return {f.rule: f.outcome for f in judged(*given, **named).findings}


def test_a_system_mark_on_a_box_is_a_lead_with_its_source():
    result = judged(reading(seen()))
    [finding] = result.findings
    assert (finding.conduct, finding.outcome) == ("system_mark_on_packaging", "suspected")
    assert finding.breaches and finding.innocent_readings and "包装各面的文字" in finding.missing
    assert "是在陈述事实，不是讲解、要求、否认或报道" in finding.missing, "a picture states nothing in words"
    shown = page_json(result)["findings"][0]
    assert shown["picture"] == {
        "source": "p.jpg", "sha256": "0" * 64, "box": list(BOX), "confidence": 0.5, "mark": "ms-mark",
        "confirmed_by": IN_PICTURE,
    }  # fmt: skip
    for said in ("p.jpg", "0" * 64, "[100, 100, 120, 120]", "疑似有管理体系认证标志", "ISO 9001 YCC"):
        assert said in finding.explanation, said
    [claim] = result.claims
    assert (claim.claim.container, claim.claim.schemes, claim.claim.place) == ("picture", ("iso-9001",), "packaging")
    assert dict(claim.claim.uncertain) == {"state": "not_stated"}


def test_without_words_a_person_looks():
    result = judged(reading(seen(confirmed=None)))
    [finding] = result.findings
    assert finding.outcome == "needs_review" and any("只凭外形" in why for why in finding.caps)
    spoken = judged(reading(seen(confirmed=None)), text="本公司通过ISO9001质量管理体系认证，生产各类阀门。")
    assert [f.outcome for f in spoken.findings if f.conduct == "system_mark_on_packaging"] == ["suspected"]
    assert "text of the page" in {c.claim.picture.confirmed_by for c in spoken.claims if c.claim.picture}


def test_on_the_product_itself_somebody_must_see_the_goods():
    result = findings(reading(seen()), img='<img src="p.jpg" alt="产品实物认证">')
    assert result == {"system-mark-on-product": "needs_review"}


def test_the_notice_that_the_rules_ask_for():
    notice = (Line("本企业通过ISO9001质量", (90, 240, 200, 20), 0.97), Line("管理体系认证", (90, 262, 120, 20), 0.97))
    assert not findings(reading(seen(), lines=(*EMBLEM, *notice)))
    english = Line("Our company is certified to ISO 9001", (90, 240, 300, 20), 0.97)
    assert not findings(reading(seen(), lines=(*EMBLEM, english)))
    low = judged(reading(seen(), lines=(*EMBLEM, Line("木企业讨", (90, 240, 40, 7), 0.5))))
    [finding] = low.findings
    assert finding.outcome == "suspected" and any("旁边没有注明" in what for what in finding.missing)


@pytest.mark.parametrize(
    ("shot", "img"),
    [
        (reading(seen("cnas"), seen("ilac-iaf"), kind="other"), '<img src="honour1.jpg" alt="荣誉证书">'),
        (reading(seen("cnas"), seen("ilac-iaf"), kind="product_photo"), '<h2>资质荣誉</h2><img src="zs1.jpg">'),
        (reading(seen(), seen("cnas"), kind="certificate"), '<img src="cert.jpg" alt="认证证书">'),
        (reading(seen(), kind="mark"), '<img src="iso.jpg" alt="ISO9001认证">'),
        (reading(seen(), kind="product_photo"), '<img src="cert.jpg" alt="车间 产品认证">'),
        (reading(seen("cnas"), lines=[Line("检测", BOX, 0.9)]), '<img src="p.jpg" alt="产品包装">'),
        (reading(seen("ce")), '<img src="p.jpg" alt="产品认证">'),
        (reading(seen("ccc")), '<img src="p.jpg" alt="产品3C认证">'),
        (reading(), '<img src="p.jpg" alt="产品包装">'),
    ],
)
def test_nothing_is_said(shot, img):
    """An honours' wall, a certificate, a mark without goods, a workshop's wall, marks of products and of laboratories."""
    assert not findings(shot, img=img)


def test_no_record_makes_of_a_mark_a_claim_to_a_certificate():
    """An expired certificate, none at all: those rules ask for a statement in words."""
    expired = row(holder=FIRM, issued=date(2019, 1, 1), expires=date(2022, 1, 1), status="expired")
    other = row(holder="示例别家泵业有限公司", uscc=None)
    for rows in ([expired], [other]):
        for mark in ("ms-mark", "cnas", "organic", "green-food", "cqc", "self-made"):
            found = findings(reading(seen(mark), kind="mark"), img='<img src="iso.jpg" alt="认证">', rows=rows)
            assert set(found) <= {"self-made-mark"}, (mark, found)


@pytest.mark.parametrize("text", ["YCC ISO 9001", "IS09001:2015", "ISO9001", "GB/T 19001-2016"])
def test_the_standard_is_read_off_the_mark(text):
    [claim] = judged(reading(seen(), lines=[Line(text, (110, 140, 100, 24), 0.97)])).claims
    assert claim.claim.schemes == ("iso-9001",)


def test_an_accreditation_symbol_beside_a_system_mark_goes_with_it():
    both = judged(reading(seen(), seen("cnas", box=(300, 100, 80, 60))))
    [claim] = both.claims
    assert "旁边疑似有CNAS标识" in claim.claim.quote
    systems = Line("管理体系 MANAGEMENT SYSTEM CNAS C000-M", (110, 150, 90, 20), 0.95)
    assert findings(reading(seen("cnas"), lines=[systems])) == {"system-mark-on-packaging": "suspected"}


def test_a_made_up_mark():
    iso = [Line("ISO 9001", (110, 140, 100, 24), 0.97)]
    web = judged(reading(seen("self-made"), kind="mark", lines=iso), img='<img src="iso.jpg" alt="认证">')
    [finding] = web.findings
    assert (finding.conduct, finding.outcome) == ("self_made_mark", "needs_review")
    assert any("装饰" in why for why in (*finding.caps, *finding.innocent_readings))
    assert findings(reading(seen("self-made"), lines=iso)) == {
        "self-made-mark": "suspected",
        "system-mark-on-packaging": "suspected",
    }


def test_a_ccc_mark_on_goods_against_a_complete_register_is_for_a_person():
    found = findings(reading(seen("ccc")), rows=[row(holder="示例别家泵业有限公司", uscc=None)])
    assert found == {"ccc-mark-misuse": "needs_review"}


@pytest.mark.parametrize("genre", ["explainer", "certification_body", "tender", "agency"])
def test_pictures_on_pages_of_others_are_not_the_companys(genre):
    base = Reading(genre=genre, claims=(), coverage=Coverage(pictures_seen=1))
    shown = ShownPicture("p.jpg", Locator("img", 0, 5, "src"), "", reading(seen()), None, "产品包装")
    [claim] = claims_of_marks(shown, base, load_schemes(), 1)
    page = page_of_bytes(b"<p>x", url="http://firm.example/")
    options = Options(as_of=date(2026, 11, 20))
    book = load_book((), load_statutes())
    assert not judge_reading(page, replace(base, claims=(claim,)), None, book, load_schemes(), options).findings
    own = judge_reading(page, replace(base, claims=(claim,), genre="company"), None, book, load_schemes(), options)
    assert bool(own.findings) is (genre != "agency"), "what an agency shows stays the agency's"


def test_print_that_speaks_of_certification_is_not_silently_clean():
    shot = reading(lines=[Line("通过ISO9001质量体系认证", (10, 10, 300, 30), 0.98)])
    [note] = judged(shot).reading.coverage.unread
    assert "没有作为陈述判断" in note
    assert not judged(reading(lines=[Line("品质成就未来", (10, 10, 300, 30), 0.98)])).reading.coverage.unread


@pytest.mark.parametrize(
    ("img", "place"),
    [
        ('<img src="p.jpg" alt="产品包装认证">', "packaging"),
        ('<img src="certified-packaging.jpg" alt="ISO认证">', "packaging"),
        ('<img src="p.jpg" alt="示例包装有限公司认证">', None),
        ('<img src="p.jpg" alt="包装机械产品认证">', "product"),
        ('<img src="p.jpg" alt="礼盒认证">', "packaging"),
        ('<img src="p.jpg" alt="认证">', None),
        ('<img src="p.jpg" alt="产品认证证书">', None),
        ('<p>厂区占地三万平方米，荣获多项证书</p><img src="p.jpg" alt="阀门外包装">', "packaging"),
        ('<p>产品包装</p><img src="cert.jpg">', "packaging"),
        ('<p>车间里的产品包装</p><img src="cert.jpg">', None),
    ],
)
def test_where_the_mark_stands(img, place):
    [picture] = judged(reading(seen()), img=img, text="主营机电设备。").reading.coverage.pictures
    assert picture["place"] == place
