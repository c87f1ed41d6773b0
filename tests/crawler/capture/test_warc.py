import gzip
from datetime import UTC, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from compliance.places import Place, PlaceError
from compliance.store import runs, turns
from compliance.store.pages import Answer
from compliance.store.runs import NewRequest, NewSite
from compliance.store.session import open_store
from crawler.capture.archives import archive_run
from crawler.capture.warc import write_warc

BODY = "<html><body>示例：公司通过ISO 9001质量管理体系认证</body></html>".encode()
PACKED = gzip.compress(BODY, mtime=0)
ABOUT = {"software": "certmark"}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "x.db") as opened:
        start = NewRequest("start", "https://a.example/honour?id=1")
        run_id, _ = runs.open_run(opened, "k", [NewSite("a.example", "甲", None, None, 0, (start,))], {})
        request = turns.claim(opened, runs.sites_of(opened, run_id)[0].id)
        answer = Answer(
            "page", request.url, request.url, datetime(2026, 11, 23, 2, 3, 4, tzinfo=UTC), 200,
            (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")), BODY,
            ip="203.0.113.9", host="a.example", fingerprint="start", packed=PACKED,
            request=(("Host", "a.example"), ("User-Agent", "certmark")), tls={"subject": "CN=a.example"},
        )  # fmt: skip
        turns.finish(opened, run_id, request, answer)
        yield opened


def read(path):
    with path.open("rb") as file:
        return {r.rec_type: (r.rec_headers, r.http_headers, r.raw_stream.read()) for r in ArchiveIterator(file)}


def test_a_visit_is_request_response_and_facts_with_time_and_address(store, tmp_path):
    path = tmp_path / "deep" / "a.warc.gz"
    assert write_warc(store, [1], path, ABOUT) == 1
    records = read(path)
    headers, http, body = records["response"]
    assert headers.get_header("WARC-Target-URI") == "https://a.example/honour?id=1"
    assert headers.get_header("WARC-Date") == "2026-11-23T02:03:04Z"
    assert headers.get_header("WARC-IP-Address") == "203.0.113.9"
    assert (http.statusline, body) == ("200 OK", PACKED)
    assert http.get_header("Transfer-Encoding") is None and http.get_header("Content-Encoding") == "gzip"
    assert records["request"][1].get_header("Host") == "a.example"
    assert b"CN=a.example" in records["metadata"][2]
    assert not list(path.parent.glob("*.part"))


def test_the_reader_opens_the_record_as_the_page_that_was_seen(store, tmp_path):
    from compliance.reading.open import open_source

    path = tmp_path / "a.warc.gz"
    write_warc(store, [1], path, ABOUT)
    (page,) = open_source(str(path))
    assert page.url == "https://a.example/honour?id=1" and page.captured_at == datetime(
        2026, 11, 23, 2, 3, 4, tzinfo=UTC
    )
    assert "通过ISO 9001" in page.html


def test_the_same_visit_has_the_same_record_ids_every_time(store, tmp_path):
    for name in ("1", "2"):
        write_warc(store, [1], tmp_path / name / "a.warc.gz", ABOUT)
    ids = [
        [h.get_header("WARC-Record-ID") for h, _, _ in read(tmp_path / name / "a.warc.gz").values()]
        for name in ("1", "2")
    ]
    assert ids[0] == ids[1]


def test_an_answer_of_304_is_kept_with_the_visit_that_brought_the_bytes(store, tmp_path):
    run_id, _ = runs.open_run(
        store, "k2", [NewSite("a.example", "甲", None, None, 0, (NewRequest("start", "https://a.example/honour?id=1"),))], {}
    )  # fmt: skip
    request = turns.claim(store, runs.sites_of(store, run_id)[0].id)
    when = datetime(2026, 11, 24, tzinfo=UTC)
    answer = Answer(
        "page", request.url, request.url, when, 304, (), None, host="a.example", fingerprint="start"
    )  # fmt: skip
    kept, _ = turns.finish(store, run_id, request, answer)
    path = tmp_path / "a.warc.gz"
    assert write_warc(store, [kept.visit], path, ABOUT) == 2
    with path.open("rb") as file:
        responses = [
            (r.rec_headers.get_header("WARC-Date"), r.raw_stream.read())
            for r in ArchiveIterator(file)
            if r.rec_type == "response"
        ]
    assert responses == [("2026-11-23T02:03:04Z", PACKED), ("2026-11-24T00:00:00Z", b"")]


def test_a_visit_that_the_store_does_not_hold_writes_no_file(store, tmp_path):
    with pytest.raises(LookupError):
        write_warc(store, [99], tmp_path / "a.warc.gz", ABOUT)
    assert not (tmp_path / "a.warc.gz").exists()


def spoken(store):
    """The run, its page now known to speak of certification."""
    with store.writing() as connection:
        connection.exec_driver_sql("update crawl_visit set claims = 1")
        return connection.exec_driver_sql("select id from crawl_run").scalar_one()


def test_a_runs_archives_are_the_same_in_a_folder_and_in_a_bucket(store, tmp_path):
    fsspec = pytest.importorskip("fsspec", reason="needs pip install '.[s3]'")
    run = spoken(store)
    (path,) = archive_run(store, run, Place(tmp_path / "warc"), "certmark")
    (address,) = archive_run(store, run, Place("memory://archive"), "certmark")
    assert path == tmp_path / "warc" / run / "a.example.warc.gz"
    assert address == f"memory://archive/{run}/a.example.warc.gz"
    copy = tmp_path / "copy.warc.gz"
    copy.write_bytes(fsspec.filesystem("memory").cat_file(f"/archive/{run}/a.example.warc.gz"))
    here, there = read(path), read(copy)
    assert set(here) == {"warcinfo", "request", "response", "metadata"} and there["response"][2] == PACKED
    assert [h.get_header("WARC-Record-ID") for h, *_ in here.values()] == [
        h.get_header("WARC-Record-ID") for h, *_ in there.values()
    ]


def test_a_bucket_that_cannot_be_used_is_said_before_the_crawl_begins(store):
    from crawler.run import crawl

    with pytest.raises(PlaceError, match="nosuch://"):
        crawl([], store, evidence="nosuch://bucket")
