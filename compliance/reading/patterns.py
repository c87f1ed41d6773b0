"""The lexicon's regular expressions, compiled once (词表的正则)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from compliance.reading.words import lexicon


@dataclass(frozen=True, slots=True)
class StateWord:
    """One entry of states.yaml."""

    state: str
    where: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def verb_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(id, pattern) of each entry of verbs.yaml."""
    return tuple((e["id"], re.compile(e["match"])) for e in lexicon("verbs"))


@lru_cache(maxsize=1)
def state_words() -> tuple[StateWord, ...]:
    """The entries of states.yaml, in order."""
    return tuple(StateWord(e["state"], e["where"], re.compile(e["match"])) for e in lexicon("states"))


@lru_cache(maxsize=1)
def head_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(class, pattern) of the head nouns of heads.yaml, in order."""
    return tuple((name, re.compile(match)) for name, match in lexicon("heads")["heads"].items())


@lru_cache(maxsize=1)
def chain_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What may stand between names and their head noun: fill words, list signs."""
    heads = lexicon("heads")
    return re.compile(heads["fill"]), re.compile(heads["separators"])


@lru_cache(maxsize=1)
def after_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(class, pattern) of what right after a head changes it."""
    return tuple(
        (
            name,
            re.compile(
                r"(?:\s(?=[a-z]))?(?:(?:and|&) [a-z]+ed )?(?:" + match + ")" if name.startswith("holder") else match
            ),
        )
        for name, match in lexicon("heads")["after"].items()
    )


@lru_cache(maxsize=1)
def subject_words() -> re.Pattern[str]:
    """All subject nouns, one named group a class and language; longest first."""
    words: list[tuple[str, str, str]] = []
    data = lexicon("subjects")
    for name, listed in data["zh"].items():
        if name != "none":
            words += [(w, name, "zh") for w in listed.split("|")]
    zh = "|".join(f"(?P<{_group(i)}>{w})" for i, (w, _, _) in enumerate(sorted(words, key=lambda x: -len(x[0]))))
    _INDEX.clear()
    _INDEX.update({_group(i): name for i, (_, name, _) in enumerate(sorted(words, key=lambda x: -len(x[0])))})
    en = "|".join(f"(?P<en_{name}>(?<![a-z])(?:{listed})(?![a-z]))" for name, listed in data["en"].items())
    _INDEX.update({f"en_{name}": name for name in data["en"]})
    return re.compile(f"{zh}|{en}")


_INDEX: dict[str, str] = {}


def _group(number: int) -> str:
    return f"w{number}"


def subject_class(match: re.Match[str]) -> str:
    """The class of a match of `subject_words`."""
    return _INDEX[str(match.lastgroup)]


@lru_cache(maxsize=1)
def tasks() -> re.Pattern[str]:
    """How a line of a résumé or of a post's duties begins."""
    return re.compile(lexicon("subjects")["tasks"])


@lru_cache(maxsize=1)
def label_kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(subject, pattern) of the labels that say whose the names behind them are."""
    return tuple((kind, re.compile(match)) for kind, match in lexicon("subjects")["labels"].items())


@lru_cache(maxsize=1)
def goods_tail() -> re.Pattern[str]:
    """The end of a thing's name."""
    return re.compile(lexicon("subjects")["goods_tail"])


@lru_cache(maxsize=1)
def modifiers() -> re.Pattern[str]:
    """Adverbs and dates at the end of the phrase before a verb."""
    return re.compile(lexicon("subjects")["modifiers"])
