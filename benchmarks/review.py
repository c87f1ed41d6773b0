"""How fast the review desk answers over 100,000 invented findings: the queue, its filters and full-text search, as whole answers (HTML).

    python -m benchmarks.review [--findings 100000] [--keep FOLDER]

Prints medians in milliseconds over whole requests through the desk's own application (sign-in looked up, page rendered), and as the
peer in the same run a search of the same words by LIKE over the same cases. The aims: queue < 200 ms, search < 300 ms.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from starlette.testclient import TestClient

from compliance.checking.render import head_json, page_json
from compliance.checking.session import VERSION, check_words, open_check
from compliance.store import accounts
from compliance.store.cases import gather
from compliance.store.findings import save_results
from compliance.store.session import Store, open_store
from reports.web.app import make_app
from reports.web.guard import SESSION_COOKIE, Entrance
from reports.web.passwords import SetUpCode

NOW = datetime.now(UTC)
PLACES = ["云岭", "霁汀", "青麓", "临湾", "沧澜", "栖川", "墨阳", "岚溪"]  # no such places
WORDS = [a + b for a in "晟曜禾澜钧霖岑彧翊昶" for b in "捷远泰宁衡朗辉承越鸣"]
TRADES = ["机械", "阀门", "电缆", "食品", "家具", "仪表", "塑胶", "日化"]
QUEUES = {
    "queue, first page": "/",
    "queue, page 400": "/?n=400",
    "queue, one outcome": "/?outcome=suspected",
    "queue, one conduct": "/?conduct=expired_certificate",
    "queue, all states": "/?state=all",
    "queue, last changed first": "/?order=changed",
}


class Spent(NamedTuple):
    """Milliseconds by the clock, and of the processor: on a machine that others use too, the clock tells of them as well."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.0f} ms ({self.processor:.0f} of the processor)"


def findings(count: int) -> Iterator[tuple[Any, Any, str]]:
    """(head, page, company key): one finding a page, 2.5 conducts a firm; bodies shortened, neither the queue nor the search reads them."""
    rng, name = random.Random(7), ""
    with open_check(register="none") as checked:
        head = head_json(
            version=VERSION, rules=checked.book.hash, law=checked.law_hash, as_of=checked.today, register=None
        )
        (model,) = [page_json(one) for one in check_words("本产品通过ISO9001认证，证书编号00025Q10061R0S", checked)]
        conducts = [rule.conduct for rule in checked.book.rules]
    model["claims"] = []
    for at in range(count):
        firm = at * 2 // 5
        name = (
            f"{rng.choice(PLACES)}{rng.choice(WORDS)}{firm}{rng.choice(TRADES)}有限公司"
            if at * 2 % 5 < 2 or not at
            else name
        )
        page = json.loads(json.dumps(model))
        finding = page["findings"][0]
        url = f"http://firm{firm}.example/{at}.html"
        number = f"00025Q{at:06d}R0S"
        conduct = conducts[(at * 7 + firm) % len(conducts)]
        finding |= {
            "id": f"{at:020x}", "conduct": conduct, "rule": conduct.replace("_", "-"),
            "outcome": rng.choice(("violation", "suspected", "suspected", "needs_review")),
            "quote": f"{rng.choice(WORDS)}牌产品通过ISO9001质量管理体系认证，证书编号{number}",
            "explanation": f"页面写有证书{number}，登记数据显示的与此不同。", "breaches": finding["breaches"][:1], "penalties": [],
            "occurrences": [{"page": url, "claim": "c1", "locator": None}],
        }  # fmt: skip
        page |= {
            "url": url,
            "company": {"name": name, "uscc": None, "from": "record"},
            "id": None,
            "sha256": f"{at:064x}",
        }
        page["captured_at"] = (NOW - timedelta(minutes=at)).isoformat()
        yield head, page, name


def fill(store: Store, count: int) -> None:
    """Pages and findings as crawls leave them, gathered into cases."""
    some: list[Any] = []
    for one in findings(count):
        some.append(one)
        if len(some) == 2000:
            save_results(store, some)
            some = []
    save_results(store, some)
    began = time.perf_counter()
    print(f"gathered: {gather(store)} in {time.perf_counter() - began:.0f} s", flush=True)


def median(act: Callable[[], Any], times: int) -> Spent:
    """What one call of the act costs, in the middle of `times`."""
    act()
    walls, processors = [], []
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        act()
        walls.append(1000 * (time.perf_counter() - began))
        processors.append(1000 * (time.process_time() - worked))
    return Spent(statistics.median(walls), statistics.median(processors))


def like(store: Store, words: str) -> int:
    """The peer: the same words by LIKE over names, quotes and pages of the cases."""
    with store.reading() as connection:
        question = "select count(*) from case_file where company_name like ? or quote like ? or page like ?"
        return int(connection.exec_driver_sql(question, (f"%{words}%",) * 3).scalar_one())


def measure(store: Store, times: int) -> None:
    """Prints one line a question."""
    account = accounts.by_login(store, "bench") or accounts.first_account(store, "bench", "bench", "-", NOW, None)
    token = secrets.token_urlsafe(32)
    accounts.sign_in(store, account, token, "csrf", NOW, None)
    code = SetUpCode(print)
    app = make_app(store, Entrance(), code)
    app.app.state.gathering.run(store)
    client = TestClient(app, base_url="http://127.0.0.1", cookies={SESSION_COOKIE: token}, follow_redirects=False)

    def get(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text

    print(f"bare answer (a style sheet): {median(lambda: get('/static/desk.css'), times)}")
    for name, address in QUEUES.items():
        print(f"{name}: {median(lambda a=address: get(a), times)}")
    with store.reading() as connection:
        name = connection.exec_driver_sql("select company_name from case_file limit 1 offset 777").scalar_one()
    for words in (
        "认证",
        "证书",
        name[2:4],
        name[:6],
        name,
        "00025Q012345R0S",
        "012345",
        "ISO 9001",
        "firm777",
        "没有的词",
    ):
        spent = median(lambda w=words: get(f"/?q={w}"), times)
        peer = median(lambda w=words: like(store, w), max(1, times // 5))
        total = get(f"/?q={words}").split('role="status">')[1].split("<")[0].split("·")[0].strip()
        print(f"search {words!r}, {total}: {spent}; by LIKE alone {peer}, ratio {peer.processor / spent.processor:.1f}")


def main() -> None:
    """Fills a store, or takes the one that was kept, and measures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--findings", type=int, default=100_000)
    options.add_argument("--times", type=int, default=15)
    options.add_argument("--keep", type=Path, help="folder for the store; filled once")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"review-{given.findings}.db"
        there = path.exists()
        with open_store(path) as store:
            if not there:
                fill(store, given.findings)
            measure(store, given.times)


if __name__ == "__main__":
    main()
