"""Lists in the store: change sets, the same file twice, several sources, only lists. All names are invented."""

from datetime import date
from pathlib import Path

import pytest

from compliance.register.listed import has_certificates
from compliance.register_lists import import_list, stored_list, stored_lists
from compliance.register_open import StoredRows, stored_rows
from compliance.store.session import Store, open_store

HEAD = "机构名称,批准号,批准领域,批准日期,有效期至,状态"
ONE = "示例甲认证有限公司,CNCA-R-2016-000,质量管理体系,2016-03-01,2028-02-29,有效"
TWO = "示例乙认证有限公司,CNCA-R-2017-000,环境管理体系,2017-03-01,2028-02-29,有效"
OCTOBER, NOVEMBER = date(2026, 10, 20), date(2026, 11, 20)


@pytest.fixture
def store(place: str):
    with open_store(place) as opened:
        yield opened


def take(store: Store, folder: Path, *lines: str, day: date = NOVEMBER, kind: str = "bodies", head: str = HEAD, **more):
    path = folder / "list.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return import_list(store, path, kind, snapshot=day, rejects=folder / "rejects.csv", **more).imported


def names(store: Store) -> list[str]:
    listed = stored_list(store, "bodies")
    assert listed is not None
    return sorted(e.get("name") for e in listed.entries)


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    assert take(store, tmp_path, ONE, TWO).rows == 2
    again = take(store, tmp_path, ONE, TWO)
    assert again.again and len(names(store)) == 2


def test_a_newer_list_is_a_change_set(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, ONE, TWO, day=OCTOBER)
    done = take(
        store,
        tmp_path,
        ONE.replace("2028-02-29", "2029-02-28"),
        TWO.replace("乙", "丙").replace("2017-000", "2018-000"),
    )
    assert (done.rows, done.new, done.changed, done.gone, done.unchanged) == (2, 1, 1, 1, 0)
    assert names(store) == ["示例丙认证有限公司", "示例甲认证有限公司"]


def test_an_unchanged_row_is_of_the_newest_day(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, ONE, day=OCTOBER)
    assert take(store, tmp_path, ONE, TWO).unchanged == 1
    listed = stored_list(store, "bodies")
    assert listed is not None and {e.snapshot for e in listed.entries} == {NOVEMBER}
    assert {e.source for e in listed.entries} == {"认证机构名录"}


def test_an_older_list_doesnt_bring_back_what_is_gone(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, ONE)
    assert take(store, tmp_path, ONE, TWO, day=OCTOBER).older_than == 20261120
    assert take(store, tmp_path, ONE, TWO, day=OCTOBER).again
    assert names(store) == ["示例甲认证有限公司"]


def test_a_refused_row_is_counted_written_down_and_its_name_remembered(store: Store, tmp_path: Path) -> None:
    done = take(store, tmp_path, ONE, TWO.replace("2017-03-01", "2017-33-01"), complete=("all",))
    assert (done.rows, done.rejected) == (1, 1)
    assert "2017-33-01" in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    listed = stored_list(store, "bodies")
    assert listed is not None and listed.unread("示例乙认证有限公司") and not listed.unread("示例丁认证有限公司")
    mended = take(store, tmp_path, ONE, TWO, day=date(2026, 11, 21), complete=("all",))
    assert (mended.rows, mended.rejected, mended.gone) == (2, 0, 0)
    listed = stored_list(store, "bodies")
    assert listed is not None and not listed.unread("示例乙认证有限公司")


def test_two_sources_stand_side_by_side_with_the_older_day(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path, ONE, source="甲源", day=OCTOBER)
    take(store, tmp_path, TWO, source="乙源", complete=("all",))
    assert len(names(store)) == 2
    (info,) = stored_lists(store)
    assert (info.snapshot, info.rows, info.complete) == (OCTOBER, 2, ("all",))


def test_a_store_with_lists_only_has_lists_and_no_certificates(store: Store, tmp_path: Path) -> None:
    assert stored_rows(store) is None
    take(store, tmp_path, ONE)
    rows = stored_rows(store)
    assert rows is not None and not has_certificates(rows)
    assert rows.listed("bodies") is not None and rows.listed("gi_users") is None
    assert rows.by_name("示例甲认证有限公司") == ()


def test_lists_and_certificates_dont_mix(store: Store, tmp_path: Path) -> None:
    from compliance.register_open import import_register

    path = tmp_path / "r.csv"
    path.write_text("证书编号,获证组织名称,认证项目,发证日期,有效期至,证书状态\n00024Q30001R0M,云岭玉带机械有限公司,质量管理体系认证,2024-03-01,2027-02-28,有效\n", encoding="utf-8")  # fmt: skip
    import_register(store, path, snapshot=NOVEMBER)
    take(store, tmp_path, ONE)
    rows = StoredRows(store)
    assert (rows.info.rows, has_certificates(rows)) == (1, True)
    assert [i.kind for i in stored_lists(store)] == ["bodies"]
