"""Tables, lists, captions and headings: the place speaks where the words have no verb."""

from datetime import date

import pytest

from compliance.reading.claims import claims_of
from compliance.records import Block, Locator, PageContext


def block(index: int, text: str, container: str = "list", **more) -> Block:
    return Block(index, text, container, Locator(f"li:nth-of-type({index + 1})", 0, len(text)), **more)  # type: ignore[arg-type]


def row(index: int, cells: list[str], headers: list[str], **more) -> Block:
    spans, at = [], 0
    for cell in cells:
        spans.append((at, at + len(cell)))
        at += len(cell)
    return block(index, "".join(cells), "table", cells=tuple(spans), headers=tuple(headers), **more)


HEADS = ["证书名称", "发证机构", "证书编号", "有效期至"]


def test_a_row_of_a_table_of_certificates_is_one_claim_with_its_columns():
    rows = [
        row(0, ["质量管理体系", "云岭认证中心", "00025Q10001R0M", "2028-01-05"], HEADS),
        row(1, ["ISO14001", "云岭认证中心", "00025E10001R0M", "2027-01-05"], HEADS),
    ]
    first, second = claims_of(rows, PageContext("honours"))
    assert (first.schemes, first.state, first.subject) == (("iso-9001",), "held", "company")
    assert (first.details[0].number, first.details[0].body) == ("00025Q10001R0M", "云岭认证中心")
    assert first.details[0].expires == date(2028, 1, 5)
    assert (second.schemes, second.details[0].number) == (("iso-14001",), "00025E10001R0M")
    assert second.quote == "ISO14001"


def test_a_label_and_a_value_in_a_products_table_speak_of_the_product():
    claim = claims_of(
        [row(0, ["认证", "ISO9001"], ["", "认证"], heading_path=("首页", "产品参数"))], PageContext("product")
    )[0]
    assert (claim.subject, claim.state) == ("product", "held")
    assert "binding:position" in claim.cues


def test_a_standard_in_a_products_table_is_conformity():
    claim = claims_of([row(0, ["执行标准", "GB/T 00000-2020"], ["", "执行标准"])], PageContext("product"))[0]
    assert (claim.schemes, claim.state) == (("gb",), "conformity_only")


@pytest.mark.parametrize(
    ("heading", "genre", "state"),
    [
        ("荣誉资质", "company", "held"),
        ("常见认证类型", "company", "explanation"),
        ("服务项目", "company", "consulting_offer"),
        ("发展历程", "company", "held_past"),
        ("投标人资格要求", "company", "requirement"),
        ("", "agency", "consulting_offer"),
        ("荣誉资质", "agency", "held"),
        ("", "company", "held"),
    ],
)
def test_a_heading_or_the_kind_of_page_gives_the_verb(heading, genre, state):
    path = ("首页", heading) if heading else ()
    claim = claims_of([block(0, "ISO9001质量管理体系认证", heading_path=path)], PageContext(genre))[0]
    assert claim.state == state


def test_details_in_the_blocks_below_belong_to_the_certificate_above():
    blocks = [
        block(0, "质量管理体系认证证书", group=3),
        block(1, "证书编号：00025Q10001R0M", group=3),
        block(2, "有效期至：2028年1月5日", group=3),
    ]
    claims = claims_of(blocks, PageContext("honours"))
    assert [(c.details[0].number, c.details[0].expires) for c in claims] == [("00025Q10001R0M", date(2028, 1, 5))]


def test_a_year_in_the_block_before_dates_the_entry_of_a_history():
    blocks = [block(0, "2012年", group=2), block(1, "通过ISO9001认证", group=2)]
    claim = claims_of(blocks, PageContext("company"))[0]
    assert (claim.state, claim.said_on) == ("held_past", date(2012, 1, 1))
    assert "dated:timeline" in claim.cues


def test_a_tender_page_speaks_of_bidders_unless_it_says_we():
    theirs = claims_of([block(0, "具有ISO9001认证", "sentence")], PageContext("tender"))[0]
    ours = claims_of([block(0, "我公司具有ISO9001认证", "sentence")], PageContext("tender"))[0]
    assert (theirs.state, theirs.subject) == ("requirement", "third_party")
    assert (ours.state, ours.subject) == ("held", "company")


def test_text_hidden_by_css_is_read_and_labelled_so():
    claim = claims_of([block(0, "通过ISO9001认证", "sentence", hidden=True, region="footer")], PageContext("company"))[
        0
    ]
    assert claim.hidden and claim.region == "footer"


def test_a_cell_that_names_the_field_of_the_next_is_no_claim_of_its_own():
    claims = claims_of([row(0, ["质量体系", "ISO9001"], ["", "质量体系"])], PageContext("product"))
    assert [c.quote for c in claims] == ["ISO9001"]
    claims = claims_of([row(0, ["质量管理体系", "云岭认证中心"], HEADS[:2])], PageContext("honours"))
    assert [c.quote for c in claims] == ["质量管理体系"]


@pytest.mark.parametrize("heading", ["成功案例", "合作客户", "Our clients"])
def test_under_a_heading_of_customers_others_are_spoken_of(heading):
    item = block(0, "云岭机械有限公司通过ISO9001认证", heading_path=("首页", heading))
    assert claims_of([item], PageContext("agency"))[0].subject == "third_party"
    own = block(0, "我公司通过ISO9001认证", heading_path=("首页", heading))
    assert claims_of([own], PageContext("agency"))[0].subject == "company"


def test_a_line_under_the_features_of_a_product_speaks_of_the_product_by_its_place():
    line = block(0, "结构紧凑，通过ISO9001认证。", "sentence", heading_path=("首页", "产品特点"))
    claim = claims_of([line], PageContext("product"))[0]
    assert (claim.subject, "binding:position" in claim.cues) == ("product", True)
    firm = block(0, "工厂通过ISO9001认证。", "sentence", heading_path=("首页", "产品特点"))
    assert claims_of([firm], PageContext("product"))[0].subject == "company"
    assert claims_of([line], PageContext("company"))[0].subject == "company"


def test_a_firm_whose_name_holds_certification_is_no_certificate():
    line = block(0, "获得云测认证有限公司颁发的证书", "sentence")
    assert not [c for c in claims_of([line], PageContext("news")) if c.quote.endswith("认证")]
