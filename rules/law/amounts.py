"""Fines in yuan (罚款数额): which figure a penalty still needs, the range once it's given, and which range weighs more."""

from __future__ import annotations

from collections.abc import Mapping

from rules.law.model import FineCase, FineTerms, PenaltyTerms

Range = tuple[float, float]


def missing_figures(terms: PenaltyTerms, figures: Mapping[str, float]) -> tuple[str, ...]:
    """The figures (`goods_value`, `advertising_cost`, …) on which the ordinary fine rests and which nobody gave."""
    needed = [terms.fine.basis] if terms.fine and terms.fine.basis != "yuan" else []
    needed += [case.figure for case in terms.fine_cases if case.figure]
    return tuple(dict.fromkeys(name for name in needed if name not in figures))


def computed_range(terms: PenaltyTerms, figures: Mapping[str, float]) -> Range | None:
    """Lowest and highest ordinary fine in yuan, when a figure that this penalty asks for was given; else None.

    A threshold case applies when its figure says so; serious cases are never computed.

    >>> from rules.law.model import FineCase, FineTerms, PenaltyTerms
    >>> small = FineCase(when="货值不足一万元", figure="goods_value", below=10000, basis="goods_value", multiple_max=2)
    >>> ccc = PenaltyTerms(order_to_correct=True, fine=FineTerms(min=50000, max=200000), fine_cases=(small,))
    >>> computed_range(ccc, {"goods_value": 8000}), computed_range(ccc, {"goods_value": 10000})
    ((0, 16000), (50000, 200000))
    """
    asked = {terms.fine.basis} if terms.fine else set()
    asked |= {case.figure for case in terms.fine_cases if case.figure}
    if not asked.intersection(figures):
        return None
    for case in terms.fine_cases:
        if _threshold_holds(case, figures):
            return range_of(case, figures)
    return range_of(terms.fine, figures) if terms.fine else None


def ordinary_range(terms: PenaltyTerms, figures: Mapping[str, float]) -> Range | None:
    """The range of the ordinary fine in yuan, also where no figure is needed; None when it can't be told."""
    computed = computed_range(terms, figures)
    if computed is not None:
        return computed
    if terms.fine is None or missing_figures(terms, figures):
        return None
    return range_of(terms.fine, figures)


def range_of(fine: FineTerms, figures: Mapping[str, float]) -> Range | None:
    """A fine as lowest and highest yuan; None while its figure is not known. No lower limit counts as 0."""
    if fine.fixed is not None:
        return fine.fixed, fine.fixed
    if fine.basis == "yuan":
        return (fine.min or 0, fine.max) if fine.max is not None else None
    figure = figures.get(fine.basis)
    if figure is None or fine.multiple_max is None:
        return None
    low, high = _yuan((fine.multiple_min or 0) * figure), _yuan(fine.multiple_max * figure)
    return (low, high) if fine.max is None else (min(low, fine.max), min(high, fine.max))


def lighter(earlier: PenaltyTerms, later: PenaltyTerms) -> bool:
    """Whether the later terms are lighter somewhere and heavier nowhere, as far as plain amounts tell (行政处罚法 37)."""
    if later.only_if_not_corrected is not earlier.only_if_not_corrected:
        return later.only_if_not_corrected
    if earlier.fine is None or later.fine is None or earlier.fine.basis != later.fine.basis:
        return False
    pairs = [
        (earlier.fine.min or 0, later.fine.min or 0),
        (earlier.fine.max or 0, later.fine.max or 0),
        (earlier.fine.fixed or 0, later.fine.fixed or 0),
        (earlier.fine.multiple_min or 0, later.fine.multiple_min or 0),
        (earlier.fine.multiple_max or 0, later.fine.multiple_max or 0),
    ]
    if any(new > old for old, new in pairs):
        return False
    smaller = any(new < old for old, new in pairs)
    more_cases = len(later.fine_cases) > len(earlier.fine_cases) and any(case.below for case in later.fine_cases)
    return smaller or more_cases


def _threshold_holds(case: FineCase, figures: Mapping[str, float]) -> bool:
    figure = figures.get(case.figure) if case.figure else None
    if figure is None:
        return False
    return (case.below is None or figure < case.below) and (case.at_least is None or figure >= case.at_least)


def _yuan(amount: float) -> float:
    rounded = round(amount, 2)
    return int(rounded) if rounded == int(rounded) else rounded
