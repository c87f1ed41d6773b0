"""The harness that measures the picture reader: its scoring, its kept answers, its tables, its command. All pictures are invented."""

import json

import pytest

EXTRA = "the extra `pictures` is not installed"
np = pytest.importorskip("numpy", reason=EXTRA)
Image = pytest.importorskip("PIL.Image", reason=EXTRA)
for name in ("cv2", "zxingcpp", "rapidocr", "onnxruntime"):
    pytest.importorskip(name, reason=EXTRA)
ocr = pytest.importorskip("compliance.pictures.ocr")
evaluate = pytest.importorskip("benchmarks.pictures.evaluate")
kept = pytest.importorskip("benchmarks.pictures.kept")
run = pytest.importorskip("benchmarks.pictures.run")
score = pytest.importorskip("benchmarks.pictures.score")
show = pytest.importorskip("benchmarks.pictures.show")


def said(value, confirmed=False, text=None):
    return {"text": text or value, "value": value, "confidence": 0.9, "confirmed": confirmed, "box": [0, 0, 1, 1]}


@pytest.mark.parametrize("field, truth, read, result", [
    ("number", "00025Q10001R0M", "00025Q10001R0M", "right"),
    ("number", "50600339 QM15", "50600339QM15", "right"),
    ("number", "00025Q10001R0S", "00025Q10001ROS", "wrong"),  # O for 0 is a wrong number
    ("uscc", "91000000MA00000157", "91000000MA0000015", "wrong"),
    ("standard", "GB/T19001-2016/ISO9001:2015", "GB/T 19001-2016/ISO 9001:2015", "right"),
    ("standard", "GB/T 19001-2016/ISO 9001:2015", "GB/T 19001-2016", "part"),
    ("standard", "ISO 9001 : 2015", "ISO 9001:2008", "wrong"),
    ("standard", "ISO 9001:2015", "ISO 9001:2015/GB/T 19001-2016", "wrong"),  # more than is printed
    ("issued", "二〇一六年十二月七日", "2016-12-07", "right"),
    ("issued", "2012-OCTOBER-31", "2012-10-31", "right"),
    ("expires", "APR 11, 2026", "2026-04-12", "wrong"),
    ("holder", "Sample Machinery Co., Ltd.", "SAMPLE MACHINERY CO.,LTD", "right"),
    ("holder", "云陵恒晟机械有限公司", "云陵恒晟机械有限公", "wrong"),
    ("body", "衡正样例认证中心（北京）", "衡正样例认证中心(北京)", "right"),
    ("body", "Greyfell Assurance Ltd.", "Greyfell Assurance", "part"),
    ("scope", "闸阀、截止阀、球阀的设计和制造", "闸阀、截止阀、球阀的设计和制", "part"),
])  # fmt: skip
def test_a_field_is_worth_what_a_careful_person_says(field, truth, read, result):
    assert score.compared(field, truth, read) == result


def test_days_that_are_none():
    assert [score.day_of(text) for text in ("2016年12月", "二〇六年十二月七日", "", "APR 2023", "见背面")] == [None] * 5


def test_what_was_not_read_is_missing_and_what_was_vouched_for_and_wrong_is_counted():
    assert score.scored("number", "A1", None).result == "missing"
    assert score.scored("number", "A1", said("")).result == "missing"
    wrong = score.scored("number", "A1", said("A2", confirmed=True))
    assert wrong.confirmed_wrong and wrong.said == "A2"
    assert not score.scored("number", "A1", said("A2")).confirmed_wrong
    assert score.scored("issued", "2025-01-02", {**said("x", text="2025年1月2日"), "value": None}).result == "right"


def test_kept_answers_ask_once_a_picture_and_give_the_same(tmp_path, monkeypatch):
    asked = []

    def read(pixels):
        asked.append(pixels.shape)
        return [ocr.Quad([(0.0, 0.0), (9.0, 0.0), (9.0, 4.0), (0.0, 4.0)], f"行{pixels[0, 0, 0]}", 0.9)], (1, 2.5)

    monkeypatch.setattr(ocr, "_read", read)
    one, other = np.zeros((8, 20, 3), np.uint8), np.full((8, 20, 3), 7, np.uint8)
    with kept.kept_answers(tmp_path) as counts:
        first = [ocr._read(one), ocr._read(other)]
    assert (counts.asked, counts.kept) == (2, 0)
    with kept.kept_answers(tmp_path) as counts:
        assert [ocr._read(one), ocr._read(other)] == first
    assert (counts.asked, counts.kept, len(asked)) == (0, 2, 2)
    assert ocr._read is read
    for file in tmp_path.rglob("*.json"):
        file.write_text("{cut")
    with kept.kept_answers(tmp_path) as counts:
        assert ocr._read(one) == first[0] and counts.asked == 1


def test_the_plan_is_every_step_with_every_layout_and_a_part_of_it_spreads():
    whole = run.certificates(1, None)
    assert len(whole) == len(set(whole)) == len(run.STEPS) * len(run.LAYOUTS)
    part = run.certificates(1, 60)
    assert len(part) == 60 and part == whole[:60]
    assert len({step for step, _, _ in part}) > len(run.STEPS) / 2
    assert len({layout for _, layout, _ in part}) > len(run.LAYOUTS) - 2


def row(group, *fields, width=1000, **more):
    made = run.Row(group, f"{group}.jpg", width, "certificate", "certificate", True, None)
    made.fields = [score.scored(*f) for f in fields]
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_tables_count_what_they_say():
    rows = [
        row("width-800", ("number", "A1", said("A1", True)), ("holder", "甲", said("乙", True))),
        row("width-800", ("number", "A2", said("B2"))),
        row("blur-1.5", ("number", "A3", None)),
    ]
    lines = show.table(rows, "title")
    first, last = next(li for li in lines if li.startswith("width-800")).split(), lines[-1].split()
    assert first[:5] == ["width-800", "2", "2", "2", "1/2"] and first[-3:] == ["2", "2", "1"]
    assert last[:5] == ["all", "3", "3", "3", "1/3"] and last[-3:] == ["2", "2", "1"]
    goals = show.goal_lines(rows, "goals")
    assert any("number" in li and "1/3" in li and "wrong 1, missing 1" in li and "NOT MET" in li for li in goals)
    errors = show.error_lines(rows, 10)
    assert errors[0] == "wrong fields: 2" and errors[1].startswith("  CONFIRMED width-800") and "'甲'" in errors[1]
    assert len(show.error_lines(rows, 1)) == 2


def test_marks_and_empty_scenes_are_counted():
    empty = [row("scene"), row("scene", marks=["ce"])]
    assert "500" not in show.scene_lines(empty)[0] and "with a mark verdict: 1" in show.scene_lines(empty)[0]
    signs = [
        row("24", wanted_marks=["ce"], marks=["ce"], unconfirmed=["ce"]),
        row("24", wanted_marks=["ce"], marks=["fcc"]),
    ]
    lines = show.sign_lines(signs)
    assert (
        any(li.startswith("ce") and "1/2 (0)" in li for li in lines)
        and "another mark than the drawn one: 1" in lines[3]
    )


def test_labels_name_the_projects_marks():
    assert [run.mark_of_label(n) for n in ("CE", "CNAS", "IAF", "CCC", "China energy conservation", "YCC")] == [
        "ce",
        "cnas",
        "ilac-iaf",
        "ccc",
        "energy-saving",
        None,
    ]


def test_a_labelled_folder_says_what_is_wrong_with_it(tmp_path):
    with pytest.raises(ValueError, match="no \\*.jsonl"):
        run.labelled(tmp_path)
    (tmp_path / "labels.jsonl").write_text('{"file": "a.jpg"}\n')
    with pytest.raises(ValueError, match="line 1: a.jpg is not there"):
        run.labelled(tmp_path)
    (tmp_path / "labels.jsonl").write_text("{nonsense\n")
    with pytest.raises(ValueError, match=r"labels.jsonl, line 1"):
        run.labelled(tmp_path)


def test_a_labelled_folder_read_end_to_end(tmp_path, monkeypatch, capsys):
    """The command on one blank picture that is labelled as none of the kinds: nothing is read, nothing is made up."""
    Image.new("RGB", (120, 90), (240, 240, 240)).save(tmp_path / "a.png")
    label = {"file": "a.png", "width": 120, "height": 90, "kind": "other", "legible": False, "marks": []}
    (tmp_path / "labels.jsonl").write_text(json.dumps(label) + "\n")
    monkeypatch.setattr(ocr, "_read", lambda pixels: ([], (0, 0.0)))
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "kept")
    dump = tmp_path / "rows.jsonl"
    assert evaluate.main(["--only", "labelled", "--folder", str(tmp_path), "--dump", str(dump)]) == 0
    out = capsys.readouterr().out
    assert "other                    other 1" in out and "said where the label has no such mark: 0" in out
    assert json.loads(dump.read_text())["said_kind"] == "other"


def test_a_folder_that_cannot_be_used_ends_with_2(tmp_path, capsys):
    assert evaluate.main(["--only", "labelled", "--folder", str(tmp_path)]) == 2
    assert "no *.jsonl" in capsys.readouterr().err


def test_edited_scans_are_counted_by_way_and_untouched_ones_apart():
    rows = [row("repainted", edited="number", edits=[("sharper", "number")]), row("repainted", edited="issued"),
            row("repainted", edited="issued", edits=[("height", "number")]), row("untouched", edits=[("patch", "stamp")])]  # fmt: skip
    text = "\n".join(show.edited_lines(rows))
    assert (
        "repainted      1/3" in text
        and "another field: 1" in text
        and "not edited: 1; with a sign of editing: 1" in text
    )
