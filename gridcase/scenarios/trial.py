"""A town's duties over some days, as a scenario about duties sets them: reckoned, without any service.

Decides which records a town would take. Must not know what was expected.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from shared.kernel.texts import Text
from shared.rules.case.addresses import key_of
from shared.rules.case.timing import AmendedDays, calendar_of
from shared.rules.duties import Compliance, Kept, Occurrence, occurrences, ordered, owners, standing
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import Duty, Form, Pack
from shared.rules.scenario.model import Amendment, label_to_instant
from shared.rules.scenario.trial import DutyTrial, TrialRecord
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.wall import instant_of
from shared.rules.worktime.windows import DAY

_FARTHEST = timedelta(days=45)  # no label lies farther from the day on which it is held


@dataclass(frozen=True)
class TrialRun:
    """One scenario about duties on a pack: as it stands, or under other readings.

    Args:
        pack: with the readings under which it is looked at.
    """

    pack: Pack
    trial: DutyTrial

    @cached_property
    def calendar(self) -> Calendar:
        """The town's, with the days that the scenario amends."""
        return calendar_of(self.pack, _amended(self.trial.calendar) if self.trial.calendar else None)

    @cached_property
    def at(self) -> datetime:
        """As of when it is looked at."""
        if self.trial.seen_at:
            return label_to_instant(self.trial.seen_at, self.pack.zone)
        return instant_of(self.trial.last.toordinal(), DAY, self.calendar.tz)

    def occurrences(self, key: str) -> tuple[Occurrence, ...]:
        """Return what falls on a day of the scenario, or has no day and is named for one."""
        duty, first, last = self.pack.duties.get(key), self.trial.first, self.trial.last
        if duty is None:
            return ()
        near = (
            *occurrences(self.pack, self.calendar, duty, first - _FARTHEST, last + _FARTHEST),
            *self._ordered(duty),
        )
        return tuple(each for each in near if first <= (each.on or each.label) <= last)

    def _ordered(self, duty: Duty) -> Iterator[Occurrence]:
        for order in self.trial.ordered if duty.ordering else ():
            at = label_to_instant(order.at, self.pack.zone)
            found = ordered(self.pack, self.calendar, duty, at, order.until)
            if order.duty == duty.key and found is not None:
                yield found

    def held(self, key: str) -> tuple[Occurrence, ...]:
        """Return those that have a day and in whose place no larger one is held."""
        return tuple(each for each in self.occurrences(key) if each.on and not each.replaced_by)

    def owners(self, key: str, place: str | None) -> tuple[str, ...]:
        """Return the posts that owe a duty, or the one in a place."""
        posts = owners(self.pack, self.pack.duties[key])
        return tuple(post for post in posts if place is None or _is_in(self.pack, post, place))

    def standing(self, occurrence: Occurrence, post: str) -> Compliance:
        """Return how one post stands with an occurrence."""
        duty = self.pack.duties[occurrence.duty]
        kept = [kept for record, kept in self._kept if _is_of(self.pack, duty, record, post)]
        return standing(self.pack, duty, occurrence, kept, self.at, members=self.trial.ledger)

    def refused(self, record: TrialRecord) -> str | None:
        """Return why the town would not take a record: 'form', 'by' or an entry that it lacks; None: it does."""
        form = self.pack.records.get(record.form)
        if form is None:
            return "form"
        if record.by is not None and not _may_make(self.pack, form, record.by):
            return "by"
        if unknown := next((entry for entry in record.facts if entry not in form.facts), None):
            return unknown
        needed = form.on_opening if record.is_opened else (*form.on_opening, *form.on_closing)
        return next((entry for entry in needed if not record.facts.get(entry)), None)

    def is_late(self, record: TrialRecord) -> bool:
        """Tell whether a record is marked late: its form asks for the same day, and it came after its own."""
        form = self.pack.records.get(record.form)
        return form is not None and form.same_day and _day(record.at) > (record.day or _day(record.at))

    @cached_property
    def _kept(self) -> Sequence[tuple[TrialRecord, Kept]]:
        return tuple(self._taken())

    def _taken(self) -> Iterator[tuple[TrialRecord, Kept]]:
        for number, record in enumerate(self.trial.recorded):
            if self.refused(record) is None and not record.is_opened:
                yield record, self._as_kept(record, str(number))

    def _as_kept(self, record: TrialRecord, number: str) -> Kept:
        begins, ends = (_minute(clock) for clock in record.between) if record.between else (None, None)
        at = label_to_instant(record.at, self.pack.zone)
        kept = Kept(record.called or number, record.form, record.day or _day(record.at), at)
        return replace(kept, subject=record.about, begins=begins, ends=ends, corrects=record.corrects)


def _is_in(pack: Pack, post: str, place: str) -> bool:
    return post.rpartition("/")[0] == f"{pack.town}.{place}"


def _is_of(pack: Pack, duty: Duty, record: TrialRecord, post: str) -> bool:
    """Tell whether a record counts for a post: made in its place, by itself or by whom the duty names for it."""
    if record.place is not None and not _is_in(pack, post, record.place):
        return False
    by = record.by if record.by not in ROLES else None
    makers = {pack.noun(unit) for unit in duty.owes.by} if duty.owes else set()
    return by is None or by in (makers or {key_of(post)})


def _may_make(pack: Pack, form: Form, who: str) -> bool:
    return not form.by or who in {pack.noun(maker) for maker in form.by}


def _amended(amendment: Amendment) -> AmendedDays:
    return AmendedDays(
        revision=1,
        holidays=_named(amendment.holidays),
        make_up=_named(amendment.make_up),
        years=amendment.years,
    )


def _named(days: Mapping[date, Text]) -> dict[str, str]:
    return {on.isoformat(): str(name) for on, name in days.items()}


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _day(label: str) -> date:
    return date.fromisoformat(label[:10])
