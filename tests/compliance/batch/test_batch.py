"""A corpus in parts: whatever the cut, the engine or the interruption, the same findings as page by page."""

import importlib.util
import json
import sys
from io import BytesIO
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.batch.parts import pages_of, parts_of
from compliance.batch.run import Asked, check_corpus
from compliance.checking.render import page_json
from compliance.checking.session import CannotCheck, check_sources, open_check
from compliance.register_open import import_register
from compliance.store.session import open_store

ROOT = Path(__file__).resolve().parents[3]
REGISTER = str(ROOT / "compliance" / "sample" / "planted.csv")
SAYS = (
    "本产品通过ISO9001认证。",
    "公司通过ISO 9001质量管理体系认证，证书编号00024Q0001R0M。",
    "公司生产各类示例零件。",
)
needs_fsspec = pytest.mark.skipif(importlib.util.find_spec("fsspec") is None, reason="pip install '.[s3]'")


def records(pages=12):
    return [
        {
            "url": f"http://site{n}.example/p.html",
            "captured_at": f"2026-11-0{n % 9 + 1}T08:00:00+08:00",
            "company": {"name": f"示例{n}号有限公司", "uscc": None},
            "html": f"<html><body><h1>第{n}页</h1><p>{SAYS[n % 3]}</p><p>{'示例文字' * 30}</p><img src='证书{n}.jpg' width=400 height=300></body></html>",
        }
        for n in range(pages)
    ]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "pages.jsonl"
    lines = [json.dumps(one, ensure_ascii=False) for one in records()]
    lines.insert(5, "{broken")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("compliance.batch.parts.BLOCK", 500)


def files_of(out):
    found = sorted([*out.glob("findings/*"), *out.glob("pages/*"), out / "summary.json", out / "faults.jsonl"])
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def rows_of(out, kind):
    return [row for path in sorted(out.glob(f"{kind}/*")) for row in parquet.read_table(path).to_pylist()]


def check(corpus, out, register=REGISTER, **more):
    return check_corpus([str(corpus)], str(out), Asked(register=register), part_bytes=2000, **more)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["", "x", "词" * 40, "{}", "y" * 300]), max_size=30),
    st.integers(1, 500),
    st.integers(1, 400),
)
def test_a_cut_file_is_read_whole_and_each_line_keeps_its_number(tmp_path_factory, lines, most, block):
    from compliance.batch import parts

    path = tmp_path_factory.mktemp("cut") / "lines.jsonl"
    path.write_text("\n".join([*lines, '{"text": "末行"}']), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "BLOCK", block)
        cut, _ = parts_of([str(path)], most)
        found = [item.source for part in cut for item in pages_of(part)]
    whole = [item.source for item in pages_of(parts_of([str(path)])[0][0])]
    assert found == whole
    assert [part.number for part in cut] == list(range(len(cut)))


def test_the_findings_are_those_of_a_check_page_by_page(corpus, tmp_path):
    batch = check(corpus, tmp_path / "out")
    with open_check(register=REGISTER) as checked:
        alone = [page_json(result) for result in check_sources([str(corpus)], checked)]
    assert batch.parts > 3
    assert [json.loads(row["body"]) for row in rows_of(tmp_path / "out", "pages")] == alone
    findings = rows_of(tmp_path / "out", "findings")
    assert [json.loads(row["body"]) for row in findings] == [f for page in alone for f in page["findings"]]
    counts = batch.summary["summary"]
    assert findings and counts["findings"]["suspected"] == len({row["id"] for row in findings})
    assert (counts["pages"], counts["faults"]) == (12, 1)
    assert counts["pictures_unread"] == sum(page["coverage"]["pictures_seen"] for page in alone) == 12
    assert b"pages.jsonl:6" in (tmp_path / "out" / "faults.jsonl").read_bytes()


class Killed(RuntimeError):
    pass


def test_what_was_broken_off_goes_on_and_does_no_part_twice(corpus, tmp_path):
    whole = check(corpus, tmp_path / "whole")

    def die(done, at, of_all):
        if at == 3:
            raise Killed

    with pytest.raises(Killed):
        check(corpus, tmp_path / "out", on_part=die)
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "done").iterdir()}
    (tmp_path / "out" / "pages" / ".part-000005.parquet.99.part").write_bytes(b"half")  # of one who was killed
    again = check(corpus, tmp_path / "out")
    assert (again.parts, again.again, len(stamps)) == (whole.parts, 3, 3)
    assert {p: p.stat().st_mtime_ns for p in stamps} == stamps
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_parquet_that_is_missing_is_said_before_anything_is_written(corpus, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(CannotCheck, match=r"pip install '\.\[parquet\]'"):
        check(corpus, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_register_does_not_go_on_in_the_same_place(corpus, tmp_path):
    check(corpus, tmp_path / "out")
    with pytest.raises(CannotCheck, match="holds another run"):
        check(corpus, tmp_path / "out", register="none")


def test_other_law_or_rules_do_not_go_on_in_the_same_place(corpus, tmp_path, monkeypatch):
    check(corpus, tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr("compliance.batch.ship.installed_data", lambda: {"rules/book/one.yaml": b"changed"})
        with pytest.raises(CannotCheck, match="holds another run"):
            check(corpus, tmp_path / "out")
    assert check(corpus, tmp_path / "out").again > 0


def test_a_part_judged_with_other_rules_than_the_others_is_a_fault(corpus, tmp_path):
    check(corpus, tmp_path / "out")
    file = tmp_path / "out" / "done" / "part-000002.json"
    done = json.loads(file.read_text(encoding="utf-8"))
    done["head"]["rules"] = "another"
    file.write_text(json.dumps(done), encoding="utf-8")
    assert check(corpus, tmp_path / "out").summary["summary"]["faults"] == 2
    assert "part-000002" in (tmp_path / "out" / "faults.jsonl").read_text(encoding="utf-8")


def test_parquet_and_web_archives_give_the_findings_of_the_records(corpus, tmp_path):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    table = arrow.Table.from_pylist(records())
    parquet.write_table(table, tmp_path / "pages.parquet", row_group_size=5)
    with (tmp_path / "pages.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for one in records():
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    one["url"], "response", payload=BytesIO(one["html"].encode()), http_headers=head,
                    warc_headers_dict={"WARC-Date": "2026-11-01T00:00:00Z"},
                )
            )  # fmt: skip
    for kind in ("jsonl", "parquet", "warc.gz"):
        check(tmp_path / f"pages.{kind}", tmp_path / kind)
    want = [
        (row["url"], row["conduct"], row["outcome"], row["quote"]) for row in rows_of(tmp_path / "jsonl", "findings")
    ]
    for kind in ("parquet", "warc.gz"):
        found = rows_of(tmp_path / kind, "findings")
        assert [(row["url"], row["conduct"], row["outcome"], row["quote"]) for row in found] == want
    ids = {row["id"] for row in rows_of(tmp_path / "jsonl", "findings")}
    assert {row["id"] for row in rows_of(tmp_path / "parquet", "findings")} == ids


def test_a_stores_register_is_shipped_as_a_snapshot_that_cannot_be_written(corpus, tmp_path):
    from sqlalchemy.exc import OperationalError

    from compliance.store.snapshot import open_snapshot

    with open_store(tmp_path / "register.db") as store:
        import_register(store, REGISTER)
        check(corpus, tmp_path / "out", register=str(tmp_path / "register.db"))
    check(corpus, tmp_path / "file")
    named = [(row["id"], row["outcome"]) for row in rows_of(tmp_path / "out", "findings")]
    assert named == [(row["id"], row["outcome"]) for row in rows_of(tmp_path / "file", "findings")]
    shipped = tmp_path / "out" / "ship" / "register.db"
    with open_snapshot(shipped) as store, pytest.raises(OperationalError), store.writing() as connection:
        connection.exec_driver_sql("delete from certificate")
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["register"]["rows"] == 18


def test_own_rules_travel_and_findings_name_the_file_the_user_named(corpus, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    source = ROOT / "rules" / "book"
    (one,) = source.rglob("system-claimed-for-product.yaml")
    (mine / one.name).write_bytes(one.read_bytes())
    check_corpus([str(corpus)], str(tmp_path / "out"), Asked(register=REGISTER, rules=(str(mine),)))
    sources = {json.loads(row["body"]).get("rule_source") for row in rows_of(tmp_path / "out", "findings")}
    assert str(mine / one.name) in sources


@needs_fsspec
def test_a_bucket_holds_the_same_files(corpus, tmp_path):
    import fsspec

    check(corpus, tmp_path / "out")
    memory = fsspec.filesystem("memory")
    memory.makedirs("/bucket", exist_ok=True)
    check(corpus, "memory://bucket/run")
    for name, data in files_of(tmp_path / "out").items():
        assert memory.cat_file(f"/bucket/run/{name}") == data
    memory.pipe_file("/bucket/in/pages.jsonl", corpus.read_bytes())
    far, faults = parts_of(["memory://bucket/in/*.jsonl"], 2000)
    assert not faults and sum(1 for part in far for _ in pages_of(part)) == 13
