"""Company names (企业名称) made comparable: the normal form, the key without legal form, the parent of a branch.

Equal normal forms are one name written in two ways. Equal keys are very likely one firm, if no other firm has that key. One sign
more or less is another firm. Rules: names.yaml; traditional signs: traditional.yaml.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import add

from compliance.register.words import words

_OPEN, _CLOSE = "([{<（〔［【《〈「『｛＜", ")]}>）〕］】》〉」』｝＞"
_DROPPED = "·•・‧∙⋅˙ \t\r\n\u3000\u00a0\u200b\u200c\u200d\ufeff\"'“”‘’„`´＂＇,，。、;；:：!！?？*＊_"
_DASHES = "‐‑‒–—―－−﹣ｰ~～"
_BRACKETS = re.compile(r"[()]")
_CITY = re.compile(r"^([^省市]{2,7}?)市(?![场政民辖值容监])(?=..)")
_PROVINCE = re.compile(r"^([^省市]{2,4}?)(?:省|(?:壮族|回族|维吾尔)?自治区|特别行政区)(?=..)")
_PLACE_IN_BRACKETS = re.compile(r"^([^()]{2,12})\(([^()]{2,6})\)([^()]{2,})$")
_MUNICIPALITY = re.compile(r"^(北京|上海|天津|重庆)市?\1市?")


@dataclass(frozen=True, slots=True)
class NameForms:
    """What two names are compared by. `form`: the legal form at the end (有限责任公司 counts as 有限公司), "" when there is none."""

    normal: str
    key: str
    form: str


@cache
def _signs() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    table |= {ord(c): "(" for c in _OPEN} | {ord(c): ")" for c in _CLOSE}
    table |= {ord(c): None for c in _DROPPED} | {ord(c): "-" for c in _DASHES}
    for many, simple in words("traditional")["pairs"]:
        table |= {ord(t): s for t, s in zip(many, simple, strict=True)}
    return table


@cache
def _changing() -> re.Pattern[str]:
    """Signs that the normal form changes: most names hold none, and a search costs a tenth of a translation."""
    return re.compile("[" + re.escape("".join(map(chr, _signs()))) + "a-z]")


@cache
def _limited_forms() -> tuple[frozenset[str], tuple[int, ...]]:
    """The forms, and their lengths from the longest."""
    forms = frozenset(words("names")["limited_forms"])
    return forms, tuple(sorted({len(f) for f in forms}, reverse=True))


@cache
def _english_form() -> re.Pattern[str]:
    forms = (re.escape(f.replace(" ", "").replace(",", "")) + r"\.?" for f in words("names")["english_forms"])
    return re.compile(rf"(?<=[A-Z.)])(?:{'|'.join(forms)})$")


def normal_form(name: str) -> str:
    """One spelling for many of the same name: width, brackets, blanks, dots, quotes, traditional signs, capitals.

    >>> normal_form("云嶺市某某機械（集團） 有限公司")
    '云岭市某某机械(集团)有限公司'
    """
    if not unicodedata.is_normalized("NFKC", name):
        name = unicodedata.normalize("NFKC", name)
    if _changing().search(name):
        name = name.translate(_signs()).upper()
    return name.replace("()", "")


@lru_cache(maxsize=65536)
def forms_of(name: str) -> NameForms:
    """The normal form of `name`, its key and its legal form.

    >>> forms_of("云岭省甲水市某某机械（集团）有限责任公司")
    NameForms(normal='云岭省甲水市某某机械(集团)有限责任公司', key='甲水某某机械集团', form='有限公司')
    """
    normal = normal_form(name)
    key, form = key_of(normal)
    return NameForms(normal, key, form)


def key_of(normal: str) -> tuple[str, str]:
    """(key, legal form) of a normal form: no legal form, no brackets, 市 and 省 after the place left out, a province before
    its city left out. Never empty: a name of nothing else keeps its normal form."""
    form = _form_of(normal)
    key = normal[: len(normal) - len(form)] if form else normal
    if "(" in key or ")" in key:
        key = key.replace("(", "").replace(")", "")
    return _without_place_words(key) or normal, words("names")["same_form"].get(form, form)


def _form_of(normal: str) -> str:
    if normal.endswith("公司"):
        forms, lengths = _limited_forms()
        for length in lengths:
            if normal[-length:] in forms and len(normal) >= length + 2:
                return normal[-length:]
        return ""
    if normal[-1:].isascii() and (found := _english_form().search(normal)):
        return found.group()
    return ""


def _without_place_words(key: str) -> str:
    head = key[:12]
    if "市" not in head and "省" not in head and "区" not in head:
        return key
    key = _MUNICIPALITY.sub(r"\1", key)
    province = _PROVINCE.match(key)
    rest = key[province.end() :] if province else key
    city = _CITY.match(rest)
    if city:
        # 云岭省甲水市某某 and 甲水市某某 are one name; 云岭省某某 keeps its province: nothing else says the place
        return _known_province_cut(city.group(1)) + rest[city.end() :]
    return province.group(1) + rest if province else key


def _known_province_cut(place: str) -> str:
    """江苏云岭 → 云岭: a province written short before its city."""
    known = _provinces()
    for length in (2, 3):
        if place[:length] in known and len(place) >= length + 2:
            return place[length:]
    return place


@cache
def _provinces() -> frozenset[str]:
    """Provinces written short: 江苏, 黑龙江."""
    short = frozenset(words("names")["provinces"].values())
    assert {len(p) for p in short} <= {2, 3}
    return short


def parent_of_branch(normal: str) -> str | None:
    """The normal form of the company a branch (分公司) belongs to, None when the name is no branch's.

    >>> parent_of_branch("云岭某某机械有限公司甲水分公司")
    '云岭某某机械有限公司'
    """
    for word in words("names")["branch_words"]:
        if normal.endswith(word):
            head = normal[: -len(word)]
            at = head.rfind("公司")
            return head[: at + 2] if at > 2 else None
    return None


def moved_place_keys(forms: NameForms) -> tuple[str, ...]:
    """Keys of names that differ in where the place stands only: in front, behind the brand, or before the legal form.

    >>> moved_place_keys(forms_of("某某（云岭）机械有限公司"))
    ('云岭某某机械',)
    """
    key = forms.key
    bracketed = _PLACE_IN_BRACKETS.match(forms.normal)
    if bracketed:
        before, place, after = bracketed.groups()
        return (key_of(place + before + after)[0],)
    moved = [
        key[a:b] + key[:a] + key[b:] for a in (2, 3) for b in (a + 2, a + 3, a + 4, len(key)) if a + 2 <= b <= len(key)
    ]
    return tuple(dict.fromkeys(moved)) if forms.form.endswith("公司") else ()


def grams_of(forms: NameForms) -> set[str]:
    """Pairs of signs by which close names are found: neighbours, and those with one sign between them, of the key and of the whole
    name without form and brackets."""
    key = forms.key
    body = _BRACKETS.sub("", forms.normal[: len(forms.normal) - len(_form_of(forms.normal))])
    grams: set[str] = set()
    for signs in (key,) if key == body else (key, body):
        grams.update(map(add, signs, signs[1:]))
        grams.update(map(add, signs, signs[2:]))
    return grams or {key}
