"""Reads the YAML lists of compliance/reading/page: words of page furniture, kept out of the code with an example each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "page"


@cache
def page_data(name: str) -> dict[str, Any]:
    """The content of `page/<name>.yaml`, read once. The files travel with the package, so a missing one is a defect (KeyError, OSError)."""
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        data = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(data, dict):
        raise TypeError(f"page/{name}.yaml: expected a mapping at the top; see the other files of that folder")
    return data
