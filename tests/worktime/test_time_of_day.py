"""Limits that end at a time of their last day: by noon of the next day, before three on the second working day."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.due import Deadline, Span, check_certificate, describe, due
from shared.rules.worktime.readings import TimeReadings
from tests.worktime.oracles import Limit, Pause
from tests.worktime.worlds import TOWNS, Town, every_reading, random_start, readings_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = Calendar.build(
    zone="Asia/Shanghai",
    office_hours=[("08:30", "12:00"), ("14:00", "17:30")],
    office_hours_on={},
    weekend=["sat", "sun"],
    official="china",
    days={},
    known_years=(),
)
NOON, THREE = 12 * 60, 15 * 60


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def ends(
    start: str, number: int, unit: TimeUnit, minute: int | None, *pauses: Pause, **readings: str
) -> Deadline:
    return due(
        start_at=at(start),
        amount=Amount(number, unit),
        calendar=OFFICE,
        readings=TimeReadings(**readings),  # type: ignore[arg-type]
        pauses=[Span(*pause) for pause in pauses],
        ends_at=minute,
    )


def test_it_ends_at_its_time_of_the_last_counted_day() -> None:
    """Thursday to Friday noon; Thursday to Monday at three, the weekend not counted."""
    assert ends("2026-03-12 10:00", 1, TimeUnit.DAYS, NOON).label == "2026-03-13 12:00"
    assert ends("2026-03-12 18:00", 2, TimeUnit.WORKING_DAYS, THREE).label == "2026-03-16 15:00"


def test_a_day_of_rest_moves_it_as_every_limit_of_days() -> None:
    """Under RC-5 roll from Saturday noon to Monday noon; under strict it stays."""
    assert ends("2026-03-13 10:00", 1, TimeUnit.DAYS, NOON).label == "2026-03-16 12:00"
    assert ends("2026-03-13 10:00", 1, TimeUnit.DAYS, NOON, rc5="strict").label == "2026-03-14 12:00"


def test_the_starting_day_counts_only_while_its_time_is_still_to_come() -> None:
    """Under RC-2 include_start_day: at ten it ends at noon of the same day, at noon it is too late for that."""
    readings = {"rc2": "include_start_day"}
    assert ends("2026-03-12 10:00", 1, TimeUnit.DAYS, NOON, **readings).label == "2026-03-12 12:00"
    assert ends("2026-03-12 12:00", 1, TimeUnit.DAYS, NOON, **readings).label == "2026-03-13 12:00"


def test_a_pause_gives_days_back_and_the_time_stays() -> None:
    """Two working days of waiting, and it still ends at noon."""
    pause = (at("2026-03-10 09:00"), at("2026-03-12 09:00"))
    paused = ends("2026-03-09 10:00", 3, TimeUnit.WORKING_DAYS, NOON, pause, rc19="stops")
    assert paused.label == "2026-03-16 12:00"


def test_its_certificate_says_so_and_follows_from_itself() -> None:
    """In both languages, without RC-3; a time that is put in its place does not follow."""
    certificate = ends("2026-03-12 10:00", 2, TimeUnit.WORKING_DAYS, THREE).certificate
    assert check_certificate(certificate)
    assert not check_certificate({**certificate, "ends_at": "16:00"})
    assert "RC-3" not in certificate["readings"]
    assert "Ends at 15:00 of the last day" in describe(certificate, "en")
    assert "止于最后一日 15:00" in describe(certificate, "zh")


def test_a_limit_without_one_has_the_certificate_that_it_had() -> None:
    """No key is added where nothing is said."""
    certificate = ends("2026-03-12 10:00", 2, TimeUnit.WORKING_DAYS, None).certificate
    assert "ends_at" not in certificate
    assert certificate["readings"]["RC-3"] == "close_of_office"


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_it_ends_where_the_oracle_ends_under_every_reading(town: Town) -> None:
    """Days and working days, with pauses, against the walk day by day; and each certificate follows from itself."""
    random = Random(f"{town.name} time of day")
    for values in every_reading():
        for unit in ("working_days", "days") if values["rc2"] != "exact" else ():
            number, minute = random.randint(1, 9), random.randrange(1, 24 * 60)
            start_at = random_start(random, town.world.zone)
            pauses = [
                (start_at + timedelta(minutes=first), start_at + timedelta(minutes=first + length))
                for first in random.sample(range(-2_000, 12_000), random.randrange(3))
                for length in [random.randrange(6_000)]
            ]
            asked = (number, unit, minute, values, start_at, pauses)
            expected = Limit(town.world, values, unit, number, minute).due(start_at, pauses)
            deadline = due(
                start_at=start_at,
                amount=Amount(number, TimeUnit(unit)),
                calendar=town.calendar,
                readings=readings_of(values),
                pauses=[Span(*pause) for pause in pauses],
                ends_at=minute,
            )
            assert deadline.due_at == expected, asked
            assert check_certificate(deadline.certificate), asked
