import csv
import re
import urllib.error
import urllib.request

import pytest
import yaml

from crawler.sample import EXPECTED, TARGETS
from crawler.sample.serve import sample_sites, serving


def fetched(url, headers=None):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=5) as answer:
        return answer.status, answer.headers, answer.read()


def test_each_site_answers_on_a_port_of_its_own_with_the_charset_it_chose():
    with serving() as hosts:
        assert len(set(hosts.values())) == len(hosts) == len(sample_sites())
        _, headers, body = fetched(hosts["yunhai-bengye.example"] + "/about.html")
        assert headers["Content-Type"] == "text/html"
        assert "示例云海泵业有限公司" in body.decode("gb18030")
        _, headers, _ = fetched(hosts["muhe-jiaju.example"] + "/")
        assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_path_that_climbs_out_of_the_folder_is_not_found():
    with serving(sample_sites()[:1]) as hosts:
        base = next(iter(hosts.values()))
        for path in ("/../../sites.yaml", "/%2e%2e/%2e%2e/serve.py", "/nothing.html"):
            with pytest.raises(urllib.error.HTTPError) as raised:
                fetched(base + path)
            assert raised.value.code == 404


def test_an_unchanged_page_is_answered_with_304():
    with serving(sample_sites()[:1]) as hosts:
        url = next(iter(hosts.values())) + "/about.html"
        _, headers, _ = fetched(url)
        with pytest.raises(urllib.error.HTTPError) as raised:
            fetched(url, {"If-None-Match": headers["ETag"]})
        assert raised.value.code == 304


def test_targets_sites_and_expectations_name_the_same_hosts():
    expected = yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))["sites"]
    with TARGETS.open(encoding="utf-8-sig", newline="") as file:
        targets = [row["网址"].removeprefix("http://").removesuffix("/") for row in csv.DictReader(file)]
    assert set(expected) == set(targets) == {site.host for site in sample_sites()}


def test_every_page_that_shows_a_finding_exists_and_links_stay_inside_the_site():

    expected = yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))["sites"]
    for site in sample_sites():
        for finding in expected[site.host]["findings"]:
            for path in finding["seen_on"]:
                assert (site.folder / path.lstrip("/")).is_file(), (site.host, path)
        for page in site.folder.rglob("*.html"):
            text = page.read_bytes().decode("gb18030" if site.host == "yunhai-bengye.example" else "utf-8")
            for link in re.findall(r'(?:href|src)="([^"]+)"', text):
                assert link.startswith("javascript:") or (page.parent / link).is_file(), (page, link)
