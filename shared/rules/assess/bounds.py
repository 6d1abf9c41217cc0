"""When a bound is met: everything that it says holds.

Decides what 'or more', 'in two months running', 'among the last three' and 'a rise' mean of standings.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from shared.rules.assess.measures import MeasureStanding
from shared.rules.pack.model import Bound, Comparison, Pack, includes_figure
from shared.rules.worktime.spans import CalendarSpan

_HUNDRED = Decimal(100)
Told = Callable[[CalendarSpan], Mapping[str, MeasureStanding]]  # how everybody stood in any period


def is_met(pack: Pack, bound: Bound, standing: MeasureStanding, told: Told) -> bool:
    """Tell whether something is proposed for a subject because of how it stands, and stood before."""
    spans = [standing.span.before(number) for number in range(bound.running)]
    if not all(_holds(pack, bound, standing.subject, span, told) for span in spans):
        return False
    if bound.within is None:
        return True
    # The times within a longer span are counted up to now: what comes later can't be known.
    so_far = (
        span for span in standing.span.around(bound.within).parts(standing.span.kind) if span <= standing.span
    )
    met = sum(1 for span in so_far if _holds(pack, bound, standing.subject, span, told))
    return met >= bound.times


def _holds(pack: Pack, bound: Bound, subject: str, span: CalendarSpan, told: Told) -> bool:
    standing = told(span).get(subject)
    if standing is None or standing.value is None:
        return False
    return (
        all(_stands(pack, how, standing.value, number) for how, number in bound.numbers.items())
        and (bound.last is None or _is_among_the_last(bound.last, standing))
        and (bound.first is None or (standing.rank is not None and standing.rank <= bound.first))
        and (bound.rise is None or _rises(bound, bound.rise, standing, told))
    )


def _is_among_the_last(last: int, standing: MeasureStanding) -> bool:
    """Who shares the first place is not low, however few there are."""
    return standing.rank is not None and standing.rank > 1 and standing.below < last


def _stands(pack: Pack, how: Comparison, value: Decimal, number: Decimal) -> bool:
    if value == number:
        return how in (Comparison.OR_MORE, Comparison.OR_LESS) and includes_figure(pack, None)
    return (value > number) == (how in (Comparison.OR_MORE, Comparison.MORE_THAN))


def _rises(bound: Bound, percent: int, standing: MeasureStanding, told: Told) -> bool:
    now, before = standing.value or Decimal(0), _before(bound, standing, told)
    if before is None or (bound.at_least is not None and now < bound.at_least):
        return False
    return now > before and (now - before) * _HUNDRED >= percent * before


def _before(bound: Bound, standing: MeasureStanding, told: Told) -> Decimal | None:
    """With what it is compared; None: something of it was not recorded."""
    span = standing.span
    spans = (
        [span.year_before] if bound.year_on_year else [span.before(1 + n) for n in range(bound.against or 0)]
    )
    known = [told(each).get(standing.subject) for each in spans]
    values = [each.value for each in known if each is not None and each.value is not None]
    return sum(values, Decimal(0)) / len(values) if values and len(values) == len(spans) else None
