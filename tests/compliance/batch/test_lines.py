"""Page records on all cores: the bytes of one process, in the records' order, also when a process dies or a record is bad."""

import json
import os
import signal
import sys
import time

import pytest

from compliance.batch import lines, parts
from compliance.batch.processes import can_split
from compliance.checking.output import write_results
from compliance.checking.session import check_sources, open_check
from compliance.register_open import import_register
from compliance.store.session import open_store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are split off on Linux only")
CLAIM = "<p>本公司已通过ISO9001质量管理体系认证。</p>"


@pytest.fixture
def records(tmp_path):
    """Some hundred records in two files, a bad line and a record without a page among them."""
    files = []
    for name, count in (("a", 90), ("b", 40)):
        rows = [
            json.dumps(
                {
                    "url": f"https://{name}.example/{n}",
                    "captured_at": "2026-11-01T08:00:00+08:00",
                    "html": f"<title>云岭泵业{n}</title><p>{'水泵' * (n % 7)}</p>{CLAIM if n % 9 == 0 else ''}",
                },
                ensure_ascii=False,
            )
            for n in range(count)
        ]
        rows[17] = "{not json}"
        rows[31] = '{"url": "https://a.example/"}'
        files.append(tmp_path / f"{name}.jsonl")
        files[-1].write_text("\n".join(rows) + "\n", encoding="utf-8")
    return [str(file) for file in files]


@pytest.fixture
def one_process(records, capsys):
    with open_check(register="none") as checked:
        status = write_results(check_sources(records, checked), checked, "jsonl", "needs_review")
    return status, *capsys.readouterr()


def written(records, capsys, processes, monkeypatch, register="none"):
    monkeypatch.setattr(lines, "PART", 2_000)
    monkeypatch.setattr(parts, "BLOCK", 700)
    with open_check(register=register) as checked:
        status = lines.write_lines(records, checked, "needs_review", False, processes)
    return status, *capsys.readouterr()


@pytest.mark.parametrize("processes", [2, 5])
def test_several_processes_write_what_one_would(records, one_process, capsys, monkeypatch, processes):
    assert one_process[1].count("\n") == 126 and "b.jsonl:18" in one_process[2]
    assert written(records, capsys, processes, monkeypatch) == one_process


def test_a_process_that_dies_loses_nothing_and_doubles_nothing(records, one_process, capsys, monkeypatch):
    parent, real = os.getpid(), lines.pages_of

    def deadly(part):
        if os.getpid() != parent and part.number == 4:
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGKILL)
        return real(part)

    monkeypatch.setattr(lines, "pages_of", deadly)
    status, out, err = written(records, capsys, 2, monkeypatch)
    assert (status, out) == one_process[:2]
    assert "were checked by one process" in err and "b.jsonl:18" in err


@pytest.mark.parametrize("form", ["table", "json"])
def test_other_formats_are_those_of_one_process(records, capsys, monkeypatch, form):
    with open_check(register="none") as checked:
        alone = write_results(check_sources(records, checked), checked, form, "needs_review"), *capsys.readouterr()
    monkeypatch.setattr(lines, "PART", 2_000)
    monkeypatch.setattr(parts, "BLOCK", 700)
    with open_check(register="none") as checked:
        results = lines.results_of(records, checked, False, 3)
        together = write_results(results, checked, form, "needs_review"), *capsys.readouterr()
    assert "a.jsonl:18" in alone[2] and "iso-9001" in alone[1]
    assert together == alone


def test_only_much_work_is_split(records, tmp_path, monkeypatch):
    assert lines.processes_for(records, None) == 1  # little
    assert lines.processes_for(records, 3) == (3 if can_split() else 1)
    assert lines.processes_for([*records, str(tmp_path)], 3) == 1  # a folder
    assert lines.processes_for([str(tmp_path / "none.jsonl")], 3) == 1
    monkeypatch.setattr(lines, "WORTH", 100)
    assert lines.processes_for(records, None) == (len(os.sched_getaffinity(0)) if can_split() else 1)
    assert lines.processes_for(records, 1) == 1


def test_processes_share_no_connection_to_a_register(records, tmp_path, capsys, monkeypatch):
    rows = tmp_path / "register.csv"
    rows.write_text(
        "证书编号,获证组织,标准,发证机构,发证日期,有效期至,状态\n"
        "00026Q00001R0S,云岭泵业有限公司,GB/T 19001-2016,甲机构,2025-01-01,2028-01-01,有效\n",
        encoding="utf-8",
    )
    register = str(tmp_path / "register.db")
    with open_store(f"sqlite:///{register}") as store:
        import_register(store, rows)
    with open_check(register=register) as checked:
        status = write_results(check_sources(records, checked), checked, "jsonl", None)
    alone = status, *capsys.readouterr()
    assert '"register": {"source"' in alone[1] and '"searched": ["' in alone[1]
    status, *shown = written(records, capsys, 3, monkeypatch, register)
    assert (2, *shown) == alone
