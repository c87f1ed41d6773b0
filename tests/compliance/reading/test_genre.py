"""Genres: what kind of page speaks; a page that stands in place of the one asked for is blocked, with the reason."""

import pytest

from compliance.reading.genre import genre_of
from compliance.reading.open import page_of_text
from compliance.records import Page

LONG = "<p>" + "我厂成立于从前，是一家生产水泵的企业，占地面积很大，员工很多。" * 8 + "</p>"


def genre(html, url=None):
    page = page_of_text(html, html=True)
    return genre_of(Page(url, None, page.html, None, page.sha256))


@pytest.mark.parametrize(
    ("expected", "html", "url"),
    [
        ("honours", f"<title>荣誉资质-云岭泵业有限公司</title>{LONG}", None),
        ("honours", f"<title>云岭泵业</title><div>首页 &gt; 关于我们 &gt; 荣誉资质</div>{LONG}", None),
        ("honours", f"<title>云岭泵业</title>{LONG}", "https://a.example/honor/"),
        (
            "company",
            f"<title>云岭泵业有限公司</title><div>首页 &gt; 公司简介</div>{LONG}",
            "https://a.example/about.html",
        ),
        (
            "news",
            "<title>云岭泵业</title><div>首页 &gt; 新闻中心</div><p>发布时间：某日 浏览次数：3</p><p>某日举行了活动。上一篇 下一篇</p>",
            None,
        ),
        (
            "product",
            "<title>清水泵-云岭泵业</title><p>产品特点</p><p>技术参数</p><p>适用范围</p><p>规格型号</p>",
            "https://a.example/product/7.html",
        ),
        (
            "other",
            "<title>清水泵系列-云岭泵业有限公司</title><div>首页 &gt; 产品展示 &gt; 清水泵系列</div><h1>清水泵系列</h1><p>关于我们</p>"
            "<p>联系我们</p><p>技术支持</p>",
            "https://a.example/product/",
        ),
        (
            "product",
            "<title>清水泵系列-云岭泵业有限公司</title><div>首页 &gt; 产品展示 &gt; 清水泵系列</div><h1>清水泵系列</h1><p>型号：Q1</p>",
            "https://a.example/product/",
        ),
        ("agency", "<title>体系认证咨询-某某咨询</title><p>认证流程、认证费用、快速拿证</p>", None),
        ("tender", "<title>水泵采购公告</title><p>投标人须知，招标人，开标，评标</p>", None),
        ("shop", "<title>清水泵</title><p>￥100 加入购物车 立即购买 库存 包邮</p>", None),
        ("explainer", "<title>什么是体系认证</title><p>体系认证是指……</p>", None),
        ("certification_body", "<title>某某认证有限公司</title><p>获证组织查询 认证规则 公正性声明</p>", None),
    ],
)
def test_words_and_place_decide(expected, html, url):
    assert genre(html, url) == (expected, None)


@pytest.mark.parametrize(
    ("reason", "html"),
    [
        ("captcha", "<title>安全验证</title><p>请完成滑动验证后继续访问</p>"),
        ("captcha", "<title>Just a moment...</title><p>Checking your browser</p>"),
        ("waf", "<title>访问被拦截</title><p>您的请求疑似攻击行为，已被网站防火墙拦截</p>"),
        ("waf", "<title>403 Forbidden</title><h1>403 Forbidden</h1>"),
        ("login", "<title>登录</title><form><input name=u><input type=password></form>"),
        ("empty_shell", "<title>云岭</title><div id=app></div><script src=a.js></script>"),
        (
            "empty_shell",
            "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div><script></script>",
        ),
        ("parked", "<title>a.example</title><p>该域名正在出售，this domain is for sale</p>"),
        ("soft_404", "<title>404</title><p>抱歉，您访问的页面不存在</p>"),
        ("closed", "<title>提示</title><p>本站点已关闭</p>"),
    ],
)
def test_a_page_in_place_of_the_page_is_blocked_with_its_reason(reason, html):
    assert genre(html) == ("blocked", reason)


@pytest.mark.parametrize(
    "html",
    [
        f"<title>云岭</title>{LONG * 12}<p>请先登录后查看价格</p>",
        f"<title>域名知识</title>{LONG * 12}<p>该域名正在出售</p>",
    ],
)
def test_a_full_page_with_such_words_is_not_blocked(html):
    assert genre(html)[0] != "blocked"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本产品通过ISO9001认证", "other"),
        ("投标人须具有质量管理体系认证证书", "tender"),
        ("什么是质量管理体系认证？", "explainer"),
        ("专业代办各类认证证书，包过，快速拿证", "agency"),
        ("记者日前从某局获悉，一家企业被查处", "news"),
        ("请先登录", "other"),
        ("", "other"),
    ],
)
def test_typed_text_is_other_unless_its_words_decide_and_never_blocked(text, expected):
    assert genre_of(page_of_text(text, typed=True))[0] == expected
