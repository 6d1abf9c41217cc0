"""When who owes is reminded, and when others hear: as a clock of a case would count it."""

from dataclasses import replace
from datetime import date

import pytest

from shared.rules.duties import occurrences
from shared.rules.duties.told import missing_told, reminded_at
from shared.rules.pack.model import Escalation, Period, Recurrence
from shared.rules.worktime.amount import Amount, parse_amount
from shared.rules.worktime.wall import label_of
from tests.duties.worlds import CALENDAR, a_duty, a_town

FRIDAY = date(2026, 3, 13)
DAILY = a_duty(Recurrence(Period.DAY))


def told(after: Amount | None) -> list[str]:
    """Return when the committee hears that Friday's log is missing."""
    duty = replace(DAILY, missing=(Escalation(after, ("community-committee",), None),))
    (friday,) = occurrences(a_town(duty), CALENDAR, duty, FRIDAY, FRIDAY)
    found = missing_told(a_town(duty), CALENDAR, duty, friday)
    return [f"{who} {label_of(at, CALENDAR.tz)}" for who, at in found]


@pytest.mark.parametrize(
    ("after", "at"),
    [(None, "13 24:00"), ("1 working day", "16 24:00"), ("1 day", "16 24:00"), ("2 hours", "14 02:00")],
)
def test_others_hear_from_the_end_of_the_day_that_was_due(after: str | None, at: str) -> None:
    """Midnight is the end of Friday: a working day after it is Monday's; a day that ends on a Saturday moves on."""
    assert told(parse_amount(after) if after else None) == [f"community-committee 2026-03-{at}"]


def test_who_owes_is_reminded_before_the_end() -> None:
    """A working day before the end of Monday is the end of Friday."""
    duty = replace(DAILY, warn_before=parse_amount("1 working day"))
    (monday,) = occurrences(a_town(duty), CALENDAR, duty, date(2026, 3, 16), date(2026, 3, 16))
    at = reminded_at(a_town(duty), CALENDAR, duty, monday)
    assert at is not None
    assert label_of(at, CALENDAR.tz) == "2026-03-13 24:00"
    assert reminded_at(a_town(DAILY), CALENDAR, DAILY, monday) is None


def test_what_is_only_listed_reminds_nobody() -> None:
    """Without an end there is nothing to be warned of, and nobody hears."""
    duty = replace(DAILY, in_principle=True, warn_before=parse_amount("1 day"))
    (friday,) = occurrences(a_town(duty), CALENDAR, duty, FRIDAY, FRIDAY)
    assert reminded_at(a_town(duty), CALENDAR, duty, friday) is None
    assert list(missing_told(a_town(duty), CALENDAR, duty, friday)) == []
