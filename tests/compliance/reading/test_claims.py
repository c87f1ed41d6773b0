"""The reader on single sentences: subject, scheme, state."""

import pytest

from compliance.reading.claims import claims_of
from compliance.records import Block, Claim, Locator, PageContext


def read(text: str, **context) -> tuple[Claim, ...]:
    block = Block(0, text, "sentence", Locator("p", 5, 5 + len(text)))
    return claims_of([block], PageContext(genre=context.pop("genre", "other"), **context))


@pytest.mark.parametrize(
    ("text", "subject", "schemes", "state"),
    [
        ("本产品通过ISO9001认证，请放心选购。", "product", ("iso-9001",), "held"),
        ("生产企业通过ISO9001质量管理体系认证，本产品执行Q/YL 001-2025。", "company", ("iso-9001",), "held"),
        ("公司严格按照ISO9001标准安排生产和检验。", "company", ("iso-9001",), "conformity_only"),
        ("什么是ISO14001认证？需要准备什么？", "none", ("iso-14001",), "explanation"),
    ],
)
def test_a_sentence_is_read_by_its_grammar(text, subject, schemes, state):
    claim = read(text)[0]
    assert (claim.subject, claim.schemes, claim.state) == (subject, schemes, state)


def test_a_quote_is_the_page_letter_by_letter_and_can_be_found_again():
    text = "我厂　已通过ＩＳＯ ９００１：2015 質量管理體系認證，欢迎来厂。"
    claim = read(text)[0]
    assert claim.quote in text
    assert text[claim.locator.start - 5 : claim.locator.end - 5] == claim.quote


def test_a_text_without_any_sign_of_certification_gives_nothing():
    assert read("本店营业到晚上九点，欢迎光临。") == ()
