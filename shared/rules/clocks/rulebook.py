"""What deciding about clocks needs to ask of a town's rules. Filled in by whoever has the pack and the situation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shared.rules.case.limits import LimitTerms
from shared.rules.case.timeline import Timeline
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.escalation import Telling
from shared.rules.clocks.escalation_times import repeated_at
from shared.rules.clocks.reckoning import CountingTerms
from shared.rules.logic.facts import Value
from shared.rules.worktime.calendar import Calendar

# Rules of limits that hold now and are in force on a day; None where the evaluators differ: nothing is to rest on it.
Holding = Callable[[date], frozenset[str] | None]
Units = Callable[[tuple[str, ...]], tuple[str, ...]]  # words for parties → units
KnownFacts = Callable[[tuple[str, ...]], Mapping[str, Value | None]]
ClockId = Callable[[str, int, int], str]  # rule, round, decision → id, the same whenever it is asked for


@dataclass(frozen=True, slots=True)
class LimitBook:
    """The limits of one edition, and the calendar that they are counted with.

    Args:
        edition: content hash.
        limits: terms by rule id.
        revision: of the amended days in the calendar, 0 for none.
    """

    edition: str
    limits: Mapping[str, LimitTerms]
    calendar: Calendar
    revision: int

    @property
    def stages(self) -> frozenset[str]:
        """Every stage that a limit of this edition times."""
        return frozenset(terms.stage for terms in self.limits.values())

    def count(self, clock: Clock, timeline: Timeline) -> CountingTerms:
        """Return what a clock of this edition is counted with.

        Raises:
            KeyError: its rule is not of this edition.
        """
        return CountingTerms(self.limits[clock.rule], timeline, self.calendar, self.revision)

    def repeated(self, rule: str, nth: int, at: datetime) -> Telling:
        """Return when the n-th escalation step of a rule, told at `at`, is told again."""
        return repeated_at(self.limits[rule], self.calendar, nth, at)


@dataclass(frozen=True, slots=True)
class CaseRules:
    """What the town's rules say about a case as it now stands.

    Args:
        book: of the edition that the case is bound to.
        books: of every edition that a clock of the case began under, and the case's own.
        holding: which rules of limits hold now.
        units: whom words for parties mean now.
        facts: known values of the facts named.
        clock_id: gives a new clock its id, by rule, round and decision; of several clocks of these the later ones are
            told apart by their number behind the rule (`starting`), so that no id is given twice.
    """

    book: LimitBook
    books: Mapping[str, LimitBook]
    holding: Holding
    units: Units
    facts: KnownFacts
    clock_id: ClockId

    def count(self, clock: Clock, timeline: Timeline) -> CountingTerms:
        """Return what a clock is counted with: the edition under which it began."""
        return self.books[clock.edition].count(clock, timeline)

    def repeat(self, clock: Clock, nth: int, at: datetime) -> Telling:
        """Return when an escalation step that was told at `at` is told again: a `Repeat`."""
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
