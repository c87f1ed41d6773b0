"""Decoding: the page's own words, whatever its bytes say about themselves."""

import pytest

from compliance.reading.decode import decode, looks_binary

TEXT = "<html><body>云岭泵业有限公司生产水泵，欢迎来厂参观，联系电话写在下面</body></html>"
BIG5 = "<html><body>雲嶺泵業有限公司生產水泵，歡迎來廠參觀，聯絡電話寫在下面</body></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_chinese_is_read_without_any_declaration(encoding):
    text, _, faults = decode(TEXT.encode(encoding))
    assert (text, faults) == (TEXT, ())


def test_big5_is_told_from_gb18030():
    assert decode(BIG5.encode("big5"))[:2] == (BIG5, "big5")


def test_gb2312_is_read_as_its_superset():
    body = '<meta charset="gb2312"><p>镕基、喆、①</p>'.encode("gb18030")
    text, encoding, faults = decode(body)
    assert "镕基、喆、①" in text
    assert (encoding, faults) == ("gb18030", ())


@pytest.mark.parametrize(
    "declared", ["text/html; charset=iso-8859-1", "text/html; charset=utf-8", "text/html; charset=no-such"]
)
def test_a_wrong_declaration_does_not_hide_the_text(declared):
    assert decode(TEXT.encode("gb18030"), declared)[0] == TEXT


def test_the_header_goes_before_the_page():
    body = '<meta charset="utf-8"><p>水泵</p>'.encode("gb18030")
    assert "水泵" in decode(body, "text/html; charset=gbk")[0]


def test_lost_signs_are_counted_and_said():
    text, _, faults = decode("<p>水泵</p>".encode() + b"\xff\xfe\xff" + "认证".encode() * 5, "text/html; charset=utf-8")
    assert text.count("\ufffd") > 0
    assert len(faults) == 1
    assert "未读" in faults[0]


def test_a_document_cut_in_its_last_sign_is_whole_up_to_there():
    assert decode(TEXT.encode()[:-15] + "泵".encode()[:2], "text/html; charset=utf-8")[2] == ()


def test_newlines_and_nuls_are_those_of_a_parser():
    assert decode(b"a\r\nb\rc\0d")[0] == "a\nb\nc\ufffdd"


def test_binary_is_known():
    assert looks_binary(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20)
    assert not looks_binary("云岭".encode("utf-16-le") * 50 + "abc".encode("utf-16-le") * 200)
    assert not looks_binary(TEXT.encode("gb18030"))
