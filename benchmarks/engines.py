"""A corpus checked by each engine: the same files byte for byte, what the engine costs with one worker, what two workers bring.

    python benchmarks/engines.py [--pages 3000] [--repeat 3] [--ray] [--out figures.json]

Every run is a whole command (`certmark check … --out`) in processes of its own, start included; local, one and two workers follow each
other directly, and each repeat is compared within itself, so that a machine whose load changes doesn't blur the ratios. Beside the wall
time stand the processor time of the whole process tree and, on Linux, of its longest path: what the first process uses, and its share of what
the workers use when they share alike. That is the time on free cores, and the figure that counts where others use the cores too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EVERY = 0.1  # seconds between two looks at the processes
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ENGINES = {
    "local": ["--engine", "local"],
    "dask 1": ["--engine", "dask", "--workers", "1"],
    "dask 2": ["--engine", "dask", "--workers", "2"],
}
# Ray for comparison: the same parts through the same function, as `compliance.batch.engines` hands them to Dask.
WITH_RAY = """
import sys, ray
from compliance.batch import run
from compliance.batch.work import check_part
def work(engine, order, parts, each, workers=None, scheduler=None):
    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, object_store_memory=200 << 20)
    task = ray.remote(check_part)
    waiting = [task.remote(order, part) for part in parts]
    while waiting:
        ready, waiting = ray.wait(waiting)
        for done in ray.get(ready):
            each(done)
run.work_through = work
run.check_corpus([sys.argv[1]], sys.argv[2], run.Asked(register=sys.argv[3]), workers=int(sys.argv[4]))
ray.shutdown()
"""


def make_corpus(folder: Path, pages: int, most: int = 10) -> Path:
    """`pages` invented pages of about 9 kB as page records: a fifth speaks of certification."""
    from benchmarks.crawl import page

    path = folder / "pages.jsonl"
    began = datetime(2026, 11, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for at in range(pages):
            site, number = divmod(at, most)
            record = {
                "url": f"http://site{site}.example/p{number}.html",
                "captured_at": (began + timedelta(seconds=at)).isoformat(),
                "company": {"name": f"示例{site}号有限公司", "uscc": None},
                "html": page(site, number, most).decode(),
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def digest_of(folder: Path) -> str:
    """One hash over the names and bytes of all findings and pages and the summary."""
    found = hashlib.sha256()
    for path in sorted([*folder.glob("findings/*"), *folder.glob("pages/*"), folder / "summary.json"]):
        found.update(path.relative_to(folder).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def run(name: str, command: list[str], out: Path, env: dict[str, str]) -> dict[str, Any]:
    """One whole command: wall seconds, processor seconds of its process tree and of the longest path, hash of what it wrote."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    used: dict[int, float] = {}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            used |= workers_of(process.pid)
            time.sleep(EVERY)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: status {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    path = cpu - sum(used.values()) + sum(used.values()) / max(1, len(used))
    return {
        "run": name, "wall": round(wall, 2), "cpu": round(cpu, 2), "path": round(path, 2), "digest": digest_of(out)
    }  # fmt: skip


def workers_of(parent: int) -> dict[int, float]:
    """Processor seconds of each child of a process that is at work now; none where there is no /proc."""
    used = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == parent:
            used[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def main() -> None:
    """Runs all engines and prints the figures."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--pages", type=int, default=3000)
    ask.add_argument("--repeat", type=int, default=3)
    ask.add_argument("--ray", action="store_true", help="ray too, where it is installed")
    ask.add_argument("--out", type=Path)
    given = ask.parse_args()
    figures: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = make_corpus(Path(folder), given.pages)
        register = ROOT / "compliance" / "sample" / "planted.csv"
        env = os.environ | {"CERTMARK_DATA": folder, "PYTHONPATH": str(ROOT)}
        for turn in range(given.repeat):
            for name, options in ENGINES.items():
                out = Path(folder, f"{name}-{turn}".replace(" ", ""))
                command = [
                    sys.executable,
                    "-m",
                    "certmark",
                    "check",
                    str(corpus),
                    "--register",
                    str(register),
                    "--out",
                    str(out),
                ]
                figures.append({"turn": turn, **run(name, [*command, *options], out, env)})
                print(figures[-1], flush=True)
            for workers in (1, 2) if given.ray else ():
                out = Path(folder, f"ray{workers}-{turn}")
                command = [sys.executable, "-c", WITH_RAY, str(corpus), str(out), str(register), str(workers)]
                figures.append({"turn": turn, **run(f"ray {workers}", command, out, env)})
                print(figures[-1], flush=True)
    print(json.dumps(summary := summary_of(figures), indent=1))
    if given.out:
        given.out.write_text(json.dumps({"runs": figures, "summary": summary}, indent=1), encoding="utf-8")


def summary_of(figures: list[dict[str, Any]]) -> dict[str, Any]:
    """Ratios within each turn, then their median."""
    turns = [{f["run"]: f for f in figures if f["turn"] == t} for t in sorted({f["turn"] for f in figures})]
    out: dict[str, Any] = {"same": len({f["digest"] for f in figures}) == 1}
    for engine in ("dask", "ray"):
        if f"{engine} 1" not in turns[0]:
            continue
        for measure in ("wall", "cpu", "path"):
            cost = [t[f"{engine} 1"][measure] / t["local"][measure] - 1 for t in turns]
            out[f"{engine}: one worker over local, {measure}"] = [round(c, 3) for c in (*cost, statistics.median(cost))]
        for measure in ("wall", "path"):
            gain = [t[f"{engine} 1"][measure] / t[f"{engine} 2"][measure] for t in turns]
            out[f"{engine}: two workers over one, {measure}"] = [round(g, 2) for g in (*gain, statistics.median(gain))]
    return out


if __name__ == "__main__":
    main()
