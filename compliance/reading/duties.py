"""Duties (职责): lines of a résumé or of a post, which say what a person did or can do and claim no certificate."""

from __future__ import annotations

import re

from compliance.reading.groups import Group
from compliance.reading.patterns import tasks


def is_task(text: str, group: Group, held: bool = False) -> bool:
    """The clause begins like a line of a résumé or of a post's duties, and the sentence names no firm before it. `held`: the words
    read as held, so that only 主导公司通过…, somebody's work for a firm, is one."""
    before = text[group.clause[0] : group.start]
    if held and not re.match(
        r"\s?(?:\d[.、)])?\s?(?:负责|主导|推动|协助|参与|带领|牵头)[^,。;]{0,4}(?:公司|企业|工厂)", before
    ):
        return False
    if not tasks().match(before):
        return False
    earlier = text[group.sentence.start : group.clause[0]]
    return not re.search(r"我们|我司|公司|本厂|我厂|企业|(?<![a-z])(?:we|our)(?![a-z])", earlier)
