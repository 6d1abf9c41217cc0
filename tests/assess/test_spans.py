"""Periods of the calendar: named, counted, and made of one another (A-34)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.worktime.spans import CalendarSpan, SpanKind, parse_span, span_of

DAYS = st.dates(date(1970, 1, 1), date(2190, 12, 31))
KINDS = st.sampled_from(SpanKind)


@given(DAYS, KINDS)
def test_a_day_lies_in_one_period_of_a_kind(on: date, kind: SpanKind) -> None:
    """Its period holds it, begins on a first of a month, and the next one begins the day after its last."""
    span = span_of(kind, on)
    assert span.first <= on <= span.last
    assert span.first.day == 1
    assert CalendarSpan(kind, span.number + 1).first == span.last + timedelta(days=1)
    assert span_of(kind, span.first - timedelta(days=1)) == span.before()


@given(DAYS, KINDS)
def test_a_name_is_read_as_it_is_written(on: date, kind: SpanKind) -> None:
    """Names and periods are one to one."""
    span = span_of(kind, on)
    assert parse_span(span.name) == span
    assert span.year_before.first == span.first.replace(year=span.first.year - 1)


@given(DAYS, KINDS, KINDS)
def test_a_period_is_made_of_shorter_ones(on: date, long: SpanKind, short: SpanKind) -> None:
    """They cover it without a gap, and each lies in it."""
    if short.months > long.months:
        return
    span = span_of(long, on)
    parts = list(span.parts(short))
    assert (parts[0].first, parts[-1].last) == (span.first, span.last)
    assert all(part.around(long) == span for part in parts)
    assert len(parts) == long.months // short.months


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q3", "2026-07-01", "2026-09-30"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods_are_those_of_the_calendar(text: str, first: str, last: str) -> None:
    """Quarters and half years are the calendar's, not rolling ones (A-34)."""
    span = parse_span(text)
    assert span is not None
    assert (span.first.isoformat(), span.last.isoformat(), span.name) == (first, last, text)


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "2026-H3", "26", "2026-1", "", "2026-Q", "0000"])
def test_nothing_else_is_a_period(text: str) -> None:
    """A slip is not read as something near."""
    assert parse_span(text) is None
