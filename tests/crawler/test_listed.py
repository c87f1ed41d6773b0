import gzip

import pytest

from crawler.listed import ENTRIES, is_list, listed_in

SITEMAP = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> http://a.example/1 </loc></url><url><loc>http://a.example/2</loc></url></urlset>'
INDEX = b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://a.example/s1.xml</loc></sitemap></sitemapindex>'
RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><link>http://a.example/</link><item><title>x</title><link>http://a.example/news/1</link></item></channel></rss>"
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://a.example/"/><entry><link rel="edit" href="http://a.example/edit"/>
<link href="http://a.example/news/2"/></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><link>http://a.example/3</link></item></rdf:RDF>"""


@pytest.mark.parametrize(
    ("body", "pages", "nested"),
    [
        (SITEMAP, ["http://a.example/1", "http://a.example/2"], []),
        (gzip.compress(SITEMAP), ["http://a.example/1", "http://a.example/2"], []),
        (INDEX, [], ["http://a.example/s1.xml"]),
        (RSS, ["http://a.example/news/1"], []),
        (ATOM, ["http://a.example/news/2"], []),
        (RDF, ["http://a.example/3"], []),
        (b"http://a.example/1\nnot one\r\nhttps://a.example/2\n", ["http://a.example/1", "https://a.example/2"], []),
        (SITEMAP[:-40], ["http://a.example/1"], []),
        (b"<html><body><a href=/x>x</a></body></html>", [], []),
        (b"", [], []),
        (b"\x1f\x8bnot gzip", [], []),
        (gzip.compress(b"<rss>" + b" " * 30_000_000), [], []),
    ],
)
def test_what_a_list_of_pages_names(body, pages, nested):
    assert listed_in(body) == (pages, nested)


def test_a_list_is_bounded_and_an_entity_is_not_opened():
    many = (
        b"<urlset>"
        + b"".join(b"<url><loc>http://a.example/%d</loc></url>" % n for n in range(ENTRIES + 50))
        + b"</urlset>"
    )
    assert len(listed_in(many)[0]) == ENTRIES
    bomb = b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><urlset><url><loc>&b;&a;</loc></url></urlset>'
    assert "root" not in str(listed_in(bomb))


def test_an_xml_page_is_no_list():
    assert not is_list(b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'></html>") and is_list(RSS)
