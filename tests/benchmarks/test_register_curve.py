"""The curve of precision and recall that `benchmarks/register.py` draws."""

import csv
import importlib.util
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

# by its file: with the folder on the path, its `reports` would stand before the project's
_SPEC = importlib.util.spec_from_file_location(
    "register_curve", Path(__file__).parents[2] / "benchmarks" / "register_curve.py"
)
curve = importlib.util.module_from_spec(_SPEC)
sys.modules["register_curve"] = curve
_SPEC.loader.exec_module(curve)
Answer = curve.Answer
ANSWERS = [Answer(0.97, True, True), Answer(0.91, False, False), Answer(0.82, True, True), Answer(0.0, False, True)]


def at(threshold: float) -> tuple[float, float, float]:
    point = next(p for p in curve.curve_of(ANSWERS) if p.threshold == threshold)
    return point.precision, point.recall, point.wrong


def test_a_threshold_takes_what_reaches_it_and_counts_what_it_misses() -> None:
    assert at(0.95) == (1.0, pytest.approx(1 / 3), 0.0)
    assert at(0.9) == (0.5, pytest.approx(1 / 3), 250.0)
    assert at(0.8) == (pytest.approx(2 / 3), pytest.approx(2 / 3), 250.0)


def test_the_curve_is_written_as_a_picture_and_as_a_table(tmp_path: Path) -> None:
    curve.write_curve(tmp_path / "c.svg", ANSWERS, ANSWERS[:1])
    picture = ElementTree.parse(tmp_path / "c.svg").getroot()
    assert len(picture.findall("{http://www.w3.org/2000/svg}polyline")) == 6  # two ways: precision, recall, wrong
    curve.write_curve(tmp_path / "c.csv", ANSWERS, ANSWERS[:1])
    with (tmp_path / "c.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert {line["way"] for line in lines} == {"likeness of the names alone", "the matcher"} and len(lines) == 102
