"""Long lines OCR was unsure of are read once more, alone; what that gives is taken when it is sure, and vouches for nothing."""

import pytest

np = pytest.importorskip("numpy", reason="the extra `pictures` is not installed")

from compliance.pictures import ocr  # noqa: E402
from compliance.pictures.records import Line  # noqa: E402


@pytest.mark.parametrize(
    ("again", "taken"),
    [
        (("Design of gate valves", 0.99), True),
        (("Design of gate valves", 0.9), False),  # unsure, too
        (("Des", 0.99), False),  # less of it
    ],
)
def test_taken_when_sure(monkeypatch, again, taken):
    monkeypatch.setattr(ocr, "read_strips", lambda strips: [again for _ in strips])
    sure, unsure, short = (
        Line("ISO 9001:2015", (10, 10, 300, 20), 0.99, 20.0),
        Line("Dsgn f gt vlvs", (10, 50, 300, 20), 0.6, 20.0),
        Line("R0S", (10, 90, 40, 20), 0.5, 20.0),
    )
    printed = ocr.Printed((sure, unsure, short), np.full((200, 400, 3), 255, np.uint8))
    found = ocr._unsure_again(printed)
    assert (found[0], found[2]) == (sure, short)
    assert found[1].text == (again[0] if taken else unsure.text) and found[1].confidence == 0.6
