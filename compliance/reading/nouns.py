"""Nouns (名词) that can be a subject, without those that are only part of a firm's name (云岭五金制品有限公司, 云岭包装材料厂)."""

from __future__ import annotations

import re

from compliance.reading.nounwords import subject_class, subject_words

# From a word inside the name to its end: 制品 + 有限公司, 材料 + 科技股份有限公司, 设备 + (云溪)有限公司
_NAME_GOES_ON = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:\([\u4e00-\u9fff]{2,8}\)[\u4e00-\u9fff]{0,6}?)?"
    r"(?P<end>(?:有限责任|股份有限|集团有限|有限|股份|集团|实业)(?:公司)?|总公司|(?<![出进本我])厂(?![家区房商内长]))"
)
_OF_CLIENTS = re.compile("服务|至上|满意|第一|体验|关系|端|经理|热线|需求|信赖|好评|群")
_OF_QUALITY = re.compile("目标|方针|政策|承诺|宗旨|理念")
_NOT_IN_A_NAME = re.compile(r"[的是为在由均已和与及、]|通过|获得|取得|我司|公司")


def nouns_in(phrase: str) -> list[re.Match[str]]:
    """The subject words of `phrase` in order. Of a firm's full name only its end counts, as a firm.

    >>> from compliance.reading.nounwords import subject_class
    >>> [subject_class(n) for n in nouns_in("云岭五金制品有限公司")]
    ['company']
    """
    found = []
    for word in subject_words().finditer(phrase):
        if subject_class(word) not in ("company", "third_party"):
            rest = _NAME_GOES_ON.match(phrase, word.end())
            if rest and not _NOT_IN_A_NAME.search(phrase[word.end() : rest.start("end")]):
                continue
        if word.group() in ("客户", "用户") and _OF_CLIENTS.match(phrase, word.end()):
            continue  # 客户服务中心: the firm's own
        if subject_class(word) == "quality" and _OF_QUALITY.match(phrase, word.end()):
            continue
        found.append(word)
    return found
