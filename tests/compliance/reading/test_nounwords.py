"""Subject nouns are found as one long alternation of the lexicon would find them."""

import random
import re

import pytest

from compliance.reading.nounwords import NounWords, subject_class, subject_words
from compliance.reading.words import lexicon


def alternation():
    data = lexicon("subjects")
    words = sorted(
        ((word, name) for name, listed in data["zh"].items() if name != "none" for word in listed.split("|")),
        key=lambda w: -len(w[0]),
    )
    zh = "|".join(f"(?P<w{i}>{word})" for i, (word, _) in enumerate(words))
    en = "|".join(f"(?P<en_{name}>(?<![a-z])(?:{listed})(?![a-z]))" for name, listed in data["en"].items())
    return re.compile(f"{zh}|{en}")


def test_each_word_is_found_where_the_alternation_finds_it():
    whole, rng = alternation(), random.Random(1)
    words = [w.strip("?") for listed in lexicon("subjects")["zh"].values() for w in listed.split("|") if w.isalnum()]
    words += [
        "our products",
        "plant",
        "implants",
        "某某有限公司",
        "某公司",
        "仪器厂",
        "通过",
        "的",
        " ",
        "，",
        "制造厂",
        "9001",
    ]
    for _ in range(1_500):
        text = "".join(rng.choice(words) for _ in range(rng.randint(1, 7)))
        begin = rng.randint(0, len(text) // 2)
        for bounds in ((), (begin,), (begin, len(text) - 1)):
            found = [(m.span(), m.lastgroup) for m in subject_words().finditer(text, *bounds)]
            assert found == [(m.span(), m.lastgroup) for m in whole.finditer(text, *bounds)], (text, bounds)
        one, same = subject_words().match(text), whole.match(text)
        assert (one and one.span()) == (same and same.span()), text


def test_classes_are_those_of_the_lexicon():
    assert [subject_class(m) for m in subject_words().finditer("我司产品与供应商")] == [
        "company",
        "product",
        "third_party",
    ]


def test_a_word_must_begin_with_a_sign():
    with pytest.raises(ValueError, match=r"subjects\.yaml"):
        NounWords({"company": "我?公司"}, {})
