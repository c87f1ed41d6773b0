"""The nearest of all names are those that comparing with each and every one gives."""

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from compliance.register import nearest
from compliance.register.name_lines import lines_of
from compliance.register.nearest import AllNames

# 甲's number ends as that of the rare sign behind it does: the bound takes them for one
NAME = st.text(alphabet="甲乙丙丁有限公司A" + chr(0x20000 + ord("甲")), max_size=12)


def one_by_one(name: str, names: list[str], limit: int, cutoff: float) -> list[tuple[int, float]]:
    if not name:
        return []
    found = process.extract(name, names, scorer=fuzz.ratio, limit=limit, score_cutoff=cutoff)
    return [(at, score) for said, score, at in found if said]


@given(NAME, st.lists(NAME, max_size=40), st.integers(1, 6), st.sampled_from([1, 50, 70]), st.integers(1, 9))
def test_none_that_is_nearer_is_spared(name: str, names: list[str], limit: int, cutoff: float, first: int) -> None:
    with mock.patch.object(nearest, "FIRST", first):
        assert AllNames(lines_of(names)).nearest(name, limit, cutoff) == one_by_one(name, names, limit, cutoff)


def test_most_are_not_compared_sign_by_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "FIRST", 20)
    signs = [chr(0x4E00 + n) for n in range(1000)]
    names = [a + b + c + "有限公司" for a, b, c in zip(signs, signs[1:], signs[2:], strict=False)]
    every = AllNames(lines_of(names))
    compared: list[int] = []
    inner = AllNames._compared
    monkeypatch.setattr(
        AllNames, "_compared", lambda self, n, at, *rest: compared.append(len(at)) or inner(self, n, at, *rest)
    )
    assert every.nearest(names[500], 3, 50) == one_by_one(names[500], names, 3, 50)
    assert sum(compared) < 60
    assert AllNames(lines_of([])).nearest("甲", 3, 50) == []
    long = "甲" * 300
    assert AllNames(lines_of([long, "甲"])).nearest(long, 3, 50) == [(0, 100.0)]
