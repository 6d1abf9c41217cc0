"""When a notice is told (decision 42): against an oracle that walks minute by minute, and by single rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.rules.case.telling import HeldBy, held_until
from shared.rules.case.timing import AmendedDays
from shared.rules.decide import CompiledRulesCache, Situation, decide, to_json
from shared.rules.pack.model import Gathering, NoticeTimes, Pack, Quiet, Spot
from shared.rules.pack.read import build_pack
from tests.decide.towns import books, local
from tests.e2e.format_examples import TOWN, town_with

ZONE = ZoneInfo("Asia/Shanghai")
PLAIN = build_pack(town_with(""), TOWN)
OFFICE = (("08:30", "12:00"), ("14:00", "17:30"))
# The State Council's notice for the Spring Festival of 2026, written down once more: what is no plain week.
HOLIDAYS = {date(2026, 2, day) for day in range(15, 24)}
WORKED = {date(2026, 2, 14), date(2026, 2, 28)}
MINUTE = timedelta(minutes=1)


def pack_with(quiet: tuple[Quiet, ...] = (), gather: Gathering | None = None) -> Pack:
    """The README's town with these times."""
    return replace(PLAIN, telling=NoticeTimes(("RULES-1",), quiet, gather, (), ("inbox",), Spot("", 1)))


def clock(minutes: int) -> str:
    """A time of the day as files write it."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


# ---- the oracle: nothing but a walk through the minutes


def is_quiet(quiet: Quiet, at: datetime) -> bool:
    """Tell whether a minute is quiet, by its wall clock and a list of days."""
    wall = at.astimezone(ZONE)
    now, kind = f"{wall:%H:%M}", kind_of(wall.date())
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[wall.weekday()]
    if quiet.days and not {kind, weekday} & set(quiet.days):
        return False
    if quiet.between and not any(covers(begin, end, now) for begin, end in quiet.between):
        return False
    is_office = kind == "working_day" and any(covers(begin, end, now) for begin, end in OFFICE)
    return quiet.office_hours is None or quiet.office_hours == is_office


def covers(begin: str, end: str, now: str) -> bool:
    """Tell whether a span of the day covers a minute; a span that does not go forward goes past midnight."""
    return begin <= now < end if begin < end else not (end <= now < begin)


def kind_of(on: date) -> str:
    """What a day of February or March 2026 is."""
    if on in HOLIDAYS:
        return "holiday"
    return "working_day" if on in WORKED or on.weekday() < 5 else "weekend"


def walked(pack: Pack, at: datetime) -> datetime:
    """The first minute from then on that is one of gathering, then the first that is not quiet."""
    telling = pack.telling
    assert telling is not None
    if telling.gather is not None:
        times = {minute % 1440 for minute in telling.gather.minutes}
        at = next(
            t for t in minutes_after(at) if t.astimezone(ZONE).hour * 60 + t.astimezone(ZONE).minute in times
        )
    if not any(is_quiet(quiet, at) for quiet in telling.quiet):
        return at
    return next(t for t in minutes_after(at) if not any(is_quiet(quiet, t) for quiet in telling.quiet))


def minutes_after(at: datetime) -> Iterator[datetime]:
    """Whole minutes later than an instant."""
    begin = at.replace(second=0, microsecond=0)
    return (begin + number * MINUTE for number in range(1, 60 * 24 * 30))


minutes = st.integers(0, 1439).map(clock)
spans = st.tuples(minutes, minutes).filter(lambda span: span[0] != span[1])
kinds = st.sets(st.sampled_from(("working_day", "weekend", "holiday", "mon", "sat")), max_size=3)
quiets = st.builds(
    Quiet,
    st.lists(spans, max_size=2).map(tuple),
    kinds.map(lambda found: tuple(sorted(found))),
    st.sampled_from((None, None, True, False)),
).filter(lambda quiet: quiet != Quiet())
gatherings = (
    st.none()
    | st.sampled_from((10, 30, 60, 360, 1440)).map(lambda span: Gathering(tuple(range(span, 1441, span))))
    | st.sets(st.integers(1, 1439), min_size=1, max_size=3).map(lambda times: Gathering(tuple(sorted(times))))
)
instants = st.integers(0, 60 * 60 * 24 * 25).map(lambda s: local("2026-02-10 00:00") + timedelta(seconds=s))


def has_an_end(quiet: tuple[Quiet, ...]) -> bool:
    """Tell whether noon of some day of an ordinary week is left: some time is what `check` asks for."""
    noon = local("2026-03-11 12:00")
    return any(
        not any(is_quiet(times, noon + day * timedelta(days=1)) for times in quiet) for day in range(5)
    )


@given(st.lists(quiets, max_size=3).map(tuple).filter(has_an_end), gatherings, instants)
@example((Quiet((("22:00", "07:00"),)),), None, local("2026-02-14 22:00"))
@example((Quiet((), ("holiday", "weekend")),), Gathering((1440,)), local("2026-02-14 23:59"))
@example((Quiet((), (), False),), None, local("2026-02-13 17:30"))
def test_a_notice_is_told_at_the_minute_that_a_walk_finds(
    quiet: tuple[Quiet, ...], gather: Gathering | None, at: datetime
) -> None:
    """Whatever is quiet and however it is gathered: the same instant as by looking at every minute in turn."""
    pack = pack_with(quiet, gather)
    held, wanted = held_until(pack, at), walked(pack, at)
    assert (held.until if held else at) == wanted
    assert held is None or held.until > at


@given(
    st.lists(quiets, max_size=2).map(tuple).filter(has_an_end), gatherings, instants, st.integers(0, 10**5)
)
def test_what_comes_later_is_never_told_earlier(
    quiet: tuple[Quiet, ...], gather: Gathering | None, at: datetime, seconds: int
) -> None:
    """The order in which notices are made is the order in which they are told, or they are told together."""
    pack, later = pack_with(quiet, gather), at + timedelta(seconds=seconds)
    first, second = held_until(pack, at), held_until(pack, later)
    assert (first.until if first else at) <= (second.until if second else later)


@pytest.mark.parametrize(
    ("at", "until", "by"),
    [
        ("2026-03-10 21:59", None, None),
        ("2026-03-10 22:00", "2026-03-11 07:00", HeldBy.QUIET),
        ("2026-03-11 06:59", "2026-03-11 07:00", HeldBy.QUIET),
        ("2026-03-11 07:00", None, None),
    ],
)
def test_a_quiet_night_ends_exclusively(at: str, until: str | None, by: HeldBy | None) -> None:
    """From 22:00 on, through midnight, and no longer at 07:00."""
    held = held_until(pack_with((Quiet((("22:00", "07:00"),)),)), local(at))
    assert (held and held.until, held and held.by) == (until and local(until), by)


def test_what_holds_it_last_is_what_is_named() -> None:
    """Gathered within the day; by quiet hours where these move the instant of gathering."""
    pack = pack_with((Quiet((("18:00", "08:00"),)),), Gathering(tuple(range(60, 1441, 60))))
    noon, evening = held_until(pack, local("2026-03-10 12:10")), held_until(pack, local("2026-03-10 17:10"))
    assert noon is not None
    assert evening is not None
    assert (noon.until, noon.by) == (local("2026-03-10 13:00"), HeldBy.GATHER)
    assert (evening.until, evening.by) == (local("2026-03-11 08:00"), HeldBy.QUIET)


def test_published_days_move_the_end_of_a_quiet_time() -> None:
    """A day that the town publishes as free is quiet where holidays are."""
    pack = pack_with((Quiet((), ("weekend", "holiday")),))
    days = AmendedDays(revision=1, holidays={"2026-03-16": "town day"})
    saturday = local("2026-03-14 10:00")
    plain, amended = held_until(pack, saturday), held_until(pack, saturday, days)
    assert plain is not None
    assert amended is not None
    assert (plain.until, amended.until) == (local("2026-03-16 00:00"), local("2026-03-17 00:00"))


@pytest.mark.parametrize("on", ["2026-03-08", "2026-11-01"])
def test_a_night_in_which_clocks_are_moved_ends_by_the_wall_clock(on: str) -> None:
    """Where summer time begins or ends the quiet time ends when clocks show its end."""
    pack = replace(pack_with((Quiet((("22:00", "06:00"),)),)), zone="America/Los_Angeles")
    held = held_until(pack, local(f"{on} 00:30", "America/Los_Angeles"))
    assert held is not None
    assert held.until == local(f"{on} 06:00", "America/Los_Angeles")


def test_a_town_that_says_nothing_has_nothing_wait() -> None:
    """Without the section every notice is told at once, as it always was."""
    assert held_until(PLAIN, local("2026-03-15 03:00")) is None


SPARKS = """\
facts:
  sparks: {type: yes or no, from: reporter, name: {zh: 火花, en: sparks}, ask: {zh: 有吗？, en: Are there?}}
telling:
  because: RULES-1
  quiet: [{between: 22:00-07:00}]
  urgent: [{rule: sparks-at-once, because: RULES-1, on: accepted, when: {sparks: yes}}]
"""


@pytest.mark.parametrize(("sparks", "held"), [(True, False), (False, True)])
def test_trying_a_report_out_says_until_when_a_notice_would_wait(sparks: bool, held: bool) -> None:
    """Of each notice: until when and by what; or by which rule it is urgent."""
    pack = build_pack(town_with(SPARKS), TOWN)
    situation = Situation("street-light", "app", None, {"sparks": sparks})
    (notice,) = to_json(decide(pack, books(), situation, local("2026-03-10 23:00")))["notices"]
    assert notice["held"] == ({"until": "2026-03-10T23:00:00.000000Z", "by": "quiet"} if held else None)
    assert (notice["urgent"] or {}).get("id") == (None if held else "sparks-at-once")


def test_both_evaluators_are_asked_what_is_urgent() -> None:
    """An occasion without a condition is urgent by itself; one that no rule names is not even asked about."""
    pack = build_pack(town_with(SPARKS.replace(", when: {sparks: yes}", "")), TOWN)
    rules, situation = CompiledRulesCache("both", 4).of(pack), Situation("street-light", "app", None, {})
    on = date(2026, 3, 10)
    assert rules.urgency("accepted", situation, on).is_urgent
    assert not rules.urgency("settle breached", situation, on).is_urgent
