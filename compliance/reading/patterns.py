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
