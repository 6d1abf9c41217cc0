"""A town's rules, ready for deciding about the clocks of one case.

Decides which edition speaks: the one that the message carries, and for a clock that already runs the one
under which it began. An edition that is not here yet makes the message wait; no other is used in its place.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from services.sla.domain.clock import Clock
from services.sla.domain.rules import Book, Rules
from services.sla.domain.terms import LimitTerms, terms_of
from services.sla.messages.steps import situation
from services.sla.ports.deadlines import Due
from shared.db.work import Work
from shared.flow.editions import PackShelf, days_of
from shared.flow.service import Refused, TryLater
from shared.rules.decide import Books, Situation, all_facts, calendar_of, resolve_parties
from shared.rules.logic.facts import FactError
from shared.rules.pack.model import Pack

log = structlog.get_logger("sla")
Days = Mapping[str, Any]


@dataclass(slots=True)
class Asked:
    """What the rules were asked about one case, and where the evaluators differed."""

    pack: Pack
    books: Books
    situation: Situation
    answers: dict[date, frozenset[str] | None] = field(default_factory=dict)
    differing: Mapping[str, Any] | None = None
    known: dict[str, Any] | None = None

    def holding(self, on: date) -> frozenset[str] | None:
        """Return the rules of limits that hold now and are in force on a day, asked once a day."""
        if on not in self.answers:
            self.answers[on] = self._ask(on)
        return self.answers[on]

    def units(self, who: tuple[str, ...]) -> tuple[str, ...]:
        """Return the units that words for parties mean now."""
        return tuple(one.unit for one in resolve_parties(self.pack, who, self.situation) if one.unit)

    def facts(self, names: tuple[str, ...]) -> Mapping[str, object]:
        """Return the known values of facts, None for those that are missing."""
        if self.known is None:
            self.known = all_facts(self.pack, self.situation)
        return {name: self.known.get(name) for name in names}

    def _ask(self, on: date) -> frozenset[str] | None:
        try:
            verdicts = self.books.of(self.pack).limits(self.situation, on)
        except FactError as wrong:
            raise Refused(wrong.code, str(wrong)) from wrong
        if not verdicts.agreed:
            self.differing = verdicts.answers
            return None
        return frozenset(limit.origin.rule for limit in verdicts.limits)


class RuleBooks:
    """Rules by edition; what was worked out of a pack is kept, bounded in number.

    Args:
        capacity: how many editions' terms are kept.
    """

    def __init__(self, shelf: PackShelf, books: Books, capacity: int = 256) -> None:
        self._shelf = shelf
        self._books = books
        self._capacity = capacity
        self._terms: OrderedDict[str, Mapping[str, LimitTerms]] = OrderedDict()
        self._days: WeakKeyDictionary[Work, dict[str, Days | None]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def book(self, work: Work, edition: str, town: str) -> Book:
        """Return the limits of an edition with the town's days as they are known now.

        Raises:
            TryLater: the edition is not here yet.
        """
        pack = self._shelf.of(work, work.flow.editions, edition)
        days = self._days_of(work, town)
        return Book(
            edition, self._terms_of(pack), calendar_of(pack, days), int(days["revision"]) if days else 0
        )

    def repeat(self, work: Work, due: Due, nth: int, at: datetime) -> datetime | None:
        """Return when a reminder that was given at `at` is given again; None: never, or nobody knows yet."""
        try:
            return self.book(work, due.edition, due.town).repeated(due.rule, nth, at)
        except (
            TryLater,
            KeyError,
        ):  # no edition, no rule: nothing may keep the other deadlines from being fired
            log.warning("reminder-without-rule", rule=due.rule, edition=due.edition)
            return None

    def rules(
        self, work: Work, edition: str, town: str, plain: Mapping[str, Any], clocks: tuple[Clock, ...]
    ) -> tuple[Rules, Asked]:
        """Return what the rules say about a case, and what they were asked.

        Raises:
            TryLater: the edition is not here yet.
        """
        book = self.book(work, edition, town)
        others = {clock.edition for clock in clocks} - {edition}
        books = {edition: book, **{other: self.book(work, other, town) for other in others}}
        asked = Asked(self._shelf.of(work, work.flow.editions, edition), self._books, situation(plain))
        return Rules(book, books, asked.holding, asked.units, asked.facts, work.new_id), asked

    def _days_of(self, work: Work, town: str) -> Days | None:
        """Read a town's days once in a transaction."""
        with self._lock:
            known = self._days.setdefault(work, {})
        if town not in known:
            known[town] = days_of(work.conn, work.flow.calendars, town)
        return known[town]

    def _terms_of(self, pack: Pack) -> Mapping[str, LimitTerms]:
        with self._lock:
            if pack.edition in self._terms:
                self._terms.move_to_end(pack.edition)
                return self._terms[pack.edition]
        terms = terms_of(pack)
        with self._lock:
            self._terms[pack.edition] = terms
            while len(self._terms) > self._capacity:
                self._terms.popitem(last=False)
        return terms
