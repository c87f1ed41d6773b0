"""What was crawled, judged again in parts: the findings that `rules diff` compares, and only pages that speak of certification."""

import importlib.util
import json
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

import certmark
import rules
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


@pytest.fixture
def stricter(tmp_path):
    """A folder of rules in which one of the package's may reach no more than needs_review."""
    (source,) = Path(rules.__file__).parent.rglob("system-claimed-for-product.yaml")
    folder = tmp_path / "mine"
    folder.mkdir()
    text = source.read_text(encoding="utf-8")
    assert "at_most: suspected" in text or "at_most: violation" in text
    for outcome in ("suspected", "violation"):
        text = text.replace(f"at_most: {outcome}", "at_most: needs_review")
    (folder / source.name).write_text(text, encoding="utf-8")
    return folder


def said(capsys, *asked):
    with pytest.raises(SystemExit) as ended:
        certmark.main(["rules", "diff", *asked])
    return ended.value.code, *capsys.readouterr()


def test_a_change_of_rules_by_an_engine_is_that_of_one_process(store, stricter, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(corpus, "PART", 3)
    monkeypatch.setenv("CERTMARK_DATABASE_URL", f"sqlite:///{tmp_path / 'crawl.db'}")
    asked = ("package", f"package+{stricter}", "--format", "json")
    alone = said(capsys, *asked)
    changed = [c for c in json.loads(alone[1]) if c["what"] == "changed"]
    assert alone[0] == 0 and {c["detail"] for c in changed} == {"suspected → needs_review"}
    assert all(c["page"].startswith("http://corpus") for c in changed)
    if importlib.util.find_spec("distributed"):
        assert said(capsys, *asked, "--workers", "2")[:2] == alone[:2]
    out = tmp_path / "kept"
    assert said(capsys, *asked, "--out", str(out))[:2] == alone[:2]
    done = sorted(out.glob("*/done/*"))
    assert len(done) > 3 and {path.parent.parent.name for path in done} == {"old", "new"}
    stamps = {path: path.stat().st_mtime_ns for path in done}
    done[0].unlink()  # as if it had been broken off there
    assert said(capsys, *asked, "--out", str(out))[:2] == alone[:2]
    assert [path for path in done if path.stat().st_mtime_ns != stamps[path]] == done[:1]


def test_a_change_of_rules_does_not_go_on_in_the_place_of_another(store, stricter, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CERTMARK_DATABASE_URL", f"sqlite:///{tmp_path / 'crawl.db'}")
    out = str(tmp_path / "kept")
    assert said(capsys, "package", f"package+{stricter}", "--out", out)[0] == 0
    code, _, told = said(capsys, "package", str(stricter), "--out", out)
    assert code == 2 and "holds another run" in told
    code, _, told = said(capsys, "package", "package", "--engine", "abacus")
    assert code == 2 and "is not one of local, dask" in told


def test_an_empty_store_says_what_to_do(tmp_path):
    with open_store(tmp_path / "empty.db") as empty, pytest.raises(LookupError, match="crawl first"):
        corpus.stored_corpus(store=empty)
