"""The desk's words: each in both languages, each that a template asks for is there, none accuses anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from string import Formatter
from typing import Any

import pytest

from compliance.store.accounts import ROLES
from reports.web.render import words_in
from reports.wording import accusing_words

TEMPLATES = [one for one in (resources.files("reports.web") / "templates").iterdir() if one.name.endswith(".j2")]


def leaves(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, node in tree.items():
        here = f"{path}.{key}" if path else key
        if "zh" in node and isinstance(node["zh"], str):
            yield here, node
        else:
            yield from leaves(node, here)


LEAVES = dict(leaves(words_in("zh").tree))


@pytest.mark.parametrize("key", sorted(LEAVES))
def test_each_text_stands_in_both_languages_with_the_same_blanks(key) -> None:
    node = LEAVES[key]
    assert set(node) == {"zh", "en"} and all(isinstance(one, str) and one for one in node.values())
    blanks = [{name for _, name, _, _ in Formatter().parse(node[one]) if name} for one in ("zh", "en")]
    assert blanks[0] == blanks[1]


def test_no_text_accuses_anybody() -> None:
    said = {key: accusing_words(node["zh"]) for key, node in LEAVES.items()}
    assert {key: words for key, words in said.items() if words} == {"desk.disclaimer": ["违法"]}  # 不作违法认定
    assert not re.search(r"\b(illegal|fraud|forger|liar|criminal)", " ".join(node["en"] for node in LEAVES.values()))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_each_text_that_a_template_asks_for_is_there(template) -> None:
    text = template.read_text("utf-8")
    for key in re.findall(r'\bt\("([a-z_.]+)"[,)]', text):
        assert words_in("en").text(key, **dict.fromkeys(("n", "of", "by", "at", "login", "wait"), "1")), key
    assert not re.search(r">[^<{]*[\u4e00-\u9fff]", text), "a Chinese sentence outside the words"


def test_the_outcomes_are_worded_as_the_contract_has_it_and_every_role_has_its_word() -> None:
    words = words_in("zh")
    assert [words.text(f"outcomes.{one}.zh") for one in ("violation", "suspected", "needs_review")] == [
        "涉嫌违反（要件有据）", "线索（待核实）", "需人工判断",
    ]  # fmt: skip
    assert all(words.label("roles", role) != role for role in ROLES)
