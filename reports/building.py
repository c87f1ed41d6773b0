"""Check result → Report: pages gathered by company, findings by id, coverage summed. Pure; reads no file, asks no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from reports.coverage import coverage_of
from reports.evidence import evidence_of
from reports.finding import OUTCOMES, china_time, finding_shown, names_of
from reports.model import (
    ClaimShown,
    CompanyReport,
    ConductCounts,
    Counts,
    Header,
    Report,
)
from reports.sections import Section
from reports.wording import load_wording

OTHERS_SHOWN = 200  # claims without a finding listed for one company; the JSON holds all


def report_from(
    result: dict[str, Any],
    made_at: str | None,
    only: str | None,
    sections: tuple[Section, ...] = (),
    marks: Mapping[str, str] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> Report:
    """See reports.model.report_of."""
    words = load_wording()
    groups = _pages_by_company(result["pages"], only)
    merged = _findings_by_company(groups, result)
    companies: list[CompanyReport] = []
    clean: list[CompanyReport] = []
    named: list[tuple[CompanyReport, list[dict[str, Any]]]] = []
    for key, group in groups.items():
        report = _company_report(key, group, merged[key], result)
        named.append((report, group))
        (companies if report.findings else clean).append(report)
    companies.sort(key=lambda one: (-one.counts.violation, -one.counts.suspected, -one.counts.needs_review, one.name))
    companies = [_numbered(company, at, marks or {}, pictures or {}) for at, company in enumerate(companies, 1)]
    clean.sort(key=lambda one: one.name)
    pages = [page for group in groups.values() for page in group]
    total = len(companies) + len(clean)
    told = words.text("header.companies", n=total)
    if companies:
        lead = words.text("summary.lead_some", companies=told, with_findings=len(companies), clean=len(clean))
    else:
        lead = words.text("summary.lead_none", companies=told)
    everything = [*companies, *clean]
    title = words.text("report.title_company", company=everything[0].name) if total == 1 else words.text("report.title")
    return Report(
        title=title,
        header=_header(result, pages, told, made_at),
        lead=lead,
        counts=_counts(finding for company in companies for finding in company.findings),
        companies=tuple(companies),
        clean=tuple(clean),
        conducts=_conducts(companies),
        coverage=coverage_of(result, pages, [(one.name, group) for one, group in named]),
        sections=sections,
    )


def company_key(page: dict[str, Any]) -> str:
    """USCC, else name, else host, else the page's id: what gathers pages of one company."""
    company = page.get("company") or {}
    return company.get("uscc") or company.get("name") or _host(page) or f"page:{page.get('id') or ''}"


def _host(page: dict[str, Any]) -> str:
    try:
        return urlsplit(page.get("url") or "").hostname or ""
    except ValueError:  # a broken URL such as http://[::1 is data of the page, not a fault of the report
        return ""


def _pages_by_company(pages: Iterable[dict[str, Any]], only: str | None) -> dict[str, list[dict[str, Any]]]:
    pages = list(pages)
    codes: dict[
        str, set[str]
    ] = {}  # a page that knows only the name joins the one code that other pages give this name
    for page in pages:
        company = page.get("company") or {}
        if company.get("name") and company.get("uscc"):
            codes.setdefault(company["name"], set()).add(company["uscc"])
    groups: dict[str, list[dict[str, Any]]] = {}
    for page in pages:
        company = page.get("company") or {}
        if only is None or only in (company.get("name"), company.get("uscc"), _host(page)):
            known = codes.get(company.get("name") or "", set())
            key = next(iter(known)) if len(known) == 1 and not company.get("uscc") else company_key(page)
            groups.setdefault(key, []).append(page)
    return groups


def _findings_by_company(groups: dict[str, list[dict[str, Any]]], result: dict[str, Any]) -> dict[str, list[Any]]:
    """One id is one finding however often said: repeats give their occurrences to the first, the weightier outcome shows."""
    pages: dict[str, dict[str, Any]] = {}
    for page in result["pages"]:
        for name in names_of(page):
            pages.setdefault(name, page)
    out: dict[str, list[Any]] = {key: [] for key in groups}
    owner: dict[str, str] = {}
    said: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for key, group in groups.items():
        for page in group:
            for finding in page["findings"]:
                if finding["id"] not in said:
                    owner[finding["id"]] = key
                said.setdefault(finding["id"], []).append((page, finding))
    for identity, told in said.items():
        out[owner[identity]].append(finding_shown(told, pages, result))
    for key in out:
        out[key].sort(key=lambda one: (OUTCOMES.index(one.outcome), one.conduct, one.id))
    return out


def _company_report(
    key: str, pages: list[dict[str, Any]], findings: list[Any], result: dict[str, Any]
) -> CompanyReport:
    words = load_wording()
    told = [page["company"] for page in pages if page.get("company")]
    company: dict[str, Any] = max(told, key=lambda one: (bool(one.get("uscc")), bool(one.get("name"))), default={})
    claims = [(page, claim) for page in pages for claim in page["claims"]]
    verdicts = [claim["verdict"] for _, claim in claims]
    host = _host(pages[0]) or words.text("report.no_host")
    others = [(page, claim) for page, claim in claims if claim["verdict"] != "finding"]
    others.sort(key=lambda pair: pair[1]["verdict"] == "not_a_claim")
    return CompanyReport(
        key=key,
        anchor="c-" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12],
        name=company.get("name") or words.text("report.unnamed", host=host),
        uscc=company.get("uscc"),
        source_zh=words.label("company_from", company.get("from")),
        pages=len(pages),
        claims=len(claims),
        unverified=verdicts.count("unverified"),
        compliant=verdicts.count("compliant"),
        unread=sum(bool(page["coverage"]["blocked"]) for page in pages),
        urls=tuple(dict.fromkeys(page["url"] for page in pages if page.get("url"))),
        counts=_counts(findings),
        findings=tuple(findings),
        others=tuple(
            ClaimShown(
                quote=claim["quote"],
                url=page.get("url"),
                state_zh=words.label("states", claim["state"]),
                verdict=claim["verdict"],
                verdict_zh=words.label("verdicts", claim["verdict"]),
                number=claim.get("number"),
            )
            for page, claim in others[:OTHERS_SHOWN]
        ),
    )


def _numbered(company: CompanyReport, at: int, marks: Mapping[str, str], pictures: Mapping[str, str]) -> CompanyReport:
    findings = tuple(
        replace(one, number=f"{at}.{nth}", case_zh=marks.get(one.id, ""), picture=pictures.get(one.id, ""))
        for nth, one in enumerate(company.findings, 1)
    )
    return replace(company, findings=findings, evidence=evidence_of(findings))


def _counts(findings: Iterable[Any]) -> Counts:
    outcomes = [finding.outcome for finding in findings]
    return Counts(*(outcomes.count(outcome) for outcome in OUTCOMES))


def _conducts(companies: list[CompanyReport]) -> tuple[ConductCounts, ...]:
    by_conduct: dict[str, list[Any]] = {}
    for company in companies:
        for finding in company.findings:
            by_conduct.setdefault(finding.conduct, []).append(finding)
    counted = {conduct: _counts(found) for conduct, found in by_conduct.items()}
    most = max((counts.of(one) for counts in counted.values() for one in OUTCOMES), default=1)
    rows = [
        ConductCounts(
            conduct=conduct,
            zh=load_wording().label("conducts", conduct),
            counts=counts,
            widths=Counts(*(round(100 * counts.of(one) / most) for one in OUTCOMES)),
        )
        for conduct, counts in counted.items()
    ]
    rows.sort(key=lambda row: (-max(row.counts.of(one) for one in OUTCOMES), row.conduct))
    return tuple(rows)


def _header(result: dict[str, Any], pages: list[dict[str, Any]], companies: str, made_at: str | None) -> Header:
    words = load_wording()
    tool, register = result["tool"], result["register"]
    claims = sum(len(page["claims"]) for page in pages)
    times = sorted(china_time(page["captured_at"]) or "" for page in pages if page.get("captured_at"))
    if register is None:
        registered, complete = words.text("header.register_none"), ""
    else:
        snapshot = register["snapshot"] or words.text("header.snapshot_unknown")
        rows = f"{register['rows']:,}"
        registered = words.text("header.register_text", source=register["source"], snapshot=snapshot, rows=rows)
        complete = _complete(register["complete"])
    return Header(
        checked=words.text("header.checked_text", companies=companies, pages=len(pages), claims=claims),
        as_of=_as_of(result, pages),
        captured=words.text("header.captured_range", first=times[0], last=times[-1])
        if times
        else words.text("header.captured_none"),
        register=registered,
        complete=complete,
        tool=words.text("header.tool_text", name=tool["name"], version=tool["version"]),
        rules=tool["rules"],
        law=tool["law"],
        made=made_at,
    )


def _as_of(result: dict[str, Any], pages: list[dict[str, Any]]) -> str:
    words = load_wording()
    days = sorted({page.get("as_of") or result["as_of"] for page in pages} or {result["as_of"]})
    sources = sorted({page["as_of_source"] for page in pages if page.get("as_of_source")})
    told = "、".join(words.label("day_sources", one) for one in sources)
    span = days[0] if len(days) == 1 else words.text("header.captured_range", first=days[0], last=days[-1])
    return words.text("header.as_of_told", days=span, source=told) if told else span


def _complete(declared: list[Any]) -> str:
    words = load_wording()
    if not declared:
        return words.text("header.complete_none")
    if "all" in declared:
        return words.text("header.complete_all")
    return words.text("header.complete_some", ranges="；".join(str(one) for one in declared))
