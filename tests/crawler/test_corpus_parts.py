"""What was crawled, judged again in parts: the findings that `rules diff` compares, and only pages that speak of certification."""

import json

import pyarrow.parquet as parquet
import pytest

from compliance.batch.run import Asked, check_corpus
from compliance.checking.session import open_check
from compliance.store.session import open_store
from crawler import corpus
from rules.book import load_book

pytestmark = pytest.mark.slow
SAYS = ("本产品通过ISO9001认证。", "公司生产各类示例零件。", "我公司已通过ISO9001质量管理体系认证。")


@pytest.fixture
def store(serve, crawled, tmp_path, monkeypatch):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))

    def answer(handler):
        if not handler.no_robots():
            number = int(handler.path.strip("/").split(".")[0] or 0)
            links = "".join(f'<a href="/{i}.html">{i}</a>' for i in range(1, 6))
            text = f"<p>{SAYS[number % 3]}</p><p>第{number}页{'示例文字' * 20}</p>"
            handler.reply(f"<html><body>{text}{links}</body></html>")

    server = serve({f"corpus{n}.example": answer for n in range(2)})
    with open_check(register="none") as checked:
        crawled(server, tmp_path, judge=checked.check)
    with open_store(tmp_path / "crawl.db") as opened:
        yield opened


def test_the_stored_pages_in_parts_give_what_a_change_of_rules_is_compared_over(store, tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "PART", 3)
    whole = corpus.stored_corpus(store=store)
    batch = check_corpus(whole, str(tmp_path / "out"), Asked(register="none"))
    rows = [
        r for path in sorted((tmp_path / "out" / "findings").iterdir()) for r in parquet.read_table(path).to_pylist()
    ]
    want = [(f["id"], f["outcome"], f["page"]) for f in corpus.findings_with(load_book(), store=store)]
    assert batch.parts > 1 and want
    assert sorted((r["id"], r["outcome"], r["url"]) for r in rows) == sorted(want)
    pages = [r for path in sorted((tmp_path / "out" / "pages").iterdir()) for r in parquet.read_table(path).to_pylist()]
    assert all(json.loads(r["body"])["claims"] for r in pages) and len(pages) < 12
    again = check_corpus(whole, str(tmp_path / "out"), Asked(register="none"))
    assert again.again == batch.parts


def test_an_empty_store_says_what_to_do(tmp_path):
    with open_store(tmp_path / "empty.db") as empty, pytest.raises(LookupError, match="crawl first"):
        corpus.stored_corpus(store=empty)
