import pytest

from compliance.reading.glance import glance_of
from compliance.reading.open import page_of_text
from crawler.likeness import likeness_of

WORDS = "示例云岭阀门有限公司位于示例市工业园区，主要生产各类阀门，产品远销各地，欢迎来厂参观洽谈，我们热诚为您服务。"


def mark(more, words=WORDS):
    return likeness_of(glance_of(page_of_text(f"<html><body><p>{words}</p>{more}</body></html>", html=True)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>浏览次数：12</p>", "<p>浏览次数：4711</p>"),
        ("<p>您是第 5 位访客</p>", "<p>您是第 6 位访客</p>"),
        ("<p>今天是2026年11月23日 星期一</p>", "<p>今天是2026年11月24日 星期二</p>"),
        ("<p>10:01:02</p>", "<p>23:59:59</p>"),
        ("<!-- token 1 --><p>  好 </p>", "<!-- token 2 --><p>好</p>"),
    ],
)
def test_counters_and_clocks_do_not_make_another_page(one, other):
    assert mark(one) == mark(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>证书编号：00026Q10001R0M</p>", "<p>证书编号：00026Q10002R0M</p>"),
        ("<p>有效期至2026年11月23日</p>", "<p>有效期至2027年11月23日</p>"),
        ("<p>本产品通过ISO9001认证</p>", "<p>本产品通过ISO14001认证</p>"),
        ("<p>闸阀</p>", "<p>球阀</p>"),
        ("<img src=a.jpg alt='荣誉证书'>", "<img src=a.jpg alt='资质证书'>"),
        ("<img src=iso9001.jpg>", "<img src=iso14001.jpg>"),
    ],
)
def test_a_certificate_a_day_a_product_or_a_picture_makes_another_page(one, other):
    assert mark(one) != mark(other)


def test_a_page_of_few_words_is_never_called_the_same():
    assert mark("", words="短") is None
