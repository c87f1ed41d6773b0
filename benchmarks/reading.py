"""Speed and memory of the reader, as ratios to its floor: lexbor's own parse and text of the same pages, in the same rounds.

    python benchmarks/reading.py [--pages N] [--memory N] [--mutants N --from FOLDER] [--records N]

clean: pages without a trigger (gate, genre, owner, coverage), as many at once as `check` reads, against lexbor's parse and text; one by one;
    and each step alone.
all with a claim: `read_page` on pages that speak of certification.
mix: one page in ten speaks of certification. Against them: the tree of every page and spaCy's matchers over every block of it, as a
    reader without a gate would run them, and spaCy alone.
memory: resident set after 10 %, 50 % and 100 % of N pages.
records: `certmark check FILE.jsonl --register none --format jsonl` as a whole command on N records of about 15 KB, less its start, against
    lexbor's parse and text of the same records; on pages without a trigger, on pages whose menu names 荣誉资质, and on pages with an ICP line.
mutants: N broken copies of the pages of a folder (or of invented ones): truncated, re-encoded, nested 5,000 deep, entities, NULs; the
    slowest page and the most memory the process ever held.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mutants import mutant_of
from selectolax.lexbor import LexborHTMLParser

from compliance.checking.session import TOGETHER
from compliance.reading.blocks import blocks_of
from compliance.reading.gate import glance_may_mention
from compliance.reading.genre import genre_of_glance
from compliance.reading.glance import glance_of
from compliance.reading.mentions import _matchers
from compliance.reading.open import open_source, page_of_bytes, page_of_text
from compliance.reading.owner import owner_of_glance
from compliance.reading.read import read_page, read_pages
from compliance.records import Page

_SIGNS = (
    "水泵生产车间客户服务热线每天早上晚上我们他们地方山河湖海春夏秋冬东西南北红黄蓝绿大小多少来去开关门窗桌椅书本纸笔"
)
_CLAIM = "本公司已通过ISO9001质量管理体系认证，产品获得CCC认证证书。"


def invented_page(rng: random.Random, kilobytes: int, claim: bool) -> str:
    """A page as small firms have them: menu, paragraphs, lists, tables, pictures; invented words only."""
    words = lambda n: "".join(rng.choices(_SIGNS, k=n))  # noqa: E731 - one line, used below
    out = ["<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>云岭泵业</title><style>.a{color:red}</style>"]
    out.append(
        "<script>var a=[" + ",".join(str(rng.random()) for _ in range(300)) + "];</script></head><body><ul class=nav>"
    )
    out.extend(f'<li><a href="/p/{i}">{words(4)}</a></li>' for i in range(30))
    out.append("</ul><div id=main>")
    size = 0
    while size < kilobytes * 1024:
        part = rng.choice(
            (
                f"<div><p style='line-height:2em'><span>{words(90)}</span><br/>{words(30)}。</p></div>",
                "<ul>"
                + "".join(f"<li><a href='/d/{i}.html' title='{words(8)}'>{words(14)}</a></li>" for i in range(6))
                + "</ul>",
                "<table>" + "<tr>" + f"<td>{words(8)}</td>" * 4 + "</tr></table>",
                f'<h2>{words(8)}</h2><img src="/i/{rng.randint(1, 999)}.jpg" alt="{words(6)}">',
            )
        )
        out.append(part)
        size += len(part.encode())
    out.append(f"<p>{_CLAIM}</p>" if claim else "")
    return "".join(out) + "</div><div class=footer>版权所有 云岭泵业有限公司</div></body></html>"


def invented_record(rng: random.Random, number: int, kind: str) -> dict[str, str]:
    """A record of about 15 KB: menu, keywords, titles and alts, paragraphs, footer. `kind`: clean, menu (with 荣誉资质), icp (with it)."""
    words = lambda n: "".join(rng.choices(_SIGNS, k=n))  # noqa: E731 - used below
    name = f"{words(3)}泵业有限公司"
    menu = ["网站首页", "关于我们", "产品中心", "新闻动态", "联系我们", *(["荣誉资质"] if kind == "menu" else [])]
    body = invented_page(rng, 11, False).split("<div id=main>")[1].split("<div class=footer>")[0]
    head = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{words(5)} - {name}</title>'
        f'<meta name="keywords" content="{words(4)},{words(5)},{words(3)}"><meta name="description" content="{words(60)}">'
        f'<script>var page = {{"id": {number}, "at": "{words(4)}"}};</script></head><body><div class="nav"><ul>'
    )
    links = "".join(f'<li><a href="/c/{i}.html" title="{word}">{word}</a></li>' for i, word in enumerate(menu))
    line = f"示ICP备{rng.randint(10_000_000, 99_999_999)}号-1" if kind == "icp" else ""
    foot = f'<div class="footer"><p>Copyright © 2026 {name} 版权所有 {line}</p><p>地址：{words(12)} 电话：000-00000000</p></div>'
    return {
        "url": f"https://site{number}.example/p/{number}.html",
        "captured_at": "2026-11-23T08:00:00+08:00",
        "html": f"{head}{links}</ul></div><div id=main>{body}{foot}</body></html>",
    }


def command(rng: random.Random, count: int, kind: str, rounds: int = 7) -> tuple[float, float, float]:
    """Ratios of the command less its start to the floor over the same records, each of the three by its median, since a start varies by more
    than clean records cost: processor time with one process, time by the clock with one process a core; and KB a record."""
    records = [invented_record(rng, i, kind) for i in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        full, short = Path(folder, "full.jsonl"), Path(folder, "short.jsonl")
        lines = [json.dumps(r, ensure_ascii=False) + "\n" for r in records]
        full.write_text("".join(lines), encoding="utf-8")
        short.write_text(lines[0], encoding="utf-8")
        floors, alone, cores = [], [], []
        for _ in range(rounds):
            start, clock = time.process_time(), time.perf_counter()
            for record in records:
                tree = LexborHTMLParser(record["html"])
                _ = tree.root.text() if tree.root else ""
            floors.append((time.process_time() - start, time.perf_counter() - clock))
            one = ("--jobs", "1")
            alone.append((_spent(full, *one)[0], _spent(short, *one)[0]))
            cores.append((_spent(full)[1], _spent(short)[1]))
    (least, least_clock), (all_of, begun), (all_clock, begun_clock) = map(_medians, (floors, alone, cores))
    size = sum(len(line.encode()) for line in lines) / 1024 / count
    return (all_of - begun) / least, (all_clock - begun_clock) / least_clock, size


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    first, second = zip(*pairs, strict=True)
    return statistics.median(first), statistics.median(second)


def _spent(path: Path, *options: str) -> tuple[float, float]:
    """Processor time of one command, and its time by the clock."""
    before, clock = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from certmark import main; main()", "check", str(path), "--register", "none"]
        + ["--format", "jsonl", *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return processor, time.perf_counter() - clock


def floor(page: Page) -> str:
    """The floor: parse and text, nothing else."""
    tree = LexborHTMLParser(page.html or "")
    return tree.root.text() if tree.root else ""


def ratio(pages: Sequence[Page], together: int, rounds: int = 15) -> tuple[float, float, float]:
    """Median, least and greatest ratio of reading to the floor over the same pages, in turns. `together`: pages read at once."""
    parts = [pages[at : at + together] for at in range(0, len(pages), together)]
    ratios = []
    for _ in range(rounds):
        start = time.process_time()
        for page in pages:
            floor(page)
        between = time.process_time()
        for part in parts:
            read_pages(part)
        ratios.append((time.process_time() - between) / (between - start))
    return statistics.median(ratios), min(ratios), max(ratios)


def resident() -> float:
    """Resident memory now, MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def memory(rng: random.Random, count: int) -> list[tuple[int, float]]:
    """Resident memory on the way through `count` pages."""
    marks = {max(1, count // 10), max(1, count // 2), count}
    pool = [page_of_text(invented_page(rng, rng.choice((20, 60)), i % 10 == 0), html=True) for i in range(40)]
    out = []
    for i in range(1, count + 1):
        read_page(pool[i % len(pool)])
        if i in marks:
            out.append((i, round(resident(), 1)))
    return out


def steps(pages: Sequence[Page]) -> list[tuple[str, float]]:
    """What each step of reading a clean page costs, as a ratio to the floor over the same pages."""
    glances = [glance_of(p) for p in pages]
    pairs = list(zip(pages, glances, strict=True))
    least = _least(lambda: [floor(p) for p in pages])
    return [
        ("parse, text, counts", _least(lambda: [glance_of(p) for p in pages]) / least),
        ("gate with attributes", _least(lambda: [glance_may_mention(glance_of(p)) for p in pages]) / least),
        ("genre", _least(lambda: [genre_of_glance(p, g, brief=True) for p, g in pairs]) / least),
        ("owner", _least(lambda: [owner_of_glance(p, g) for p, g in pairs]) / least),
    ]


def _least(work: Callable[[], object], rounds: int = 5) -> float:
    """The least processor time of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def mix(rng: random.Random, count: int) -> str:
    """One page in ten with a claim: our pages and blocks a second, against the tree of every page and spaCy over every block."""
    pages = [page_of_text(invented_page(rng, rng.choice((30, 60)), i % 10 == 0), html=True) for i in range(count)]
    nlp, matchers, _ = _matchers()
    cut = [blocks_of(p)[0] for p in pages]

    def spacy_over_all() -> None:
        for blocks in cut:
            for block in blocks:
                doc = nlp.make_doc(block.text)
                for matcher in matchers:
                    matcher(doc)

    ours = _least(lambda: [read_page(p) for p in pages], 3)
    alone = _least(spacy_over_all, 3)
    built = alone + _least(lambda: [blocks_of(p) for p in pages], 2)
    blocks, size = sum(map(len, cut)), sum(len((p.html or "").encode()) for p in pages) / 1e6
    return (
        f"mix: {count / ours:.0f} pages/s, {blocks / ours:.0f} blocks/s a core, {size / ours:.1f} MB/s; {built / ours:.1f}x the throughput of "
        f"tree and spaCy over every block, {alone / ours:.1f}x of spaCy alone over blocks at hand"
    )


def mutants(rng: random.Random, count: int, folder: str | None) -> tuple[int, float]:
    """Reads `count` broken pages; returns how many and the slowest, seconds."""
    if folder:
        bodies = [p.html.encode() for p in open_source(folder) if isinstance(p, Page) and p.html]
    else:
        bodies = [invented_page(rng, 20, True).encode() for _ in range(20)]
    slowest = 0.0
    for i in range(count):
        body = mutant_of(rng.choice(bodies), rng)
        start = time.process_time()
        read_page(page_of_bytes(body, html=True, source=f"mutant {i}"))
        slowest = max(slowest, time.process_time() - start)
    return count, slowest


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--memory", type=int, default=0, help="pages for the memory run (10000 for the record)")
    parser.add_argument("--mutants", type=int, default=0)
    parser.add_argument("--records", type=int, default=0, help="records for the command's run (1500 for the record)")
    parser.add_argument("--from", dest="folder", help="folder of pages to break")
    options = parser.parse_args()
    rng = random.Random(7)
    for name, claim in (("clean", False), ("all with a claim", True)):
        pages = [
            page_of_text(invented_page(rng, rng.choice((30, 60, 120)), claim), html=True) for _ in range(options.pages)
        ]
        read_page(pages[0])
        rounds = 15 if not claim else 3
        middle, least, most = ratio(pages, TOGETHER, rounds)
        alone = ratio(pages, 1, rounds)[0]
        size = sum(len((p.html or "").encode()) for p in pages) / 1e6
        start = time.process_time()
        for page in pages:
            read_page(page)
        took = time.process_time() - start
        print(
            f"{name}: {middle:.2f}x lexbor ({least:.2f}..{most:.2f}), {alone:.2f}x one by one, "
            f"{size / took:.0f} MB/s, {len(pages) / took:.0f} pages/s"
        )
        if not claim:
            print("  " + ", ".join(f"{step} {times:.2f}x" for step, times in steps(pages)))
    print(mix(rng, options.pages))
    # pages with a hit are built and read in full, a hundred times the floor, so a tenth of them is enough
    for kind, share in (("clean", 1), ("menu", 10), ("icp", 10)) if options.records else ():
        alone, cores, size = command(rng, options.records // share, kind, 3 if share == 1 else 1)
        print(
            f"check, {kind} records of {size:.1f} KB: {alone:.2f}x lexbor in processor time with one process, {cores:.2f}x by the clock "
            "with one a core"
        )
    for count, megabytes in memory(rng, options.memory) if options.memory else []:
        print(f"memory after {count} pages: {megabytes} MB")
    if options.mutants:
        count, slowest = mutants(rng, options.mutants, options.folder)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count} mutants read, the slowest in {slowest:.2f} s, at most {most:.0f} MB held")


if __name__ == "__main__":
    main()
