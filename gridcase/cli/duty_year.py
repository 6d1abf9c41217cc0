"""A year of a town's duties: what comes round, on which day, what moved it, and what cannot be said yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.rules.case.timing import calendar_of
from shared.rules.duties import Occurrence, occurrences, owners, unwritten
from shared.rules.pack.model import Duty, Pack, Period

_FARTHEST = timedelta(days=45)  # no label lies farther from the day on which it is held
_DAILY = (Period.DAY, Period.WORKING_DAY)


@dataclass(frozen=True, slots=True)
class DutyYear:
    """What a town owes in a year.

    Args:
        held: occurrences with a day in that year and no larger one in their place, in the order of days.
        unknown: those named for a day of that year that have none, as its calendar is missing (RC-22).
        unwritten: duties whose one day the town has still to write.
    """

    pack: Pack
    year: int
    held: tuple[Occurrence, ...]
    unknown: tuple[Occurrence, ...]
    unwritten: tuple[Duty, ...]

    @property
    def seldom(self) -> Sequence[Occurrence]:
        """Those of duties that do not come every day."""
        return [each for each in self.held if not self.is_daily(each)]

    def is_daily(self, occurrence: Occurrence) -> bool:
        """Tell whether an occurrence is one of a duty that comes every day."""
        return self.pack.duties[occurrence.duty].every.period in _DAILY

    def posts(self, duty: str) -> int:
        """Return how many posts owe a duty."""
        return len(owners(self.pack, self.pack.duties[duty]))


def year_of(pack: Pack, year: int) -> DutyYear:
    """Return what a town owes in a year, by its pack's own days and the official ones."""
    found = [each for duty in pack.duties.values() for each in _named(pack, duty, year)]
    held = (each for each in found if each.on and each.on.year == year and not each.replaced_by)
    return DutyYear(
        pack,
        year,
        tuple(sorted(held, key=lambda each: (each.on or each.label, each.at or 0))),
        tuple(each for each in found if each.on is None and each.label.year == year),
        tuple(duty for duty in pack.duties.values() if unwritten(duty)),
    )


def _named(pack: Pack, duty: Duty, year: int) -> Iterator[Occurrence]:
    first, last = date(year, 1, 1) - _FARTHEST, date(year, 12, 31) + _FARTHEST
    yield from occurrences(pack, calendar_of(pack), duty, first, last)
