"""Builds the calendar and the few choices that a town makes for itself: zone, acceptance, webhooks.

Decides which of them cannot be meant. Which days are worked is for `worktime`.
"""

from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address
from itertools import pairwise
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item
from shared.rules.language.errors import Where
from shared.rules.language.vocabulary import WEEKDAYS
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Acceptance, CalendarSource
from shared.rules.worktime.official import official_years

Hours = tuple[tuple[str, str], ...]
_NO_HOST = frozenset("/@?#:[]% ")
_PRIVATE_ENDINGS = (".local", ".localhost", ".internal", ".lan", ".home", ".corp", ".arpa")


def build_calendar(draft: Draft) -> CalendarSource:
    """Return the calendar's source; an empty one where none was written (and complained about)."""
    entry = draft.assembly.root.entry("calendar")
    if entry is None:
        return CalendarSource(None, (), (), {}, {}, ())
    weekend = tuple(str(item.value) for item in draft.distinct(entry.items("weekend")))
    official = cast(Literal["china"] | None, entry.name("official"))
    _check_weekend(draft, entry, official, weekend)
    years = tuple(int(str(item.value)) for item in draft.distinct(entry.items("years")))
    holidays, make_up = days_of(draft, entry, "holidays"), days_of(draft, entry, "make_up")
    _check_days(draft, entry, weekend, years, holidays, make_up)
    hours = office_hours(draft, entry.items("office_hours"))
    by_day = {day: office_hours(draft, item.items()) for day, item in entry.table("office_hours_on").items()}
    return CalendarSource(official, weekend, hours, texts_of(holidays), texts_of(make_up), years, by_day)


Listed = dict[date, tuple[Text, Where]]


def texts_of(days: Listed) -> dict[date, Text]:
    """Return listed days with their names alone."""
    return {on: text for on, (text, _) in days.items()}


def days_of(draft: Draft, entry: Entry, field: str) -> Listed:
    """Return the days of a list or of a map from days to names."""
    days: Listed = {}
    for span, text, where in _spans(entry.item(field)):
        for on in span:
            if on in days:
                draft.complain("day-twice", where, day=on.isoformat())
            days[on] = (text, where)
    return days


def _spans(item: Item | None) -> Iterator[tuple[tuple[date, ...], Text, Where]]:
    if item is None:
        return
    for part in item.items():
        if isinstance(part.value, tuple):
            yield part.value, Text(), part.where
    if isinstance(item.value, dict):
        for span, named in item.value.items():
            if isinstance(span, tuple):
                yield span, named.as_(Text) or Text(), named.head


def _check_weekend(draft: Draft, entry: Entry, official: str | None, weekend: tuple[str, ...]) -> None:
    # The official make-up days are Saturdays and Sundays: with another weekend they would make up for nothing.
    if official == "china" and set(weekend) != {"sat", "sun"}:
        draft.complain("official-weekend", entry.where("weekend"))
    elif set(weekend) == set(WEEKDAYS.chinese):
        draft.complain("no-working-day", entry.where("weekend"))


def _check_days(
    draft: Draft,
    entry: Entry,
    weekend: tuple[str, ...],
    years: tuple[int, ...],
    holidays: Listed,
    make_up: Listed,
) -> None:
    known = set(years) | (set(official_years()) if "official" in entry else set())
    for on, (_, where) in (holidays | make_up).items():
        if on.year not in known:
            draft.complain("day-outside-years", where, day=on.isoformat(), year=on.year)
    weekdays = list(WEEKDAYS.chinese)
    for on, (_, where) in make_up.items():
        if on in holidays:
            draft.complain("holiday-and-make-up", where, day=on.isoformat())
        elif weekdays[on.weekday()] not in weekend:
            draft.complain("make-up-on-working-day", where, day=on.isoformat())


def office_hours(draft: Draft, items: list[Item]) -> Hours:
    """Return stretches of office hours, which must not overlap."""
    written = [(item.value, item.where) for item in items if isinstance(item.value, tuple)]
    written.sort(key=lambda pair: pair[0])
    for (before, _), (after, where) in pairwise(written):
        if after[0] < before[1]:
            draft.complain("office-hours-overlap", where, one="-".join(before), two="-".join(after))
    return tuple(cast(tuple[str, str], hours) for hours, _ in written)


def zone(draft: Draft) -> str:
    """Return the time zone."""
    name = draft.assembly.root.name("zone") or ""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if name:
            draft.complain("unknown-zone", draft.assembly.root.where("zone"), name=name)
    return name


def acceptance(draft: Draft) -> tuple[Acceptance, Acceptance]:
    """Return how cases are accepted when first routed, and after a hand-over."""
    root = draft.assembly.root
    both = root.entry("acceptance")
    if both is not None:
        first, after = both.name("first"), both.name("after_handover")
    else:
        first = after = root.name("acceptance")
    return Acceptance.named(first) or Acceptance.AUTOMATIC, Acceptance.named(after) or Acceptance.AUTOMATIC


def webhooks(draft: Draft) -> tuple[str, ...]:
    """Return the hosts that webhooks may go to: names that everyone resolves alike, nothing private."""
    hosts = []
    for item in draft.distinct(draft.assembly.root.items("webhooks")):
        host = str(item.value).lower()
        if _NO_HOST & set(host) or len(host) > 253:
            draft.complain("host-malformed", item.where, host=host)
        elif _is_private(host):
            draft.complain("host-private", item.where, host=host)
        else:
            hosts.append(host)
    return tuple(hosts)


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        # Resolvers take '2130706433' and '0x7f.1' for addresses, which `ip_address` does not.
        numbers_alone = host.replace(".", "").replace("0x", "").isdigit()
        return "." not in host or host.endswith(_PRIVATE_ENDINGS) or numbers_alone
