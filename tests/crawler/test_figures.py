import json
import re
from types import SimpleNamespace

from crawler.figures import Figures
from crawler.progress import Progress

LINE = re.compile(r'# (?:HELP|TYPE) \w+ .+|\w+(?:\{\w+="(?:[^"\\]|\\.)*"\})? -?\d+(?:\.\d+)?')


def visit(blocked=None):
    return {"event": "visit", "id": 1, "pending": True, "url": "http://a.example/", "blocked": blocked}


def result(*findings, again=False):
    return SimpleNamespace(
        findings=[SimpleNamespace(id=id_, outcome=outcome) for id_, outcome in findings], again=again
    )


def test_the_file_holds_every_figure_in_the_text_format_and_says_when_the_run_is_over(tmp_path):
    figures = Figures(tmp_path / "certmark.prom")
    assert "certmark_crawl_running 1" in (tmp_path / "certmark.prom").read_text()
    for event in (visit(), visit("captcha"), {"event": "site", "state": "done"}, {"event": "site", "state": 'o"dd'}):
        figures.event(event)
    for one in (result(("f1", "violation")), result(("f1", "violation"), ("f2", "suspected"))):
        figures.result(one)
    figures.event({"event": "pictures", "pages": 2})
    figures.result(result(("f3", "suspected"), again=True))  # a second look is no second page
    assert (figures.judged, figures.pictured, figures.to_picture) == (2, 1, 2)
    figures.end()
    text = (tmp_path / "certmark.prom").read_text()
    assert all(LINE.fullmatch(line) for line in text.splitlines()), text
    for line in (
        "certmark_crawl_pages_total 2",
        'certmark_crawl_blocked_pages_total{reason="captcha"} 1',
        'certmark_crawl_sites_total{state="done"} 1',
        "certmark_crawl_judged_total 2",
        "certmark_crawl_pictured_pages_total 1",
        'certmark_crawl_findings{outcome="violation"} 1',
        'certmark_crawl_findings{outcome="suspected"} 2',
        "certmark_crawl_running 0",
    ):
        assert line in text.splitlines()
    assert [path.name for path in tmp_path.iterdir()] == ["certmark.prom"]


def test_the_log_has_one_line_a_page_and_a_site_with_its_time(tmp_path):
    with Progress(tmp_path / "log.jsonl") as bar:
        bar.event(visit())
        bar.event({"event": "site", "host": "a.example", "state": "done", "company": "示例甲有限公司", "seconds": 1.5})
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["visit", "site"] and all(
        line["at"].endswith("+00:00") for line in lines
    )
    assert lines[1]["company"] == "示例甲有限公司"
