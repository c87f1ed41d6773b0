"""Many patterns in one pass: both engines say the same, and a quiet page is one on which nothing could be read."""

import random
import threading

import pytest

from compliance.reading import quiet
from compliance.reading.blocks import blocks_of
from compliance.reading.gate import _folded, _latin_mentions, text_may_mention
from compliance.reading.glance import glance_of
from compliance.reading.open import page_of_text
from compliance.reading.scan import Scan, escaped
from compliance.reading.triggers import CHINESE, LATIN, PLAIN, alternatives, may_claim

pytest.importorskip("hyperscan")
WORDS = [
    "认",
    "证",
    "證",
    "检",
    "测",
    "生产",
    "标准",
    "化",
    "水",
    "泵",
    "有",
    "机",
    "I",
    "SO",
    "iso",
    "9001",
    "9 0",
    "0 1",
    "c",
    "E",
    "ce",
    "gb",
]
SIGNS = [
    " ",
    "\n",
    "\xa0",
    "\u3000",
    "\u200b",
    "\u2009",
    "，",
    "-",
    "/",
    "<b>",
    "</b>",
    "&#35777;",
    "&nbsp;",
    "'",
    '"',
    ">",
    "<",
    "%E8%AF%81",
    ".jpg",
    "x",
    "3",
]


def invented(rng, most):
    return "".join(rng.choice(WORDS if rng.random() < 0.6 else SIGNS) for _ in range(rng.randint(1, most)))


def test_both_engines_say_the_same():
    expressions = [escaped("认证"), r"iso|[^a-z]ce(?:[^a-z]|$)", "<img", '="[^"]*x']
    fast, slow = Scan(expressions, each=[2]), Scan(expressions, each=[2], engine="re")
    rng = random.Random(1)
    for _ in range(400):
        data = "".join(rng.choices([*'ceisoxz ="<', "认证", "<IMG ", "\n"], k=rng.randint(0, 30))).encode()
        found, expected = fast.found(data), slow.found(data)
        assert {n for n, _ in found} == {n for n, _ in expected}
        assert sorted(f for f in found if f[0] == 2) == sorted(f for f in expected if f[0] == 2)


def test_threads_share_a_scan():
    scan, wrong = Scan(["a"], each=[0]), []

    def work():
        wrong.extend(1 for _ in range(500) if len(scan.found(b"aXa" * 50)) != 100)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_every_trigger_is_loud():
    for word in CHINESE.split("|"):
        plain = word.replace("\\s", "").replace(".", "色")
        for text in (plain, "\n".join(plain), "\xa0".join(plain)):
            assert not quiet.text_is_quiet(text), text
    for word in (
        "iso",
        "IS0",
        "3C",
        "gb/t",
        "gb 1234",
        "reach",
        "certified",
        "CE",
        "fda",
        "soc 2",
        "14001",
        "c\ne",
        "I S O",
    ):
        assert not quiet.text_is_quiet(f"水泵 {word}"), word
        assert quiet.text_is_quiet("水泵 office 3cm once")


def test_quiet_text_holds_nothing_that_the_closer_look_would_find():
    rng = random.Random(2)
    loud = 0
    for _ in range(3_000):
        text = invented(rng, 8)
        if not quiet.text_is_quiet(text):
            loud += 1
            continue
        assert not may_claim(text) and not may_claim(text.replace("\n", "")), text
        assert not _latin_mentions(text), text
        assert not any(PLAIN.search(line) for line in _folded(text)), text
    assert 300 < loud < 2_900


def test_a_quiet_source_has_no_attribute_or_file_that_may_claim():
    rng = random.Random(3)
    shapes = (
        '<img src="a.jpg" alt="{}">',
        "<a title='{}'>x</a>",
        "<img alt={} src=b.png>",
        '<img src="/i/{}.jpg">',
        "<img src='{}.png'>",
        '<a href="{}.pdf">x</a>',
        '<meta name=keywords content = "{}">',
    )
    quiet_ones = 0
    for _ in range(1_500):
        page = page_of_text(rng.choice(shapes).format(invented(rng, 5)) + "<p>水泵</p>", html=True)
        glance = glance_of(page)
        if not quiet.data_is_quiet(glance.values) or text_may_mention(glance.files):
            continue
        quiet_ones += 1
        blocks, _ = blocks_of(page)
        assert not [b.text for b in blocks if b.locator.attribute and may_claim(b.text)], page.html
    assert quiet_ones > 50


def test_the_latin_triggers_are_taken_over_whole():
    free, bound = quiet._latin()
    words = [*free, *bound]
    assert not any(sign in word for word in words for sign in ("(?<", "(?!", "(?=")) and len(words) >= len(
        alternatives(LATIN)
    )
