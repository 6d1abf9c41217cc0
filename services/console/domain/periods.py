"""Periods as people choose and read them, and how a figure stands against the same period of the year before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.console.domain.assess_sheets import ValueSheet
from shared.kernel.texts import Language
from shared.rules.worktime.spans import CalendarSpan, SpanKind, parse_span, span_of

_SHOWN: Mapping[SpanKind, int] = {
    SpanKind.MONTH: 13, SpanKind.QUARTER: 9, SpanKind.HALF_YEAR: 5, SpanKind.YEAR: 4,
}  # fmt: skip
_WRITTEN: Mapping[Language, Mapping[SpanKind, str]] = {
    "zh": {SpanKind.MONTH: "{year}年{part}月", SpanKind.QUARTER: "{year}年第{part}季度",
           SpanKind.HALF_YEAR: "{year}年{half}半年", SpanKind.YEAR: "{year}年"},
    "en": {SpanKind.MONTH: "{year}-{part:02}", SpanKind.QUARTER: "quarter {part} of {year}",
           SpanKind.HALF_YEAR: "half {part} of {year}", SpanKind.YEAR: "{year}"},
}  # fmt: skip


def period_in(text: str, every: str, today: date) -> CalendarSpan:
    """Return the period that an address names, where it is of the right kind; otherwise the last one that is over."""
    kind, named = SpanKind(every), parse_span(text)
    return named if named is not None and named.kind is kind else span_of(kind, today).before()


def periods_to_choose(chosen: CalendarSpan, today: date) -> Sequence[CalendarSpan]:
    """Return the periods that can be chosen, the present one first, and the one that was."""
    now = span_of(chosen.kind, today)
    found = [now.before(count) for count in range(_SHOWN[chosen.kind])]
    return found if chosen in found else [*found, chosen]


def written(span: CalendarSpan, language: Language) -> str:
    """Return a period in words."""
    part = span.number % (12 // span.kind.months) + 1
    return _WRITTEN[language][span.kind].format(year=span.first.year, part=part, half="上下"[part > 1])


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """A figure's value of one subject beside that of a year before.

    Args:
        change: by how much it is more; None: one of the two is not known.
    """

    now: ValueSheet
    before: ValueSheet | None
    change: Decimal | None


def compared(now: Sequence[ValueSheet], before: Sequence[ValueSheet]) -> Sequence[ComparedValue]:
    """Return the values of a period, each with that of the year before."""
    earlier = {each.subject: each for each in before}
    return [ComparedValue(each, (old := earlier.get(each.subject)), _change(each, old)) for each in now]


def _change(now: ValueSheet, before: ValueSheet | None) -> Decimal | None:
    if before is None or now.value is None or before.value is None:
        return None
    return Decimal(now.value) - Decimal(before.value)
