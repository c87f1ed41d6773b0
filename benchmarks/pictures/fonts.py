"""The fonts a picture is drawn with: Chinese from Noto CJK (Debian: fonts-noto-cjk), Latin from what the machine has."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
CHINESE = {
    ("serif", False): ("NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf"),
    ("serif", True): ("NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf"),
    ("sans", False): ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf"),
    ("sans", True): ("NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold.otf"),
}
LATIN = {
    ("serif", False): ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf"),
    ("serif", True): ("LiberationSerif-Bold.ttf", "DejaVuSerif-Bold.ttf"),
    ("sans", False): ("LiberationSans-Regular.ttf", "DejaVuSans.ttf"),
    ("sans", True): ("LiberationSans-Bold.ttf", "DejaVuSans-Bold.ttf"),
    ("mono", False): ("LiberationMono-Regular.ttf", "DejaVuSansMono.ttf"),
    ("mono", True): ("LiberationMono-Bold.ttf", "DejaVuSansMono-Bold.ttf"),
}
SIMPLIFIED = 2  # place of Noto CJK SC in its collection: JP, KR, SC, TC, HK


class FontsMissing(Exception):
    """No font here has Chinese signs: nothing can be drawn."""


@cache
def _files() -> dict[str, Path]:
    return {path.name: path for folder in FOLDERS if folder.is_dir() for path in sorted(folder.rglob("*.[to]t[fc]"))}


def _first(names: tuple[str, ...]) -> Path | None:
    return next((_files()[name] for name in names if name in _files()), None)


def chinese_available() -> bool:
    """True when every Chinese font the layouts use is here."""
    return all(_first(names) for names in CHINESE.values())


@cache
def chinese(family: str, bold: bool, size: int) -> ImageFont.FreeTypeFont:
    """A Chinese font of `size` pixels (`family`: serif | sans; mono is drawn in sans). FontsMissing when there is none."""
    path = _first(CHINESE[("sans" if family == "mono" else family, bold)])
    if path is None:
        raise FontsMissing("no Chinese font found; install Noto CJK (Debian: apt-get install fonts-noto-cjk)")
    return ImageFont.truetype(path, size, index=SIMPLIFIED if path.suffix == ".ttc" else 0)


@cache
def latin(family: str, bold: bool, size: int) -> ImageFont.FreeTypeFont:
    """A Latin font of `size` pixels; the Chinese one where the machine has no other."""
    path = _first(LATIN[(family, bold)])
    return ImageFont.truetype(path, size) if path else chinese(family, bold, size)
