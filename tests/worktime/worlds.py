"""The towns of these tests, each as the oracle sees it and as the module does; and all readings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import DayKind, OwnDay
from shared.rules.worktime.readings import TimeReadings
from tests.worktime.oracles import World

CHOICES = {
    "rc2": ("next_day", "exact", "include_start_day"),
    "rc3": ("close_of_office", "always_24"),
    "rc4": ("official", "mon_fri"),
    "rc5": ("roll", "strict", "as_working_days"),
    "rc6": ("at_once", "next_office_opening"),
    "rc19": ("runs_on", "stops"),
}
DEFAULTS = {name: values[0] for name, values in CHOICES.items()}
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Town:
    """One town twice: for the oracle and for the module."""

    name: str
    world: World
    calendar: Calendar


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def town(name: str, world: World, known_years: range = range(0)) -> Town:
    def pairs(windows: tuple[tuple[int, int], ...]) -> list[tuple[str, str]]:
        return [(_clock(begin), _clock(end)) for begin, end in windows]

    calendar = Calendar.build(
        zone=world.zone,
        office_hours=pairs(world.windows),
        office_hours_on={_NAMES[day]: pairs(windows) for day, windows in world.windows_on.items()},
        weekend=[_NAMES[day] for day in world.rest_weekdays],
        official="china" if world.china else None,
        days={on: OwnDay(DayKind.MAKE_UP if worked else DayKind.HOLIDAY) for on, worked in world.own.items()},
        known_years=known_years,
    )
    return Town(name, world, calendar)


_HOURS = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))
_OWN = {date(2026, 3, 10): False, date(2026, 3, 14): True, date(2025, 10, 1): True, date(2012, 2, 29): False}
_FOURTHS = {date(year, 7, 4): False for year in range(2004, 2027)}

TOWNS = (
    town("no office hours", World()),
    town("two windows", World(windows=_HOURS)),
    town("own days first", World(windows=((9 * 60, 24 * 60),), own=_OWN)),
    town("three windows, short Friday", World(
        windows=((7 * 60, 9 * 60), (10 * 60, 11 * 60 + 30), (13 * 60, 19 * 60)),
        windows_on={4: ((8 * 60, 12 * 60),)},
    )),
    town("Los Angeles, open on Sunday", World(
        zone="America/Los_Angeles", china=False, rest_weekdays=(4, 5), own=_FOURTHS
    ), range(2003, 2028)),
    town("Los Angeles, office hours", World(
        zone="America/Los_Angeles", china=False, windows=((9 * 60, 17 * 60),), own=_FOURTHS
    ), range(2003, 2028)),
)  # fmt: skip


def every_reading() -> Iterator[dict[str, str]]:
    """Yield all combinations of readings: every pair of values is among them."""
    for values in product(*CHOICES.values()):
        yield dict(zip(CHOICES, values, strict=True))


def readings_of(values: dict[str, str]) -> TimeReadings:
    return TimeReadings(**values)  # type: ignore[arg-type]


def random_start(random: Random, zone: str) -> datetime:
    """Return a whole minute between 2004 and the autumn of 2026, often one where something turns."""
    on = date(2004, 1, 5) + timedelta(days=random.randrange(8300))
    if random.random() < 0.3:
        on = date(on.year, *random.choice(((1, 28), (2, 14), (4, 28), (9, 26), (3, 8), (11, 1), (2, 28))))
    minute = random.choice((0, 510, 720, 800, 1050, 1080, 1439, random.randrange(1440)))
    local = datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
