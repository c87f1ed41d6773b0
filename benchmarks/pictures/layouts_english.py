"""Certificates in English, and in both languages: band, ornament, side column, table, two columns, QR code."""

from __future__ import annotations

from benchmarks.pictures.canvas import GREY, Colour, Page, Style
from benchmarks.pictures.invented import Invented, chinese_day

ORANGE: Colour = (240, 135, 30)
NAVY: Colour = (25, 45, 95)
TEAL: Colour = (10, 115, 125)
GOLD: Colour = (176, 138, 60)


def english_day(day) -> str:
    """APR 12, 2023."""
    return f"{day:%b}".upper() + f" {day.day:02}, {day.year}"


def long_day(day) -> str:
    """12 April 2023."""
    return f"{day.day} {day:%B} {day.year}"


def band(facts: Invented, seed: int) -> Page:
    """Orange band on top and below, centred text, both days in one row, watermark across."""
    page = Page.blank(1241, 1755, seed)
    page.draw.rectangle((0, 0, 1241, 250), fill=ORANGE)
    page.draw.rectangle((0, 1690, 1241, 1755), fill=ORANGE)
    page.text(700, 70, "Certificate", Style(120, "serif", True, (255, 255, 255)), "m")
    page.emblem(150, 125, 75, facts.foreign_letters, (255, 255, 255))
    across(page, facts.foreign_letters * 2, (250, 225, 205), 260)
    box = page.label(120, 330, "Certificate No.:", facts.foreign_number, Style(26, "sans"))
    page.put("number", facts.foreign_number, facts.foreign_number, box)
    style = Style(30, "sans")
    page.text(620, 400, "This is to certify that the management system of", style, "m")
    page.put("holder", facts.holder_en, facts.holder_en, page.text(620, 475, facts.holder_en, Style(46, "sans"), "m"))
    page.text(620, 560, f"{facts.address_en}", style, "m")
    page.text(
        620,
        650,
        "Has been assessed and found to be in accordance with the requirements of standard",
        Style(27, "sans"),
        "m",
    )
    page.text(620, 690, "detail below", Style(27, "sans"), "m")
    page.put(
        "standard",
        facts.standard_en,
        facts.standard_en,
        page.text(620, 770, facts.standard_en, Style(42, "sans", True), "m"),
    )
    page.text(620, 860, "This certificate is valid for the following scope", Style(25, "sans"), "m")
    page.put("scope", facts.scope_en, facts.scope_en, page.wrapped(620, 930, facts.scope_en, style, 950, "m"))
    first, last = english_day(facts.issued), english_day(facts.expires)
    page.put("issued", first, facts.issued.isoformat(), page.label(170, 1090, "Issued Date:", first, Style(28, "sans")))
    page.put("expires", last, facts.expires.isoformat(), page.label(740, 1090, "Valid Until:", last, Style(28, "sans")))
    page.signature(140, 1270, 260)
    page.text(140, 1320, "A. Sample, Managing Director", Style(26, "sans"))
    page.put(
        "body", facts.foreign_body, facts.foreign_body, page.text(80, 1500, facts.foreign_body, Style(26, "sans", True))
    )
    page.text(80, 1540, "1 Example Street, Sampletown", Style(22, "sans"))
    page.text(80, 1572, facts.foreign_web, Style(22, "sans"))
    for k in range(3):
        page.emblem(650 + k * 220, 1550, 70, ("AAX", "QQX", "ZZX")[k], ((20, 90, 60), NAVY, TEAL)[k])
    return page


def ornament(facts: Invented, seed: int) -> Page:
    """Serif, ornament frame, gold rosette over the foot, 'This is to certify that', days written long."""
    page = Page.blank(1240, 1754, seed, (253, 249, 236))
    page.border(40, (NAVY, GOLD, NAVY), 18, 6)
    page.guilloche((170, 430, 900, 900), (232, 218, 180), 12, 0.5)
    page.text(620, 160, "CERTIFICATE OF REGISTRATION", Style(56, "serif", True, NAVY, 2), "m")
    page.text(620, 300, "This is to certify that", Style(32), "m")
    page.put(
        "holder", facts.holder_en, facts.holder_en, page.text(620, 370, facts.holder_en, Style(50, "serif", True), "m")
    )
    page.text(620, 450, facts.address_en, Style(28), "m")
    page.text(620, 540, f"has implemented and maintains the {facts.system_en}", Style(30), "m")
    page.text(620, 590, "which fulfils the requirements of", Style(30), "m")
    page.put(
        "standard",
        facts.standard_en,
        facts.standard_en,
        page.text(620, 660, facts.standard_en, Style(48, "serif", True), "m"),
    )
    page.text(620, 770, "Scope of certification:", Style(28, "serif", True), "m")
    page.put("scope", facts.scope_en, facts.scope_en, page.wrapped(620, 820, facts.scope_en, Style(32), 900, "m"))
    rows = (
        ("number", "Certificate Number:", facts.foreign_number, facts.foreign_number),
        ("issued", "Date of issue:", long_day(facts.issued), facts.issued.isoformat()),
        ("expires", "Expiry date:", long_day(facts.expires), facts.expires.isoformat()),
        (None, "First certified on:", long_day(facts.first_day), ""),
    )
    for k, (name, label, text, value) in enumerate(rows):
        box = page.label(330, 1000 + 48 * k, label, text, Style(29), 660)
        if name:
            page.put(name, text, value, box)
    page.signature(720, 1330, 250)
    page.draw.line((700, 1370, 1040, 1370), fill=GREY, width=2)
    page.text(870, 1380, "Director of Certification", Style(24), "m")
    page.seal(330, 1400, 110, "认证样例专用章", GOLD, 0.95)
    page.put(
        "body",
        facts.foreign_body,
        facts.foreign_body,
        page.text(620, 1560, facts.foreign_body, Style(36, "serif", True), "m"),
    )
    page.text(620, 1610, f"Example House, Sampletown  {facts.foreign_web}", Style(24), "m")
    return page


def side_column(facts: Invented, seed: int) -> Page:
    """Dark column at the left with body and days, small print, everything flush left."""
    page = Page.blank(1300, 1800, seed)
    page.draw.rectangle((0, 0, 360, 1800), fill=NAVY)
    white, light = (255, 255, 255), (190, 205, 230)
    page.emblem(180, 200, 100, facts.foreign_letters, white)
    page.put(
        "body",
        facts.foreign_body,
        facts.foreign_body,
        page.wrapped(40, 360, facts.foreign_body, Style(28, "sans", True, white), 300),
    )
    fields = (
        ("number", "Registration No.", facts.foreign_number, facts.foreign_number),
        ("issued", "Issue Date", facts.issued.isoformat(), facts.issued.isoformat()),
        ("expires", "Expiry Date", facts.expires.isoformat(), facts.expires.isoformat()),
        (None, "Original Approval", facts.first_day.isoformat(), ""),
    )
    for k, (name, label, text, value) in enumerate(fields):
        page.text(40, 520 + 120 * k, label, Style(23, "sans", False, light))
        box = page.text(40, 555 + 120 * k, text, Style(30, "sans", True, white))
        if name:
            page.put(name, text, value, box)
    page.text(40, 1700, facts.foreign_web, Style(22, "sans", False, light))
    page.text(420, 150, "Certificate of Approval", Style(64, "sans", True, NAVY))
    page.text(420, 300, "Certificate holder", Style(24, "sans", False, GREY))
    page.put(
        "holder",
        facts.holder_en,
        facts.holder_en,
        page.wrapped(420, 335, facts.holder_en, Style(42, "sans", True), 820),
    )
    page.text(420, 440, facts.address_en, Style(26, "sans"))
    page.text(420, 540, "Standard", Style(24, "sans", False, GREY))
    page.put(
        "standard",
        facts.standard_en,
        facts.standard_en,
        page.text(420, 575, facts.standard_en, Style(42, "sans", True)),
    )
    page.text(420, 690, "Scope of the certificate", Style(24, "sans", False, GREY))
    page.put("scope", facts.scope_en, facts.scope_en, page.wrapped(420, 725, facts.scope_en, Style(32, "sans"), 800))
    note = (
        "The validity of this certificate depends on regular surveillance. It remains the property of the issuer and "
        "has to be given back on request. Its present state can be asked for at the address on the left."
    )
    page.wrapped(420, 960, note, Style(21, "sans", False, GREY), 800)
    page.signature(430, 1250, 240)
    page.text(420, 1310, "B. Sample, Head of Decisions", Style(26, "sans"))
    return page


def english_table(facts: Invented, seed: int) -> Page:
    """A ruled table without colour: label above value, two to a row, ISO days, monospaced number."""
    page = Page.blank(1190, 1684, seed)
    page.border(50, (TEAL,), 8, 4)
    page.text(595, 110, "CERTIFICATE OF CONFORMITY", Style(54, "sans", True, TEAL), "m")
    page.text(595, 190, facts.system_en, Style(30, "sans"), "m")
    rows: tuple[tuple[tuple[str | None, str, str, str, Style], ...], ...] = (
        (("number", "Certificate No", facts.foreign_number, facts.foreign_number, Style(30, "mono", True)),),
        (("holder", "Holder of the certificate", facts.holder_en, facts.holder_en, Style(34, "sans", True)),),
        ((None, "Address", facts.address_en, "", Style(28, "sans")),),
        (("standard", "Standard", facts.standard_en, facts.standard_en, Style(34, "sans", True)),),
        (("scope", "Scope", facts.scope_en, facts.scope_en, Style(28, "sans")),),
        (
            ("issued", "Valid from", f"{facts.issued:%d.%m.%Y}", facts.issued.isoformat(), Style(30, "sans")),
            ("expires", "Valid until", f"{facts.expires:%d.%m.%Y}", facts.expires.isoformat(), Style(30, "sans")),
        ),
        (("body", "Certification body", facts.foreign_body, facts.foreign_body, Style(30, "sans", True)),),
    )
    y = 280
    for row in rows:
        wide = 990 // len(row)
        for k, (name, label, text, value, style) in enumerate(row):
            x = 100 + k * wide
            page.draw.rectangle((x, y, x + wide, y + 140), outline=GREY, width=2)
            page.text(x + 20, y + 14, label, Style(22, "sans", False, GREY))
            box = page.wrapped(x + 20, y + 52, text, style, wide - 40, leading=1.25)
            if name:
                page.put(name, text, value, box)
        y += 140
    page.text(120, y + 40, f"Verify at {facts.foreign_web}", Style(24, "sans"))
    page.emblem(980, y + 170, 80, facts.foreign_letters, TEAL)
    page.seal(800, y + 180, 90, "样例机构专用章", (30, 60, 160))
    return page


def two_columns(facts: Invented, seed: int) -> Page:
    """Landscape, Chinese at the left, English at the right, a line between, one seal below."""
    page = Page.blank(1900, 1300, seed, (250, 252, 255))
    page.border(40, (TEAL, (150, 200, 205)), 12, 4)
    page.draw.line((950, 230, 950, 1010), fill=TEAL, width=2)
    page.emblem(950, 140, 70, facts.letters, TEAL)
    page.text(490, 200, f"{facts.system}认证证书", Style(46, "serif", True), "m")
    page.text(1410, 200, f"{facts.system_en} Certificate", Style(31, "serif", True), "m")
    page.put("number", facts.number, facts.number, page.label(120, 290, "证书编号：", facts.number, Style(27)))
    page.label(1010, 290, "Certificate No.:", facts.number, Style(27))
    page.text(120, 360, "兹证明", Style(29))
    page.put("holder", facts.holder, facts.holder, page.text(120, 405, facts.holder, Style(37, "serif", True)))
    page.text(1010, 360, "This is to certify that", Style(29))
    page.text(1010, 405, facts.holder_en, Style(35, "serif", True))
    page.put("uscc", facts.uscc, facts.uscc, page.label(120, 470, "统一社会信用代码：", facts.uscc, Style(26)))
    page.text(120, 540, "符合标准", Style(29))
    page.put("standard", facts.standard, facts.standard, page.text(120, 585, facts.standard, Style(34, "serif", True)))
    page.text(1010, 540, "conforms to", Style(29))
    page.text(1010, 585, facts.standard_en, Style(34, "serif", True))
    page.text(120, 660, "认证范围", Style(29))
    page.put("scope", facts.scope, facts.scope, page.wrapped(120, 705, facts.scope, Style(29), 770))
    page.text(1010, 660, "Scope", Style(29))
    page.wrapped(1010, 705, facts.scope_en, Style(29), 780)
    style = Style(27)
    first, last = chinese_day(facts.issued), chinese_day(facts.expires)
    page.put("issued", first, facts.issued.isoformat(), page.label(120, 860, "发证日期：", first, style))
    page.put("expires", last, facts.expires.isoformat(), page.label(120, 905, "有效期至：", last, style))
    page.label(1010, 860, "Date of issue:", long_day(facts.issued), style)
    page.label(1010, 905, "Valid until:", long_day(facts.expires), style)
    page.put("body", facts.body, facts.body, page.text(950, 1080, facts.body, Style(34, "serif", True), "m"))
    page.text(950, 1130, facts.body_en, Style(26), "m")
    page.text(950, 1170, facts.web, Style(23), "m")
    page.seal(1250, 1080, 105, facts.body)
    return page


def with_code(facts: Invented, seed: int) -> Page:
    """Both languages line by line, watermark over the page, a QR code whose address carries the number."""
    page = Page.blank(1240, 1754, seed)
    page.border(26, ((60, 120, 190), (170, 205, 235)), 14, 6)
    page.guilloche((120, 380, 1000, 1000), (190, 215, 240), 14, 0.55)
    page.text(620, 120, "认证证书", Style(76, "serif", True, (30, 80, 150), 20), "m")
    page.text(620, 215, f"{facts.system_en} Certificate", Style(30), "m")
    rows = (
        ("number", "证书编号 / Certificate No.", facts.number, facts.number, Style(34, "sans", True)),
        ("holder", "获证组织 / Organization", facts.holder, facts.holder, Style(40, "sans", True)),
        ("uscc", "统一社会信用代码 / USCC", facts.uscc, facts.uscc, Style(30, "sans")),
        ("standard", "认证标准 / Standard", facts.standard, facts.standard, Style(34, "sans", True)),
        ("scope", "认证范围 / Scope", facts.scope, facts.scope, Style(30, "sans")),
        ("issued", "颁证日期 / Issue date", facts.issued.isoformat(), facts.issued.isoformat(), Style(30, "sans")),
        ("expires", "有效期至 / Valid until", facts.expires.isoformat(), facts.expires.isoformat(), Style(30, "sans")),
    )
    y = 300
    for name, label, text, value, style in rows:
        page.text(140, y, label, Style(23, "sans", False, (70, 110, 160)))
        box = page.wrapped(140, y + 38, text, style, 940)
        page.put(name, text, value, box)
        y = box[1] + box[3] + 36
    page.code(160, 1400, 210, f"https://{facts.web}/c?no={facts.number}")
    page.text(160, 1640, "扫码查询", Style(22, "sans"))
    page.put("body", facts.body, facts.body, page.text(1080, 1470, facts.body, Style(34, "serif", True), "r"))
    page.text(1080, 1520, facts.body_en, Style(24), "r")
    page.text(1080, 1560, facts.web, Style(23), "r")
    page.seal(900, 1440, 110, facts.body)
    return page


def across(page: Page, text: str, colour: Colour, size: int) -> None:
    """Large letters along the diagonal, below what is printed later."""
    from PIL import Image, ImageDraw

    from benchmarks.pictures.fonts import latin

    w, h = page.image.size
    layer = Image.new("L", (w, h), 0)
    ImageDraw.Draw(layer).text((w // 2, h // 2), text, 255, latin("sans", True, size), anchor="mm")
    page.image.paste(Image.new("RGB", (w, h), colour), (0, 0), layer.rotate(52, Image.Resampling.BICUBIC))
