"""Two thousand names of firms that are close to one in the register and aren't it; and spellings of one name that are."""

import random
from collections.abc import Iterator

import pytest

from compliance.records import CertificateRow, RegisterInfo
from compliance.register.imports import read_rows
from compliance.register.match import match
from compliance.register.memory import MemoryRows
from compliance.register.names import forms_of, normal_form
from compliance.register.ports import Query
from compliance.register.sample import write_sample
from compliance.register.words import words

BRANDS = words("sample")["brand"]
PLACES = [a + b for a in words("sample")["place_first"] for b in words("sample")["place_second"]]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> MemoryRows:
    path = tmp_path_factory.mktemp("hard") / "r.csv"
    write_sample(path, 0.002, 13)
    read = [r for r in read_rows(path) if isinstance(r, CertificateRow)]
    return MemoryRows(read, RegisterInfo("样例", read[0].snapshot, len(read), ("all",)))


@pytest.fixture(scope="module")
def holders(rows: MemoryRows) -> list[str]:
    return sorted({r.holder for r in rows.all() if forms_of(r.holder).form and "分公司" not in r.holder})


def brand_start(name: str) -> int:
    return 0 if "（" in name[:6] else 3 if name[2] == "市" else 2


def other_firms(name: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    at = brand_start(name)
    yield "one sign of the brand", name[:at] + draw.choice([b for b in BRANDS if b != name[at]]) + name[at + 1 :]
    yield "one sign left out", name[:at] + name[at + 1 :]
    if at:
        yield "another place", draw.choice([p for p in PLACES if p != name[:2]]) + name[2:]
        yield "without the place", name[at:]
    if "集团" not in name:
        yield "with the group word", name.replace("有限", "集团有限", 1) if "有限" in name else name + "集团"
    yield "a works", name.replace("股份有限公司", "厂").replace("有限责任公司", "厂").replace("有限公司", "厂")
    yield "a branch", name + "岚屿分公司"


def test_a_name_close_to_a_holders_is_never_the_match(rows: MemoryRows, holders: list[str]) -> None:
    draw = random.Random(3)
    pairs = [(h, n, kind) for h in holders for kind, n in other_firms(h, draw)]
    pairs = [
        (h, n, kind)
        for h, n, kind in draw.sample(pairs, 3000)
        if not rows.by_name(n) and not rows.by_key(forms_of(n).key)
    ]
    assert len(pairs) >= 2000
    wrong = [(h, n, kind) for h, n, kind in pairs if match(Query(name=n), rows, near=False).row is not None]
    assert wrong == []


def test_a_name_one_sign_away_has_the_right_one_among_the_ten_nearest(rows: MemoryRows, holders: list[str]) -> None:
    draw = random.Random(4)
    asked = [
        (h, n) for h in draw.sample(holders, 400) for kind, n in other_firms(h, draw) if kind.startswith("one sign")
    ]
    asked = [(h, n) for h, n in asked if not rows.by_name(n)]
    found = sum(any(near.row.holder == h for near in rows.near_names(n, 10)) for h, n in asked)
    assert found / len(asked) >= 0.95


def spellings(name: str) -> Iterator[str]:
    traditional = {
        ord(s): t for many, simple in words("traditional")["pairs"] for t, s in zip(many, simple, strict=True)
    }
    yield name.replace("（", "(").replace("）", ")")
    yield name.replace("（", "【").replace("）", "】")
    yield "　".join((name[:3], name[3:]))
    yield name.translate(traditional)
    yield (
        name.replace("有限责任公司", "有限公司")
        if "责任" in name
        else name.replace("有限公司", "有限责任公司")
        if "股份" not in name
        else name
    )
    if name[2] == "市":
        yield name[:2] + name[3:]
    elif brand_start(name):
        yield name[:2] + "市" + name[2:]


def test_spellings_of_one_name_find_its_holder(rows: MemoryRows, holders: list[str]) -> None:
    asked = [(h, n) for h in random.Random(6).sample(holders, 600) for n in spellings(h)]
    right = wrong = 0
    for holder, name in asked:
        row = match(Query(name=name), rows, near=False).row
        right += row is not None and normal_form(row.holder) == normal_form(holder)
        wrong += row is not None and forms_of(row.holder).key != forms_of(holder).key
    assert wrong == 0
    assert right / len(asked) >= 0.98


def test_former_names_find_the_holder(rows: MemoryRows) -> None:
    renamed = {r.former_names[0]: r for r in rows.all() if r.former_names}
    assert len(renamed) > 10
    for name, row in renamed.items():
        found = match(Query(name=name, scheme=row.scheme), rows, near=False).row
        assert found is not None and found.uscc == row.uscc
