"""When two pages of a site are the same page (近似重复): equal words, whatever counters and clocks show.

Shingles and simhash were weighed and left: pages of one mould that differ in a product or a certificate are alike by every such measure,
and leaving one of them out would leave a finding out. What may differ here is what `addresses.yaml` calls volatile, nothing else.
"""

from __future__ import annotations

import hashlib

from compliance.reading.glance import Glance
from crawler.addresses import ways

LEAST = 40  # characters: shorter texts say too little to be called the same


def likeness_of(glance: Glance) -> str | None:
    """32 hexadecimal digits, equal for pages that show the same words; None where there are too few. Pictures count by their names."""
    if len(glance.text) < LEAST:
        return None
    words = ways().volatile.sub("", glance.text)
    shown = f"{glance.title}\n{''.join(words.split())}\n{glance.pictures}\n{glance.words}"
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:32]
