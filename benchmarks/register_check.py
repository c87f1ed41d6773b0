"""What a large register costs the whole check: the command on the same pages with the full register and with one of the pages' firms only."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from register_import import remove

from compliance.records import CertificateRow
from compliance.register.words import words
from compliance.register_open import StoredRows, import_register
from compliance.store.session import open_store

ROUNDS = 5
_SAID = {s[0]: s[2] for many in words("sample")["schemes"].values() for s in many}


def measure_check(
    rows: StoredRows, sample: list[CertificateRow], database: Path, told: Callable[[str, Any], None]
) -> None:
    """Checks one page a row of `sample`, with `database` and with a register of those firms only, in turns."""
    folder = database.parent
    pages, tiny, few = folder / "pages.jsonl", folder / "tiny.db", folder / "tiny.jsonl"
    pages.write_text("".join(page_of(i, row) for i, row in enumerate(sample)), encoding="utf-8")
    held = [row for r in sample for row in rows.by_uscc(r.uscc or "") or (r,)]
    few.write_text("".join(json.dumps(_record(r), ensure_ascii=False) + "\n" for r in held), encoding="utf-8")
    remove(tiny)
    with open_store(tiny) as store:
        import_register(store, few, source=rows.info.source, snapshot=rows.info.snapshot, complete=("all",))
    one = folder / "one.jsonl"
    one.write_text(page_of(0, sample[0]), encoding="utf-8")
    whole, clock = [], []
    for _ in range(ROUNDS):
        small, large = _cost(pages, tiny), _cost(pages, database)
        whole.append(large[0] / small[0])
        clock.append(large[1] / small[1])
    told(f"check of {len(sample)} pages, register of {rows.info.rows:,} rows : {len(held):,} rows",
         f"{median(whole):.2f}× of processor time ({min(whole):.2f}…{max(whole):.2f}), {median(clock):.2f}× by the clock")  # fmt: skip
    single = [_cost(one, database)[0] / _cost(one, tiny)[0] for _ in range(ROUNDS)]
    told("the same for a single page, the command's start included", f"{median(single):.2f}×")


def page_of(number: int, row: CertificateRow) -> str:
    """A page record of the firm: seven of ten say what the register says, one shows another number, one a name one sign away, one
    claims what ended or what it has no row for."""
    dice = random.Random(number)
    name, shown, scheme = row.holder, row.number, _SAID.get(row.scheme or "", "质量管理体系认证")
    kind = number % 10
    if kind == 7:
        shown = shown[:-4] + str(dice.randrange(1000, 9999))
    elif kind == 8:
        name = name[:3] + "翀" + name[4:]
    elif kind == 9:
        shown, scheme = "", dice.choice(("质量管理体系认证", "环境管理体系认证", "有机产品认证"))
    filler = "".join(
        f"<p>第{i}号车间为各地客户供货，质量稳定，交期准时，服务周到，欢迎来厂参观洽谈。</p>" for i in range(12)
    )
    html = (
        f"<!DOCTYPE html><html><head><title>{name}</title></head><body><ul><li>首页</li><li>产品中心</li><li>荣誉资质</li></ul>{filler}"
        f"<p>{name}已通过{scheme}{'，证书编号' + shown if shown else ''}。</p>"
        f"<div class=footer>版权所有 © {name}</div></body></html>"
    )
    record = {"url": f"https://site{number}.example/", "captured_at": "2026-11-02T08:00:00+08:00", "html": html}
    return json.dumps(record, ensure_ascii=False) + "\n"


def _record(row: CertificateRow) -> dict[str, Any]:
    history = [{"state": h.state, "start": str(h.start or ""), "end": str(h.end or "")} for h in row.history]
    return row.to_json() | {"former_names": ";".join(row.former_names), "history": history or None}


def _cost(pages: Path, register: Path) -> tuple[float, float]:
    """(processor time, time by the clock) of the command, seconds."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from certmark import main; main()", "check", pages, "--register", register]
        + ["--format", "jsonl"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, time.perf_counter() - start
