"""Whose site it is (网站归属): the target list's word against what the site's own pages say. A conflict is said, never settled here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from compliance.records import Owner
from compliance.register.names import normal_form


@dataclass(slots=True)
class SiteOwner:
    """What the pages of one site said of their owner, page by page."""

    company: str | None  # as the target list has it
    uscc: str | None
    names: Counter[str] = field(default_factory=Counter)
    usccs: Counter[str] = field(default_factory=Counter)
    icp: Counter[str] = field(default_factory=Counter)
    conflicts: list[str] = field(default_factory=list)

    def add(self, owner: Owner) -> None:
        """One page's owner."""
        self.names.update(owner.names[:1])
        self.usccs.update(owner.usccs[:1])
        if owner.icp:
            self.icp[owner.icp] += 1
        if owner.conflict and owner.conflict not in self.conflicts:
            self.conflicts.append(owner.conflict)

    @property
    def conflict(self) -> str | None:
        """In words, when the site names another owner than the target list, or two; None when nothing contradicts."""
        if self.uscc and self.usccs and self.uscc not in self.usccs:
            shown = self.usccs.most_common(1)[0][0]
            return f"目标清单的统一社会信用代码为{self.uscc}，网站页面写{shown}"
        if self.company and self.names and not (self.uscc and self.uscc in self.usccs):
            known = normal_form(self.company)
            if all(normal_form(name) != known for name in self.names):
                return f"目标清单的企业名称为{self.company}，网站页面写{self.names.most_common(1)[0][0]}"
        if len(self.usccs) > 1:
            return f"网站页面写有{len(self.usccs)}个统一社会信用代码：{'、'.join(sorted(self.usccs))}"
        return self.conflicts[0] if self.conflicts else None

    def to_json(self) -> dict[str, Any]:
        """For the store: names and codes by frequency."""
        return {
            "names": [name for name, _ in self.names.most_common(5)],
            "usccs": [code for code, _ in self.usccs.most_common(5)],
            "icp": [number for number, _ in self.icp.most_common(2)],
            "conflict": self.conflict,
        }
