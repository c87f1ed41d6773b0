import json
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from compliance.checking.session import open_check
from compliance.evidence.archive import opened
from compliance.evidence.chain import CHAIN, ChainBroken, read_chain
from compliance.evidence_cli import app, exchange_notes
from compliance.store import pages, runs, turns
from compliance.store.pages import Answer
from compliance.store.runs import NewRequest, NewSite
from compliance.store.session import open_store
from crawler.evidence import pack_run

FIRM, NUMBER = "示例云岭阀门有限公司", "00026Q10001R0M"
PAGE = f"<html><head><meta charset=utf-8></head><body><p>我公司已通过ISO9001质量管理体系认证，证书编号{NUMBER}。</p></body></html>"
WHEN = datetime(2026, 11, 23, 2, 3, 4, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "x.db") as opened_store:
        yield opened_store


@pytest.fixture
def crawled(store):
    """(bodies, day) → run id: a run that kept these pages of one site and judged them."""

    def crawl(*bodies, hour=2):
        starts = tuple(NewRequest(f"f{n}", f"https://a.example/{n}.html") for n in range(len(bodies)))
        run_id, _ = runs.open_run(store, f"k{hour}", [NewSite("a.example", FIRM, None, None, 0, starts)], {})
        site = runs.sites_of(store, run_id)[0].id
        while request := turns.claim(store, site):
            body = bodies[int(request.url[-6])].encode()
            answer = Answer(
                "page", request.url, request.url, WHEN.replace(hour=hour), 200, (("Content-Type", "text/html"),), body,
                ip="203.0.113.9", host="a.example", fingerprint=request.fingerprint, request=(("Host", "a.example"),),
            )  # fmt: skip
            turns.finish(store, run_id, request, answer)
        pages.mark_judged(store, [pages.Judged(visit, claims=1) for visit in pages.pending_visits(store, run_id)])
        runs.end_run(store, run_id, None)
        return run_id

    return crawl


@pytest.fixture
def checked(tmp_path):
    row = {
        "number": NUMBER, "holder": FIRM, "scheme": "iso-9001", "standard": "GB/T 19001-2016", "issued": "2023-01-01",
        "expires": "2026-01-01", "status": "expired", "source": "示例登记数据", "snapshot": "2026-11-20",
    }  # fmt: skip
    path = tmp_path / "register.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    with open_check(register=str(path), as_of=date(2026, 11, 23)) as opened_check:
        yield opened_check


@pytest.fixture
def packed(store, crawled, checked, tmp_path):
    """One packed run with one page: its summary."""
    return pack_run(store, checked, crawled(PAGE), tmp_path / "evidence", now=NOW)


def run(*args):
    done = CliRunner().invoke(app, ["verify", *map(str, args)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def test_a_packed_finding_is_intact_and_judged_the_same(packed):
    (bundle,) = packed.bundles
    assert packed.faults == []
    status, out = run(bundle, "--format", "json")
    answer = json.loads(out)
    assert (status, answer["intact"], answer["rejudged"], answer["faults"]) == (0, True, "same", [])
    assert answer["bundle"] == str(bundle) and answer["finding"] in bundle.name
    assert "timestamp: none configured" in answer["notes"]


def test_a_bundle_holds_page_register_law_rules_and_custody(packed):
    members = opened(packed.bundles[0].read_bytes()).members
    assert members["page/body"] == PAGE.encode()
    about = json.loads(members["page/page.json"])
    assert (about["url"], about["status"], about["ip"]) == ("https://a.example/0.html", 200, "203.0.113.9")
    register = json.loads(members["register.json"])
    assert [r["number"] for r in register["rows"]] == [NUMBER]
    assert register["info"]["source"] == "示例登记数据" and register["info"]["complete"] == []
    quote = json.loads(members["quote.json"])
    assert quote["quote"] in PAGE and quote["locator"]["selector"] and NUMBER in quote["context"]
    for folder in ("rules/law", "rules/book", "rules/schemes", "compliance/reading/lexicon"):
        assert any(name.startswith(f"data/{folder}/") for name in members), folder
    custody = json.loads(members["custody.json"])
    assert [step["at"][:19] for step in custody] == ["2026-11-23T02:03:04"] * 2 + ["2026-11-23T05:00:00"] * 2
    assert json.loads(members["options.json"])["as_of"] == "2026-11-23"


def test_the_exchange_in_the_bundle_is_the_page_as_received(packed):
    members = opened(packed.bundles[0].read_bytes()).members
    records = {
        r.rec_type: r.content_stream().read() for r in ArchiveIterator(BytesIO(members["page/exchange.warc.gz"]))
    }
    assert records["response"] == members["page/body"]


def test_an_exchange_of_another_page_is_said(packed):
    members = opened(packed.bundles[0].read_bytes()).members
    assert exchange_notes(members) == ()
    assert "no response" in exchange_notes(members | {"page/body": b"other"})[0]
    assert "no response" in exchange_notes(members | {"page/exchange.warc.gz": b"\0junk"})[0]
    assert exchange_notes({"page/body": b"x"}) == ("page: the bundle holds no record of the exchange (WARC)",)


def test_one_flipped_bit_is_exit_1_with_its_place(packed):
    (bundle,) = packed.bundles
    raw = bytearray(bundle.read_bytes())
    raw[raw.index("<p>我公司".encode())] ^= 1
    bundle.write_bytes(raw)
    status, out = run(bundle, "--format", "json")
    answer = json.loads(out)
    assert (status, answer["intact"], answer["rejudged"]) == (1, False, "not_possible")
    assert answer["faults"][0]["path"] == "page/body"
    status, out = run(bundle)
    assert status == 1 and "NOT INTACT" in out and "page/body: " in out


def test_a_file_that_can_not_be_opened_is_exit_1(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    for name in ("x.zip", "none.zip"):
        status, out = run(tmp_path / name, "--format", "json")
        answer = json.loads(out)
        assert (status, answer["intact"], answer["finding"]) == (1, False, None) and answer["faults"][0]["what"]


def test_a_name_in_a_strangers_file_can_not_steer_the_terminal(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a\x1b[2Jb\nc", b"x")
    status, out = run(tmp_path / "x.zip")
    assert status == 1 and "\x1b" not in out and "\\x1b[2Jb\\nc" in out


def test_an_unknown_format_is_bad_usage(tmp_path):
    assert run(tmp_path / "x.zip", "--format", "xml")[0] == 2


def test_a_finding_of_two_pages_is_one_bundle(store, crawled, checked, tmp_path):
    run_id = crawled(PAGE, PAGE.replace("我公司已", "我公司早已"))
    done = pack_run(store, checked, run_id, tmp_path / "evidence")
    ids = {path.stem.split("-")[1] for path in done.bundles}
    assert len(done.bundles) == len(ids) == 1
    assert json.loads(opened(done.bundles[0].read_bytes()).members["page/page.json"])["url"].endswith("/0.html")


def test_packing_again_leaves_what_is_there_and_a_later_run_goes_on_in_the_chain(
    store, crawled, checked, packed, tmp_path
):
    folder = tmp_path / "evidence"
    run_id = read_chain(folder / CHAIN)[0][0]["run"]
    again = pack_run(store, checked, run_id, folder)
    assert (again.bundles, again.present) == ([], 1)
    later = pack_run(store, checked, crawled(PAGE, hour=8), folder)
    lines, faults = read_chain(folder / CHAIN)
    assert not faults and [line["sequence"] for line in lines] == [1, 2] and len({line["run"] for line in lines}) == 2
    assert {line["bundle"] for line in lines} == {path.name for path in (*packed.bundles, *later.bundles)}
    assert all(run(path)[0] == 0 for path in folder.glob("*.zip"))


def test_a_kill_between_the_bundle_and_its_line_packs_it_again(store, checked, packed, tmp_path):
    chain = tmp_path / "evidence" / CHAIN
    run_id = read_chain(chain)[0][0]["run"]
    chain.write_bytes(chain.read_bytes()[:-20])
    again = pack_run(store, checked, run_id, chain.parent, now=NOW)
    assert len(again.bundles) == 1 and run(again.bundles[0])[0] == 0


def test_a_broken_chain_is_never_continued(store, crawled, checked, packed, tmp_path):
    chain = tmp_path / "evidence" / CHAIN
    chain.write_bytes(chain.read_bytes().replace(b"a", b"b", 1))
    with pytest.raises(ChainBroken):
        pack_run(store, checked, crawled(PAGE, hour=9), chain.parent)


def test_a_page_judged_without_a_register_is_packed_and_judged_without_one(store, crawled, tmp_path):
    words = PAGE.replace("我公司已通过ISO9001质量管理体系认证", "本产品通过ISO9001质量管理体系认证")
    with open_check(register="none", as_of=date(2026, 11, 23)) as checked:
        done = pack_run(store, checked, crawled(words), tmp_path / "evidence")
    assert done.bundles
    for bundle in done.bundles:
        assert opened(bundle.read_bytes()).members["register.json"] == b"null\n"
        assert json.loads(run(bundle, "--format", "json")[1])["rejudged"] == "same"


def test_a_page_that_can_not_be_judged_is_named_and_the_rest_is_packed(store, crawled, checked, tmp_path, monkeypatch):
    from compliance.checking.check import check_page

    def judge(page, *rest):
        if page.url.endswith("/0.html"):
            raise ValueError("nobody has met this yet")
        return check_page(page, *rest)

    monkeypatch.setattr("crawler.evidence.check_page", judge)
    done = pack_run(store, checked, crawled(PAGE, PAGE + "<!-- 2 -->"), tmp_path / "evidence")
    assert [fault.source for fault in done.faults] == ["https://a.example/0.html"] and len(done.bundles) == 1
