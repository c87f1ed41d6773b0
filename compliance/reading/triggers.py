"""The cheapest question (触发词): can this text speak of certification at all? Compiled patterns, nothing else loaded.

`may_claim` is asked of raw text. Everything the readers behind it can read contains one of these signs in some spelling;
where the spelling is odd (full width, decorated, spaced, zero-width) the text is folded first and asked again.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Each alternative is one way a mention can begin. English words are common, so they stand with their word limits.
CHINESE = (
    r"认证|認證|认\s证|認証|论证|驗證|管理系統|認可|认可|证书|證書|証書|贯标|体系|體系|许可证|許可證|免检|免檢|名牌|驰名|专利|專利|高新技术|高新企业|高新认证|国家高新|软件企业|有机|有機|绿色食品|綠色食品|绿色..食品|绿色产品|绿色建材|良好农业|三品一标|两品一标|"
    r"无公害|無公害|地理标志|资质|資質|资格|認定|认定|检测|检验|測試|测试|审批|强制性|船级社|实名制|平台实名|专精特新|等保|软著|著作权|商标|进出口权|经营权|信用等级|信用评级|信用认证|信用企业|重信用|守信用|纳税信用|级信用|注册证|上岗证|审核员|内审员|"
    r"验厂|关键控制点|环境标志|十环|等级保护|安全标准化|生产标准化|特种设备|械字号|涉水批件|涉水许可|科技型中小|小巨人|能效标识|碳足迹|出证|下证|拿证|碳中和|能源之星|国军标|防爆|荣誉|称号"
)
LATIN = (
    r"3c(?![a-z0-9])|icp|(?<![a-z])(?:[i1l]so|is[o0]|1s[o0])(?![a-z])|(?<![a-z])is ?9001|iatf|ohsas|haccp|"
    r"fssc|gb ?/ ?t|(?<![a-z])gb ?\d{4}|gjb|cnas|cmmi|itss|rohs|reach(?=[^a-z]|$)|certif|accredit|complian|"
    r"compl(?:y|ies)|"
    r"(?<![a-z])(?:ccc|cqc|ce|aaa|3a|ul|fda|fcc|fsc|gmp|qs|sc|ts|bsci|soc ?2|halal|kosher|sgs|oeko|gots|grs|brc|brcgs?|sa ?8000|pcidss|ifs|globalgap|crcc|cqm|ukca|csa|etl|pse|saa|kc|smeta|sedex|ccrc|cma|dcmm|pci|leed|aspice|atex|iecex|cgmp|nsf|en|mil|astm|api|9001|14001|45001|18001|16949|13485|22000|27001)(?![a-z])|"
    r"approv|licen[cs]e|organic"
)
PLAIN = re.compile(f"{CHINESE}|{LATIN}", re.IGNORECASE)
_CHINESE = re.compile(CHINESE)
_WORD = re.compile("[0-9A-Za-z]+")
_FIRST_WORDS = frozenset({"gb", "soc", "sa", "is9001"})  # LATIN wants a second word or sign behind these
ODD = re.compile(
    "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u0300-\u036f\u0370-\u04ff\u2070-\u209f\u2100-\u214f\u2460-\u24ff\uff10-\uff5a"
    "\U0001d400-\U0001d7ff\U0001f130-\U0001f1ff]|(?:[A-Za-z0-9] ){3}|[\u4e00-\u9fff]\\s+[\u4e00-\u9fff]"
)


def alternatives(pattern: str) -> list[str]:
    """The top-level alternatives of a regular expression."""
    out, depth, start, i, in_class = [], 0, 0, 0, False
    while i < len(pattern):
        sign = pattern[i]
        if sign == "\\":
            i += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            out.append(pattern[start:i])
            start = i + 1
        i += 1
    return [*out, pattern[start:]]


def may_claim(text: str) -> bool:
    """False only if no reader behind can find anything in `text`.

    Asked as two fast questions instead of PLAIN's slow one (which ignores case at every sign): the Chinese words by their first
    signs, the Latin ones word by word, each distinct word judged once.

    >>> may_claim("本店营业到晚上九点"), may_claim("通过Ｉ Ｓ Ｏ９００１")
    (False, True)
    """
    if _CHINESE.search(text) or any(map(_latin, _WORD.findall(text))):
        return True
    if not ODD.search(text):
        return False
    from compliance.reading.fold import fold  # only odd spellings pay for it

    return bool(PLAIN.search(fold(text).text))


@lru_cache(maxsize=65_536)
def _latin(word: str) -> bool:
    return bool(PLAIN.search(word)) or word.lower() in _FIRST_WORDS
