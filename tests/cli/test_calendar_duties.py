"""A year of duties, as a table and as iCalendar; what `check` says of one."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridcase.cli.check_duties import clashes, idle_duties
from gridcase.cli.root import cli
from shared.rules.pack.model import DayOff, Pack, Period, Recurrence
from tests.duties.worlds import a_duty, a_town

RULES = Path(__file__).parents[2] / "rules"
NINE = 540


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever machine this is."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")


def shown(*words: str) -> str:
    """Return what the command prints."""
    done = CliRunner().invoke(
        cli, ["calendar", "duties", *words, "--rules", str(RULES)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.stdout_bytes.decode()


def test_a_year_is_a_table_with_what_moved_and_why() -> None:
    """The meeting of the 3rd of May is in April and says so; what comes every day is counted in one line."""
    lines = shown("t-sfs", "--year", "2026").splitlines()
    assert lines[0].split() == ["day", "time", "duty", "posts", "verdict", "moved"]
    (may,) = [line for line in lines if line.startswith("2026-04-30") and "meeting on the 3rd" in line]
    assert "2026-05-03 is a holiday (Labour Day); moved back to 2026-04-30 (RC-14)" in may
    assert "two hours of visits on each day of the window: 121 days, 3 posts" in lines
    assert not any(line.startswith("2026") and "two hours" in line for line in lines)


def test_every_day_is_listed_on_request() -> None:
    """With --daily each morning meeting has its line, but for those in whose place a larger one is held."""
    lines = shown("t-com", "--year", "2026", "--daily").splitlines()
    february = [line for line in lines if line.startswith("2026-02-") and "morning meeting" in line]
    assert [line[:10] for line in february][-3:] == ["2026-02-25", "2026-02-26", "2026-02-28"]
    assert all("08:30" in line for line in february)


def test_what_has_no_day_is_said() -> None:
    """A date that the town has still to write, and a year whose calendar is not published."""
    said = shown("t-ly", "--year", "2031")
    assert "the pilot's plan is filed: the town has still to write its day; it is never late" in said
    assert (
        "the diary is cleared each day: 365 times without a day, as the calendar of 2031 is not published"
        in said
    )


def test_icalendar_keeps_to_its_form_and_names_each_occurrence_once() -> None:
    """Lines of at most 75 octets, one UID for each, the moved one on its new day under its old name."""
    text = shown("t-sfs", "--year", "2026", "--ics")
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "").split("\r\n")
    named = [line for line in unfolded if line.startswith("UID:")]
    assert len(named) == len(set(named)) == unfolded.count("BEGIN:VEVENT")
    event = unfolded.index("UID:t-sfs-三号领表-2026-05-03@gridcase")
    assert unfolded[event + 2] == "DTSTART;VALUE=DATE:20260430"


def test_an_hour_is_given_in_universal_time() -> None:
    """08:30 in Shanghai is half past midnight."""
    assert "DTSTART:20260302T003000Z" in shown("t-com", "--year", "2026", "--ics").split("\r\n")


def weekly(key: str, **more: object) -> object:
    """Return a meeting on Mondays at nine."""
    return a_duty(Recurrence(Period.WEEK, weekdays=(0,)), key, at=NINE, **more)


def town(*duties: object) -> Pack:
    """Return the town with these duties."""
    return a_town(*duties)  # type: ignore[arg-type]


def test_two_meetings_of_one_post_at_one_hour_are_said_once() -> None:
    """Both on Mondays at nine: refused; where one stands for the other, or another post owes it, good."""
    both = list(clashes(town(weekly("a"), weekly("b")), (2025, 2026)))
    assert len(both) == 1
    assert "2025-01-06 09:00" in both[0]
    assert "t-com.rose-1/grid-leader" in both[0]
    assert not list(clashes(town(weekly("a"), weekly("b", instead_of=("a",))), (2026,)))
    assert not list(clashes(town(weekly("a"), weekly("b", who=("community-committee",))), (2026,)))


def test_a_duty_that_never_comes_round_is_named_with_the_reason() -> None:
    """A day that nobody wrote, a year without calendar; what comes in another year, or comes round, is not named."""
    sundays = a_duty(Recurrence(Period.MONTH, weekdays=(6,), nth_week=1), "sundays")
    once = a_duty(Recurrence(Period.ONCE), "once")
    dated = a_duty(Recurrence(Period.ONCE, on=date(2026, 5, 31)), "dated")
    skipped = a_duty(Recurrence(Period.YEAR, dates=((10, 1),)), "national-day", day_off=DayOff.SKIP)
    assert "has still to write the day of 'once'" in next(idle_duties(town(once), (2026,)))
    assert "as its calendar is not published" in next(idle_duties(town(sundays), (2031,)))
    assert "comes round on no day of 2026" in next(idle_duties(town(skipped), (2026,)))
    assert list(idle_duties(town(sundays), (2026,))) == []
    assert list(idle_duties(town(dated), (2026, 2027))) == []
