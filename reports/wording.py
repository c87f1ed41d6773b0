"""The words of reports: `wording.yaml` read once, looked up by dotted key. No other place in reports holds a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml


class WordingError(KeyError):
    """A key that wording.yaml doesn't hold: a fault of the program or of a user's own template, never of the data."""


@dataclass(frozen=True, slots=True)
class Wording:
    """报告用语. `text` gives a sentence, `label` the Chinese word for a code."""

    tree: dict[str, Any]

    def text(self, key: str, /, **values: object) -> str:
        """The sentence at `key` ("law.up_to") with `values` filled in. Raises WordingError when there is no such key."""
        node: Any = self.tree
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                raise WordingError(f"reports/wording.yaml: no text `{key}`; add it there or correct the key")
            node = node[part]
        if not isinstance(node, str):
            raise WordingError(f"reports/wording.yaml: `{key}` is a group, not a text; name one of its members")
        return node.format(**values) if values else node

    def label(self, group: str, code: object) -> str:
        """The Chinese word for `code` in `group` ("genres", "law.bases"); a code nobody has named yet is shown as it is."""
        if code is None:
            return self.text("report.unknown")
        node = self.tree
        for part in group.split("."):
            node = node[part]
        return str(node.get(str(code), code))

    def value(self, fact: str, value: object) -> str:
        """A fact's value in words: 是／否 for booleans, the named word for enum values, everything else as it stands."""
        values = self.tree["values"]
        if value is None:
            return self.text("report.unknown")
        if isinstance(value, bool):
            return str(values[str(value).lower()])
        if isinstance(value, list | tuple):
            return "、".join(self.value(fact, one) for one in value)
        return str(values.get(fact, {}).get(str(value), value))


@lru_cache(maxsize=1)
def load_wording() -> Wording:
    """The wording that travels with the program."""
    return Wording(yaml.safe_load((resources.files("reports") / "wording.yaml").read_text("utf-8")))


def accusing_words(text: str) -> list[str]:
    """Words in `text` that accuse, after the allowed phrases are taken out; empty when the text may stand in a report."""
    tree = load_wording().tree
    for phrase in sorted(tree["allowed"], key=len, reverse=True):
        text = text.replace(phrase, "\n")
    return [word for word in tree["accusing"] if word in text]
