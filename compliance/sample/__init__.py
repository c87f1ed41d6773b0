"""Invented register rows behind the sample sites (crawler/sample): certificates of firms that don't exist, area 000000, body 000."""

from __future__ import annotations

from pathlib import Path

PLANTED = Path(__file__).parent / "planted.csv"
