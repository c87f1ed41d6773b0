"""Certificates in Chinese, each laid out another way: centred, label block, table, landscape, dates below, numerals."""

from __future__ import annotations

from benchmarks.pictures.canvas import GREY, RED, Colour, Page, Style
from benchmarks.pictures.invented import Invented, chinese_day, numeral_day

BLUE: Colour = (30, 70, 150)
GREEN: Colour = (20, 120, 70)
GOLD: Colour = (176, 138, 60)


def days(page: Page, facts: Invented, issued: tuple, expires: tuple) -> None:
    """Remember both days; each: (text, box)."""
    page.put("issued", issued[0], facts.issued.isoformat(), issued[1])
    page.put("expires", expires[0], facts.expires.isoformat(), expires[1])


def term(
    page: Page, facts: Invented, x: float, y: float, label: str, style: Style, between: str, anchor: str = "l"
) -> None:
    """有效期: label, first day, `between`, last day in one line; both days' boxes are kept."""
    first, last = chinese_day(facts.issued), chinese_day(facts.expires)
    whole = f"{label}{first}{between}{last}"
    left, top, _, high = page.text(x, y, whole, style, anchor)
    at = left + page.width_of(label, style)
    w1 = page.width_of(first, style)
    at2 = left + page.width_of(f"{label}{first}{between}", style)
    days(page, facts, (first, (at, top, w1, high)), (last, (at2, top, page.width_of(last, style), high)))


def centred(facts: Invented, seed: int) -> Page:
    """Portrait, frame, everything on the middle line, number and code below the title, seal over the issue date."""
    page = Page.blank(1240, 1754, seed, (250, 252, 250))
    page.border(30, (BLUE, (120, 170, 210), BLUE), 14, 5)
    page.guilloche((220, 420, 800, 800), (150, 190, 220))
    page.emblem(620, 190, 84, facts.letters, BLUE)
    page.text(620, 300, f"{facts.system}认证证书", Style(62, "serif", True, space=10), "m")
    small, body = Style(27), Style(34, "serif")
    _with_label(page, "number", 620, 400, "证书编号：", facts.number, facts.number, small)
    page.text(620, 470, "兹 证 明", Style(38), "m")
    page.put("holder", facts.holder, facts.holder, page.text(620, 545, facts.holder, Style(46, "serif", True), "m"))
    _with_label(page, "uscc", 620, 620, "统一社会信用代码：", facts.uscc, facts.uscc, small)
    page.text(620, 664, f"注册地址：{facts.address}", small, "m")
    page.text(620, 708, f"生产/经营地址：{facts.address}", small, "m")
    page.text(620, 790, f"{facts.system}符合", body, "m")
    page.put(
        "standard", facts.standard, facts.standard, page.text(620, 845, facts.standard, Style(38, "sans", True), "m")
    )
    page.text(620, 905, "标准要求，通过认证的范围如下：", body, "m")
    page.put("scope", facts.scope, facts.scope, page.wrapped(620, 980, facts.scope, Style(34, "serif", True), 900, "m"))
    _with_label(page, "issued", 620, 1150, "颁证日期：", chinese_day(facts.issued), facts.issued.isoformat(), small)
    _with_label(page, "expires", 620, 1195, "有效期至：", chinese_day(facts.expires), facts.expires.isoformat(), small)
    page.text(620, 1240, f"初次获证日期：{chinese_day(facts.first_day)}", small, "m")
    page.text(620, 1310, "本证书在国家规定的各行政许可、资质许可有效期内使用有效。", Style(22, colour=GREY), "m")
    page.text(620, 1342, "获证组织须定期接受监督审核并经审核合格，此证书方继续有效。", Style(22, colour=GREY), "m")
    page.put("body", facts.body, facts.body, page.text(620, 1590, facts.body, Style(34, "serif", True), "m"))
    page.text(620, 1640, f"{facts.web}  电话：000-00000000", Style(22, "sans"), "m")
    page.text(330, 1470, "总经理：", small)
    page.signature(440, 1490, 150)
    page.seal(850, 1480, 110, facts.body)
    return page


def label_block(facts: Invented, seed: int) -> Page:
    """Portrait, coloured edge, block of labels in two columns below the scope, audit table, stamp at the left."""
    page = Page.blank(1240, 1790, seed, (120, 225, 225))
    page.draw.rectangle((80, 80, 1160, 1710), fill=(255, 255, 255))
    page.guilloche((240, 540, 760, 760), (140, 225, 220), 11, 0.5)
    page.emblem(620, 180, 80, facts.letters, (40, 40, 190))
    page.text(620, 300, f"{facts.system}认证证书", Style(64, "serif", True, space=8), "m")
    page.put("holder", facts.holder, facts.holder, page.text(620, 430, facts.holder, Style(42, "serif", True), "m"))
    page.text(620, 500, f"注册/生产/经营/办公地址：{facts.address}", Style(26), "m")
    page.text(620, 610, f"{facts.system}符合", Style(31, "serif", True), "m")
    standard = page.text(620, 660, f"{facts.standard} 标准要求", Style(31, "mono", True), "m")
    wide = page.width_of(facts.standard, Style(31, "mono", True))
    page.put("standard", facts.standard, facts.standard, (standard[0], standard[1], wide, standard[3]))
    page.text(620, 710, "通过认证的范围为：", Style(31, "serif", True), "m")
    page.put("scope", facts.scope, facts.scope, page.wrapped(620, 790, facts.scope, Style(31, "serif", True), 860, "m"))
    plain, y = Style(25), 965
    put = (
        ("number", "证 书 编 号：", facts.number, facts.number),
        ("issued", "证书颁发日期：", chinese_day(facts.issued), facts.issued.isoformat()),
    )
    for name, label, text, value in put:
        page.put(name, text, value, page.label(390, y, label, text, plain, 640))
        y += 32
    page.text(390, y, "证书有效日期：", plain)
    box = page.text(640, y, f"{chinese_day(facts.issued)}至", plain)
    last = chinese_day(facts.expires)
    page.put("expires", last, facts.expires.isoformat(), page.text(box[0] + box[2], y, last, plain))
    page.label(390, y + 32, "初次认证日期：", chinese_day(facts.first_day), plain, 640)
    page.put("uscc", facts.uscc, facts.uscc, page.label(390, y + 64, "统一社会信用代码：", facts.uscc, plain, 640))
    page.text(620, y + 120, f"本证书信息可在国家有关网站（www.registry.example）及 {facts.web} 上查询", Style(22), "m")
    _cells(
        page, 300, 1240, (130, 190, 130, 190), 60, (("第一次监审", "合格标志", "第二次监审", "合格标志"),), Style(22)
    )
    page.seal(260, 1450, 105, facts.body)
    page.text(150, 1590, "总经理：", Style(25))
    page.signature(260, 1600, 140)
    page.put("body", facts.body, facts.body, page.text(540, 1440, facts.body, Style(34, "serif", True)))
    page.text(540, 1490, f"地址：样例市样例区{facts.address[-8:]}", Style(22))
    page.text(540, 1525, f"网址：{facts.web}", Style(22))
    return page


def product_table(facts: Invented, seed: int) -> Page:
    """Product certificate: a ruled table of label and value, standard of the product, stamp over the last row."""
    page = Page.blank(1240, 1700, seed, (252, 250, 240))
    page.border(40, (GREEN, (150, 200, 160)), 12, 4)
    page.text(620, 130, "产品认证证书", Style(70, "serif", True, GREEN, 24), "m")
    page.text(620, 225, "CERTIFICATE FOR PRODUCT CERTIFICATION", Style(26, "sans"), "m")
    box = page.label(150, 300, "证书编号：", facts.product_number, Style(28, "sans"))
    page.put("number", facts.product_number, facts.product_number, box)
    rows = (
        ("holder", "认证委托人", facts.holder, facts.holder),
        ("uscc", "统一社会信用代码", facts.uscc, facts.uscc),
        (None, "委托人地址", facts.address, ""),
        (None, "生产企业", facts.holder, ""),
        ("scope", "产品名称和型号", f"{facts.product}", facts.product),
        ("standard", "产品标准和技术要求", facts.product_standard, facts.product_standard),
        (None, "认证模式", "型式试验+初始工厂检查+获证后监督", ""),
        ("issued", "发证日期", chinese_day(facts.issued), facts.issued.isoformat()),
        ("expires", "有效期至", chinese_day(facts.expires), facts.expires.isoformat()),
    )
    y, style = 370, Style(29)
    for name, label, text, value in rows:
        page.draw.rectangle((130, y, 1110, y + 82), outline=GREY, width=2)
        page.draw.line((430, y, 430, y + 82), fill=GREY, width=2)
        page.text(280, y + 26, label, Style(26, "serif", True), "m")
        box = page.wrapped(455, y + 26, text, style, 630)
        if name:
            page.put(name, text, value, box)
        y += 82
    page.text(150, y + 40, "上述产品符合认证实施规则的要求，特发此证。", Style(28))
    page.text(150, y + 85, "本证书的有效性依据发证机构的定期监督获得保持。", Style(28))
    page.put("body", facts.body, facts.body, page.text(620, 1420, facts.body, Style(38, "serif", True), "m"))
    page.text(620, 1480, f"样例市样例区 000000  {facts.web}", Style(23), "m")
    page.seal(880, 1340, 115, facts.body)
    page.emblem(250, 1380, 70, facts.letters, GREEN)
    return page


def landscape(facts: Invented, seed: int) -> Page:
    """Landscape, gold frame, watermark in the middle, number at the upper right, term in one line."""
    page = Page.blank(1754, 1240, seed, (255, 252, 238))
    page.border(36, (GOLD, (225, 200, 140), GOLD), 16, 6)
    page.guilloche((577, 320, 600, 600), (226, 206, 150), 10, 0.6)
    page.text(877, 140, f"{facts.system}认证证书", Style(76, "serif", True, (150, 30, 30), 16), "m")
    box = page.label(1180, 262, "编号：", facts.number, Style(28))
    page.put("number", facts.number, facts.number, box)
    page.text(200, 340, "兹证明：", Style(34))
    page.put("holder", facts.holder, facts.holder, page.text(340, 330, facts.holder, Style(46, "serif", True)))
    page.put("uscc", facts.uscc, facts.uscc, page.label(340, 400, "统一社会信用代码：", facts.uscc, Style(28)))
    page.text(200, 470, f"建立的{facts.system}符合标准：", Style(34))
    page.put("standard", facts.standard, facts.standard, page.text(340, 530, facts.standard, Style(40, "serif", True)))
    page.text(200, 610, "认证范围：", Style(34))
    page.put("scope", facts.scope, facts.scope, page.wrapped(380, 610, facts.scope, Style(34), 1150))
    term(page, facts, 200, 760, "证书有效期：", Style(32), " 至 ")
    page.text(200, 820, f"初次发证：{chinese_day(facts.first_day)}", Style(28))
    page.put("body", facts.body, facts.body, page.text(1150, 930, facts.body, Style(36, "serif", True), "m"))
    page.text(1150, 990, facts.web, Style(26), "m")
    page.seal(1250, 900, 120, facts.body)
    for k, word in enumerate(("样例认可", "互认样例")):
        page.draw.rectangle((240 + 190 * k, 950, 400 + 190 * k, 1040), outline=BLUE, width=4)
        page.text(320 + 190 * k, 978, word, Style(28, "sans", True, BLUE), "m")
    return page


def dates_below(facts: Invented, seed: int) -> Page:
    """Number before the holder, term in the middle, a block of other days (first, issued, changed) low at the left."""
    page = Page.blank(1100, 1550, seed, (236, 230, 216))
    page.border(30, ((150, 130, 100),), 8, 2)
    page.emblem(550, 170, 90, facts.letters, BLUE)
    page.text(550, 300, f"{facts.system}认证合格证书", Style(54, "sans", True, space=6), "m")
    _with_label(page, "number", 550, 385, "注册号：", facts.number, facts.number, Style(26, "serif", True))
    _with_label(page, "uscc", 550, 425, "统一社会信用代码：", facts.uscc, facts.uscc, Style(24))
    page.text(550, 480, "兹证明", Style(36, "sans", space=24), "m")
    page.put("holder", facts.holder, facts.holder, page.text(550, 550, facts.holder, Style(38, "sans", space=3), "m"))
    page.text(550, 612, f"{facts.address}  000000", Style(22), "m")
    page.text(550, 690, f"{facts.system}符合", Style(32, "sans", space=4), "m")
    spaced = facts.standard.replace("/ISO", " / ISO")
    page.put("standard", spaced, facts.standard, page.text(550, 740, spaced, Style(34, "sans"), "m"))
    page.text(550, 790, "通过认证的范围如下：", Style(32, "sans", space=4), "m")
    page.put("scope", facts.scope, facts.scope, page.wrapped(550, 860, facts.scope, Style(34, "sans", True), 800, "m"))
    term(page, facts, 550, 1010, "注册有效期：", Style(25), "-", "m")
    page.put("body", facts.body, facts.body, page.text(130, 1110, facts.body, Style(30, "serif", True)))
    page.text(130, 1155, f"（地址：样例市样例区 {facts.web}）", Style(20))
    page.text(130, 1200, "中心主任：", Style(27))
    page.signature(290, 1215, 140)
    small = Style(25)
    for k, (label, day) in enumerate(
        (("初次获证：", facts.first_day), ("发证日期：", facts.issued), ("换证日期：", facts.changed_day))
    ):
        box = page.label(130, 1270 + 38 * k, label, chinese_day(day), small)
        if label == "发证日期：":
            page.put("issued", chinese_day(day), day.isoformat(), box)
    page.seal(760, 1240, 95, facts.body, GOLD, 0.95)
    return page


def numerals(facts: Invented, seed: int) -> Page:
    """Days in Chinese numerals, values underlined, stamp beside the issue date, a second copy of the number in the foot."""
    page = Page.blank(1200, 1660, seed, (247, 247, 252))
    page.border(44, ((170, 60, 60), (220, 160, 160)), 12, 4)
    page.text(600, 150, "认 证 证 书", Style(84, "serif", True, RED), "m")
    page.text(600, 260, f"（{facts.system}）", Style(36), "m")
    style = Style(32)
    lines = (
        ("number", "证书号：", facts.number, facts.number),
        ("holder", "获证组织：", facts.holder, facts.holder),
        ("uscc", "信用代码：", facts.uscc, facts.uscc),
        ("standard", "认证依据：", facts.standard, facts.standard),
        ("scope", "认证范围：", facts.scope, facts.scope),
    )
    y = 360
    for name, label, text, value in lines:
        page.text(140, y, label, Style(32, "serif", True))
        box = page.wrapped(330, y, text, style, 740)
        page.put(name, text, value, box)
        page.draw.line((325, box[1] + box[3] + 6, 1070, box[1] + box[3] + 6), fill=GREY, width=1)
        y = box[1] + box[3] + 44
    first, last = numeral_day(facts.issued), numeral_day(facts.expires)
    issued = page.label(140, y + 20, "发证日期：", first, style)
    expires = page.label(140, y + 80, "有效期至：", last, style)
    days(page, facts, (first, issued), (last, expires))
    page.text(140, y + 160, "本证书所载内容以发证机构公布的信息为准。", Style(24, colour=GREY))
    page.put("body", facts.body, facts.body, page.text(1060, 1380, facts.body, Style(36, "serif", True), "r"))
    page.text(1060, 1440, first, Style(30), "r")
    page.seal(870, 1330, 118, facts.body)
    page.text(600, 1560, f"{facts.web}   No.{facts.number}", Style(22), "m")
    return page


def _with_label(page: Page, name: str, x: int, y: int, label: str, text: str, value: str, style: Style) -> None:
    """Label and value as one centred line; the value's box is kept."""
    left, top, _, high = page.text(x, y, label + text, style, "m")
    at = left + page.width_of(label, style)
    page.put(name, text, value, (at, top, page.width_of(text, style), high))


def _cells(page: Page, x: int, y: int, widths: tuple[int, ...], high: int, rows: tuple, style: Style) -> None:
    for row in rows:
        at = x
        for text, wide in zip(row, widths, strict=True):
            page.draw.rectangle((at, y, at + wide, y + high), outline=GREY, width=2)
            page.text(at + wide / 2, y + high / 2 - style.size / 2, text, style, "m")
            at += wide
        y += high
