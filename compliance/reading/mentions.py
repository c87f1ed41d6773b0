"""Mentions (提及): where a text names a scheme, a standard, or something that only looks like one.

Names are found by spaCy (blank `zh`, sign by sign, PhraseMatcher), numbers of standards by the grammars in standards.py;
both on folded text. A mention says nothing yet about who holds what: that is read in groups.py and claims.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from compliance.reading.fold import Folded
from compliance.reading.terms import Term, about_of, terms
from compliance.reading.words import lexicon

MOST = 600  # mentions of one block; a block that names more is no text
_LETTER = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A scheme named in folded text at `start`–`end`. `weak`: counts only beside a word of certification. `named`: by words
    (质量管理体系), not by a number or an acronym. `standard`, `edition`: as printed and in normal form, None when not given."""

    start: int
    end: int
    scheme: str
    about: str
    weak: bool = False
    named: bool = False
    standard: str | None = None
    edition: str | None = None
    state: str | None = None  # not_certification for what is never one


def mentions_in(folded: Folded) -> tuple[Mention, ...]:
    """All mentions in reading order, none overlapping another."""
    from compliance.reading.organic import organic_goods_in
    from compliance.reading.standards import standards_in

    masked = masked_in(folded.text)
    families = _families(folded.text)  # 三体系 says more than the 体系认证 it overlaps
    phrases = [m for m in _phrases(folded) if not any(f.start < m.end and m.start < f.end for f in families)]
    found = [*standards_in(folded), *families, *phrases, *organic_goods_in(folded.text)]
    found = [m for m in found if not any(m.start < e and s < m.end for s, e in masked)]
    found = [m for m in found if not _in_number(folded.text, m, found) and not _issues(folded.text, m)]
    chosen: list[Mention] = []
    found = sorted(found, key=lambda m: m.start)[:MOST]
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if not any(
            mention.start < c.end and c.start < mention.end and (mention.start, mention.end) != (c.start, c.end)
            for c in chosen
        ) and not any((mention.start, mention.end, mention.scheme) == (c.start, c.end, c.scheme) for c in chosen):
            chosen.append(mention)
    chosen.sort(key=lambda m: (m.start, m.scheme))
    from compliance.reading.acronyms import acronyms_in

    chosen = sorted([*chosen, *acronyms_in(folded, chosen, masked)], key=lambda m: (m.start, m.scheme))
    return tuple(_absorbed(folded.text, chosen))


def _phrases(folded: Folded) -> list[Mention]:
    """Names from the term list, by spaCy; the word limits of Latin letters are checked here. In the list's order, not the
    matcher's, which hangs on its keys' hashes: of two terms for one word the reader's own decides."""
    nlp, matchers, listed = _matchers()
    doc = nlp.make_doc(folded.cased)
    found = []
    for matcher in matchers:
        named = sorted((int(nlp.vocab.strings[key][1:]), first, last) for key, first, last in matcher(doc))
        for number, first, last in named:
            term = listed[f"t{number}"]
            start, end = doc[first].idx, doc[last - 1].idx + 1
            if _stands_alone(folded.text, start, end):
                found.append(Mention(start, end, term.scheme, term.about, term.weak, term.named, state=term.state))
    return found


def _stands_alone(text: str, start: int, end: int) -> bool:
    """True unless a Latin letter or digit touches a Latin end of the word (H3C, SFDA, CEO)."""
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    if _LETTER.match(text[start]) and (_LETTER.match(before) or before == "-" and text.startswith("qs", start)):
        return False  # FAMI-QS is a scheme of its own
    return not (_LETTER.match(text[end - 1]) and _LETTER.match(after))


_LABELLED = re.compile(r"(?:编号|注册号|认可号|证书号|证号|(?<![a-z])no\.?|number)\s?[:.为是]{0,2}\s?$")


def _in_number(text: str, mention: Mention, found: list[Mention]) -> bool:
    """The letters of a number: “注册号:CNAS L0000”. They name nothing new where the scheme was named before."""
    label = _LABELLED.search(text[max(0, mention.start - 10) : mention.start])
    if label is None or not re.match(r"[ \-]?[a-z]{0,4}[ \-]?\d", text[mention.end :]):
        return False
    if re.match(r"-\d{2}", text[mention.end :]):
        return True  # “No.: EN-00000-0001”
    return any(f.scheme == mention.scheme and f.end <= mention.start for f in found)


def _issues(text: str, mention: Mention) -> bool:
    """“CQC-ISO9001:2015”: the body before the standard that it certified, no scheme of its own."""
    return mention.scheme == "cqc-voluntary" and re.match(r"\s?[-/]\s?(?:iso|gb/t)", text[mention.end :]) is not None


def _families(text: str) -> list[Mention]:
    found: list[Mention] = []
    for pattern, schemes in _family_patterns():
        for m in pattern.finditer(text):
            found.extend(Mention(m.start(), m.end(), s, about_of(s), named=True) for s in schemes)
    whole, words, one = _system_lists()
    for m in whole.finditer(text):
        if any(f.start <= m.start() and m.end() <= f.end for f in found):
            continue
        listed = dict.fromkeys(words[w] for w in one.findall(m["list"]))  # 职业健康与安全 is one name
        found = [f for f in found if not (f.start < m.end() and m.start() < f.end)]
        found.extend(Mention(m.start(), m.end(), s, about_of(s), named=True) for s in listed)
    return found


@lru_cache(maxsize=8)
def masked_in(text: str) -> list[tuple[int, int]]:
    """Spans in which nothing is a mention (masks.yaml)."""
    spans = []
    for pattern, keep in _mask_patterns():
        for m in pattern.finditer(text):
            if keep is None or not keep.search(m.group()):
                spans.append(m.span())
    return spans


# What may stand between the number of a standard and its own name: "ISO 9001:2015 国际质量管理体系", "质量管理体系(ISO9001)"
_BESIDE = re.compile(r"[\s()《》\"'的-]{0,2}(?:标准|国际|国家|版|认证|新版|通用|系列|[\s()《》\"'的-]){0,3}")


def _absorbed(text: str, mentions: list[Mention]) -> list[Mention]:
    """A system's name beside its number adds no scheme; the mention grows to cover it."""
    kept: list[Mention] = []
    shared = Counter((m.start, m.end) for m in mentions)
    for mention in mentions:
        last = kept[-1] if kept else None
        if shared[mention.start, mention.end] > 1 and not (last and last.named and not mention.named):
            before = [m for m in kept if not m.named and _BESIDE.fullmatch(text[m.end : mention.start])]
            if not any(m.scheme == mention.scheme for m in before):
                kept.append(mention)  # ISO9001质量管理体系、环境管理体系: the number is that of the first system only
            continue
        if last is not None and _BESIDE.fullmatch(text[last.end : mention.start]):
            if mention.named and not last.named and last.about == mention.about:
                kept[-1] = replace(last, end=mention.end)
                continue
            if last.named and not mention.named and last.about == mention.about:
                kept[-1] = replace(mention, start=last.start)
                continue
        kept.append(mention)
    return kept


@lru_cache(maxsize=1)
def _matchers() -> tuple[Any, tuple[Any, Any], dict[str, Term]]:
    """spaCy's blank Chinese pipeline and two matchers: words in any case, acronyms as given. Loaded on the first hit."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("zh")
    words, caps = PhraseMatcher(nlp.vocab, attr="LOWER"), PhraseMatcher(nlp.vocab, attr="ORTH")
    listed: dict[str, Term] = {}
    for number, term in enumerate(terms()):
        key = f"t{number}"
        listed[key] = term
        for word in term.words:
            words.add(key, [nlp.make_doc(word)])
        for word in term.caps:
            caps.add(key, [nlp.make_doc(word)])
    return nlp, (words, caps), listed


@lru_cache(maxsize=1)
def _family_patterns() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((re.compile(e["match"]), tuple(e["schemes"])) for e in lexicon("families"))


_SEPARATED = re.compile(r"(?:管理)?(?:体系)?\s?(?:[、,/&+ ]|以及|和|与|及)\s?")


@lru_cache(maxsize=1)
def _system_lists() -> tuple[re.Pattern[str], dict[str, str], re.Pattern[str]]:
    """Two or more short names of systems before one 体系 (systems.yaml), the scheme of each, and one name."""
    words = {w: e["id"] for e in lexicon("systems") for w in e["words"]}
    one = "|".join(sorted(words, key=len, reverse=True))
    return (
        re.compile(
            rf"(?<!产品)(?P<list>(?:{one})(?:{_SEPARATED.pattern}(?:{one}))+)(?:等)?(?:[一二两三四五六七八九十多双]|\d)?(?:大|项|个|类|种)?(?:国际)?(?:标准)?(?:一体化)?管?理?体系"
        ),
        words,
        re.compile(one),
    )


@lru_cache(maxsize=1)
def _mask_patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple((re.compile(e["match"]), re.compile(e["keep"]) if "keep" in e else None) for e in lexicon("masks"))
