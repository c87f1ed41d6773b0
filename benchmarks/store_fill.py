"""A big invented store in one go: pages, findings, cases and waiting jobs, made by the database itself (`benchmarks/store.py` fills with it).

Everything is plainly invented: sites `s1.example` …, firms 示例1号有限公司 …; pages of a site differ only in their numbers.
"""

from __future__ import annotations

import zlib
from typing import Any

PACKED = zlib.compress(b"<html><body><p>example</p></body></html>" * 4).hex()
BODY = '{"url": "%s", "captured_at": null, "genre": "company", "claims": [], "findings": [], "coverage": {"blocked": false, "blocked_reason": null, "pictures_seen": 0, "pictures_read": 0, "unread": []}}'
FINDING = '{"id": "%s", "rule": "system-claimed-for-product", "conduct": "system_claimed_for_product", "outcome": "suspected", "title": "示例", "quote": "本产品通过ISO9001认证", "occurrences": [{"page": "%s", "claim": "c1", "locator": {"selector": "p", "start": 0, "end": 3}}]}'


def statements(pages: int, of_site: int = 50) -> list[tuple[str, str]]:
    """(what is filled, SQL). Two runs over the same sites, the second still running; a tenth of the pages show a finding."""
    sites = pages // of_site // 2
    half = pages // 2
    page = f"'http://s' || ((g - 1) / {of_site} + 1) || '.example/p' || ((g - 1) % {of_site}) || '.html'"
    many = f"generate_series(1, {half}) g"
    when = "timestamptz '2026-11-01 00:00+00'"
    result = BODY.replace("%s", "' || url || '")
    found = FINDING.replace("%s", "' || id || '", 1).replace("%s", "' || url || '", 1)
    shown = f"(select g, md5('f' || g) as id, {page} as url from {many} where g % 5 = 1) f"
    return [
        ("runs", f"insert into crawl_run (id, key, state, started_at, settings, machine) values ('run1', 'k', 'finished', {when}, '{{}}', null), "
                 f"('run2', 'k', 'running', {when} + interval '20 days', '{{}}', 'queue')"),
        ("sites", f"insert into crawl_site (id, run_id, host, company, priority, state, pages, unchanged, failed, blocked, skipped, requests) "
                  f"select (r - 1) * {sites} + s, 'run' || r, 's' || s || '.example', '示例' || s || '号有限公司', 0, "
                  f"case when r = 1 or s % 2 = 0 then 'done' else 'waiting' end, {of_site}, 0, 0, 0, 0, {of_site} "
                  f"from generate_series(1, 2) r, generate_series(1, {sites}) s"),
        ("addresses", f"insert into crawl_request (id, site_id, fingerprint, url, kind, priority, depth, state, tries) "
                      f"select (r - 1) * {half} + g, (r - 1) * {sites} + (g - 1) / {of_site} + 1, md5({page}), {page}, 'page', 0, 1, "
                      f"case when r = 2 and g % {of_site} > {of_site - 5} then 'waiting' else 'done' end, 1 from generate_series(1, 2) r, {many}"),
        ("bodies", f"insert into crawl_content (sha256, size, body) select md5('b' || g) || md5('c' || g), 9000, decode('{PACKED}', 'hex') from {many}"),
        ("visits", f"insert into crawl_visit (id, run_id, site_id, request_id, kind, url, asked, captured_at, status, headers, request, claims, sha256, unchanged, blocked, judged) "
                   f"select (r - 1) * {half} + g, 'run' || r, (r - 1) * {sites} + (g - 1) / {of_site} + 1, (r - 1) * {half} + g, 'page', {page}, {page}, "
                   f"{when} + (r - 1) * interval '20 days' + g * interval '1 second', 200, '[]', '[]', (g % 5 = 1)::int, md5('b' || g) || md5('c' || g), r = 2, "
                   f"case when g % 40 = 0 then 'waf' end, case when r = 2 and g % 1000 = 0 then 'pending' else 'done' end from generate_series(1, 2) r, {many} where not (r = 2 and g % {of_site} > {of_site - 5})"),
        ("known addresses", f"insert into crawl_known (fingerprint, host, url, kind, priority, depth, sha256, first_seen, last_seen, visits, changes, interval_hours) "
                            f"select md5({page}), 's' || ((g - 1) / {of_site} + 1) || '.example', {page}, 'page', 0, 1, md5('b' || g) || md5('c' || g), {when}, {when}, 2, 0, 168 from {many}"),
        ("results", f"insert into page_result (page_key, company_key, company_name, checked_at, head, body) select url, 'c' || n, '示例' || n || '号有限公司', {when}, '{{}}', '{result}' "
                    f"from (select {page} as url, (g - 1) / {of_site} + 1 as n from {many}) p"),
        ("findings", f"insert into finding (id, company_key, conduct, outcome, first_seen, last_seen, body) select id, 'c' || ((g - 1) / {of_site} + 1), "
                     f"'system_claimed_for_product', case when g % 3 = 0 then 'needs_review' else 'suspected' end, {when}, {when} + g * interval '1 second', '{found}' from {shown}"),
        ("sightings", f"insert into finding_sight (finding, page_key, seen_at, sha256) select id, url, {when}, md5('b' || g) || md5('c' || g) from {shown}"),
        ("facts", f"insert into finding_facts (finding_id, page_key, mark, outcome, facts, gathered) select id, url, 'm', 'suspected', '{{}}', 1 from {shown}"),
        ("cases", f"insert into case_file (id, company_key, company_name, conduct, round, state, version, rank, findings, dismissed, title, quote, opened_at, changed_at, seen_at) "
                  f"select md5('case' || g), 'c' || ((g - 1) / {of_site} + 1), '示例' || g || '号有限公司', 'system_claimed_for_product', 1, case when g % 3 = 0 then 'checking' else 'new' end, 1, "
                  f"case when g % 3 = 0 then 1 else 2 end, 1, 0, '示例', '本产品通过ISO9001认证', {when}, {when}, {when} + g * interval '1 second' from {shown}"),
        ("findings of cases", f"insert into case_finding (finding_id, case_id, rule, outcome, state, joined_at, seen_at, facts) "
                              f"select id, md5('case' || g), 'system-claimed-for-product', 'suspected', 'open', {when}, {when}, '[]' from {shown}"),
        ("waiting jobs", f"insert into procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args) select 'sites', 'certmark.site', s % 5, 's' || s || '.example', "
                         f"'run2/' || ({sites} + s), jsonb_build_object('run', 'run2', 'site', {sites} + s) from generate_series(1, {sites}, 2) s"),
    ]  # fmt: skip


def fill(store: Any, pages: int, say: Any) -> None:
    """Fills an empty store, then lets the database count what it has."""
    import time

    for what, sql in statements(pages):
        began = time.monotonic()
        with store.writing() as connection:
            rows = connection.exec_driver_sql(sql.replace("%", "%%"), ()).rowcount
        say(f"{what}: {rows} rows, {time.monotonic() - began:.1f} s")
    with store.writing() as connection:
        for table in ("crawl_site", "crawl_request", "crawl_visit"):
            connection.exec_driver_sql(f"select setval('{table}_id_seq', (select max(id) from {table}))")
        connection.exec_driver_sql("delete from case_words")
        connection.exec_driver_sql(
            "insert into case_words (case_id, words) select id, to_tsvector('simple', '示例 ' || substring(company_name from '[0-9]+')) from case_file"
        )
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
