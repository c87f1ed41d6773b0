"""The subject nouns (主体词) of the lexicon, found by their first sign: hundreds of words cost no more than the few that may begin there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from compliance.reading.words import lexicon

_CJK = re.compile("[\u4e00-\u9fff](?![?*{])")


class NounWords:
    """Finds as one alternation of all words would: at each place the longest entry of the lexicon first, the Chinese before the English.
    `classes`: of each word's group."""

    def __init__(self, zh: dict[str, str], en: dict[str, str]) -> None:
        words = sorted(
            ((word, name) for name, listed in zh.items() for word in listed.split("|")), key=lambda w: -len(w[0])
        )
        self.classes = {f"w{i}": name for i, (_, name) in enumerate(words)} | {f"en_{name}": name for name in en}
        begins: dict[str, list[str]] = {}
        for i, (word, _) in enumerate(words):
            if not _CJK.match(word):
                raise ValueError(f"subjects.yaml: {word!r} must begin with a Chinese sign that is always there")
            begins.setdefault(word[0], []).append(f"(?P<w{i}>{word})")
        self._zh = {first: re.compile("|".join(group)) for first, group in begins.items()}
        self._en = re.compile(
            "|".join(f"(?P<en_{name}>(?<![a-z])(?:{listed})(?![a-z]))" for name, listed in en.items())
        )
        self._starts = re.compile(f"[{''.join(begins)}]|(?<![a-z])[a-z]")

    def match(self, text: str, pos: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The word that begins at `pos`."""
        stop = len(text) if end is None else end
        return self._zh.get(text[pos : pos + 1], self._en).match(text, pos, stop)

    def finditer(self, text: str, pos: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """All words of `text[pos:end]`, none over another."""
        stop = len(text) if end is None else end
        starts, zh, en = self._starts.search, self._zh.get, self._en
        while start := starts(text, pos, stop):
            pos = start.start()
            found = zh(text[pos], en).match(text, pos, stop)
            if found is None:
                pos += 1
            else:
                yield found
                pos = found.end()


@lru_cache(maxsize=1)
def subject_words() -> NounWords:
    """All subject nouns but those that are none (`none`), one named group each in Chinese, one a class in English."""
    data = lexicon("subjects")
    return NounWords({name: words for name, words in data["zh"].items() if name != "none"}, data["en"])


def subject_class(match: re.Match[str]) -> str:
    """The class of a match of `subject_words`."""
    return subject_words().classes[str(match.lastgroup)]
