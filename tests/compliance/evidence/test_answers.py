from dataclasses import dataclass
from datetime import date

import pytest

from compliance.evidence.answers import AnsweredRows, AskedRows, row_json, row_of
from compliance.evidence.manifest import json_bytes, json_of
from compliance.evidence_cli import list_of
from compliance.records import CertificateRow, RegisterInfo, StateInterval
from compliance.register.memory import MemoryRows

DAY = date(2026, 11, 23)


def row(number, holder, **more):
    values = dict(
        number=number, holder=holder, uscc=None, scheme="iso-9001", standard=None, scope=None, body=None, body_code="000",
        issued=date(2024, 1, 1), expires=None, status="valid", status_from=None, province=None, source="示例", snapshot=DAY,
    )  # fmt: skip
    return CertificateRow(**values | more)


ROWS = [
    row("00026Q10001R0M", "示例甲泵业有限公司", former_names=("示例旧泵业有限公司",), models="P1",
        history=(StateInterval("suspended", DAY, None),)),
    row("00026Q10002R0M", "示例乙泵业有限公司"),
]  # fmt: skip


@pytest.fixture
def asked():
    return AskedRows(MemoryRows(ROWS, RegisterInfo("示例", DAY, 2, ("all",))))


def again(asked):
    return AnsweredRows(json_of(json_bytes(asked.to_json())), MemoryRows)


def test_a_row_comes_back_with_every_field():
    assert [row_of(json_of(json_bytes(row_json(r)))) for r in ROWS] == ROWS


def test_what_was_asked_is_answered_the_same_again(asked):
    name = "示例丙泵业有限公司"
    questions = (
        lambda r: r.by_number("00026Q10001R0M"), lambda r: r.by_name("示例乙泵业有限公司"), lambda r: r.by_uscc("x"),
        lambda r: r.near_names(name, 10), lambda r: r.near_names(name, limit=10), lambda r: r.unread(None, name),
        lambda r: r.complete_for("iso-9001", DAY), lambda r: r.complete_for(None, DAY, province="江苏省"),
        lambda r: r.sole_holder(), lambda r: r.info,
    )  # fmt: skip
    first = [ask(asked) for ask in questions]
    replay = again(asked)
    assert [ask(replay) for ask in questions] == first
    assert first[0] == (ROWS[0],) and first[3] and first[6] is True and replay.unasked == []


def test_equal_rows_are_one_object_both_times(asked):
    assert asked.by_number("00026Q10001R0M")[0] is asked.by_name("示例甲泵业有限公司")[0]
    replay = again(asked)
    assert replay.by_number("00026Q10001R0M")[0] is replay.by_name("示例甲泵业有限公司")[0]


def test_a_question_not_asked_then_is_put_to_the_bundled_rows_and_noted(asked):
    asked.by_number("00026Q10001R0M")
    replay = again(asked)
    assert replay.by_name("示例甲泵业有限公司")[0].number == "00026Q10001R0M"
    assert replay.unasked == ["by_name('示例甲泵业有限公司',)"]


def test_only_rows_that_were_given_are_kept(asked):
    asked.by_number("00026Q10002R0M")
    assert [r["number"] for r in asked.to_json()["rows"]] == ["00026Q10002R0M"]


@dataclass(frozen=True)
class Info:
    kind: str
    snapshot: date | None
    complete: tuple[str, ...] = ("all",)


@dataclass(frozen=True)
class Entry:
    kind: str
    values: dict
    ends: date | None


class Names:
    """A list as the register's are: figures, entries, and names of rows that could not be read."""

    def __init__(self, info, entries, unread=()):
        self.info, self.entries, self._unread = info, tuple(entries), unread

    def unread(self, name):
        return name in self._unread

    def holds(self, name):
        return any(e.values["name"] == name for e in self.entries)


class WithLists(MemoryRows):
    def listed(self, kind):
        entries = [Entry("bodies", {"name": "示例认证有限公司"}, DAY)]
        return Names(Info("bodies", DAY), entries, ("示例认定有限公司",)) if kind == "bodies" else None


def test_a_list_is_kept_whole_with_the_answers_about_rows_that_could_not_be_read():
    asked = AskedRows(WithLists([], RegisterInfo("", None, 0)))
    listed = asked.listed("bodies")
    told = [
        listed.unread("示例认定有限公司"),
        listed.unread("x"),
        listed.holds("示例认证有限公司"),
        asked.listed("gi_users"),
    ]
    kept = json_of(json_bytes(asked.to_json()))
    assert kept["lists"]["bodies"]["entries"] == [
        {"kind": "bodies", "values": {"name": "示例认证有限公司"}, "ends": "2026-11-23"}
    ]

    def list_of(one):
        return Names(Info("bodies", DAY), [Entry(e["kind"], e["values"], DAY) for e in one["entries"]])

    replay = AnsweredRows(kept, MemoryRows, list_of)
    again = replay.listed("bodies")
    assert [
        again.unread("示例认定有限公司"),
        again.unread("x"),
        again.holds("示例认证有限公司"),
        replay.listed("gi_users"),
    ] == told
    assert told == [True, False, True, None] and replay.unasked == []


def test_a_register_that_knows_no_lists_still_knows_none_when_asked_again(asked):
    asked.by_number("00026Q10002R0M")

    class Old:
        def __init__(self, rows, info):
            pass

    assert not hasattr(AnsweredRows(json_of(json_bytes(asked.to_json())), Old), "listed")


def test_the_registers_own_lists_come_back_as_they_were():
    listed = pytest.importorskip("compliance.register.listed")
    info = listed.ListInfo("bodies", "示例名录", DAY, 1, ("all",), 0)
    entry = listed.ListEntry(
        "bodies",
        {"name": "示例认证有限公司", "code": "CNCA-R-2016-000"},
        date(2016, 1, 1),
        None,
        "valid",
        None,
        "示例名录",
        DAY,
    )
    rows = MemoryRows([], RegisterInfo("", None, 0))
    rows.listed = lambda kind: listed.Listed(info, [entry]) if kind == "bodies" else None
    asked = AskedRows(rows)
    asked.listed("bodies")
    replay = AnsweredRows(json_of(json_bytes(asked.to_json())), MemoryRows, list_of).listed("bodies")
    assert (replay.info, replay.entries) == (info, (entry,))
    assert replay.body("示例认证有限公司").entries == (entry,)
