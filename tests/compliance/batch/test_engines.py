"""Dask's processes on this machine, and a cluster: the files of one process, whoever dies or breaks off meanwhile."""

import importlib.util
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compliance.batch import work
from compliance.batch.engines import EngineError
from compliance.register_open import import_register
from compliance.store.session import open_store
from tests.compliance.batch.test_batch import REGISTER, ROOT, check, files_of, records

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="pip install '.[dask]' brings it"
)
POISON = 5  # number of the part that something befalls


@pytest.fixture(autouse=True)
def _own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.setattr("compliance.batch.parts.BLOCK", 500)
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in records(40)), encoding="utf-8")
    return path


@pytest.fixture
def whole(corpus, tmp_path):
    check(corpus, tmp_path / "whole")
    return files_of(tmp_path / "whole")


def spoilt(monkeypatch, what):
    """Part POISON of every process split off from now on does `what` instead of being checked."""

    def instead(order, part):
        if part.number == POISON:
            what()
        return work.check_part(order, part)

    monkeypatch.setattr("compliance.batch.processes.check_part", instead)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def test_processes_give_the_same_bytes_also_when_they_are_killed(corpus, whole, tmp_path):
    killed = []

    def kill(done, at, of_all):
        if at in (2, 9, 16):
            killed.append(multiprocessing.active_children()[0].pid)
            os.kill(killed[-1], signal.SIGKILL)

    batch = check(corpus, tmp_path / "out", engine="dask", workers=2, on_part=kill)
    assert len(killed) == 3 and batch.parts > 10
    assert files_of(tmp_path / "out") == whole
    assert not multiprocessing.active_children()


def test_a_part_that_kills_its_process_is_named_and_the_others_are_done(corpus, whole, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        spoilt(patch, die)
        with pytest.raises(EngineError, match=f"1 part.s. ended their worker 4 times.*part {POISON}: .*pages.jsonl"):
            check(corpus, tmp_path / "out", engine="dask", workers=2)
    ended = {path.stem for path in (tmp_path / "out" / "done").iterdir()}
    assert f"part-{POISON:06d}" not in ended
    again = check(corpus, tmp_path / "out", engine="dask", workers=2)
    assert again.again == again.parts - 1 == len(ended)
    assert files_of(tmp_path / "out") == whole


def test_a_full_disk_ends_the_run_with_its_own_words_and_no_process_is_left(corpus, whole, tmp_path, monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        spoilt(patch, full)
        with pytest.raises(OSError, match=r"^\[Errno 28\] No space left on device$"):
            check(corpus, tmp_path / "out", engine="dask", workers=2)
    assert not multiprocessing.active_children()
    check(corpus, tmp_path / "out", engine="dask", workers=2)
    assert files_of(tmp_path / "out") == whole


def test_processes_share_no_connection_to_the_register(corpus, tmp_path):
    with open_store(tmp_path / "register.db") as store:
        import_register(store, REGISTER)
    register = str(tmp_path / "register.db")
    check(corpus, tmp_path / "alone", register=register)
    seen = []

    def look(done, at, of_all):
        seen.extend(open_files(child.pid, "register.db") for child in multiprocessing.active_children())

    check(corpus, tmp_path / "out", register=register, engine="dask", workers=2, on_part=look)
    assert files_of(tmp_path / "out") == files_of(tmp_path / "alone")
    assert not open_files(os.getpid(), str(tmp_path / "out"))  # nothing to carry over: each process opened its own
    assert any(seen)


def open_files(pid, name):
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(link))
        except FileNotFoundError:
            continue  # closed between the two looks
    return [one for one in found if name in one]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_process_and_goes_on_later(corpus, tmp_path, how):
    out = tmp_path / "out"
    many = tmp_path / "many"
    many.mkdir()
    for number in range(40):  # a part each
        (many / f"{number}.jsonl").write_text(corpus.read_text(encoding="utf-8"), encoding="utf-8")
    command = [
        sys.executable, "-m", "certmark", "check", str(many), "--register", REGISTER, "--out", str(out), "--workers", "2"
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as run:
        until(lambda: list(out.glob("done/*")))
        assert len(members_of(run.pid)) == 3
        os.killpg(run.pid, how) if how == signal.SIGINT else os.kill(run.pid, how)
        said = run.communicate(timeout=60)[1].decode()
    assert run.returncode not in (0, 2)
    until(lambda: not members_of(run.pid))
    assert "Traceback" not in said
    assert not (out / "summary.json").exists()
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 0 and "of them done before" in again.stderr
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["summary"]["pages"] == 1600


def members_of(session):
    found = subprocess.run(["ps", "-o", "pid=", "-s", str(session)], capture_output=True, text=True, check=False)
    return found.stdout.split()


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.05)


# Dask's client leaves threads behind, and a process with threads can't be split: so what needs a client runs in a process of its own.
ON_A_CLUSTER = """
import os, signal, sys
from distributed import LocalCluster
from compliance.batch import parts
from tests.compliance.batch.test_batch import check

def main():
    parts.BLOCK, killed = 500, []
    with LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50, memory_limit=0
    ) as cluster:

        def kill(done, at, of_all):
            if not killed:
                killed.append(next(iter(cluster.workers.values())).process.pid)
                os.kill(killed[0], signal.SIGKILL)

        check(sys.argv[1], sys.argv[2], engine="dask", scheduler=cluster.scheduler_address, on_part=kill)
    assert killed

if __name__ == "__main__":
    main()
"""
NO_CLUSTER = """
import sys
from compliance.batch import engines
from tests.compliance.batch.test_batch import check

engines.PATIENCE = 0.2
for address in ("tcp://127.0.0.1:9", "nonsense://127.0.0.1:9", "tcp://127.0.0.1"):
    try:
        check(sys.argv[1], sys.argv[2], engine="dask", scheduler=address)
    except engines.EngineError as error:
        print(error)
"""


def apart(script, tmp_path, *asked):
    path = tmp_path / "apart.py"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path), *map(str, asked)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_also_when_its_worker_is_killed(corpus, tmp_path):
    check(corpus, tmp_path / "whole")
    apart(ON_A_CLUSTER, tmp_path, corpus, tmp_path / "out")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_said(corpus, tmp_path):
    said = apart(NO_CLUSTER, tmp_path, corpus, tmp_path / "out").splitlines()
    assert [line.split(" (")[0] for line in said] == [
        f"--scheduler {address}: no scheduler answers there"
        for address in ("tcp://127.0.0.1:9", "nonsense://127.0.0.1:9", "tcp://127.0.0.1")
    ]


def test_dask_that_is_missing_is_said(corpus, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.multiprocessing", None)
    with pytest.raises(EngineError, match=r"pip install '\.\[dask\]'"):
        check(corpus, tmp_path / "out", engine="dask", workers=1)
