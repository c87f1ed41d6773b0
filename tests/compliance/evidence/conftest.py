from datetime import UTC, date, datetime

import pytest

from compliance.checking.check import Options, check_page
from compliance.checking.render import claim_json, finding_json
from compliance.evidence.answers import AskedRows
from compliance.evidence.bundle import Contents, bundle_of
from compliance.evidence.chain import CHAIN, Chain
from compliance.evidence.data_files import installed_data
from compliance.evidence_cli import page_of
from compliance.records import CertificateRow, RegisterInfo
from compliance.register.memory import MemoryRows
from rules.book import load_book
from rules.law import load_statutes
from rules.schemes import load_schemes

DAY = date(2026, 11, 23)


def firm(n):
    return f"示例第{n:02d}号机械有限公司"


def row(n, **more):
    values = dict(
        number=f"00026Q1{n:04d}R0M", holder=firm(n), uscc=None, scheme="iso-9001", standard="GB/T 19001-2016", scope="阀门的生产",
        body="示例认证有限公司", body_code="000", issued=date(2023, 1, 1), expires=date(2026, 1, 1), status="expired",
        status_from=date(2026, 1, 2), province=None, source="示例登记数据", snapshot=DAY,
    )  # fmt: skip
    return CertificateRow(**values | more)


@pytest.fixture(scope="session")
def judged():
    """n → (page about, body, result, register): the page of an invented firm whose certificate has run out."""
    statutes = load_statutes()
    book, schemes = load_book((), statutes), load_schemes()
    rows = MemoryRows([row(n) for n in range(40)], RegisterInfo("示例登记数据", DAY, 40, ("all",)))

    def judge(n):
        words = f"<p>我公司已通过ISO9001质量管理体系认证，证书编号00026Q1{n:04d}R0M。</p>"
        body = f"<html><head><meta charset=utf-8><title>{firm(n)}</title></head><body>{words}</body></html>".encode()
        about = {
            "url": f"https://firm{n}.example/honour.html", "kind": "page", "content_type": "text/html",
            "captured_at": datetime(2026, 11, 23, 2, tzinfo=UTC).isoformat(),
            "company": {"name": firm(n), "uscc": None, "from": "record"}, "sha256": "",
        }  # fmt: skip
        asked = AskedRows(rows)
        result = check_page(page_of(about, body), asked, book, schemes, Options(as_of=DAY))
        return about, body, result, asked.to_json(), {"version": "0.1.0", "rules": book.hash, "law": statutes.hash}

    return judge


@pytest.fixture
def contents(judged):
    """(n, data files, finding's changes) → Contents."""

    def make(n, data=None, **finding):
        about, body, result, register, program = judged(n)
        found = result.findings[0]
        claim = next(c for c in result.claims if c.claim.id == found.claim)
        return Contents(
            finding=finding_json(found) | finding,
            claim=claim_json(claim),
            page=about,
            body=body,
            register=register,
            options={
                "as_of": DAY.isoformat(), "company": None, "uscc": None, "medium": None, "today": None, "snapshot_days": 31,
                "gate": True,
            },
            program=program,
            custody=[{"at": "2026-11-23T02:00:00+00:00", "who": "test", "what": "made up"}],
            data=installed_data() if data is None else data,
        )  # fmt: skip

    return make


@pytest.fixture
def packed_bundle(tmp_path, contents):
    """(number of the firm, …) → path of a bundle in a folder with its chain; `n`: its file name, the firm's number by default."""

    def pack(firm=1, data=None, folder=tmp_path, n=None, **finding):
        n = firm if n is None else n
        with Chain(folder / CHAIN, "run") as chain:
            link = chain.next()
            made = contents(firm, data, **finding)
            raw, manifest = bundle_of(made, link)
            path = folder / f"{n:02d}.zip"
            path.write_bytes(raw)
            chain.append(link, path.name, made.finding["id"], manifest)
        return path

    return pack


@pytest.fixture
def small():
    """Data files for bundles that are only checked, not judged."""
    return {"rules/law/x.yaml": b"law: x\n", "compliance/y.yaml": b"y: 1\n"}
