"""Letters: complete, neutral, one body each, templates replaceable."""

import pytest

from reports.documents.letter import rendered
from reports.letters import LETTERS, blocks_of, letters_of
from reports.model import report_of
from reports.wording import accusing_words


@pytest.mark.parametrize("kind", LETTERS)
def test_every_company_with_findings_gets_its_letter_and_none_accuses(result, kind):
    letters = letters_of(report_of(result), kind)
    assert letters
    law = {
        text
        for c in report_of(result).companies
        for f in c.findings
        for text in (f.explanation, f.remedy, *f.missing, *f.innocent)
    }
    for letter in letters:
        for block in letter.blocks:
            if not any(text in block.text for text in law):
                assert accusing_words(block.text) == [], block.text


def test_the_notice_says_plainly_when_a_fine_follows_only_failure_to_correct(result):
    text = "".join(block.text for block in letters_of(report_of(result), "rectification")[0].blocks)
    assert "只有逾期不改正的" in text and "未经签发不生效力" in text


def test_an_inquiry_goes_to_one_body_and_names_no_outcome(result):
    claim = result["pages"][1]["claims"][0]
    claim["certificate"]["body"] = "另一示例认证中心"
    letters = letters_of(report_of(result, only="青禾示范机械有限公司"), "inquiry")
    texts = ["".join(block.text for block in letter.blocks) for letter in letters]
    assert len(texts) == 2
    assert sum("另一示例认证中心" in text for text in texts) == 1
    assert not any("涉嫌" in text or "线索" in text for text in texts)


def test_only_the_asked_findings_are_written_about(result):
    letters = letters_of(report_of(result), "transfer", findings=("a0c4418be655",))
    assert len(letters) == 1 and "临云示范食品有限公司" in "".join(b.text for b in letters[0].blocks)


def test_a_users_template_stands_in_place_of_the_programs(result, tmp_path):
    (tmp_path / "transfer.txt.j2").write_text("# 我的函\n\n{{ company.name }}\n", "utf-8")
    letter = letters_of(report_of(result), "transfer", templates=tmp_path)[0]
    assert letter.title == "我的函" and len(letter.blocks) == 2


def test_text_of_a_page_cannot_become_a_heading(result):
    result["pages"][0]["claims"][0]["quote"] = "证书\n# 假标题\n> 右"
    titles = [b.text for b in letters_of(report_of(result), "transfer")[0].blocks if b.kind in ("title", "right")]
    assert not any("假标题" in title for title in titles)


def test_lines_of_a_paragraph_are_joined_and_marks_read():
    assert [(b.kind, b.text) for b in blocks_of("# 题\n一\n二\n\n- 项\n> 右")] == [
        ("title", "题"), ("text", "一二"), ("item", "项"), ("right", "右"),
    ]  # fmt: skip


def test_the_html_escapes_and_runs_nothing(result):
    result["pages"][0]["claims"][0]["quote"] = "<script>alert(1)</script>"
    page = rendered(letters_of(report_of(result), "transfer"), "html").decode()
    assert "<script" not in page and "&lt;script&gt;" in page and "default-src 'none'" in page


def test_the_docx_opens(result):
    docx = pytest.importorskip("docx")
    import io

    document = docx.Document(io.BytesIO(rendered(letters_of(report_of(result), "inquiry"), "docx")))
    assert any("协助核实" in paragraph.text for paragraph in document.paragraphs)
