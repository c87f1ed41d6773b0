"""Findings gather into cases (归案): `gather(store)` after a crawl, a check, or at any time; a second time it finds nothing to do.

One company and one conduct make one case. A finding that is dismissed stays so while its facts are the same; it comes back, and the
history says which fact changed, when they differ. A finding seen after its case ended opens the next round.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, text, update

from compliance.cases.facts import changes_between, same_facts
from compliance.cases.workflow import workflow
from compliance.store.audit import AUDIT, record
from compliance.store.case_search import stored
from compliance.store.session import Store
from compliance.store.tables_cases import (
    CaseFinding,
    CaseRow,
    CaseWords,
    Dismissal,
    FindingFacts,
    utc_now,
)
from compliance.store.tables_findings import FindingRow, ResultRow

Json = dict[str, Any]
CASE = CaseRow.__table__  # type: ignore[attr-defined]
MEMBER = CaseFinding.__table__  # type: ignore[attr-defined]
FACTS = FindingFacts.__table__  # type: ignore[attr-defined]
DISMISSAL = Dismissal.__table__  # type: ignore[attr-defined]
WORDS = CaseWords.__table__  # type: ignore[attr-defined]
FINDING = FindingRow.__table__  # type: ignore[attr-defined]
RESULT = ResultRow.__table__  # type: ignore[attr-defined]
RANKS = {"violation": 3, "suspected": 2, "needs_review": 1}
MACHINE = "certmark"
AT_ONCE = 200  # cases in one transaction
HANDFUL = 400  # values in one question
PG_LOCK = 7311028


@dataclass
class Gathered:
    """What a gathering did, counted: cases opened, opened again; findings joined, come back from a dismissal, still dismissed."""

    opened: int = 0
    reopened: int = 0
    joined: int = 0
    came_back: int = 0
    still_dismissed: int = 0
    seen_again: int = 0


@dataclass
class CaseFile:
    """A case while it's being worked on: its row as plain data, its members, its active dismissals, what is to be written into the log."""

    row: Json
    members: dict[str, Json]
    dismissals: dict[int, Json]
    fresh: bool = False
    changed: set[str] = field(default_factory=set)
    lines: list[Json] = field(default_factory=list)

    def note(self, what: str, why: str = "", to: str | None = None, **details: Any) -> None:
        """A line for the log; `to` also moves the case."""
        self.lines.append(
            {"what": what, "why": why, "from_state": self.row["state"], "to_state": to or self.row["state"], "details": details}
        )  # fmt: skip
        if to:
            self.row["state"] = to


def case_id_of(company_key: str, conduct: str, round_: int = 1) -> str:
    """`c` and 12 hex digits: the same for the same company, conduct and round in every store."""
    text_ = json.dumps([company_key, conduct, round_], ensure_ascii=False)
    return "c" + hashlib.sha256(text_.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def gather(store: Store) -> Gathered:
    """Takes in every finding that is new or was seen since the last gathering. Killed anywhere, the next one goes on."""
    done = Gathered()
    latest = (
        select(MEMBER.c.finding_id, func.max(MEMBER.c.seen_at).label("seen")).group_by(MEMBER.c.finding_id).subquery()
    )
    changed = select(FACTS.c.finding_id).where(FACTS.c.gathered == 0)  # judged anew on the bytes of an earlier capture
    waiting = (
        select(FINDING.c.company_key, FINDING.c.conduct, FINDING.c.id)
        .join(latest, latest.c.finding_id == FINDING.c.id, isouter=True)
        .where(or_(latest.c.finding_id.is_(None), latest.c.seen < FINDING.c.last_seen, FINDING.c.id.in_(changed)))
        .order_by(FINDING.c.company_key, FINDING.c.conduct, FINDING.c.id)
    )
    with store.reading() as connection:
        groups: dict[tuple[str, str], list[str]] = {}
        for key, conduct, id_ in connection.execute(waiting):
            groups.setdefault((key, conduct), []).append(id_)
    keys = list(groups)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        with store.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:k)"), {"k": PG_LOCK})
            _gather_some(connection, {key: groups[key] for key in some}, done)
    return done


def _gather_some(connection: Connection, groups: dict[tuple[str, str], list[str]], done: Gathered) -> None:
    ids = [id_ for found in groups.values() for id_ in found]
    rows = {row.id: row for row in rows_in(connection, select(FINDING), FINDING.c.id, ids)}
    facts: dict[str, list[tuple[str, Json]]] = {}
    for row in rows_in(connection, select(FACTS).order_by(FACTS.c.page_key), FACTS.c.finding_id, ids):
        facts.setdefault(row.finding_id, []).append((row.page_key, json.loads(row.facts)))
    named = select(RESULT.c.company_key, func.max(RESULT.c.company_name).label("name")).group_by(RESULT.c.company_key)
    keys = sorted({key for key, _ in groups})
    names: dict[str, str | None] = {
        row.company_key: row.name for row in rows_in(connection, named, RESULT.c.company_key, keys)
    }
    files = files_of(connection, list(groups))
    for (key, conduct), found in groups.items():
        sightings = [_Sighting(rows[id_], facts.get(id_, [])) for id_ in found if id_ in rows]
        file = files.get((key, conduct))
        if file is not None and file.row["ended_at"] is not None:
            later = [one for one in sightings if one.at > aware(file.row["ended_at"])]
            earlier = [one for one in sightings if one not in later]
            if earlier:
                _take_in(connection, file, earlier, done)
                save_file(connection, file, rows)
            if not later:
                continue
            done.reopened += 1
            file, sightings = _opened(key, conduct, names.get(key), later, file.row), later
        elif file is None:
            done.opened += 1
            file = _opened(key, conduct, names.get(key), sightings, None)
        _take_in(connection, file, sightings, done)
        save_file(connection, file, rows)
    for start in range(0, len(ids), HANDFUL):
        some = ids[start : start + HANDFUL]
        connection.execute(update(FACTS).where(FACTS.c.finding_id.in_(some), FACTS.c.gathered == 0).values(gathered=1))


class _Sighting:
    """A finding as last seen, with the facts of each page that shows it."""

    def __init__(self, row: Row[Any], facts: list[tuple[str, Json]]) -> None:
        self.id, self.outcome = row.id, row.outcome
        self.body: Json = json.loads(row.body)
        self.rule: str = self.body["rule"] if "rule" in self.body else self.body["conduct"]
        self.first, self.at = aware(row.first_seen), aware(row.last_seen)
        self.pages = [page for page, _ in facts] or [str(o["page"]) for o in self.body["occurrences"]]
        self.facts = [one for _, one in facts]


def _opened(key: str, conduct: str, name: str | None, found: Sequence[_Sighting], before: Json | None) -> CaseFile:
    round_ = before["round"] + 1 if before else 1
    now = utc_now()
    row: Json = {
        "id": case_id_of(key, conduct, round_), "company_key": key, "company_name": name, "conduct": conduct,
        "round": round_, "before": before["id"] if before else None, "state": "new", "version": 0, "rank": 0,
        "findings": 0, "dismissed": 0, "title": "", "quote": "", "page": None,
        "owner": before["owner"] if before else None, "opened_at": now, "changed_at": now,
        "seen_at": max(one.at for one in found), "ended_at": None, "deadline": None, "due_on": None, "recheck": None,
        "recheck_at": None, "review_on": None,
    }  # fmt: skip
    file = CaseFile(row, {}, {}, fresh=True)
    why = ""
    if before:
        why = f"案件{before['id']}已于{aware(before['ended_at']).date()}终结（{workflow().states[before['state']].zh}），此后又见同类陈述"
    file.note("opened", why, findings=[one.id for one in found], before=row["before"])
    return file


def _take_in(connection: Connection, file: CaseFile, found: Iterable[_Sighting], done: Gathered) -> None:
    for one in found:
        file.row["seen_at"] = max(aware(file.row["seen_at"]), one.at)
        member = file.members.get(one.id)
        if member is None:
            _join(file, one, done)
            continue
        file.changed.add(one.id)
        before = json.loads(member["facts"])
        if member["state"] == "dismissed":
            _look_at_dismissed(file, member, one, done)
        elif not same_facts(before, one.facts):
            file.note("facts_changed", "；".join(changes_between(before, one.facts)), finding=one.id)
        if (
            file.row["state"] == "rectified"
            and member["state"] == "open"
            and one.at > _rectified_at(connection, file.row["id"])
        ):
            done.seen_again += 1
            file.note("seen_again", f"{one.at.date()}抓取的页面上又见该陈述", to="notice_sent", finding=one.id)
        member |= {"seen_at": one.at, "outcome": one.outcome, "facts": json.dumps(one.facts, ensure_ascii=False)}
    if file.row["state"] == "dismissed" and any(m["state"] == "open" for m in file.members.values()):
        file.note("state", "有未被排除的发现", to="new")


def _join(file: CaseFile, one: _Sighting, done: Gathered) -> None:
    cover = next((d for d in file.dismissals.values() if _covers(d, one)), None)
    file.changed.add(one.id)
    file.members[one.id] = {
        "finding_id": one.id, "case_id": file.row["id"], "rule": one.rule, "outcome": one.outcome,
        "state": "dismissed" if cover else "open", "dismissal_id": cover["id"] if cover else None,
        "joined_at": utc_now(), "seen_at": one.at, "facts": json.dumps(one.facts, ensure_ascii=False),
    }  # fmt: skip
    if cover:
        cover["covers"][one.id] = one.facts
        cover["touched"] = True
        done.still_dismissed += 1
    else:
        done.joined += 1
    if not (file.fresh and file.lines and file.lines[0]["what"] == "opened"):
        why = f"新发现；排除（{cover['why']}）也适用于它" if cover else "新发现"
        file.note("joined", why, finding=one.id, quote=one.body["quote"], dismissal=cover["id"] if cover else None)


def _covers(dismissal: Json, one: _Sighting) -> bool:
    scope, target = dismissal["scope"], dismissal["target"]
    return (
        scope == "case" or (scope == "rule" and target == one.rule) or (scope == "page" and set(one.pages) == {target})
    )


def _look_at_dismissed(file: CaseFile, member: Json, one: _Sighting, done: Gathered) -> None:
    dismissal = file.dismissals.get(member["dismissal_id"])
    over = dismissal["covers"].get(one.id, []) if dismissal else []
    if dismissal and same_facts(over, one.facts):
        done.still_dismissed += 1
        return
    changes = changes_between(over, one.facts)
    done.came_back += 1
    member |= {"state": "open", "dismissal_id": None}
    why = "事实有变：" + "；".join(changes)
    if dismissal and dismissal["scope"] == "finding":
        dismissal |= {"ended_at": utc_now(), "ended_by": MACHINE, "ended_why": why, "touched": True}
    file.note("came_back", why, finding=one.id, changes=changes, dismissal=dismissal["id"] if dismissal else None)


def files_of(connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], CaseFile]:
    """The newest round of each (company key, conduct) that has a case."""
    rows: dict[tuple[str, str], Json] = {}
    wanted = set(keys)
    for row in rows_in(
        connection,
        select(CASE).order_by(CASE.c.round).with_for_update(),
        CASE.c.company_key,
        sorted({k for k, _ in keys}),
    ):
        if (row.company_key, row.conduct) in wanted:
            rows[row.company_key, row.conduct] = dict(row._mapping)
    found = _filled(connection, list(rows.values()))
    return {key: found[row["id"]] for key, row in rows.items()}


def file_of(connection: Connection, case_id: str) -> CaseFile:
    """One case. Raises LookupError."""
    row = connection.execute(select(CASE).where(CASE.c.id == case_id).with_for_update()).first()
    if row is None:
        raise LookupError(f"no case {case_id!r}; `certmark case list` shows them")
    return _filled(connection, [dict(row._mapping)])[case_id]


def _filled(connection: Connection, rows: Sequence[Json]) -> dict[str, CaseFile]:
    files = {row["id"]: CaseFile(row, {}, {}) for row in rows}
    for row in rows_in(connection, select(MEMBER), MEMBER.c.case_id, list(files)):
        files[row.case_id].members[row.finding_id] = dict(row._mapping)
    active = select(DISMISSAL).where(DISMISSAL.c.ended_at.is_(None)).order_by(DISMISSAL.c.id)
    for row in rows_in(connection, active, DISMISSAL.c.case_id, list(files)):
        files[row.case_id].dismissals[row.id] = dict(row._mapping) | {"covers": json.loads(row.covers)}
    return files


def save_file(
    connection: Connection, file: CaseFile, findings: dict[str, Row[Any]] | None = None, who: str = MACHINE
) -> None:
    """Writes the case, its members and dismissals, and the log's lines with the new version. Without lines the version stays."""
    row = file.row
    open_ = [m for m in file.members.values() if m["state"] == "open"]
    row["findings"], row["dismissed"] = len(file.members), len(file.members) - len(open_)
    row["rank"] = max((RANKS[m["outcome"]] for m in open_), default=0)
    reviews = [d["review_on"] for d in file.dismissals.values() if d["ended_at"] is None and d["review_on"]]
    row["review_on"] = min(reviews, default=None)
    if file.lines:
        row |= {"version": row["version"] + 1, "changed_at": utc_now()}
        if workflow().states[row["state"]].ended and row["ended_at"] is None:
            row["ended_at"] = row["changed_at"]
    if any(line["what"] in {"opened", "joined"} for line in file.lines):
        _speak(connection, file, findings or {})
    if file.fresh:
        connection.execute(insert(CASE).values(**row))
    else:
        connection.execute(update(CASE).where(CASE.c.id == row["id"]).values(**row))
    _save_members(connection, file)
    for dismissal in file.dismissals.values():
        if dismissal.pop("touched", False):
            kept = dismissal | {"covers": json.dumps(dismissal["covers"], ensure_ascii=False)}
            connection.execute(update(DISMISSAL).where(DISMISSAL.c.id == dismissal["id"]).values(**kept))
    for line in file.lines:
        record(connection, who=line.pop("who", who), case_id=row["id"], version=row["version"], **line)


def _save_members(connection: Connection, file: CaseFile) -> None:
    if not file.changed:
        return
    known = set() if file.fresh else set(
        connection.execute(select(MEMBER.c.finding_id).where(MEMBER.c.case_id == file.row["id"])).scalars()
    )  # fmt: skip
    new = [file.members[id_] for id_ in sorted(file.changed - known)]
    if new:
        connection.execute(insert(MEMBER), new)
    for id_ in sorted(file.changed & known):
        here = (MEMBER.c.case_id == file.row["id"]) & (MEMBER.c.finding_id == id_)
        connection.execute(update(MEMBER).where(here).values(**file.members[id_]))


def _speak(connection: Connection, file: CaseFile, findings: dict[str, Row[Any]]) -> None:
    """The finding that speaks for the case, and the words by which the case is searched."""
    lacking = [id_ for id_ in file.members if id_ not in findings]
    known = findings | {row.id: row for row in rows_in(connection, select(FINDING), FINDING.c.id, lacking)}
    bodies = {id_: json.loads(known[id_].body) for id_ in file.members if id_ in known}
    if not bodies:
        return
    first = max(
        bodies, key=lambda id_: (file.members[id_]["state"] == "open", RANKS[file.members[id_]["outcome"]], id_)
    )
    body = bodies[first]
    file.row |= {
        "title": body.get("title") or "",
        "quote": body.get("quote") or "",
        "page": body["occurrences"][0]["page"],
    }
    said = [file.row["id"], file.row["company_name"] or "", file.row["company_key"], file.row["conduct"]]
    for one in bodies.values():
        said += [one.get("title") or "", one.get("quote") or "", one.get("rule") or "", one.get("explanation") or ""]
        said += [str(place["page"]) for place in one["occurrences"]]
    words = stored(connection, " ".join(dict.fromkeys(said)))
    here = WORDS.c.case_id == file.row["id"]
    if file.fresh or not connection.execute(update(WORDS).where(here).values(words=words)).rowcount:
        connection.execute(insert(WORDS).values(case_id=file.row["id"], words=words))


def _rectified_at(connection: Connection, case_id: str) -> datetime:
    moved = select(func.max(AUDIT.c.at)).where(AUDIT.c.case_id == case_id, AUDIT.c.to_state == "rectified")
    at = connection.execute(moved.where(AUDIT.c.from_state != "rectified")).scalar()
    return aware(at) if at else datetime.max.replace(tzinfo=UTC)


def rows_in(connection: Connection, query: Any, column: Any, values: Sequence[Any]) -> list[Row[Any]]:
    """The rows whose column has one of the values, asked for in handfuls: a database bounds the number of values."""
    found: list[Row[Any]] = []
    for start in range(0, len(values), HANDFUL):
        found += connection.execute(query.where(column.in_(values[start : start + HANDFUL]))).all()
    return found


def aware(moment: datetime) -> datetime:
    """A stored time with its zone; those without one are UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
