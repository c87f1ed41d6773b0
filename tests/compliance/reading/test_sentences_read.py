"""Invented sentences, read as a careful clerk reads them; and changes of spelling that must not change the reading."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.reading.claims import claims_of
from compliance.records import Block, Claim, Locator, PageContext

DATA = Path(__file__).parent / "data"
ROWS = [
    tuple(row) for path in sorted(DATA.glob("sentences-*.yaml")) for row in yaml.safe_load(path.open(encoding="utf-8"))
]
CERTIFIED = {"management_system", "product", "service", "personnel", "accreditation"}


def read(text: str) -> tuple[Claim, ...]:
    return claims_of([Block(0, text, "sentence", Locator("", 0, len(text)))], PageContext(genre="other", typed=True))


def held(claims: tuple[Claim, ...]) -> list[Claim]:
    return [
        c
        for c in claims
        if c.state in ("held", "held_past") and c.about in CERTIFIED and c.speaker in ("self", "unknown")
    ]


def reading(text: str, subject: str, schemes: str, state: str) -> tuple:
    """Subject, state and schemes of the claim that names the wanted schemes best; for "-" only what counts as held."""
    claims = read(text)
    if state == "-":
        return tuple(c.quote for c in held(claims))
    wanted = set(schemes.split())
    about = [c for c in claims if wanted & set(c.schemes)]
    if not about:
        return ("no claim",)
    best = max(about, key=lambda c: (c.subject == subject) + (c.state == state) + len(wanted & set(c.schemes)) / 9)
    found = {s for c in about for s in c.schemes} & wanted
    return (best.subject if subject != "-" else "-", best.state, " ".join(sorted(found)))


@pytest.mark.parametrize(("text", "subject", "schemes", "state"), ROWS, ids=[r[0][:40] for r in ROWS])
def test_a_sentence_is_read_as_a_careful_clerk_reads_it(text, subject, schemes, state):
    expected = () if state == "-" else (subject, state, " ".join(sorted(schemes.split())))
    assert reading(text, subject, schemes, state) == expected


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


VARIATIONS = {
    "full width": wide,
    "zero-width signs": lambda t: "\u200b".join(t),
    "a blank before digits": lambda t: t.replace("ISO9", "ISO 9").replace("ISO1", "ISO 1"),
    "a dash before digits": lambda t: t.replace("ISO9", "ISO-9").replace("ISO1", "ISO-1"),
    "small letters": str.lower,
    "a mistyped O": lambda t: t.replace("ISO9", "IS09"),
    "no full stop": lambda t: t.rstrip("。."),
    "leading blanks": lambda t: "  " + t,
    "wide comma as narrow": lambda t: t.replace("，", ","),
    "the order of a list": lambda t: re.sub(r"(ISO ?\d{4,5})([、,，/])(ISO ?\d{4,5})(?![\d:：])", r"\3\2\1", t),
}
PLAIN = [r for r in ROWS if r[3] != "-" and "ISO" in r[2].upper() and not r[0].isascii()][::3]


@pytest.mark.parametrize("name", list(VARIATIONS))
def test_spelling_does_not_change_the_reading(name):
    change = VARIATIONS[name]
    differing = [r[0] for r in PLAIN if reading(change(r[0]), *r[1:]) != reading(*r)]
    assert not differing


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PLAIN), st.lists(st.sampled_from(list(VARIATIONS)), min_size=2, max_size=4, unique=True))
def test_several_changes_of_spelling_together_do_not_change_the_reading(row, names):
    text = row[0]
    for name in sorted(names, key=list(VARIATIONS).index, reverse=True):  # words are changed before they are made wide
        text = VARIATIONS[name](text)
    assert reading(text, *row[1:]) == reading(*row)


WORDS = (
    "公司 产品 我们的 通过 获得 了 认证 证书 ISO9001 CE 、 ， 。 （ ） | 符合 体系 供应商 来自 工厂 包装印有 的 正在 申请 瓶身 our products "
    "are the factory and is certified to sourced from mills ISO 9001 14001:2015 with , . ? yes □ ： 2024年 No.: CNAS L0000"
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=16), st.sampled_from(("", " ")))
def test_words_in_any_order_are_read_without_fail(words, between):
    text = between.join(words)
    assert all(text[c.locator.start : c.locator.end] == c.quote for c in read(text))


def test_a_quote_is_always_a_slice_of_the_block_and_its_locator_finds_it():
    for row in ROWS[::4]:
        text = wide(row[0])
        for claim in read(text):
            assert text[claim.locator.start : claim.locator.end] == claim.quote
            assert claim.quote


def test_the_same_block_is_read_the_same_twice():
    texts = [row[0] for row in ROWS[::5]]
    assert [read(t) for t in texts] == [read(t) for t in texts]


@pytest.mark.parametrize(
    "text",
    [
        "ISO" * 20_000,
        "认证" * 30_000,
        "通过" * 9_000 + "ISO9001认证",
        "ISO9001、" * 4_000,
        "(" * 20_000 + "ISO9001",
        "A B " * 9_000,
        "产品" * 12_000 + "通过ISO9001认证",
    ],
    ids=["iso", "认证", "通过", "list", "brackets", "letters", "产品"],
)
def test_hostile_text_is_read_in_bounds(text):
    claims = read(text)
    assert all(c.quote in text for c in claims)
