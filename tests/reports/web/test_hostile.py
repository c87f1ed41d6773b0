"""Hostile pages behind the snapshot: thirty attacks; nothing runs, nothing is fetched, the quote is still marked.

The same pages opened bare in the same Chromium do reach the attacker: a test in which nobody attacks proves nothing.
"""

from __future__ import annotations

import html.parser
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from compliance.store.cases import Filters, Paging, cases_of
from reports.web.snapshot import KEPT, document, inert
from tests.reports.web.attacks import ATTACKS, page_with
from tests.reports.web.signing import PASSWORD
from tests.reports.web.world import SAID, checking, chromium, in_chromium, keep_pages, serving, sign_in_at

# attacks that show something or rest on a click, so that a bare browser asks for nothing by itself
SILENT = {"meta_policy", "svg_animation", "css_overlay", "javascript_url", "deep", "unicode_tricks"}


class Shape(html.parser.HTMLParser):
    """The tags and attributes of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[tuple[str, str, str | None]] = set()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags[tag] += 1
        self.attributes |= {(tag, name, value) for name, value in attrs}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_only_words_and_plain_structure_are_left(name) -> None:
    body, marked = inert(page_with(ATTACKS[name], SAID), [SAID])
    shape = Shape()
    shape.feed(body)
    assert set(shape.tags) <= KEPT | {"mark"}
    assert {one for one in shape.attributes if one[:2] not in (("td", "colspan"), ("td", "rowspan"))} == {
        ("mark", "id", "quote")
    }
    assert all(value.isdigit() for tag, name, value in shape.attributes if tag == "td")
    assert marked == 1 and f'<mark id="quote">{SAID}</mark>' in body


@pytest.mark.parametrize("sign", "\u202e\u200b\u2066\ufeff\u202c")
def test_signs_that_hide_or_turn_words_are_shown_by_their_number(sign) -> None:
    body, _ = inert(f"<p>甲{sign}乙</p>", [])
    assert sign not in body and f"⟦U+{ord(sign):04X}⟧" in body


def test_a_title_of_the_page_never_becomes_part_of_the_answer() -> None:
    assert "<script>" not in document("", "</title><script>alert(1)</script>", "<script>x</script>")


@contextmanager
def bait() -> Iterator[tuple[str, Counter[str]]]:
    """The attacker's server: its address, and what it was asked for."""
    asked: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked[self.path] += 1
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


class TestInChromium:
    """In a real browser."""

    pytestmark = in_chromium

    def test_nothing_runs_and_nothing_is_fetched(self, desk, store, people) -> None:
        with bait() as (address, asked), checking() as checked, serving(desk) as at, chromium() as browser:
            pages = [
                (
                    f"http://a{n}.example/{name}",
                    f"示例攻击{name}有限公司",
                    page_with(ATTACKS[name], SAID, address).encode(),
                )
                for n, name in enumerate(sorted(ATTACKS))
            ]
            keep_pages(store, checked, pages)
            found = cases_of(store, Filters(), Paging(1, 100))["cases"]
            assert len(found) == len(ATTACKS)
            page = browser.new_context().new_page()
            said: list[str] = []
            requests: list[str] = []
            page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
            page.on("popup", lambda popup: said.append("popup"))
            page.on("request", lambda request: requests.append(request.url))
            sign_in_at(page, at, "viewer", PASSWORD)
            for one in found:
                page.goto(f"{at}/cases/{one['id']}")
                page.locator("iframe").scroll_into_view_if_needed()
                frame = page.frame_locator("iframe[name=snapshot]")
                assert frame.locator("mark#quote").inner_text() == SAID
                frame.locator("mark#quote").hover()
                assert page.title() != "owned" and page.url.startswith(at)
            page.wait_for_timeout(500)
            assert (asked, said) == (Counter(), [])
            assert {url for url in requests if not url.startswith(f"{at}/")} == set()
            assert page.context.cookies()[0]["httpOnly"]

    def test_the_frame_is_closed_even_if_something_were_left(self, desk, store, people) -> None:
        """The sandbox and the answer's policy by themselves, without the cleaning."""
        with bait() as (address, asked), serving(desk) as at, chromium() as browser:
            page = browser.new_context().new_page()
            sign_in_at(page, at, "viewer", PASSWORD)
            raw = "".join(ATTACKS[name].replace("BAIT", address) for name in sorted(ATTACKS) if name != "deep")

            def uncleaned(route) -> None:
                from reports.web.snapshot import HEADERS

                route.fulfill(body=document(raw, "x"), content_type="text/html; charset=utf-8", headers=HEADERS)

            page.route("**/raw", uncleaned)
            page.evaluate(
                "at => { const f = document.createElement('iframe'); f.setAttribute('sandbox', ''); f.src = at; document.body.append(f); }",
                f"{at}/raw",
            )
            page.wait_for_timeout(1500)
            assert page.title() != "owned" and page.url == f"{at}/"
            assert asked == Counter()

    def test_the_same_pages_opened_bare_reach_the_attacker(self, tmp_path) -> None:
        with bait() as (address, asked), chromium() as browser:
            context = browser.new_context()
            for name, attack in ATTACKS.items():
                file = tmp_path / f"{name}.html"
                file.write_text(page_with(attack, SAID, f"{address}/{name}"), encoding="utf-8")
                page = context.new_page()
                page.on("dialog", lambda dialog: dialog.dismiss())
                page.goto(file.as_uri(), wait_until="commit")
            page.wait_for_timeout(1500)
            reached = {path.split("/")[1] for path in asked}
        assert set(ATTACKS) - reached <= SILENT
        assert len(reached) >= 20
