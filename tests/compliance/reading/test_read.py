"""One page read: genre, claims, owner, coverage; bounded on whatever comes."""

import importlib.util
import random
import sys
from pathlib import Path

from compliance.reading.open import page_of_bytes, page_of_text
from compliance.reading.read import language_of, read_page

HTML = (
    "<html><head><title>荣誉资质-云岭泵业有限公司</title></head><body><div class=nav><a>首页</a><a>联系我们</a></div><h1>荣誉资质</h1>"
    "<p>我公司已通过ISO9001质量管理体系认证。</p><table><tr><th>证书</th><th>编号</th></tr><tr><td>质量管理体系认证证书</td><td>00026Q30001R0M</td></tr></table>"
    "<ul><li><img src=a.jpg alt=证书><p>环境管理体系认证证书</p></li></ul><footer>版权所有 云岭泵业有限公司</footer></body></html>"
)


def test_a_page_is_read_from_its_menu_to_its_footer():
    reading = read_page(page_of_text(HTML, html=True))
    assert reading.genre == "honours"
    assert reading.owner.names == ("云岭泵业有限公司",)
    assert reading.language == "zh"
    assert reading.coverage.pictures_seen == 1
    assert "iso-9001" in {scheme for claim in reading.claims for scheme in claim.schemes}


def test_a_blocked_page_is_not_clean():
    coverage = read_page(page_of_text("<title>安全验证</title><p>请完成滑动验证</p>", html=True)).coverage
    assert (coverage.blocked, coverage.blocked_reason) == (True, "captcha")


def test_faults_of_the_page_are_in_what_was_not_read():
    page = page_of_bytes(
        "<p>水泵</p>".encode() + b"\xff\xff\xff" + "认证".encode() * 9, content_type="text/html; charset=utf-8"
    )
    assert any("未读" in words for words in read_page(page).coverage.unread)


def test_language_is_that_of_most_words():
    assert (language_of("水泵 pump"), language_of("We make good pumps in the town of 云岭"), language_of("")) == (
        "zh",
        "en",
        "en",
    )


def test_the_reading_of_a_page_is_the_same_twice():
    page = page_of_text(HTML, html=True)
    assert repr(read_page(page)) == repr(read_page(page))


def test_broken_copies_are_read_without_a_crash():
    path = Path(__file__).parents[3] / "benchmarks" / "mutants.py"
    spec = importlib.util.spec_from_file_location("mutants", path)
    mutants = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mutants)
    rng = random.Random(11)
    for i in range(24):
        page = page_of_bytes(mutants.mutant_of(HTML.encode(), rng), html=True, source=f"mutant {i}")
        assert read_page(page) == read_page(page, gate=False)
    assert "mutants" not in sys.modules
