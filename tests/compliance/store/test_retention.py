"""Old bodies go; evidence, what is still shown, and the record of what was received stay."""

import zlib
from datetime import UTC, datetime, timedelta

import pytest

from compliance.store.pages import CONTENT, KNOWN, VISIT, content_of, visits_of
from compliance.store.retention import retain
from compliance.store.runs import SITE
from compliance.store.screenshots import SHOT
from compliance.store.session import open_store
from compliance.store.tables_findings import SightRow

NOW = datetime(2026, 11, 28, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=400), NOW - timedelta(days=3)
LIMIT = NOW - timedelta(days=180)


@pytest.fixture
def store(place):
    with open_store(place) as store:
        with store.writing() as connection:
            connection.execute(SITE.insert().values(id=1, run_id="r", host="a.example"))
            bodies = {
                "plain": (OLD, 0), "claims": (OLD, 2), "sighted": (OLD, 0), "current": (OLD, 0), "gone": (OLD, 0),
                "fresh": (NEW, 0), "both": (OLD, 0), "packed": (OLD, 0), "waits": (OLD, 0),
            }  # fmt: skip
            for number, (name, (when, claims)) in enumerate(bodies.items()):
                connection.execute(CONTENT.insert().values(sha256=name, size=9, body=zlib.compress(name.encode())))
                if name == "packed":
                    continue
                connection.execute(
                    VISIT.insert().values(
                        id=number + 1, run_id="r", site_id=1, request_id=number, url=f"http://a.example/{name}",
                        asked=f"http://a.example/{name}", captured_at=when, status=200, headers="[]", request="[]",
                        claims=claims, sha256=name, unchanged=False, kind="page",
                        judged="pending" if name == "waits" else "done", packed="packed" if name == "claims" else None,
                    )
                )  # fmt: skip
            connection.execute(
                VISIT.insert().values(
                    id=99, run_id="r", site_id=1, request_id=99, url="u", asked="u", captured_at=NEW, status=200,
                    headers="[]", request="[]", claims=0, sha256="both", unchanged=True, kind="page", judged="done",
                )
            )  # fmt: skip
            connection.execute(
                SightRow.__table__.insert().values(finding="f", page_key="p", seen_at=OLD, sha256="sighted")
            )
            for name, gone in (("current", None), ("gone", OLD)):
                connection.execute(
                    KNOWN.insert().values(
                        fingerprint=name, host="a.example", url=name, sha256=name, first_seen=OLD, last_seen=OLD,
                        gone_on=gone, etag='"1"', kind="page", priority=0, depth=0, visits=1, changes=0,
                        interval_hours=168.0,
                    )
                )  # fmt: skip
        yield store


def kept(store):
    with store.reading() as connection:
        return {row.sha256 for row in connection.execute(CONTENT.select())}


def test_old_bodies_without_use_go_and_every_visit_stays(store):
    done = retain(store, LIMIT)
    assert kept(store) == {"claims", "packed", "sighted", "current", "fresh", "both", "waits"}
    assert (done.looked, done.evidence, done.current, done.recent) == (9, 3, 1, 3)
    assert content_of(store, "plain") is None and content_of(store, "claims") == b"claims"
    with store.reading() as connection:
        assert len(connection.execute(VISIT.select()).all()) == 9
    assert [v.sha256 for v in visits_of(store, [1, 2])] == ["claims"]
    assert retain(store, LIMIT).bytes == retain(store, LIMIT, dry_run=True).bytes


def test_screenshots_and_what_a_findings_address_showed_later_are_evidence(store):
    with store.writing() as connection:
        connection.execute(CONTENT.insert().values(sha256="png", size=9, body=zlib.compress(b"png")))
        connection.execute(
            SHOT.insert().values(url="http://a.example/claims", sha256="claims", png="png", browser="x", taken_at=OLD)
        )
        later = {
            "finding": "f",
            "page_key": "http://a.example/plain",
            "seen_at": OLD - timedelta(days=9),
            "sha256": "x",
        }
        connection.execute(SightRow.__table__.insert().values(**later))
    retain(store, LIMIT)
    assert {"png", "plain"} <= kept(store)


def test_a_dry_run_counts_and_removes_nothing(store):
    done = retain(store, LIMIT, dry_run=True)
    assert done.removed == 2 and done.bytes > 0 and len(kept(store)) == 9


def test_an_address_without_its_bytes_is_asked_for_in_full(store):
    retain(store, LIMIT, current_too=True)
    assert "current" not in kept(store)
    with store.reading() as connection:
        row = connection.execute(KNOWN.select().where(KNOWN.c.fingerprint == "current")).one()
    assert (row.sha256, row.etag) == (None, None)


def test_the_command_says_what_it_did(store, place, capsys, monkeypatch):
    from certmark import main

    monkeypatch.setenv("CERTMARK_DATABASE_URL", place)
    with pytest.raises(SystemExit) as ended:
        main(["store", "retain", "--older-than", "180d", "--dry-run"])
    assert ended.value.code in (0, None)
    assert "9 bodies: 2 would be removed" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["store", "retain", "--older-than", "soon"])
    assert ended.value.code == 2
