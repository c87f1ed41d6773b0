"""`kill -9` while a case is being confirmed: the state is the old or the new one, and the audit log says which."""

import random
import signal
import subprocess
import sys
import time

import pytest

from compliance.store.audit import broken_chain
from compliance.store.cases import case_of, cases_of, gather
from compliance.store.findings import save_result
from compliance.store.session import open_store

WRITER = """
import sys
from compliance.store.cases import case_of, change
from compliance.store.session import open_store
with open_store(sys.argv[1]) as store:
    case = case_of(store, sys.argv[2])
    version, state = case["version"], case["state"]
    print("ready", flush=True)
    while True:
        state = "confirmed" if state == "checking" else "checking"
        version = change(store, sys.argv[2], state, "审核员甲", "往返", version)
        print(version, state, flush=True)
"""
KILLS = 12


@pytest.mark.slow
def test_the_state_is_old_or_new_and_the_audit_says_which(place):
    claim = {"id": "c1", "quote": "通过认证", "schemes": ["iso-9001"], "state": "held", "certificate": None}
    finding = {
        "id": "f1", "conduct": "no_certificate", "outcome": "suspected", "rule": "r", "title": "", "quote": "通过认证", "claim": "c1",
        "occurrences": [{"page": "https://jia.example/", "claim": "c1"}], "breaches": [], "penalties": [],
    }  # fmt: skip
    page = {
        "url": "https://jia.example/", "id": None, "sha256": "0" * 64, "captured_at": "2026-11-23T08:00:00+08:00", "as_of": "2026-11-23",
        "company": {"name": "示例甲机械有限公司"}, "coverage": {"blocked": False}, "claims": [claim], "findings": [finding],
    }  # fmt: skip
    with open_store(place) as store:
        save_result(store, {"tool": None, "as_of": "2026-11-23", "register": None}, page, "jia")
        gather(store)
        case_id = cases_of(store)["cases"][0]["id"]
    dice = random.Random(5)
    between = 0
    for _ in range(KILLS):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, place, case_id], stdout=subprocess.PIPE, text=True)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.02, 0.15))
        writer.send_signal(signal.SIGKILL)
        told = [line.split() for line in writer.stdout.read().splitlines() if line.count(" ") == 1 and line[-1] != " "]
        writer.wait()
        with open_store(place) as store:
            case = case_of(store, case_id)
            last = case["history"][-1]
            assert (last["version"], last["to"]) == (case["version"], case["state"])  # the log says which one it is
            assert [line["version"] for line in case["history"]] == list(range(1, case["version"] + 1))
            assert broken_chain(store, case_id) is None
            if told:
                assert int(told[-1][0]) in {case["version"], case["version"] - 1}  # nothing that was told is lost
                between += int(told[-1][0]) < case["version"]
    assert case["version"] > KILLS  # it was writing when it was killed
