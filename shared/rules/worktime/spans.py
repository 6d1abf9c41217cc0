"""Periods of the calendar: months, quarters, half years and years (A-34), named 2026-03, 2026-Q1, 2026-H1, 2026.

Decides which days belong to one and which one comes before. Must not know what is counted in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

YEAR = 12  # months


class SpanKind(StrEnum):
    """Periods of the calendar (A-34)."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return _MONTHS[self]


_MONTHS = {SpanKind.MONTH: 1, SpanKind.QUARTER: 3, SpanKind.HALF_YEAR: 6, SpanKind.YEAR: YEAR}
_NAMES = (
    (SpanKind.MONTH, re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)),
    (SpanKind.QUARTER, re.compile(r"([0-9]{4})-Q([1-4])", re.ASCII)),
    (SpanKind.HALF_YEAR, re.compile(r"([0-9]{4})-H([12])", re.ASCII)),
    (SpanKind.YEAR, re.compile(r"([0-9]{4})()", re.ASCII)),
)


@dataclass(frozen=True, slots=True, order=True)
class CalendarSpan:
    """One period.

    Args:
        number: counts periods of the kind from the beginning of the year 0, so that 1 less is the one before.
    """

    kind: SpanKind
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        year, month = divmod(self.number * self.kind.months, YEAR)
        return date(year, month + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return CalendarSpan(self.kind, self.number + 1).first - timedelta(days=1)

    @property
    def name(self) -> str:
        """Return it as people write it."""
        year, part = divmod(self.number, YEAR // self.kind.months)
        written = {SpanKind.MONTH: f"-{part + 1:02}", SpanKind.QUARTER: f"-Q{part + 1}",
                   SpanKind.HALF_YEAR: f"-H{part + 1}", SpanKind.YEAR: ""}  # fmt: skip
        return f"{year:04}{written[self.kind]}"

    def before(self, count: int = 1) -> "CalendarSpan":
        """Return the period so many before this one."""
        return CalendarSpan(self.kind, self.number - count)

    @property
    def year_before(self) -> "CalendarSpan":
        """Return the same period of the year before."""
        return self.before(YEAR // self.kind.months)

    def around(self, kind: SpanKind) -> "CalendarSpan":
        """Return the longer period of a kind that this one lies in."""
        return CalendarSpan(kind, self.number * self.kind.months // kind.months)

    def parts(self, kind: SpanKind) -> Iterator["CalendarSpan"]:
        """Yield the shorter periods of a kind that it is made of, the first one first."""
        count = self.kind.months // kind.months
        yield from (CalendarSpan(kind, self.number * count + number) for number in range(count))


def span_of(kind: SpanKind, on: date) -> CalendarSpan:
    """Return the period of a kind in which a day lies."""
    return CalendarSpan(kind, (on.year * YEAR + on.month - 1) // kind.months)


def parse_span(text: str) -> CalendarSpan | None:
    """Return the period that is written so; None: it is none."""
    for kind, pattern in _NAMES:
        if match := pattern.fullmatch(text):
            year, part = int(match[1]), int(match[2] or 1)
            return CalendarSpan(kind, year * (YEAR // kind.months) + part - 1) if year else None
    return None
