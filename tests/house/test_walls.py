"""The walls of the house hold: import contracts, file lengths, no packages under tests."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [p for folder in ("rules", "compliance", "crawler", "reports") for p in (ROOT / folder).rglob("*.py")]


@pytest.mark.slow
def test_import_contracts_are_kept():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*SOURCES, ROOT / "certmark.py"], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_source_file_holds_one_idea(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= (200 if path.name == "certmark.py" else 400), f"{lines} lines: split it"


def test_no_package_under_tests():
    assert not list((ROOT / "tests").rglob("__init__.py")), "an __init__.py under tests/ would shadow the package"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_catch_all(path):
    text = path.read_text(encoding="utf-8")
    for broad in (
        "except:",
        "except Exception:",
        "except BaseException:",
        "except Exception as",
        "except BaseException as",
    ):
        assert broad not in text, f"{path}: {broad}"
