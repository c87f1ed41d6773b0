"""Text hidden by CSS (隐藏文字): it is read and labelled, never skipped; search engines read it and so do we."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:^|[;{\s])opacity\s*:\s*0(?:\.0+)?(?:\s*[;!}]|\s*$)"
    r"|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?(?:\s*[;!}]|\s*$)|text-indent\s*:\s*-\d{3,}"
    r"|(?:^|[;{\s])(?:left|top|margin-left)\s*:\s*-\d{4,}px",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}@]{1,400})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"\s*([a-z0-9]*)([.#])([A-Za-z_][\w-]*)\s*\Z", re.IGNORECASE)
_CSS_CHARS = 300_000
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HiddenRules:
    """Class and id names that a `<style>` of the page hides. Only plain rules (`.name`, `#name`, `tag.name`) count: whatever
    hangs on a state, a parent or a screen width is shown to somebody."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, styles: Iterable[Any]) -> HiddenRules:
        """From the page's own `<style>` elements; style sheets elsewhere are not fetched."""
        classes: set[str] = set()
        ids: set[str] = set()
        for style in styles:
            css = style.string or ""
            if "{" not in css or not _HIDING.search(css[:_CSS_CHARS]):
                continue
            css = _without_media(_COMMENT.sub("", css[:_CSS_CHARS]))
            for selectors, body in _RULE.findall(css):
                if not _HIDING.search(body):
                    continue
                for selector in selectors.split(","):
                    simple = _SIMPLE.match(selector)
                    if simple:
                        (classes if simple[2] == "." else ids).add(simple[3])
        return cls(frozenset(classes), frozenset(ids))


def hides(name: str, attrs: Mapping[str, Any], rules: HiddenRules) -> bool:
    """Whether this element hides its own text: by attribute, inline style or a plain rule of the page."""
    if name in ("noscript", "noframes", "noembed"):
        return True  # shown only where scripts or frames are off
    if not attrs:
        return False
    if "hidden" in attrs:
        return True
    style = attrs.get("style")
    if style and _HIDING.search(style if isinstance(style, str) else " ".join(style)):
        return True
    if rules.classes:
        classes = attrs.get("class")
        if classes and not rules.classes.isdisjoint(classes.split() if isinstance(classes, str) else classes):
            return True
    if rules.ids:
        own = attrs.get("id")
        return bool(own) and own in rules.ids
    return False


def _without_media(css: str) -> str:
    """The sheet without its `@media …{…}` groups."""
    if "@" not in css:
        return css
    out: list[str] = []
    depth, last = 0, 0
    skip_from: int | None = None
    for match in re.finditer(r"[@{};]", css):
        i, sign = match.start(), match[0]
        if sign == "@" and depth == 0 and skip_from is None:
            skip_from = i
            out.append(css[last:i])
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0 and skip_from is not None:
                skip_from, last = None, i + 1
        elif depth == 0 and skip_from is not None:  # `@charset "utf-8";` has no braces
            skip_from, last = None, i + 1
    if skip_from is None:
        out.append(css[last:])
    return "".join(out)
