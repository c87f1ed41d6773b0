import json

import pytest

from crawler.targets import Target, TargetFault, read_targets, target_of

CODE = "91000000MA0000111G"


def written(tmp_path, text, name="t.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_and_english_headings_are_read_in_any_usual_encoding(tmp_path, encoding):
    chinese = f"企业名称,统一社会信用代码,网址,优先级,机构批准号\n示例甲有限公司,{CODE},a.example,3,CNCA-R-0000-000\n"
    english = f"company,uscc,url,priority,body_code\n示例甲有限公司,{CODE},a.example,3,CNCA-R-0000-000\n"
    for text in (chinese, english):
        targets, faults = read_targets(written(tmp_path, text, encoding=encoding))
        assert not faults
        (target,) = targets
        assert (target.company, target.uscc, target.urls) == ("示例甲有限公司", CODE, ("http://a.example/",))
        assert (target.priority, target.body_code, target.host) == (3, "CNCA-R-0000-000", "a.example")


def test_several_addresses_of_one_host_are_one_target_and_of_two_hosts_two(tmp_path):
    path = written(tmp_path, "company,url\n甲,http://www.a.example/;https://a.example/en；http://b.example/\n")
    targets, _ = read_targets(path)
    assert [(t.host, len(t.urls)) for t in targets] == [("a.example", 2), ("b.example", 1)]


def test_a_bad_row_is_said_with_its_line_and_the_rest_is_read(tmp_path):
    text = "company,uscc,url,priority\n甲,,a.example,\n乙,91000000MA0000111X,b.example,\n丙,,ftp://c.example,\n丁,,,\n戊,,e.example,hoch\n己,,f.example,2\n"
    targets, faults = read_targets(written(tmp_path, text))
    assert [t.host for t in targets] == ["a.example", "f.example"]
    assert [f.source.rsplit(":", 1)[1] for f in faults] == ["3", "4", "5", "6"]
    assert "check digit" in faults[0].what and all(f.fix for f in faults)


def test_a_company_listed_twice_is_asked_once(tmp_path):
    targets, _ = read_targets(
        written(tmp_path, "company,url\n甲,a.example\n甲,http://www.a.example/\n甲,a.example/x\n")
    )
    assert len(targets) == 1 and len(targets[0].urls) == 3


def test_xlsx_and_json_lines_are_read_too(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["企业名称", "网址", "优先级"])
    book.active.append(["示例甲有限公司", "a.example", 2])
    book.save(tmp_path / "t.xlsx")
    lines = json.dumps({"company": "乙", "url": ["b.example", "b.example/x"]}, ensure_ascii=False) + "\n{broken\n[1]\n"
    from_xlsx = read_targets(tmp_path / "t.xlsx")
    from_lines = read_targets(written(tmp_path, lines, "t.jsonl"))
    assert from_xlsx.targets[0].priority == 2 and not from_xlsx.faults
    assert from_lines.targets[0].urls == ("http://b.example/", "http://b.example/x")
    assert [f.source.rsplit(":", 1)[1] for f in from_lines.faults] == ["2", "3"]


@pytest.mark.parametrize(
    ("name", "text"), [("t.csv", ""), ("t.csv", "\n\n"), ("t.csv", "name,town\n甲,示例市\n"), ("t.xlsx", "no zip")]
)
def test_a_list_that_holds_nothing_usable_is_one_clear_fault(tmp_path, name, text):
    targets, faults = read_targets(written(tmp_path, text, name))
    assert not targets and len(faults) == 1 and faults[0].fix


def test_a_missing_file_is_a_fault_and_no_crash(tmp_path):
    targets, faults = read_targets(tmp_path / "none.csv")
    assert not targets and "can't be read" in faults[0].what


def test_one_site_on_the_command_line_is_a_target_or_a_fault():
    assert isinstance(target_of("https://a.example/", "甲"), Target)
    assert isinstance(target_of("file:///etc/passwd"), TargetFault)
    assert isinstance(target_of("not an address at all"), TargetFault)
