"""The reader's data files (词表): loaded once, when first needed. Folder: compliance/reading/lexicon/."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "lexicon"


@lru_cache(maxsize=64)
def lexicon(name: str) -> Any:
    """The content of `lexicon/<name>.yaml`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)
