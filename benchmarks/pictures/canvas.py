"""A page to draw on that remembers where each field was printed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.pictures.fonts import chinese, latin

Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]
BLACK: Colour = (25, 25, 25)
GREY: Colour = (110, 110, 110)
RED: Colour = (200, 30, 35)
_RUNS = re.compile(r"[\x20-\x7eÀ-ɏ]+|[^\x20-\x7eÀ-ɏ]+")


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: pixels high, serif | sans | mono, weight, colour, extra pixels between signs."""

    size: int
    family: str = "serif"
    bold: bool = False
    colour: Colour = BLACK
    space: int = 0


@dataclass(slots=True)
class Truth:
    """A field as printed (`text`), what it means (`value`; days as YYYY-MM-DD) and its box [x, y, w, h] in pixels."""

    text: str
    value: str
    box: Box


@dataclass(slots=True)
class Page:
    """A picture being drawn; `fields`: name → Truth; `qr`: what its code says."""

    image: Image.Image
    random: Random
    drawn_width: int  # pixels: what the boxes are counted in, also after the picture was made smaller
    fields: dict[str, Truth] = field(default_factory=dict)
    qr: str | None = None
    lines: list[tuple[str, Box]] = field(default_factory=list)  # everything set as text, in px as drawn

    @classmethod
    def blank(cls, width: int, height: int, seed: int, ground: Colour = (255, 255, 255)) -> Page:
        """An empty page of one colour."""
        return cls(Image.new("RGB", (width, height), ground), Random(seed), width)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        """Pillow's pen for the page."""
        return ImageDraw.Draw(self.image)

    def width_of(self, text: str, style: Style) -> int:
        """Pixels the text takes in one line."""
        total = 0.0
        for run in _RUNS.findall(text):
            total += _font(run, style).getlength(run) + style.space * len(run)
        return round(total - style.space if text else 0)

    def text(self, x: float, y: float, text: str, style: Style, anchor: str = "l") -> Box:
        """One line with its top at `y`; `anchor`: l | m | r of `x`. Returns its box."""
        width = self.width_of(text, style)
        at = x - (width / 2 if anchor == "m" else width if anchor == "r" else 0)
        base, left = y + style.size * 0.88, at
        for run in _RUNS.findall(text):
            font = _font(run, style)
            for part in run if style.space else (run,):
                self.draw.text((at, base), part, style.colour, font, anchor="ls")
                at += font.getlength(part) + style.space
        box = round(left), round(y), width, round(style.size * 1.08)
        self.lines.append((text, box))
        return box

    def wrapped(self, x: float, y: float, text: str, style: Style, width: int, anchor: str = "l", leading: float = 1.5) -> Box:  # fmt: skip
        """Lines no wider than `width`, broken as each script is broken. Returns the box round all."""
        boxes = []
        for line in self._lines(text, style, width):
            boxes.append(self.text(x, y, line, style, anchor))
            y += style.size * leading
        return around(boxes)

    def _lines(self, text: str, style: Style, width: int) -> list[str]:
        lines, line = [], ""
        for word in re.findall(r"[\x21-\x7e]+\s*|\s+|[^\x21-\x7e\s][，、。；：）”]?", text):
            if line and self.width_of((line + word).rstrip(), style) > width:
                lines.append(line.rstrip())
                line = ""
            line += word
        return [*lines, line.rstrip()] if line.strip() else lines

    def put(self, name: str, text: str, value: str, box: Box) -> None:
        """Remember a field's truth."""
        self.fields[name] = Truth(text, value, box)

    def label(self, x: float, y: float, label: str, text: str, style: Style, value_x: float | None = None, value_style: Style | None = None) -> Box:  # fmt: skip
        """`label` and, at `value_x` or right behind it, `text`; the box of the text."""
        box = self.text(x, y, label, style)
        at = value_x if value_x is not None else box[0] + box[2] + style.size * 0.3
        return self.text(at, y, text, value_style or style)

    # --- ornaments ------------------------------------------------------------------------------

    def border(self, margin: int, colours: tuple[Colour, ...], step: int = 8, width: int = 3) -> None:
        """Nested frames."""
        w, h = self.image.size
        for k, colour in enumerate(colours):
            m = margin + k * step
            self.draw.rectangle((m, m, w - m, h - m), outline=colour, width=width)

    def guilloche(self, box: Box, colour: Colour, turns: int = 9, strength: float = 0.35) -> None:
        """扭索纹: interlaced waves inside a box, laid over what is there with `strength`."""
        x, y, w, h = box
        layer = self.image.copy()
        pen = ImageDraw.Draw(layer)
        for k in range(turns):
            points = []
            for i in range(0, 361):
                t = math.radians(i)
                r = 1 + 0.12 * math.sin(12 * t + k * math.pi / turns * 2)
                grow = 0.55 + 0.45 * k / turns
                points.append(
                    (x + w / 2 * (1 + r * grow * 0.88 * math.cos(t)), y + h / 2 * (1 + r * grow * 0.88 * math.sin(t)))
                )
            pen.line(points, fill=colour, width=1)
        self.image.paste(Image.blend(self.image, layer, strength))

    def seal(self, cx: int, cy: int, radius: int, words: str, colour: Colour = RED, strength: float = 0.85) -> None:
        """公章: a round red stamp, name along the ring, star in the middle, pressed over what is there."""
        layer = Image.new("RGBA", (radius * 2 + 8, radius * 2 + 8), (0, 0, 0, 0))
        pen, middle = ImageDraw.Draw(layer), radius + 4
        ink = (*colour, 255)
        pen.ellipse((4, 4, radius * 2 + 4, radius * 2 + 4), outline=ink, width=max(2, radius // 22))
        star = [
            (middle + radius * q * math.sin(math.pi * k / 5), middle - radius * q * math.cos(math.pi * k / 5))
            for k, q in ((i, 0.3 if i % 2 == 0 else 0.115) for i in range(10))
        ]
        pen.polygon(star, fill=ink)
        size = max(8, min(radius // 4, round(radius * 4.2 / max(1, len(words)))))
        font = chinese("serif", True, size)
        span = min(280.0, len(words) * 24.0)
        for k, sign in enumerate(words):
            angle = -span / 2 + span * (k + 0.5) / len(words)
            glyph = Image.new("RGBA", (size * 2, size * 2), (0, 0, 0, 0))
            ImageDraw.Draw(glyph).text((size, size), sign, ink, font, anchor="mm")
            turned = glyph.rotate(-angle, Image.Resampling.BICUBIC)
            r = radius * 0.8
            at = (middle + r * math.sin(math.radians(angle)) - size, middle - r * math.cos(math.radians(angle)) - size)
            layer.alpha_composite(turned, (max(0, round(at[0])), max(0, round(at[1]))))
        pen.text(
            (middle, middle + radius * 0.62), "0000000000", ink, latin("sans", False, max(7, radius // 8)), anchor="mm"
        )
        worn = np.asarray(layer).copy()
        dice = np.random.default_rng(self.random.randrange(2**31))
        worn[..., 3] = (worn[..., 3] * strength * np.clip(dice.normal(1.0, 0.18, worn.shape[:2]), 0, 1)).astype(
            np.uint8
        )
        turned = Image.fromarray(worn).rotate(self.random.uniform(-12, 12), Image.Resampling.BICUBIC)
        # a stamp is ink: it darkens what lies below
        under = self.image.crop((cx - middle, cy - middle, cx - middle + turned.width, cy - middle + turned.height))
        alpha = np.asarray(turned)[..., 3:4] / 255.0
        inked = np.asarray(under) * (1 - alpha) + np.minimum(np.asarray(under), np.asarray(turned)[..., :3]) * alpha
        self.image.paste(Image.fromarray(inked.astype(np.uint8)), (cx - middle, cy - middle))

    def emblem(self, cx: int, cy: int, radius: int, letters: str, colour: Colour) -> None:
        """An invented body's sign: a plain disc or ring with its letters."""
        box = (cx - radius, cy - radius, cx + radius, cy + radius)
        filled = self.random.random() < 0.5
        self.draw.ellipse(box, fill=colour if filled else None, outline=colour, width=max(3, radius // 10))
        ink: Colour = ((60, 60, 60) if colour == (255, 255, 255) else (255, 255, 255)) if filled else colour
        size = max(8, round(radius * 1.7 / max(2, len(letters))))
        font = latin("sans", True, size)
        self.draw.text((cx, cy), letters, ink, font, anchor="mm")
        wide = round(font.getlength(letters))
        self.lines.append((letters, (cx - wide // 2, cy - size // 2, wide, size)))

    def signature(self, x: int, y: int, width: int) -> None:
        """A scrawl."""
        points = [(x, y)]
        for k in range(1, 40):
            points.append((x + width * k / 40 + self.random.uniform(-14, 14), y + self.random.uniform(-22, 22)))
        self.draw.line(points, fill=(40, 40, 70), width=2, joint="curve")

    def code(self, x: int, y: int, size: int, text: str) -> None:
        """A QR code of `text`, about `size` pixels wide."""
        import zxingcpp

        plain = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        modules = np.asarray(zxingcpp.write_barcode_to_image(plain, scale=1, add_quiet_zones=True))
        sign = Image.fromarray(modules).convert("RGB")
        scale = max(2, round(size / sign.width))
        self.image.paste(sign.resize((sign.width * scale, sign.height * scale), Image.Resampling.NEAREST), (x, y))
        self.qr = text


def around(boxes: list[Box]) -> Box:
    """The smallest box round all."""
    x, y = min(b[0] for b in boxes), min(b[1] for b in boxes)
    return x, y, max(b[0] + b[2] for b in boxes) - x, max(b[1] + b[3] for b in boxes) - y


def _font(run: str, style: Style):
    make = latin if run[0] <= "ɏ" else chinese
    return make(style.family, style.bold, style.size)
