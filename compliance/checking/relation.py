"""关联关系 as names can show it: branch and parent, group and member. Names never show that there is no relation."""

from __future__ import annotations

import os.path
from typing import Literal

from compliance.register.names import forms_of, parent_of_branch

GROUP = "集团"
PLACE_AND_BRAND = 4  # signs: a place of two and a brand of two, the shortest start two firms of one group share

Relation = Literal["shown", "possible", "not_shown"]


def relation_of(one: str, other: str) -> Relation:
    """`shown`: one is a branch of the other, or a group and a member with its place and brand; `possible`: only the same
    start of the name; `not_shown` otherwise, which is not the same as unrelated.

    >>> relation_of("云岭玉带食品有限公司", "云岭玉带集团有限公司")
    'shown'
    >>> relation_of("云岭玉带食品有限公司", "云岭北峰橡胶有限公司")
    'not_shown'
    """
    first, second = forms_of(one), forms_of(other)
    if first.normal in (parent_of_branch(second.normal), second.normal) or second.normal == parent_of_branch(
        first.normal
    ):
        return "shown"
    shared = os.path.commonprefix([first.key.replace(GROUP, ""), second.key.replace(GROUP, "")])
    if len(shared) < PLACE_AND_BRAND:
        return "not_shown"
    return "shown" if GROUP in first.key or GROUP in second.key else "possible"
