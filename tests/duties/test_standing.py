"""What became of an occurrence: number, spans, minutes, subjects, time of entry, corrections."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.duties import Compliance, Kept, Occurrence, State, occurrences, standing
from shared.rules.pack.model import Duty, Owed, Period, Recurrence
from tests.decide.towns import local
from tests.duties.worlds import CALENDAR, a_duty, a_town

ON = date(2026, 3, 10)
DAILY, MONTHLY, QUARTERLY = Recurrence(Period.DAY), Recurrence(Period.MONTH), Recurrence(Period.QUARTER)
HALF_DAYS = ((0, 720), (720, 1440))
AFTER = local("2026-07-01 00:00")


def patrol(at: str, key: str = "1", **more: object) -> Kept:
    """Return a patrol of the day on which it was entered, begun then."""
    when = local(at)
    minute = int(at[11:13]) * 60 + int(at[14:])
    return Kept(
        **{"id": key, "form": "log", "day": date.fromisoformat(at[:10]), "at": when, "begins": minute} | more
    )  # type: ignore[arg-type]


def the_one(duty: Duty, on: date = ON, **readings: str) -> Occurrence:
    """Return the occurrence with that label."""
    (found,) = occurrences(a_town(duty, **readings), CALENDAR, duty, on, on)
    return found


def judged(duty: Duty, *records: Kept, at: datetime = AFTER, on: date = ON, **more: object) -> Compliance:
    """Return what became of a duty's occurrence by an instant."""
    readings = {key: str(more.pop(key)) for key in list(more) if key.startswith("RC_")}
    town = a_town(duty, **readings)
    return standing(town, duty, the_one(duty, on, **readings), records, at, **more)  # type: ignore[arg-type]


def test_ahead_open_met_missing_by_the_hour() -> None:
    """Before its day it is ahead, on its day open, with its record met, without one at midnight missing."""
    duty = a_duty(DAILY)
    states = [
        judged(duty, at=local(at)).state
        for at in ("2026-03-09 23:59", "2026-03-10 00:00", "2026-03-10 23:59", "2026-03-11 00:00")
    ]
    assert states == [State.AHEAD, State.OPEN, State.OPEN, State.MISSING]
    met = judged(duty, patrol("2026-03-10 09:30"))
    assert (met.state, met.met_at) == (State.MET, local("2026-03-10 09:30"))


def test_entered_after_its_day_it_is_late() -> None:
    """A record of that day that came the next morning is there, and late."""
    late = judged(a_duty(DAILY), patrol("2026-03-11 08:00", day=ON))
    assert (late.state, late.given, late.met_at) == (State.LATE, 1, local("2026-03-11 08:00"))


def test_what_is_of_another_day_or_form_does_not_count() -> None:
    """Yesterday's log is no log of today, and minutes are no log."""
    found = judged(a_duty(DAILY), patrol("2026-03-09 09:00"), patrol("2026-03-10 09:00", form="minutes"))
    assert (found.state, found.given) == (State.MISSING, 0)


def test_one_patrol_is_enough_for_a_day_and_leaves_an_afternoon_missing() -> None:
    """S-078: at 09:30 once; RC-21 says whether the afternoon is owed too."""
    halves = a_duty(DAILY, owes=Owed("log", spans=HALF_DAYS))
    found = judged(halves, patrol("2026-03-10 09:30"))
    assert (found.state, found.wanted, found.wanting.spans) == (State.MISSING, 2, ((720, 1440),))
    assert judged(halves, patrol("2026-03-10 09:30"), patrol("2026-03-10 12:00", "2")).state is State.MET
    assert judged(halves, patrol("2026-03-10 09:30"), RC_21="one").state is State.MET


def test_minutes_add_up() -> None:
    """S-055: an hour and fifty minutes are not two hours."""
    duty = a_duty(DAILY, owes=Owed("log", minutes=120))
    first, second = patrol("2026-03-10 09:00", ends=600), patrol("2026-03-10 14:00", "2", ends=890)
    found = judged(duty, first, second)
    assert (found.state, found.minutes, found.wanting.minutes) == (State.MISSING, 110, 10)
    assert judged(duty, first, replace(second, ends=900)).state is State.MET


def test_fewer_than_the_number_are_missing() -> None:
    """S-045: two households of three."""
    duty, end = a_duty(QUARTERLY, owes=Owed("log", at_least=3)), date(2026, 3, 31)
    visits = [patrol(f"2026-0{n}-10 09:00", str(n)) for n in (1, 2, 3)]
    assert judged(duty, *visits[:2], on=end).wanting.records == 1
    assert judged(duty, *visits, on=end).state is State.MET


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    """Corrected the week after, what was entered in time stays in time; the corrected words alone count."""
    duty = a_duty(DAILY, owes=Owed("log", minutes=60))
    first = patrol("2026-03-10 09:00", ends=560)
    longer = patrol("2026-03-17 09:00", "2", day=ON, ends=610, corrects="1")
    assert judged(duty, first, longer).state is State.MET
    elsewhere = replace(longer, day=date(2026, 3, 9))
    assert judged(duty, replace(first, ends=700), elsewhere).given == 0
    assert judged(duty, first, longer, at=local("2026-03-16 00:00")).state is State.MISSING


def test_each_member_of_a_class_is_owed_one() -> None:
    """Who was not visited is named; who is another class is owed nothing here; of an unknown list nothing is said."""
    duty, end = a_duty(MONTHLY, owes=Owed("log", for_each=("household", "alone"))), date(2026, 3, 31)
    visit, who = patrol("2026-03-10 09:00", subject="h1"), {"h1": "alone", "h2": "alone", "h3": "other"}
    assert judged(duty, visit, on=end, members=who).wanting.subjects == ("h2",)
    assert (
        judged(duty, visit, patrol("2026-03-12 09:00", "2", subject="h2"), on=end, members=who).state
        is State.MET
    )
    assert judged(duty, visit, on=end).state is State.UNJUDGED


def test_a_share_is_of_what_was_visited_and_rounded_up() -> None:
    """Half of three visited households of a class are two."""
    owed = Owed("log", share={"alone": 50}, of="visit")
    duty, end = a_duty(QUARTERLY, owes=owed), date(2026, 3, 31)
    visits = [patrol("2026-02-10 09:00", f"v{n}", form="visit", subject=f"h{n}") for n in (1, 2, 3)]
    who = {f"h{n}": "alone" for n in (1, 2, 3, 4)}
    checks = [patrol("2026-03-10 09:00", f"c{n}", subject=f"h{n}") for n in (1, 2)]
    assert judged(duty, *visits, checks[0], on=end, members=who).wanting.subjects == ("h2",)
    assert judged(duty, *visits, *checks, on=end, members=who).state is State.MET


def test_excused_replaced_and_listed_are_never_missing() -> None:
    """A named person's yes, a larger meeting, or a policy without a number take the verdict away."""
    duty = a_duty(DAILY)
    assert judged(duty, excused=True).state is State.EXCUSED
    assert judged(duty, patrol("2026-03-10 09:30"), excused=True).state is State.MET
    replaced = replace(the_one(duty), replaced_by="weekly")
    assert standing(a_town(duty), duty, replaced, (), AFTER).state is State.REPLACED
    assert judged(a_duty(DAILY, owes=Owed("log", at_least=None))).state is State.UNJUDGED


_DAYS = st.integers(-2, 2).map(lambda days: ON + timedelta(days=days))
_HOURS = st.integers(-72, 72).map(lambda hours: datetime(2026, 3, 10, 4, tzinfo=UTC) + timedelta(hours=hours))
_RECORDS = st.lists(st.tuples(_DAYS, _HOURS), max_size=6)


@given(records=_RECORDS, least=st.integers(1, 4))
def test_met_late_or_missing_is_what_counting_by_hand_says(
    records: list[tuple[date, datetime]], least: int
) -> None:
    """Those of the day, put in order of entry: the least-th decides, by whether it came before midnight."""
    kept = [Kept(str(number), "log", day, at) for number, (day, at) in enumerate(records)]
    found = judged(a_duty(DAILY, owes=Owed("log", at_least=least)), *kept)
    entered = sorted(at for day, at in records if day == ON)
    if len(entered) < least:
        assert (found.state, found.wanting.records) == (State.MISSING, least - len(entered))
    else:
        midnight = datetime(2026, 3, 10, 16, tzinfo=UTC)
        assert found.state is (State.MET if entered[least - 1] < midnight else State.LATE)
        assert found.met_at == entered[least - 1]
