"""What deciding about clocks needs to ask of a town's rules. Filled in by whoever has the pack and the situation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.sla.domain.climbing import repeated_at
from services.sla.domain.clock import Clock
from services.sla.domain.life import Life
from services.sla.domain.reckon import Count
from services.sla.domain.terms import LimitTerms
from shared.rules.worktime.calendar import Calendar

# Rules of limits that hold now and are in force on a day; None where the evaluators differ: nothing is to
# rest on it.
Holding = Callable[[date], frozenset[str] | None]
Units = Callable[[tuple[str, ...]], tuple[str, ...]]  # words for parties → units
KnownFacts = Callable[[tuple[str, ...]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Book:
    """The limits of one edition, and the calendar that they are counted with."""

    edition: str
    limits: Mapping[str, LimitTerms]
    calendar: Calendar
    revision: int

    @property
    def stages(self) -> frozenset[str]:
        """Every stage that a limit of this edition times."""
        return frozenset(terms.stage for terms in self.limits.values())

    def count(self, clock: Clock, life: Life) -> Count:
        """Return what a clock of this edition is counted with."""
        return Count(self.limits[clock.rule], life, self.calendar, self.revision)

    def repeated(self, rule: str, nth: int, at: datetime) -> datetime | None:
        """Return when the n-th rung of a rule, told at `at`, is told again."""
        return repeated_at(self.limits[rule], self.calendar, nth, at)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the town's rules say about a case as it now stands.

    Args:
        book: of the edition that the case is bound to.
        books: of every edition that a clock of the case began under.
        facts: known values of the facts named.
        new_id: makes the ids of new clocks.
    """

    book: Book
    books: Mapping[str, Book]
    holding: Holding
    units: Units
    facts: KnownFacts
    new_id: Callable[[], str]

    def count(self, clock: Clock, life: Life) -> Count:
        """Return what a clock is counted with: the edition under which it began."""
        return self.books[clock.edition].count(clock, life)

    def repeat(self, clock: Clock, nth: int, at: datetime) -> datetime | None:
        """Return when a rung that was told at `at` is told again: a `Repeat`."""
        return self.books[clock.edition].repeated(clock.rule, nth, at)

    def keeps_stage(self, clock: Clock) -> bool:
        """Tell whether the clock's rule still times the clock's stage."""
        terms = self.book.limits.get(clock.rule)
        return terms is not None and terms.stage == clock.stage

    def applies(self, terms: LimitTerms, day: date) -> bool | None:
        """Tell whether a limit holds now and was in force on the first day of its clock; None: nobody can say."""
        if terms.rule not in self.book.limits:
            return False
        holding = self.holding(day)
        return None if holding is None else terms.rule in holding
