"""One invented check result, in the contract's shape: data/result.json."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).with_name("data")


@pytest.fixture(scope="session")
def _result() -> dict[str, Any]:
    return json.loads((DATA / "result.json").read_text("utf-8"))


@pytest.fixture
def result(_result: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(_result)
