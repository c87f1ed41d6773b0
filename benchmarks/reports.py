"""Reports of many findings: seconds and peak memory for each format, one process each. Bounds of issue 8: 60 s and 1 GB for 500.

Usage: python benchmarks/reports.py [--findings 500] [--formats html,…] [--source result.json]   (exit status 1 when a bound is broken)
"""

from __future__ import annotations

import argparse
import copy
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "tests" / "reports" / "data" / "result.json"
SECONDS, MEGABYTES = 60, 1024


def many(findings: int, sample: Path = SAMPLE, a_company: int = 5) -> dict:
    """The invented sample's findings, copied under invented names until there are `findings` of them."""
    whole = json.loads(sample.read_text("utf-8"))
    speaking = [page for page in whole["pages"] if page["findings"]]
    pages, made, at = [], 0, 0
    while made < findings:
        company, page = at // a_company, copy.deepcopy(speaking[at % len(speaking)])
        at += 1
        page["findings"] = page["findings"][: findings - made]
        page["url"] = page["id"] = f"https://c{company:05d}.example/{at}.html"
        page["company"] = {"name": f"示范第{company}有限公司", "uscc": None, "from": "record"}
        for nth, finding in enumerate(page["findings"]):
            finding["id"] = f"{at:08x}{nth:02x}"
            finding["occurrences"] = [{**finding["occurrences"][0], "page": page["url"]}]
        made += len(page["findings"])
        pages.append(page)
    return {**whole, "pages": pages}


def child(form: str, source: str, out: str) -> None:
    """Make one report and print seconds and peak megabytes (VmHWM: ru_maxrss of a child starts at the parent's peak)."""
    from reports.documents import rendered
    from reports.model import report_of

    began, busy = time.perf_counter(), time.process_time()
    Path(out).write_bytes(rendered(report_of(json.loads(Path(source).read_text("utf-8"))), form))
    peak = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    print(f"{time.perf_counter() - began:.2f} {time.process_time() - busy:.2f} {peak / 1024:.0f}")


def main() -> int:
    """Print one line a format."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--findings", type=int, default=500)
    asked.add_argument("--formats", default="html,json,docx,xlsx,sarif,pdf")
    asked.add_argument("--source", type=Path, default=SAMPLE, help="a result to copy findings from, such as the demo's")
    options = asked.parse_args()
    broken = False
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "result.json"
        source.write_text(json.dumps(many(options.findings, options.source), ensure_ascii=False), "utf-8")
        print(
            f"| {options.findings} findings | s | s of this process's CPU | peak MB | file MB |\n|---|---|---|---|---|"
        )
        for form in options.formats.split(","):
            out = Path(folder) / f"report.{form}"
            done = subprocess.run(
                [sys.executable, __file__, "--child", form, source, out], capture_output=True, text=True
            )
            if done.returncode:
                print(f"| {form} | {done.stderr.strip().splitlines()[-1][:200]} | | | |")
                broken = True
                continue
            wall, busy, peak = map(float, done.stdout.split())
            broken |= wall > SECONDS or peak > MEGABYTES
            print(f"| {form} | {wall:.1f} | {busy:.1f} | {peak:.0f} | {out.stat().st_size / 2**20:.1f} |", flush=True)
    return int(broken)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        sys.path.insert(0, str(Path(__file__).parents[1]))
        child(*sys.argv[2:5])
    else:
        raise SystemExit(main())
