"""An invented register (样例登记数据) spread as the country's certificates are: streams rows, the same for the same scale and seed.

Rows in force on SNAPSHOT give the published totals (at scale 1.0 to the unit, see `sample_plan`); beside them stand expired, revoked,
cancelled and suspended ones. Numbers follow the grammars, with body code 000. Nothing here exists.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from compliance.register.sample_names import Invented, organisations
from compliance.register.sample_plan import CATEGORIES, Plan, plan_of
from compliance.register.words import words

SNAPSHOT = date(2026, 11, 1)
SOURCE = "样例（虚构）"
HEADINGS = ("证书编号", "获证组织名称", "统一社会信用代码", "曾用名", "认证项目", "认证依据", "认证范围", "规格型号", "制造商", "生产企业", "所属省份",
            "发证日期", "有效期至", "证书状态", "状态变更日期", "状态历史", "认证机构", "机构批准号", "数据来源", "快照日期")  # fmt: skip
NAMES = ("number", "holder", "uscc", "former_names", "scheme", "standard", "scope", "models", "manufacturer", "factory", "province",
         "issued", "expires", "status", "status_from", "history", "body", "body_code", "source", "snapshot")  # fmt: skip
_STATES = {"有效": "valid", "过期失效": "expired", "撤销": "revoked", "注销": "cancelled", "暂停": "suspended"}
_FIRST_DAY = -4500  # days before SNAPSHOT
_DAYS = tuple((SNAPSHOT + timedelta(days=d)).isoformat() for d in range(_FIRST_DAY, 2600))
Row = tuple[str, ...]


def write_sample(
    out: Path, scale: float, seed: int, progress: Callable[[int, int], None] | None = None
) -> tuple[int, int]:
    """Writes the register to `out` (.csv or .jsonl). Gives (rows, rows in force). Raises ValueError for a scale or an ending it can't use."""
    if out.suffix.lower() not in {".csv", ".jsonl"}:
        raise ValueError(f"{out}: write a sample as .csv or .jsonl")
    plan = plan_of(scale, seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        write = _csv_writer(file) if out.suffix.lower() == ".csv" else _jsonl_writer(file)
        count = 0
        for count, row in enumerate(sample_rows(plan, seed), 1):
            write(row)
            if progress and count % 20_000 == 0:
                progress(count, round(plan.certificates * 1.2))
    return count, plan.certificates


def sample_rows(plan: Plan, seed: int) -> Iterator[Row]:
    """The rows in the order of HEADINGS, organisation by organisation."""
    random = Random(seed)
    maker = _Maker(random)
    for area, first, last in plan.areas:
        counts = [(c, plan.counts[c][first:last].tolist()) for c in CATEGORIES]
        province = "" if area == "未知" else area
        for at, firm in enumerate(organisations(area, first, last, random)):
            for category, held in counts:
                for _ in range(held[at]):
                    yield from maker.certificate(firm, category, province)
        for extra in range((last - first) // 50):  # firms whose certificates have all ended
            firm = next(organisations(area, 20_000_000 + first + extra, 20_000_001 + first + extra, random))
            yield maker.ended(firm, random.choice(("ms-quality", "product-voluntary", "ms-environment")), province)


class _Maker:
    """Makes rows; counts numbers on, so that none is given twice."""

    def __init__(self, random: Random) -> None:
        self._random = random
        data = words("sample")
        self._bodies, self._body_code = data["bodies"], data["body_code"]
        self._schemes = {c: _by_hundred(data["schemes"][c]) for c in CATEGORIES}
        self._serials: dict[str, int] = {}
        self._other = ""

    def certificate(self, firm: Invented, category: str, province: str) -> Iterator[Row]:
        """One certificate in force; now and then an ended one before or beside it."""
        random = self._random
        scheme = self._schemes[category][int(random.random() * 100)]
        life = scheme[5] * 365
        end = int(random.random() * (life - 1))
        dice = random.random()
        history = since = ""
        if dice < 0.015 and end + 120 < life:  # a suspension that is over
            start = end - life + 30
            stop = min(start + 20 + int(dice * 6000), -2)
            history = f"暂停 {_day(start)}..{_day(stop)}"
            since = _day(stop + 1)
        expires = "长期" if category == "product-voluntary" and dice > 0.95 else _day(end)
        yield self._row(firm, scheme, province, end - life + 1, expires, "有效", since, history)
        if dice > 0.8 and dice < 0.95:
            yield self._before(firm, scheme, province, end - life, dice)

    def ended(self, firm: Invented, category: str, province: str) -> Row:
        """A certificate that isn't in force, of a firm that holds no other."""
        scheme = self._schemes[category][int(self._random.random() * 100)]
        return self._before(
            firm, scheme, province, -int(self._random.random() * 700) - 2, 0.80 + self._random.random() * 0.15
        )

    def _before(self, firm: Invented, scheme: Any, province: str, end: int, dice: float) -> Row:
        life = scheme[5] * 365
        start = end - life + 1
        if dice < 0.90:
            return self._row(firm, scheme, province, start, _day(end), "过期失效", _day(end + 1), "")
        day = start + 60 + int(self._random.random() * (life - 120))
        if dice < 0.92:
            since = f"暂停 {_day(day - 45)}..{_day(day - 1)}" if dice < 0.91 else ""
            return self._row(
                firm, scheme, province, start, _day(end), "撤销", _day(min(day, -1)), since if day < -1 else ""
            )
        if dice < 0.94:
            return self._row(firm, scheme, province, start, _day(end), "注销", _day(min(day, -1)), "")
        end = 30 + int(self._random.random() * (life - 400 if life > 500 else 200))
        return self._row(
            firm, scheme, province, end - life + 1, _day(end), "暂停", _day(-1 - int(self._random.random() * 25)), ""
        )

    def _row(
        self, firm: Invented, scheme: Any, province: str, start: int, expires: str, state: str, since: str, history: str
    ) -> Row:
        issued = _day(start)
        field = scheme[4]
        product = field in ("CCC", "P", "OP", "GAP")
        maker = factory = models = ""
        if field == "CCC":
            maker = firm.name
            factory = self._other if self._other and self._random.random() < 0.15 else firm.name
            models = f"{firm.code[-3:]}-{int(self._random.random() * 900) + 100}"
        self._other = firm.name
        return (
            self._number(field, issued), firm.name, firm.code, firm.former, scheme[2], scheme[3], firm.trade[2] if product else firm.trade[1],
            models, maker, factory, province, issued, expires, state, since, history, self._bodies[hash_of(firm.name) % len(self._bodies)],
            self._body_code, SOURCE, _DAYS[-_FIRST_DAY],
        )  # fmt: skip

    def _number(self, field: str, issued: str) -> str:
        """The next number of this field and year, by the grammar of the field."""
        year = issued[2:4]
        series = field + year
        count = self._serials[series] = self._serials.get(series, -1) + 1
        if field == "CCC":
            return f"20{year}00{count % 22 + 1:02}{count // 22 % 20 + 1:02}{count // 440:06}"
        if field == "P":
            return f"000{year}P{count:07}"
        if field in ("OP", "GAP", "HACCP", "FSMS"):
            sub = count // 100_000
            return f"000{field}{year}{count % 100_000:05}" + (f"-{sub}" if sub else "")
        size, again = count // 100_000 % 3, count // 300_000
        return f"000{year}{field}{count % 100_000:05}R{again}{'MSL'[size]}"


def hash_of(name: str) -> int:
    """A small number for a name, the same in every process."""
    return ord(name[0]) * 31 + ord(name[-5 if len(name) > 5 else 0]) + len(name)


def _by_hundred(schemes: list[list[Any]]) -> list[list[Any]]:
    return [s for s in schemes for _ in range(int(s[1]))]


def _day(offset: int) -> str:
    return _DAYS[offset - _FIRST_DAY]


def _csv_writer(file: Any) -> Callable[[Row], Any]:
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    return writer.writerow


def _jsonl_writer(file: Any) -> Callable[[Row], Any]:
    def write(row: Row) -> None:
        record = {n: v or None for n, v in zip(NAMES, row, strict=True)}
        record["status"] = _STATES[row[13]]
        file.write(json.dumps(record, ensure_ascii=False) + "\n")

    return write
