"""Bad and hostile picture files: each refused with a reason, none decoded beyond its bounds."""

import io
import struct
import zlib

import pytest

from compliance.pictures.load import Refused, load_picture

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed (extra `pictures`)")


def saved(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png(width, height):
    """A PNG of white pixels, a few kilobytes small however large it claims to be."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0字节"),
        (png(30_000, 30_000), "30000×30000"),
        (png(30_000, 400), "30000×400"),
        (png(10, 10), "10×10"),
        (png(400, 400), "损坏"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        (b"\xef\xbb\xbf <svg onload='x()'/>", "SVG"),
        (b"<!doctype html><img src=x>", "网页"),
        (b"PK\x03\x04" + bytes(100), "不是可以读取的图片"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "图片"),
    ],
)
def test_refused(data, why):
    with pytest.raises(Refused, match=why):
        load_picture(data)


def test_cut_off():
    data = saved(Image.effect_noise((400, 300), 90).convert("RGB"), "JPEG")
    with pytest.raises(Refused, match="损坏"):
        load_picture(data[: len(data) // 2])


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "I;16", "RGBA", "LA", "P"])
def test_every_mode_becomes_rgb(mode):
    kind = {"CMYK": "JPEG"}.get(mode, "PNG")
    plain = Image.new("L", (60, 40), 255)
    picture = Image.new("I;16", (60, 40), 65535) if mode == "I;16" else plain.convert(mode)
    loaded = load_picture(saved(picture, kind))
    assert loaded.pixels.shape == (40, 60, 3) and loaded.pixels.min() > 245


def test_transparent_ground_is_white():
    loaded = load_picture(saved(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"))
    assert loaded.pixels.min() == 255


def test_first_frame_of_an_animation():
    frames = [Image.new("L", (60, 40), tone) for tone in (0, 120, 250)]
    loaded = load_picture(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert "只读第1帧" in loaded.notes[0] and loaded.pixels.max() < 10


def test_turned_by_its_exif():
    exif = Image.Exif()
    exif[0x0112] = 6
    loaded = load_picture(saved(Image.new("RGB", (80, 40)), "JPEG", exif=exif))
    assert loaded.size == (40, 80) and loaded.pixels.shape[:2] == (80, 40)


def test_large_pictures_are_read_smaller():
    loaded = load_picture(saved(Image.new("L", (6000, 1000), 200), "PNG"))
    assert loaded.pixels.shape[1] == 3000 and loaded.size == (6000, 1000) and loaded.factor == 2.0
