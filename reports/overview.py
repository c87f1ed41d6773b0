"""概览: findings by conduct, category, region, body and time, set against the register's own numbers; age of open cases; what was read.

Each plot stands on the rows of its table, and each row on findings that the report lists. The three outcomes are never added up: each has
its own bar. Shares are of findings, not of firms: they say where to look, nothing about who.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from reports.finding import OUTCOMES, china_time
from reports.plots import Series, across, upright
from reports.sections import Figure, Section, TableShown
from reports.wording import load_wording

Json = dict[str, Any]
MOST = 12  # bars of one plot; the table has all
AGES = (7, 30, 90)  # days since a case was opened


def overview_sections(result: Json, stats: Json | None = None, cases: Sequence[Json] = ()) -> tuple[Section, ...]:
    """`result`: the contract's object; `stats`: `compliance.register_stats.stats_of` or None without a register; `cases`: briefs of the
    open cases (compliance.store.cases.cases_of), oldest or newest first."""
    t = load_wording().text
    told = list(_told(result["pages"]))
    figures = []
    if told:
        figures += [
            _by(told, "body", _body), _by(told, "region", lambda page, _, claim: _region(page, claim)), _by_month(told),
        ]  # fmt: skip
    if told and stats:
        figures += [_categories(told, stats), _areas(told, stats)]
    if cases:
        figures.append(_ages(cases, date.fromisoformat((china_time(_latest(cases)) or "")[:10])))
    figures.append(_coverage(result["pages"]))
    texts = [t("plots.lead")]
    if stats:
        texts.append(t("plots.register", source=stats["source"], snapshot=stats["snapshot"] or "—", day=stats["day"]))
    elif told:
        texts.append(t("plots.no_register"))
    return (Section("plots", t("plots.title"), tuple(texts), (), tuple(figures), "overview"),)


def _told(pages: Iterable[Json]) -> Iterable[tuple[Json, Json, Json | None]]:
    """(page, finding, claim), each finding once."""
    seen = set()
    for page in pages:
        for finding in page["findings"]:
            if finding["id"] not in seen:
                seen.add(finding["id"])
                yield page, finding, next((c for c in page["claims"] if c["id"] == finding["claim"]), None)


def _by(told: Sequence[Any], name: str, key: Callable[[Json, Json, Json | None], str]) -> Figure:
    t = load_wording().text
    counts = Counter((key(page, finding, claim), finding["outcome"]) for page, finding, claim in told)
    labels = sorted({label for label, _ in counts}, key=lambda one: (-max(counts[one, o] for o in OUTCOMES), one))
    return _figure(t(f"plots.{name}"), t(f"plots.{name}_column"), labels, counts, across)


def _by_month(told: Sequence[Any]) -> Figure:
    t = load_wording().text
    counts = Counter(
        ((china_time(f.get("first_seen") or page.get("captured_at")) or t("plots.undated"))[:7], f["outcome"])
        for page, f, _ in told
    )
    labels = sorted({label for label, _ in counts})
    return _figure(t("plots.month"), t("plots.month_column"), _all_months(labels), counts, upright)


def _all_months(labels: list[str]) -> list[str]:
    """Months without a finding belong between those with one, so that time is drawn evenly."""
    months = [one for one in labels if len(one) == 7 and one[4] == "-"]
    if not months:
        return labels
    (year, month), out = map(int, months[0].split("-")), []
    while (one := f"{year:04d}-{month:02d}") <= months[-1]:
        out.append(one)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return [*out, *(one for one in labels if one not in months)]


def _figure(
    title: str, column: str, labels: list[str], counts: Counter[tuple[str, str]], draw: Callable[..., str]
) -> Figure:
    words = load_wording().tree["outcomes"]
    shown = labels if draw is upright else labels[:MOST]
    series = [Series(words[o]["zh"], o, tuple(counts[label, o] for label in shown)) for o in OUTCOMES]
    rows = tuple((label, *(str(counts[label, o]) for o in OUTCOMES)) for label in labels)
    alt = f"{title}：" + "；".join(f"{row[0]} " + "、".join(row[1:]) for row in rows[:MOST])
    return Figure(
        title, draw(shown, series, alt), alt, TableShown(title, (column, *(words[o]["zh"] for o in OUTCOMES)), rows)
    )


def _body(_page: Json, _finding: Json, claim: Json | None) -> str:
    row = (claim or {}).get("certificate") or {}
    return row.get("body") or load_wording().text("plots.no_body")


def _region(page: Json, claim: Json | None) -> str:
    """The area the register gives its holder; else that of the firm's credit code; else unknown."""
    row = (claim or {}).get("certificate") or {}
    code = (page.get("company") or {}).get("uscc") or ""
    return row.get("province") or _provinces().get(code[2:4], "") or load_wording().text("plots.no_region")


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    return yaml.safe_load((resources.files("reports") / "areas.yaml").read_text("utf-8"))["provinces"]


def _categories(told: Sequence[Any], stats: Json) -> Figure:
    """Findings by the category of what is claimed, beside the certificates in force that the register has of it."""
    from compliance.register.words import words

    t = load_wording().text
    of = {scheme: c["id"] for c in words("distribution")["categories"] for scheme in c.get("schemes", ())}
    found = Counter(of.get(s, "") for _, _, claim in told for s in {*(claim or {}).get("schemes", ())} or {""})
    lines = [(c["zh"], c, found[c["id"]]) for c in stats["categories"] if c["id"] in set(of.values())]
    return _compared(t("plots.category"), t("plots.category_column"), lines, found[""])


def _areas(told: Sequence[Any], stats: Json) -> Figure:
    t = load_wording().text
    found = Counter(_region(page, claim) for page, _, claim in told)
    lines = [(a["zh"], a, found.pop(a["zh"], 0)) for a in stats["areas"] if a["zh"] != "未知"]
    return _compared(t("plots.area"), t("plots.area_column"), lines, sum(found.values()))


def _compared(title: str, column: str, lines: Sequence[tuple[str, Json, int]], unknown: int) -> Figure:
    """Shares of findings, of this register, of the country; the table has the numbers themselves and the source's faults."""
    t = load_wording().text
    wholes = [
        sum(n for _, _, n in lines) + unknown,
        *(sum(one[k] for _, one, _ in lines) for k in ("certificates", "national_certificates")),
    ]
    shown = sorted(
        (one for one in lines if one[2] or one[1]["certificates"]), key=lambda one: (-one[2], -one[1]["certificates"])
    )[:MOST]

    def share(value: int, whole: int) -> float | None:
        return 100 * value / whole if whole else None

    values = [[(n, one["certificates"], one["national_certificates"])[k] for _, one, n in shown] for k in range(3)]
    series = [
        Series(
            t(f"plots.{name}"), look, tuple(share(v, wholes[k]) for v in values[k]),
            tuple(f"{share(v, wholes[k]) or 0:.1f}%" for v in values[k]),
        )
        for k, (name, look) in enumerate((("findings_share", "plain"), ("register_share", "other"), ("national_share", "third")))
    ]  # fmt: skip
    head = (
        column,
        *(t(f"plots.{name}") for name in ("findings", "register_certificates", "national_certificates", "note")),
    )
    rows = [
        (label, str(n), f"{one['certificates']:,}", f"{one['national_certificates']:,}", one["note"]) for label, one, n in lines
    ]  # fmt: skip
    rows.append((t("plots.unknown"), str(unknown), "—", "—", ""))
    alt = f"{title}：" + "；".join(f"{label} {n}" for label, _, n in shown)
    return Figure(
        title, across([label for label, _, _ in shown], series, alt), alt, TableShown(title, head, tuple(rows))
    )


def _latest(cases: Sequence[Json]) -> str:
    """The newest change of all: the report's own clock, so that the same store gives the same picture."""
    return max((case["changed_at"] for case in cases), key=datetime.fromisoformat)


def _ages(cases: Sequence[Json], today: date) -> Figure:
    t = load_wording().text
    steps = [
        t("plots.age_to", n=AGES[0]),
        *(t("plots.age", a=a + 1, b=b) for a, b in zip(AGES, AGES[1:], strict=False)),
    ]
    steps.append(t("plots.age_over", n=AGES[-1]))
    counts: Counter[tuple[str, bool]] = Counter()
    for case in cases:
        days = (today - date.fromisoformat((china_time(case["opened_at"]) or "")[:10])).days
        counts[steps[sum(days > one for one in AGES)], case["overdue"] or case["state"] == "overdue"] += 1
    series = [
        Series(t("plots.in_time"), "plain", tuple(counts[step, False] for step in steps)),
        Series(t("plots.late"), "suspected", tuple(counts[step, True] for step in steps)),
    ]
    rows = tuple((step, str(counts[step, False]), str(counts[step, True])) for step in steps)
    title = t("plots.ages", day=today.isoformat())
    alt = f"{title}：" + "；".join(" ".join(row) for row in rows)
    return Figure(
        title,
        across(steps, series, alt),
        alt,
        TableShown(title, (t("plots.age_column"), t("plots.in_time"), t("plots.late")), rows),
    )


def _coverage(pages: Sequence[Json]) -> Figure:
    """What was read and what was not: pages and pictures."""
    t = load_wording().text
    blocked = sum(bool(page["coverage"]["blocked"]) for page in pages)
    seen = sum(page["coverage"].get("pictures_seen") or 0 for page in pages)
    read = sum(page["coverage"].get("pictures_read") or 0 for page in pages)
    rows = ((t("plots.pages"), len(pages) - blocked, blocked), (t("plots.pictures"), read, seen - read))
    series = [
        Series(t("plots.read"), "plain", tuple(row[1] for row in rows)),
        Series(t("plots.unread"), "third", tuple(row[2] for row in rows)),
    ]
    title = t("plots.coverage")
    told = tuple((str(a), str(b), str(c)) for a, b, c in rows)
    alt = f"{title}：" + "；".join(" ".join(row) for row in told)
    labels = [str(row[0]) for row in rows]
    return Figure(
        title,
        across(labels, series, alt),
        alt,
        TableShown(title, (t("plots.kind"), t("plots.read"), t("plots.unread")), told),
    )
