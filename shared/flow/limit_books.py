"""A town's limits as they are asked about one case: of the right edition, with the town's days as they are known now.

Decides which edition speaks: the one that the message carries, and for a clock that already runs the one under which
it began. An edition that is not here yet makes the message wait; no other is used in its place.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from shared.db.work import Work
from shared.flow.editions import PackCache, days_of
from shared.kernel.ids import derived_id
from shared.kernel.subject import Subject
from shared.rules.case.limits import LimitTerms, terms_of
from shared.rules.case.situation import situation_of
from shared.rules.case.timing import AmendedDays, calendar_of
from shared.rules.clocks.asking import AskedRules
from shared.rules.clocks.case_clocks import CaseClocks, RulesFor
from shared.rules.clocks.duty_clocks import DutyBook
from shared.rules.clocks.duty_terms import duty_terms_of
from shared.rules.clocks.rulebook import CaseRules, LimitBook
from shared.rules.decide import CompiledRulesCache
from shared.rules.pack.model import Pack

_NEVER_AMENDED = AmendedDays(revision=0)


@dataclass(frozen=True, slots=True)
class _Known:
    """What one transaction has read and made: days by town, books by edition and town."""

    days: dict[str, AmendedDays | None] = field(default_factory=dict)
    books: dict[tuple[str, str], LimitBook] = field(default_factory=dict)


class LimitBooks:
    """Limits by edition; what was worked out of a pack is kept as long as the pack; shared by all threads of a process.

    Terms depend on the edition alone and may be kept; a town's days may be amended at any time and are kept for one
    transaction only, which reads them once.

    Args:
        pack_cache: packs by edition.
        compiled: their rules, by edition.
    """

    def __init__(self, pack_cache: PackCache, compiled: CompiledRulesCache) -> None:
        self._pack_cache = pack_cache
        self._compiled = compiled
        self._terms: dict[str, Mapping[str, LimitTerms]] = {}
        self._duty_terms: dict[str, Mapping[str, LimitTerms]] = {}
        pack_cache.with_it_goes(self._forget)
        # Goes with its transaction, without anybody having to say that it has ended.
        self._known: WeakKeyDictionary[Work, _Known] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def book(self, work: Work, edition: str, town: str) -> LimitBook:
        """Return the limits of an edition with the town's days as they are known now.

        Args:
            work: the transaction; in one all books have the same days.
            edition: content hash.

        Raises:
            TryLater: the edition is not here yet.
        """
        books, key = self._known_in(work).books, (edition, town)
        if key not in books:
            books[key] = self.book_with(work, edition, self.days_of(work, town) or _NEVER_AMENDED)
        return books[key]

    def book_with(self, work: Work, edition: str, days: AmendedDays) -> LimitBook:
        """Return the limits of an edition with days that need not be the town's.

        Raises:
            TryLater: the edition is not here yet.
        """
        pack = self._pack_cache.of(work, work.flow.editions, edition)
        return LimitBook(edition, self.terms(pack), calendar_of(pack, days), days.revision)

    def duty_book(self, work: Work, edition: str, town: str, duty: str) -> DutyBook:
        """Return what clocks of a duty are counted with, with the town's days as they are known now.

        Args:
            duty: its key in the edition.

        Raises:
            TryLater: the edition is not here yet.
            KeyError: it has no such duty.
        """
        pack, days = self.pack(work, edition), self.days_of(work, town) or _NEVER_AMENDED
        known = self._duty_terms.get(edition)
        if known is None:
            known = self._duty_terms[edition] = duty_terms_of(pack)
        return DutyBook(known[duty], calendar_of(pack, days), days.revision)

    def pack(self, work: Work, edition: str) -> Pack:
        """Return an edition's pack.

        Raises:
            TryLater: the edition is not here yet.
        """
        return self._pack_cache.of(work, work.flow.editions, edition)

    def rules_for(self, work: Work, town: str, subject: Subject) -> RulesFor:
        """Return how a town's rules are asked about a subject and its clocks.

        New clocks get the same ids whenever the same is asked: a service that is filled anew from what was said has
        the clocks that it had.

        Raises:
            TryLater: when asked, an edition is not here yet.
        """

        def rules(case: CaseClocks) -> tuple[CaseRules, AskedRules]:
            editions = {case.edition, *(clock.edition for clock in case.clocks)}
            books = {edition: self.book(work, edition, town) for edition in editions}
            pack = self._pack_cache.of(work, work.flow.editions, case.edition)
            asked = AskedRules(pack, self._compiled, situation_of(case.snapshot))
            own = books[case.edition]
            return CaseRules(own, books, asked.holding, asked.units, asked.facts, clock_id), asked

        def clock_id(rule: str, round_: int, decision: int) -> str:
            return derived_id(subject.id, subject.kind.value, rule, round_, decision)

        return rules

    def terms(self, pack: Pack) -> Mapping[str, LimitTerms]:
        """Return the terms of every limit of an edition by rule id: worked out once and kept."""
        known = self._terms.get(pack.edition)
        if known is None:
            # Two threads that meet work out the same.
            known = self._terms[pack.edition] = terms_of(pack)
        return known

    def _forget(self, pack: Pack) -> None:
        self._terms.pop(pack.edition, None)
        self._duty_terms.pop(pack.edition, None)

    def days_of(self, work: Work, town: str) -> AmendedDays | None:
        """Return a town's days as published, read once in a transaction."""
        days = self._known_in(work).days
        if town not in days:
            days[town] = days_of(work.conn, work.flow.calendars, town)
        return days[town]

    def _known_in(self, work: Work) -> _Known:
        # Locked to be found, and not to be filled: a transaction belongs to one thread, and so does what it has read.
        with self._lock:
            return self._known.setdefault(work, _Known())
