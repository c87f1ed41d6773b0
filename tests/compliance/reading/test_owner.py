"""Owners: whose page it is, by copyright line, footer, contact block and ICP line; contradictions are said."""

import random
import re

from compliance.reading.blocks import blocks_of
from compliance.reading.glance import glance_of
from compliance.reading.open import page_of_text
from compliance.reading.owner import owner_of, owner_of_glance
from compliance.reading.uscc import make_uscc


def owner(html):
    page = page_of_text(html, html=True)
    return owner_of(page, blocks_of(page)[0])


def test_the_copyright_line_names_the_owner_and_not_the_builder_of_the_site():
    found = owner(
        "<p>正文</p><footer>版权所有 © 2026 云岭泵业有限公司 云ICP备00000000号-1 技术支持：海角网络科技有限公司</footer>"
    )
    assert found.names == ("云岭泵业有限公司",)
    assert found.icp == "云ICP备00000000号-1"
    assert found.conflict is None


def test_customers_and_partners_are_not_the_owner():
    found = owner(
        "<title>云岭泵业有限公司</title><p>合作客户：海角电力有限公司、天涯水务有限公司</p><p>版权所有：云岭泵业有限公司</p>"
    )
    assert found.names[0] == "云岭泵业有限公司"


def test_a_sentence_that_runs_into_the_name_is_cut_off():
    assert owner("<footer>版权所有：本站由云岭泵业有限公司</footer>").names == ("云岭泵业有限公司",)


def test_two_names_in_strong_places_are_a_contradiction():
    found = owner("<p>公司名称：天涯水务有限公司</p><footer>版权所有 云岭泵业有限公司</footer>")
    assert set(found.names) == {"天涯水务有限公司", "云岭泵业有限公司"}
    assert "不止一家" in found.conflict


def test_brackets_of_both_widths_are_one_name():
    found = owner("<p>公司名称：云岭（集团）有限公司</p><footer>版权所有 云岭(集团)有限公司</footer>")
    assert len(found.names) == 1
    assert found.conflict is None


def test_only_a_code_with_its_check_sign_counts():
    good = make_uscc(7)
    assert owner(f"<footer>统一社会信用代码：{good}</footer>").usccs == (good,)
    bad = good[:-1] + ("0" if good[-1] != "0" else "1")
    assert owner(f"<footer>统一社会信用代码：{bad}</footer>").usccs == ()


def test_english_names_are_read():
    assert owner("<footer>Copyright 2026 Yunling Pumps Co., Ltd. All rights reserved</footer>").names == (
        "Yunling Pumps Co., Ltd",
    )


def test_a_first_look_finds_the_same_owner():
    page = page_of_text("<p>" + "正文。" * 3_000 + "</p><p>版权所有：云岭泵业有限公司 云ICP备00000000号</p>", html=True)
    found = owner_of_glance(page, glance_of(page))
    assert (found.names, found.icp) == (("云岭泵业有限公司",), "云ICP备00000000号")


def test_full_names_are_those_that_one_expression_would_find():
    from compliance.reading.data import page_data
    from compliance.reading.owner import _full_names, _patterns

    forms = "|".join(sorted(map(re.escape, page_data("owner")["forms"]), key=len, reverse=True))
    signs = "[\u4e00-\u9fffA-Za-z0-9()（）〔〕·&]"
    whole = re.compile(rf"{signs}{{2,40}}?(?:{forms})(?:[(（][\u4e00-\u9fff]{{2,6}}[)）])?")
    run = re.compile(rf"{signs}{{4,}}")
    rng, found = random.Random(4), 0
    pieces = [
        "云岭",
        "泵业",
        "有限公司",
        "股份有限公司",
        "集团公司",
        "合作社",
        "（江北）",
        "(",
        "）",
        "，",
        " ",
        "a",
        "研究院",
        "厂" * 30,
        "水" * 20,
    ]
    for _ in range(2_000):
        line = "".join(rng.choices(pieces, k=rng.randint(1, 9)))
        expected = [m.span() for part in run.finditer(line) for m in whole.finditer(line, *part.span())]
        form = re.search(forms, line)
        assert (list(_full_names(line, form.start(), _patterns())) if form else []) == expected, line
        found += len(expected)
    assert found > 1_000
