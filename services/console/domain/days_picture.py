"""The picture of a deadline: a cell for each day from its start to its end, counted or not, and why.

Decides which days are drawn and where; drawing them is the page's. A limit in hours is one bar with its pauses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.console.domain.sheets import CountedDays, DayName, DaySpan

MOST_CELLS = 62  # days drawn one by one: two months; of longer limits the middle is told in figures
A_ROW = 14
COUNTED = ("counted", "last")


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the picture.

    Args:
        column, row: from 0.
        number: which counted day this is, from 1; None: it does not count.
        name: of a holiday; empty where it has none.
    """

    on: date
    column: int
    row: int
    role: str
    kind: str
    number: int | None
    is_today: bool
    name: DayName


@dataclass(frozen=True, slots=True)
class DaysPicture:
    """All cells, and how many days they stand for.

    Args:
        left_out: days between that are not drawn.
    """

    cells: tuple[DayCell, ...]
    rows: int
    counted: int
    skipped: int
    paused: int
    left_out: int = 0


def days_picture(counted: CountedDays, now: datetime) -> DaysPicture | None:
    """Return the picture of a certificate's days; None where it counts no days."""
    today = now.astimezone(ZoneInfo(counted.zone)).date()
    days = list(_days(counted.days))
    if not days:
        return None
    cells = tuple(_cells(_drawn(days), today))
    return DaysPicture(
        cells,
        max(cell.row for cell in cells) + 1,
        sum(role in COUNTED for _, role, _ in days),
        sum(role in ("rest", "rolled", "before_opening") for _, role, _ in days),
        sum(role == "paused" for _, role, _ in days),
        len(days) - len(cells),
    )


def _days(spans: Sequence[DaySpan]) -> Iterator[tuple[date, str, DaySpan]]:
    for span in spans:
        for offset in range((span.last - span.first).days + 1):
            yield span.first + timedelta(days=offset), span.role, span


def _drawn(days: list[tuple[date, str, DaySpan]]) -> list[tuple[date, str, DaySpan]]:
    """The begin and the end, where there are too many between."""
    half = MOST_CELLS // 2
    return days if len(days) <= MOST_CELLS else [*days[:half], *days[-half:]]


def _cells(days: Sequence[tuple[date, str, DaySpan]], today: date) -> Iterator[DayCell]:
    number = 0
    for place, (on, role, span) in enumerate(days):
        number += role in COUNTED
        shown = number if role in COUNTED else None
        yield DayCell(on, place % A_ROW, place // A_ROW, role, span.kind, shown, on == today, span.name)
