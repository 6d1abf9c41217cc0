"""Due instants against an oracle that walks day by day and minute by minute, from 2004 to 2026."""

from datetime import datetime, timedelta
from random import Random

import pytest

from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.due import Span, check_certificate, due
from tests.worktime.oracles import Limit, Pause
from tests.worktime.worlds import TOWNS, Town, every_reading, random_start, readings_of

NAMED = pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
_MOST = {"working_days": 9, "days": 16, "hours": 90, "minutes": 999, "office_hours": 20}


def is_office_time(unit: str, values: dict[str, str]) -> bool:
    in_working_days = unit == "working_days" or (unit == "days" and values["rc5"] == "as_working_days")
    return unit == "office_hours" or (in_working_days and values["rc2"] == "exact")


def random_pauses(random: Random, start_at: datetime) -> list[Pause]:
    pauses = []
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        begin = start_at + timedelta(minutes=random.randrange(-2_000, 15_000))
        length = random.choice((0, 30, 600, 1440, random.randrange(9_000)))
        pauses.append((begin, begin + timedelta(minutes=length)))
    return pauses


def agree(town: Town, unit: str, values: dict[str, str], random: Random) -> None:
    """Compare one random limit with the oracle, and check its certificate."""
    most = 2 if is_office_time(unit, values) and unit != "office_hours" else _MOST.get(unit, 0)
    number = random.randint(1, most) if most else 0
    start_at = random_start(random, town.world.zone)
    pauses = random_pauses(random, start_at)
    expected = Limit(town.world, values, unit, number).due(start_at, pauses)
    deadline = due(
        start_at=start_at,
        amount=Amount(number, TimeUnit(unit)),
        calendar=town.calendar,
        readings=readings_of(values),
        pauses=[Span(*pause) for pause in pauses],
    )
    assert deadline.due_at == expected, (number, unit, values, start_at, pauses)
    assert check_certificate(deadline.certificate), (number, unit, values, start_at, pauses)


@NAMED
def test_every_combination_of_readings_agrees_for_days_and_clocks(town: Town) -> None:
    """Working days, days, clock time and 'at once' end where the oracle's walk ends, under every reading."""
    random = Random(town.name)
    for values in every_reading():
        for unit in ("working_days", "days", "hours", "minutes", "at_once"):
            if not is_office_time(unit, values):
                for _ in range(2):
                    agree(town, unit, values, random)


@NAMED
def test_every_combination_of_readings_agrees_for_office_time(town: Town) -> None:
    """Office hours, and working days under RC-2 exact, end at the minute at which the oracle's walk ends."""
    random = Random(f"{town.name} office")
    for values in every_reading():
        for unit in ("office_hours", "working_days", "days"):
            if is_office_time(unit, values) and random.random() < 0.4:
                agree(town, unit, values, random)
