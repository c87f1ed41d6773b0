"""The sample world's sites (示例网站): static pages of invented companies, served on loopback for the demo and for tests.

`targets.csv` lists them as a person would, `sites.yaml` says how each is served, `expected.yaml` what a check of each must yield.
The register rows behind them lie in compliance/sample/planted.csv.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
TARGETS = FOLDER / "targets.csv"
EXPECTED = FOLDER / "expected.yaml"
SITES = FOLDER / "sites.yaml"
