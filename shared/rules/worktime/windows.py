"""Office hours as windows of a day, in minutes of the local wall clock. Knows no dates and no zones."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from shared.kernel.texts import Text
from shared.rules.worktime.days import CalendarError

DAY = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_MOST = 24


class Window(NamedTuple):
    """One window of office hours; minutes of the day, the end is exclusive (1440 is 24:00)."""

    begin: int
    end: int


ALL_DAY = (Window(0, DAY),)


def parse_windows(pairs: Sequence[tuple[str, str]]) -> tuple[Window, ...]:
    """Return office hours such as [('08:30', '12:00'), ('14:00', '17:30')] as windows, in order.

    Raises:
        CalendarError: no such time of day, an empty window, windows that overlap, or too many.
    """
    # One more than is allowed is enough to see that there are too many.
    windows = tuple(sorted(Window(_minute(begin), _minute(end)) for begin, end in pairs[: _MOST + 1]))
    if len(windows) > _MOST:
        raise _fault(Text(zh=f"办公时间多于 {_MOST} 段", en=f"more than {_MOST} windows of office hours"))
    for window in windows:
        if window.begin >= window.end:
            raise _fault(
                Text(zh=f"办公时间 {_text(window)} 是空的", en=f"office hours {_text(window)} are empty")
            )
    for before, after in pairwise(windows):
        # They may touch: the end of a window is exclusive.
        if after.begin < before.end:
            both = f"{_text(before)}, {_text(after)}"
            raise _fault(Text(zh=f"办公时间重叠：{both}", en=f"office hours overlap: {both}"))
    return windows


def parse_week(by_day: Mapping[str, Sequence[tuple[str, str]]]) -> dict[int, tuple[Window, ...]]:
    """Return office hours of single weekdays ('mon' … 'sun'), keyed 0 … 6.

    Raises:
        CalendarError: an unknown weekday, or one without any window.
    """
    week: dict[int, tuple[Window, ...]] = {}
    for name, pairs in by_day.items():
        week[weekday_number(name)] = parse_windows(pairs)
        if not pairs:
            raise _fault(Text(zh=f"{name} 的办公时间是空的", en=f"the office hours of {name} are empty"))
    return week


def weekday_number(name: str) -> int:
    """Return 0 for 'mon' … 6 for 'sun'.

    Raises:
        CalendarError: no such weekday.
    """
    if name not in WEEKDAYS:
        raise CalendarError(
            "weekday-unknown",
            Text(zh=f"没有 {name!r} 这一天", en=f"there is no weekday {name!r}"),
            Text(zh=f"从中选：{' '.join(WEEKDAYS)}", en=f"choose from: {' '.join(WEEKDAYS)}"),
        )
    return WEEKDAYS.index(name)


def length_of(windows: tuple[Window, ...]) -> timedelta:
    """Return the length of a day's windows by the wall clock."""
    return timedelta(minutes=sum(window.end - window.begin for window in windows))


def clock_text(minute: int) -> str:
    """Return a minute of the day as people write it: 1050 is '17:30', 1440 is '24:00'."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def window_pairs(windows: tuple[Window, ...]) -> list[list[str]]:
    """Return windows as they are written: [['08:30', '12:00'], …]."""
    return [[clock_text(window.begin), clock_text(window.end)] for window in windows]


def _minute(text: object) -> int:
    if not isinstance(text, str) or _CLOCK.fullmatch(text) is None:
        raise _fault(Text(zh=f"{text!r} 不是钟点", en=f"{text!r} is no time of day"))
    return int(text[:2]) * 60 + int(text[3:])


def _text(window: Window) -> str:
    return f"{clock_text(window.begin)}-{clock_text(window.end)}"


def _fault(cause: Text) -> CalendarError:
    remedy = Text(
        zh="按先后写成：08:30 至 12:00、14:00 至 17:30，最晚 24:00",
        en="write them as 08:30 to 12:00 and 14:00 to 17:30, 24:00 at the latest",
    )
    return CalendarError("office-hours-wrong", cause, remedy)
