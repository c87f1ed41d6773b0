"""Certificates of other make: pairs in two columns, a foot of logos, an annex, a compulsory one, a cycle of days, a frame on a wall.

Drawn after the reader had been tuned to the others, and measured before it was tuned to these.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from PIL import Image

from benchmarks.pictures.canvas import GREY, RED, Box, Colour, Page, Style, around
from benchmarks.pictures.invented import Invented, chinese_day

PLUM: Colour = (95, 30, 90)
PINE: Colour = (20, 85, 70)
STEEL: Colour = (60, 85, 115)


def pairs(facts: Invented, seed: int) -> Page:
    """Landscape; labels in both languages over their values, in two columns that hold different fields; days in a row of three."""
    page = Page.blank(1800, 1270, seed, (253, 253, 250))
    page.draw.rectangle((0, 0, 1800, 26), fill=PLUM)
    page.draw.rectangle((0, 1244, 1800, 1270), fill=PLUM)
    page.emblem(150, 150, 80, facts.letters, PLUM)
    page.put("body", facts.body, facts.body, page.text(260, 100, facts.body, Style(36, "serif", True)))
    page.text(260, 152, facts.body_en, Style(25, "sans", False, GREY))
    page.text(1680, 95, "管理体系认证证书", Style(54, "serif", True, PLUM), "r")
    page.text(1680, 170, "MANAGEMENT SYSTEM CERTIFICATE", Style(26, "sans", False, PLUM), "r")
    small, value = Style(22, "sans", False, GREY), Style(31, "sans", True)
    left = (
        ("holder", "获证组织 / Certified organization", facts.holder, value),
        (None, "", facts.holder_en, Style(25, "sans")),
        ("uscc", "统一社会信用代码 / Unified social credit code", facts.uscc, value),
        (None, "注册地址 / Registered address", facts.address, Style(26, "sans")),
        (None, "审核地址 / Audited site", facts.address, Style(26, "sans")),
    )
    right = (
        ("standard", "认证标准 / Standard", facts.standard, value),
        ("scope", "认证范围 / Scope", facts.scope, Style(27, "sans")),
        (None, "", facts.scope_en, Style(24, "sans")),
        ("number", "证书编号 / Certificate No.", facts.number, value),
    )
    for x, column in ((110, left), (960, right)):
        y = 290
        for name, label, text, style in column:
            if label:
                page.text(x, y, label, small)
                y += 34
            box = page.wrapped(x, y, text, style, 730)
            if name:
                page.put(name, text, text, box)
            y = box[1] + box[3] + 26
    page.draw.line((110, 850, 1690, 850), fill=PLUM, width=2)
    days = (
        (None, "首次发证日期 / First issue", facts.first_day),
        ("issued", "本次发证日期 / Issue date", facts.issued),
        ("expires", "证书有效期至 / Valid until", facts.expires),
    )
    for k, (name, label, day) in enumerate(days):
        page.text(110 + 540 * k, 880, label, small)
        text = f"{day:%Y.%m.%d}"
        box = page.text(110 + 540 * k, 914, text, Style(30, "sans", True))
        if name:
            page.put(name, text, day.isoformat(), box)
    page.text(110, 1060, "签发人 / Authorized by:", Style(24, "sans"))
    page.signature(400, 1075, 170)
    page.seal(1500, 1080, 115, facts.body)
    page.text(110, 1180, f"本证书的有效性可在 {facts.web} 查询。 Validity can be asked for at {facts.web}.", Style(20, "sans", False, GREY))  # fmt: skip
    return page


def logos(facts: Invented, seed: int) -> Page:
    """Portrait; sentences with values inside, three days in one block, a foot of four logos with words and address lines."""
    page = Page.blank(1240, 1754, seed, (244, 250, 247))
    page.border(34, (PINE, (150, 200, 180), PINE), 10, 3)
    page.guilloche((170, 380, 900, 900), (170, 215, 195), 12, 0.45)
    page.text(620, 130, facts.letters, Style(70, "sans", True, PINE, 12), "m")
    page.text(620, 240, "认证证书", Style(82, "serif", True, PINE, 30), "m")
    page.put("number", facts.number, facts.number, page.label(800, 350, "证书号：", facts.number, Style(26, "sans")))
    page.text(620, 420, "本机构特此证明", Style(32), "m")
    page.put("holder", facts.holder, facts.holder, page.text(620, 490, facts.holder, Style(44, "sans", True), "m"))
    _behind(page, "uscc", 620, 565, "（统一社会信用代码：", facts.uscc, facts.uscc, "）", Style(26))
    page.text(620, 610, f"注册地址：{facts.address}（邮编：000000）", Style(25), "m")
    page.text(620, 700, f"其{facts.system}经审核符合以下标准", Style(32), "m")
    page.put("standard", facts.standard, facts.standard, page.text(620, 755, facts.standard, Style(36, "sans", True), "m"))  # fmt: skip
    page.text(620, 830, "体系覆盖范围", Style(32), "m")
    page.put("scope", facts.scope, facts.scope, page.wrapped(620, 885, facts.scope, Style(32, "sans"), 840, "m"))
    days = (
        (None, "首次发证日期：", facts.first_day),
        ("issued", "本次发证日期：", facts.issued),
        (None, "换证日期：", facts.changed_day),
        ("expires", "证书有效期至：", facts.expires),
    )
    for k, (name, label, day) in enumerate(days):
        text = chinese_day(day, padded=False)
        box = page.label(180 + 450 * (k % 2), 1050 + 46 * (k // 2), label, text, Style(26))
        if name:
            page.put(name, text, day.isoformat(), box)
    page.text(180, 1190, "签发：", Style(28))
    page.signature(280, 1210, 160)
    page.put("body", facts.body, facts.body, page.text(1060, 1250, facts.body, Style(34, "serif", True), "r"))
    page.seal(900, 1230, 112, facts.body)
    page.text(620, 1370, "获证组织必须定期接受监督审核并经审核合格此证书方继续有效", Style(22, colour=GREY), "m")
    words = (("样例认可", "SAMPLE S000-M"), ("管理体系", "互认样例"), ("QQX", "MEMBER 000"), (facts.letters, "000"))
    for k, (upper, lower) in enumerate(words):
        x = 230 + 260 * k
        page.draw.ellipse((x - 70, 1430, x + 70, 1530), outline=(STEEL, PINE, PLUM, RED)[k], width=4)
        page.text(x, 1462, upper, Style(25, "sans", True, (STEEL, PINE, PLUM, RED)[k]), "m")
        page.text(x, 1540, lower, Style(18, "sans", False, GREY), "m")
    page.text(620, 1600, f"地址：样例市样例区{facts.address[-8:]}  邮编：000000", Style(20), "m")
    page.text(620, 1632, f"电话：000-00000000  传真：000-00000001  网址：{facts.web}", Style(20), "m")
    return page


def annex(facts: Invented, seed: int) -> Page:
    """The annex of a certificate: number and term on top, a table of the places it covers, seal below."""
    page = Page.blank(1240, 1754, seed)
    page.border(50, (STEEL,), 8, 3)
    page.text(620, 110, f"{facts.system}认证证书附件", Style(48, "serif", True, STEEL), "m")
    page.text(620, 185, "Annex to the certificate", Style(26, "sans", False, GREY), "m")
    style, y = Style(28), 280
    rows = (
        ("number", "证书编号：", facts.number, facts.number),
        ("holder", "获证组织名称：", facts.holder, facts.holder),
        ("uscc", "统一社会信用代码：", facts.uscc, facts.uscc),
        ("standard", "认证标准：", facts.standard, facts.standard),
        ("issued", "发证日期：", chinese_day(facts.issued), facts.issued.isoformat()),
        ("expires", "有效期至：", chinese_day(facts.expires), facts.expires.isoformat()),
    )
    for name, label, text, value in rows:
        page.put(name, text, value, page.label(120, y, label, text, style))
        y += 50
    page.text(120, y + 16, "认证范围：", style)
    page.put("scope", facts.scope, facts.scope, page.wrapped(270, y + 16, facts.scope, style, 850))
    y += 150
    page.text(620, y, "证书覆盖的场所", Style(30, "serif", True), "m")
    y += 60
    cells = (("序号", "场所名称", "地址", "活动"), *(
        (str(k), f"{facts.holder[:4]}第{'一二三'[k - 1]}分厂", f"{facts.address[:-3]}{k * 11}号", facts.scope[:8]) for k in (1, 2, 3)
    ))  # fmt: skip
    for row in cells:
        x = 110
        for text, wide in zip(row, (80, 300, 380, 260), strict=True):
            page.draw.rectangle((x, y, x + wide, y + 70), outline=GREY, width=2)
            page.text(x + wide / 2, y + 22, text, Style(23), "m")
            x += wide
        y += 70
    page.put("body", facts.body, facts.body, page.text(1080, 1450, facts.body, Style(34, "serif", True), "r"))
    page.seal(880, 1420, 112, facts.body)
    page.text(620, 1640, "附件与证书同时使用有效    第1页 共1页", Style(22, colour=GREY), "m")
    return page


def compulsory(facts: Invented, seed: int) -> Page:
    """强制性产品认证证书: applicant, maker and factory each with name and address, product, rule and standard, both days in one row."""
    page = Page.blank(1240, 1754, seed, (255, 251, 244))
    page.border(36, (RED, (235, 180, 170)), 14, 5)
    page.guilloche((220, 450, 800, 800), (240, 205, 195), 12, 0.5)
    page.text(620, 140, "强制性产品认证证书", Style(66, "serif", True, RED, 10), "m")
    _behind(page, "number", 620, 250, "证书编号：", facts.product_number, facts.product_number, "", Style(30))
    label, text, y = Style(29, "sans", True), Style(29), 340
    for name, title in (
        ("holder", "委托人名称及地址"),
        (None, "生产者（制造商）名称及地址"),
        (None, "生产企业名称及地址"),
    ):
        page.text(620, y, title, label, "m")
        box = page.text(620, y + 44, facts.holder, text, "m")
        page.text(620, y + 86, facts.address, text, "m")
        if name:
            page.put(name, facts.holder, facts.holder, box)
        y += 150
    page.text(620, y, "产品名称和系列、规格、型号", label, "m")
    model = f"{facts.letters}-{seed % 900 + 100}A  220V~ 50Hz"
    boxes = [page.text(620, y + 44, facts.product, text, "m"), page.text(620, y + 86, model, text, "m")]
    page.put("scope", facts.product + model, facts.product + model, around(boxes))
    page.text(620, y + 150, "产品标准和技术要求", label, "m")
    page.put("standard", facts.product_standard, facts.product_standard,
             page.text(620, y + 194, facts.product_standard, text, "m"))  # fmt: skip
    page.text(620, y + 270, "上述产品符合强制性产品认证实施规则CNCA-C00-00:2014的要求，", text, "m")
    page.text(620, y + 312, "特发此证。", text, "m")
    first, last = chinese_day(facts.issued), chinese_day(facts.expires)
    page.put("issued", first, facts.issued.isoformat(), page.label(180, y + 390, "发证日期：", first, text))
    page.put("expires", last, facts.expires.isoformat(), page.label(680, y + 390, "有效期至：", last, text))
    page.text(620, y + 440, "证书有效期内本证书的有效性依据发证机构的定期监督获得保持。", Style(22, colour=GREY), "m")
    page.text(240, 1450, f"主 任：{facts.manager}", Style(28))
    page.seal(860, 1440, 112, facts.body)
    page.put("body", facts.body, facts.body, page.text(620, 1590, facts.body, Style(38, "serif", True), "m"))
    page.text(620, 1645, f"样例市样例区 000000  http://{facts.web}", Style(22), "m")
    return page


def cycle(facts: Invented, seed: int) -> Page:
    """English, four days of a cycle in a list with named months, the body in the foot behind words, several initials around it."""
    page = Page.blank(1275, 1650, seed, (252, 252, 255))
    page.draw.rectangle((60, 60, 1215, 190), fill=STEEL)
    page.text(637, 92, "Management System Certificate", Style(58, "sans", True, (255, 255, 255)), "m")
    page.text(100, 240, "We hereby certify that", Style(28, "sans"))
    page.put("holder", facts.holder_en, facts.holder_en, page.text(100, 290, facts.holder_en, Style(44, "sans", True)))
    page.text(100, 352, facts.address_en, Style(26, "sans"))
    page.text(100, 430, "operates a management system that has been audited against", Style(28, "sans"))
    page.put("standard", facts.standard_en, facts.standard_en, page.text(100, 476, facts.standard_en, Style(44, "sans", True)))  # fmt: skip
    page.text(100, 580, "for the following activities", Style(28, "sans"))
    page.put("scope", facts.scope_en, facts.scope_en, page.wrapped(100, 626, facts.scope_en, Style(30, "sans"), 1050))
    rows = (
        ("number", "Certificate Number", facts.foreign_number, facts.foreign_number),
        (None, "Original Issue Date", _month_day(facts.first_day), ""),
        ("issued", "Current Issue Date", _month_day(facts.issued), facts.issued.isoformat()),
        (None, "Last Revision Date", _month_day(facts.changed_day), ""),
        ("expires", "Expiry Date", _month_day(facts.expires), facts.expires.isoformat()),
    )
    for k, (name, label, text, value) in enumerate(rows):
        y = 820 + 56 * k
        page.draw.line((100, y + 46, 900, y + 46), fill=(200, 205, 215), width=2)
        box = page.label(100, y, label, text, Style(27, "sans"), 480, Style(27, "sans", True))
        if name:
            page.put(name, text, value, box)
    page.signature(130, 1210, 230)
    page.text(100, 1260, "C. Sample, Technical Director", Style(24, "sans"))
    page.text(100, 1310, "For and on behalf of", Style(22, "sans", False, GREY))
    page.put("body", facts.foreign_body, facts.foreign_body, page.text(100, 1342, facts.foreign_body, Style(30, "sans", True)))  # fmt: skip
    page.text(100, 1385, f"1 Example Street, Sampletown   {facts.foreign_web}", Style(21, "sans"))
    for k in range(3):
        page.emblem(760 + k * 180, 1330, 62, (facts.foreign_letters, "QQX", "AAX")[k], (STEEL, PINE, PLUM)[k])
    note = "This certificate is the property of the issuer and stays valid subject to surveillance. Page 1 of 1"
    page.text(637, 1560, note, Style(19, "sans", False, GREY), "m")
    return page


def wall(facts: Invented, seed: int) -> Page:
    """A certificate framed behind glass on a wall, with a second frame beside it that holds no certificate."""
    inside = logos(facts, seed) if seed % 2 else cycle(facts, seed)
    page = Page.blank(1500, 1480, seed, (205, 200, 188))
    dice = np.random.default_rng(seed)
    texture = cv2.GaussianBlur(dice.normal(0, 22, (1480, 1500)).astype(np.float32), (0, 0), 3)
    page.image = Image.fromarray(np.clip(np.asarray(page.image) + texture[..., None], 0, 255).astype(np.uint8))
    high = 1240
    scale = high / inside.image.height
    wide = round(inside.image.width * scale)
    left, top = 130, 120
    page.draw.rectangle((left - 46, top - 46, left + wide + 46, top + high + 46), fill=(92, 58, 32))
    page.draw.rectangle((left - 16, top - 16, left + wide + 16, top + high + 16), fill=(215, 190, 130))
    page.image.paste(inside.image.resize((wide, high), Image.Resampling.LANCZOS), (left, top))
    x = left + wide + 170
    page.draw.rectangle((x - 40, 300, x + 560, 760), fill=(92, 58, 32))
    page.draw.rectangle((x - 10, 330, x + 530, 730), fill=(240, 232, 214))
    page.text(x + 260, 400, "光荣榜", Style(80, "serif", True, RED), "m")
    page.text(x + 260, 540, "样例车间 先进班组", Style(40, "serif"), "m")
    glass = np.asarray(page.image).astype(np.float32)
    across = np.add.outer(np.arange(1480) * 0.8, np.arange(1500)) - dice.uniform(500, 1300)
    glare = 34 * np.exp(-((across / 130) ** 2))
    glare[: top - 16], glare[top + high + 16 :], glare[:, : left - 16], glare[:, left + wide + 16 :] = 0, 0, 0, 0
    page.image = Image.fromarray(np.clip(glass + glare[..., None], 0, 255).astype(np.uint8))

    def moved(box: Box) -> Box:
        bx, by, bw, bh = (v * scale for v in box)
        return round(left + bx), round(top + by), round(bw), round(bh)

    page.fields = {name: replace(truth, box=moved(truth.box)) for name, truth in inside.fields.items()}
    page.lines += [(text, moved(box)) for text, box in inside.lines]
    return page


def _behind(page: Page, name: str, x: int, y: int, label: str, text: str, value: str, after: str, style: Style) -> None:
    """Label, value and what follows it as one centred line; the value's box is kept."""
    left, top, _, high = page.text(x, y, label + text + after, style, "m")
    page.put(name, text, value, (left + page.width_of(label, style), top, page.width_of(text, style), high))


def _month_day(day) -> str:
    """09-March-2025."""
    return f"{day.day:02}-{day:%B-%Y}"
