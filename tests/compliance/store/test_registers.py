"""Imports into the store: snapshots follow each other, nothing vanishes, a broken import leaves the old one whole."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from compliance.records import CertificateRow, StateInterval
from compliance.register.imports import read_rows
from compliance.register.match import match
from compliance.register.packing import PACKED as READER_PACKED
from compliance.register.ports import Query
from compliance.register.sample import write_sample
from compliance.register.sample_names import code_of_number
from compliance.register.states import state_on
from compliance.register_diff import diff_of
from compliance.register_open import StoredRows, import_register, open_register, stored_rows
from compliance.store.registers import PACKED
from compliance.store.session import Store, open_store

HEAD = "证书编号,获证组织名称,统一社会信用代码,认证项目,发证日期,有效期至,证书状态,状态变更日期"
FIRM = f"霁汀市晟曜机械有限公司,{code_of_number(1)}"
QUALITY = f"00024Q30001R0M,{FIRM},质量管理体系认证,2024-03-01,2027-02-28,有效,"
OTHER = f"00024E30001R0M,岚屿玥川电器有限公司,{code_of_number(2)},环境管理体系认证,2024-03-01,2027-02-28,有效,"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    with open_store(place) as opened:
        yield opened


def take(store: Store, folder: Path, day: date, *lines: str, complete: tuple[str, ...] = ("all",), head: str = HEAD):
    path = folder / "register.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return import_register(store, path, "某库", day, complete, folder / "rejects.csv").imported


def only(store: Store, number: str) -> CertificateRow:
    rows = StoredRows(store).by_number(number)
    assert len(rows) == 1
    return rows[0]


def test_reader_and_store_agree_on_the_order_of_values() -> None:
    assert PACKED == READER_PACKED


def test_rows_come_back_as_they_were_read(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    write_sample(path, 0.0005, 3)
    import_register(store, path, complete=("all",))
    rows = StoredRows(store)
    for row in list(read_rows(path))[::37]:
        assert isinstance(row, CertificateRow)
        assert only(store, row.number) == row
        assert row in rows.by_name(row.holder)
        assert not row.uscc or row in rows.by_uscc(row.uscc)


def test_a_file_read_by_a_second_process_gives_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.csv"
    write_sample(path, 0.0005, 3)
    path.write_text(
        path.read_text(encoding="utf-8") + "00024Q39999R0M,霁汀甲有限公司,,,,,,,,,,,2099-01-01\n", encoding="utf-8"
    )
    dumps = []
    for limit in (1 << 40, 0):
        monkeypatch.setattr("compliance.register.feeding.APART", limit)
        with open_store(tmp_path / f"{limit}.db") as store:
            assert import_register(store, path).imported.rejected == 1
            with store.reading() as connection:
                dumps.append(
                    [
                        connection.execute(text(f"select * from {t} order by 1")).all()
                        for t in ("certificate", "organisation", "register_reject")
                    ]
                )
    assert dumps[0] == dumps[1]


def test_the_same_file_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY, OTHER)
    done = take(store, tmp_path, OCTOBER, QUALITY, OTHER)
    assert done.again
    assert StoredRows(store).info.rows == 2


def test_a_second_snapshot_is_a_set_of_changes(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY, OTHER)
    new = OTHER.replace("00024E30001R0M", "00026E30009R0M")
    done = take(store, tmp_path, NOVEMBER, QUALITY.replace("有效,", "撤销,2026-10-20"), new)
    assert (done.new, done.changed, done.gone, done.unchanged) == (1, 1, 1, 0)
    row = only(store, "00024Q30001R0M")
    assert [state_on(row, d)[0] for d in (date(2026, 10, 19), date(2026, 10, 20))] == ["valid", "revoked"]
    told = diff_of(store, None, None, 0)
    assert {(c["what"], c["number"]) for c in told["changes"]} == {
        ("new", "00026E30009R0M"), ("gone", "00024E30001R0M"), ("changed", "00024Q30001R0M"),
    }  # fmt: skip
    assert {(c["field"], c["old"], c["new"]) for c in told["changes"] if c["what"] == "changed"} == {
        ("status", "valid", "revoked"), ("status_from", None, "2026-10-20"),
    }  # fmt: skip


def test_a_gone_row_keeps_the_day_it_was_last_seen(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY, OTHER)
    take(store, tmp_path, NOVEMBER, QUALITY)
    assert only(store, "00024E30001R0M").snapshot == OCTOBER
    assert only(store, "00024Q30001R0M").snapshot == NOVEMBER
    assert StoredRows(store).info.rows == 1


def test_a_suspension_between_two_snapshots_stays_in_the_history(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, date(2026, 8, 1), QUALITY.replace("有效,", "暂停,2026-07-10"))
    take(store, tmp_path, OCTOBER, QUALITY.replace("有效,", "有效,2026-09-05"))
    row = only(store, "00024Q30001R0M")
    assert row.history == (StateInterval("suspended", date(2026, 7, 10), date(2026, 9, 4)),)
    assert [state_on(row, d)[0] for d in (date(2026, 7, 9), date(2026, 7, 10), date(2026, 9, 4), date(2026, 9, 5))] == [
        "valid", "suspended", "suspended", "valid",
    ]  # fmt: skip


def test_an_undated_change_leaves_the_days_between_the_snapshots_open(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY)
    take(store, tmp_path, NOVEMBER, QUALITY.replace("有效,", "撤销,"))
    row = only(store, "00024Q30001R0M")
    assert [state_on(row, d)[0] for d in (OCTOBER, date(2026, 10, 15), NOVEMBER)] == ["valid", None, "revoked"]


def test_a_changed_name_under_the_same_code_becomes_a_former_name(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY)
    take(store, tmp_path, NOVEMBER, QUALITY.replace("霁汀市晟曜机械", "霁汀市晟曜智能装备"))
    found = match(Query(name="霁汀市晟曜机械有限公司", scheme="iso-9001"), StoredRows(store))
    assert found.row is not None and found.row.holder == "霁汀市晟曜智能装备有限公司"


def test_a_row_that_stands_twice_is_in_once(store: Store, tmp_path: Path) -> None:
    done = take(store, tmp_path, OCTOBER, QUALITY, QUALITY)
    assert (done.rows, done.repeated) == (1, 1)


def test_one_number_with_two_holders_is_in_twice_and_said(store: Store, tmp_path: Path) -> None:
    done = take(store, tmp_path, OCTOBER, QUALITY, QUALITY.replace(FIRM, "岚屿玥川电器有限公司,"))
    assert len(done.several_holders) == 1
    assert len(StoredRows(store).by_number("00024Q30001R0M")) == 2
    assert "another holder" in (tmp_path / "rejects.csv").read_text(encoding="utf-8")


def test_a_new_holder_of_a_number_that_is_in_already_is_said(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY, OTHER)
    second = QUALITY.replace(FIRM, "岚屿玥川电器有限公司,")
    done = take(store, tmp_path, NOVEMBER, OTHER, QUALITY, second, second, OTHER)
    assert done.several_holders == (("00024Q30001R0M", 3, 4),)
    assert (done.new, done.unchanged, done.repeated) == (1, 3, 1)
    assert take(store, tmp_path, date(2026, 12, 1), OTHER, QUALITY, second).several_holders == ()


def test_a_refused_row_is_never_called_absent(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, OTHER, QUALITY.replace("2027-02-28", "2020-02-28"))
    found = match(Query(number="00024Q30001R0M"), StoredRows(store))
    assert found.row is None
    assert found.unread is not None and "before it is issued" in found.unread


def test_an_older_snapshot_never_overwrites_a_newer_one(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, NOVEMBER, QUALITY.replace("有效,", "撤销,2026-10-20"))
    done = take(store, tmp_path, OCTOBER, QUALITY, OTHER)
    assert done.older_than == 20261101
    assert only(store, "00024Q30001R0M").status == "revoked"
    assert only(store, "00024E30001R0M").snapshot == OCTOBER
    assert StoredRows(store).info.snapshot == NOVEMBER


def test_two_sources_live_side_by_side(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY)
    path = tmp_path / "city.csv"
    path.write_text(f"{HEAD}\n{OTHER}\n", encoding="utf-8")
    import_register(store, path, "某市", NOVEMBER, ())
    info = StoredRows(store).info
    assert (info.rows, info.snapshot) == (2, OCTOBER)
    assert {only(store, "00024Q30001R0M").source, only(store, "00024E30001R0M").source} == {"某库", "某市"}


def test_completeness_holds_only_when_declared_and_only_near_the_snapshot(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, NOVEMBER, QUALITY)
    assert StoredRows(store).complete_for("iso-9001", date(2026, 11, 20))
    assert not StoredRows(store).complete_for("iso-9001", date(2027, 1, 20))
    take(store, tmp_path, date(2026, 11, 2), QUALITY, complete=())
    assert not StoredRows(store).complete_for("iso-9001", date(2026, 11, 20))


def test_close_names_are_found_after_each_import(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, OCTOBER, QUALITY)
    take(store, tmp_path, NOVEMBER, QUALITY, OTHER)
    near = StoredRows(store).near_names("岚屿玥川电气有限公司")
    assert near[0].row.holder == "岚屿玥川电器有限公司"
    assert StoredRows(store).near_names("霁汀市盛曜机械有限公司")[0].row.holder == "霁汀市晟曜机械有限公司"
    assert StoredRows(store).nearest_of_all("霁汀市盛曜机械有限公司")[0].row.holder == "霁汀市晟曜机械有限公司"


def test_questions_asked_together_get_the_same_answers_as_alone(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    write_sample(path, 0.001, 5)
    import_register(store, path)
    rows = [r for r in read_rows(path) if isinstance(r, CertificateRow)][::97]
    queries = (
        [Query(number=r.number) for r in rows]
        + [Query(name=r.holder, scheme=r.scheme) for r in rows]
        + [Query(uscc=r.uscc) for r in rows]
    )
    together = StoredRows(store)
    together.prepare(queries)
    alone = StoredRows(store)
    for query in queries:
        assert match(query, together, near=False) == match(query, alone, near=False)


def test_an_empty_store_has_no_register(store: Store) -> None:
    assert stored_rows(store) is None
    assert open_register("none") is None


def test_a_large_file_is_answered_from_a_cached_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("compliance.register_open.IN_MEMORY", 1000)
    path = tmp_path / "s.csv"
    write_sample(path, 0.0003, 5)
    rows = open_register(str(path))
    again = open_register(str(path))
    assert isinstance(rows, StoredRows) and again is not None and rows.info == again.info
    assert len(list((tmp_path / "data" / "registers").glob("*.db"))) == 1


def test_an_error_in_the_midst_of_an_import_leaves_the_old_snapshot_whole(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, tmp_path, OCTOBER, QUALITY)

    def full(*_: object) -> None:
        raise OSError("disk is full")

    monkeypatch.setattr("compliance.store.registers.close_import", full)
    with pytest.raises(OSError, match="disk is full"):
        take(store, tmp_path, NOVEMBER, OTHER)
    monkeypatch.undo()
    assert StoredRows(store).info.snapshot == OCTOBER
    assert replace(only(store, "00024Q30001R0M")).status == "valid"
    assert take(store, tmp_path, NOVEMBER, OTHER).gone == 1


@pytest.mark.slow
def test_a_killed_import_leaves_the_old_snapshot_whole(place: str, tmp_path: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    write_sample(small, 0.001, 1)
    write_sample(large, 0.012, 2)
    with open_store(place) as store:
        import_register(store, small, "某库", OCTOBER, ("all",))
        before = StoredRows(store).info
    script = (
        "import sys; from pathlib import Path; from datetime import date; from compliance.register_open import import_register;"
        "from compliance.store.session import open_store\n"
        f"import_register(open_store({place!r}), Path({str(large)!r}), '某库', date(2026, 11, 1), ('all',), None,"
        " lambda at, size, rows: print(rows, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while int(process.stdout.readline() or b"999999") < 20_000:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL
    with open_store(place) as store:
        assert StoredRows(store).info == before
        if store.path:
            with store.reading() as connection:
                assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
        done = import_register(store, large, "某库", NOVEMBER, ("all",)).imported
        assert done.new > 40_000 and done.gone > 0


def test_a_suspension_told_by_the_file_stays_one_when_the_state_changes_later(store: Store, tmp_path: Path) -> None:
    head = HEAD + ",状态历史"
    told = "暂停 2025-01-10至2025-03-09"
    take(store, tmp_path, OCTOBER, f"{QUALITY},{told}", head=head)
    take(store, tmp_path, NOVEMBER, f"{QUALITY.replace('有效,', '撤销,2026-10-20')},{told}", head=head)
    row = only(store, "00024Q30001R0M")
    assert len(set(row.history)) == len(row.history)
    said = [state_on(row, d)[0] for d in (date(2025, 1, 9), date(2025, 2, 1), date(2025, 3, 10), date(2026, 10, 20))]
    assert said == ["valid", "suspended", "valid", "revoked"]


def test_of_a_firm_with_many_rows_only_those_that_can_be_the_answer_are_read(store: Store, tmp_path: Path) -> None:
    """A batch answers as single questions do, whatever the rows' states, dates and history."""
    draw, rows = random.Random(9), []
    for number in range(400):
        firm, year = draw.randrange(40), draw.randrange(2019, 2026)
        state, since, history = draw.choice([("有效", "", ""), ("有效", "", ""), ("有效", f"{year}-06-01", "暂停 2025-01-10..2027-03-09"),
                                             ("有效", "", "暂停 2026-01-10..2027-03-09"), ("暂停", "2026-10-20", ""), ("撤销", f"{year}-09-01", ""),
                                             ("过期失效", "", "")])  # fmt: skip
        scheme = draw.choice(["质量管理体系认证", "环境管理体系认证"])
        day = f"{year}-{draw.randrange(1, 4):02}-01"
        rows.append(
            f"000{year % 100}Q{number:05}R0M,霁汀市晟曜{firm}号机械有限公司,{scheme},{day},{year + 3}-{day[5:]},{state},{since},{history}"
        )
    path = tmp_path / "many.csv"
    path.write_text(
        "\n".join(["证书编号,获证组织名称,认证项目,发证日期,有效期至,证书状态,状态变更日期,状态历史", *rows]),
        encoding="utf-8",
    )
    import_register(store, path, snapshot=date(2026, 11, 1))
    for scheme in (None, "iso-14001"):
        asked = [
            Query(name=f"霁汀市晟曜{firm}号机械有限公司", scheme=scheme, on=date(2026, 11, 5)) for firm in range(40)
        ]
        batch, single = StoredRows(store), StoredRows(store)
        batch.prepare(asked, near=False, whole=False)
        assert sum(len(batch.by_name(q.name)) for q in asked) < 400
        for query in asked:
            one, other = match(query, batch, near=False, whole=False), match(query, single, near=False)
            assert (one.row, one.method, one.score) == (other.row, other.method, other.score)
