"""Verifying every history of a store, and what was said of them outside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.intake.domain.chain import ChainCheck, Keyed, verify_chain
from services.intake.domain.chain_keys import ChainKeys
from services.intake.domain.day_heads import DayCount, DayHead, forged
from services.intake.store.histories import (
    PAGE,
    KeptHistory,
    beginnings_of,
    histories,
    keyed_since,
    last_moves,
    without_case,
)
from shared.db.store import Store


@dataclass(frozen=True, slots=True)
class HistoryFault:
    """Where histories break.

    Args:
        cause: of a chain (see `verify_chain`); 'gone': a case is gone and entries of it are left; 'day': a day's
            entries are not those that its head states; 'head': a head is forged, or one before it is missing;
            'not-keyed': the store does not say from when on its histories are keyed.
        town, case, number: where it is of a case; of a day the town alone.
        entry: its number.
        day: until when; said, found: how many entries there were and are.
    """

    cause: str
    town: str = ""
    case: str = ""
    number: str = ""
    entry: int | None = None
    day: str = ""
    said: int | None = None
    found: int | None = None


@dataclass(frozen=True, slots=True)
class HistoriesVerifier:
    """Verifies the histories of a store.

    Args:
        heads: of days, as they were said outside the store, in their order.
        town: whose cases; None: all.
    """

    store: Store
    keys: ChainKeys
    heads: Sequence[DayHead] = ()
    town: str | None = None

    def since(self) -> str | None:
        """Return the instant from which on every entry is keyed; None: the store does not say."""
        with self.store.read() as conn:
            return keyed_since(conn, self.keys)

    def verify(self) -> Iterator[tuple[int, HistoryFault | None]]:
        """Yield, for each history and whatever else is verified, how many entries there were, and a fault or None."""
        is_stated, days = self.since() is not None, DayCount(self.heads, self._moved())
        if not is_stated:
            yield 0, HistoryFault("not-keyed")
        for head in forged(self.keys, self.heads):
            yield 0, HistoryFault("head", day=head.until)
        for kept, keyed in self._kept(is_stated):
            for entry in kept.entries:
                days.add(kept.town, kept.case, entry.n, entry.at, entry.hash)
            yield len(kept.entries), _fault(kept, verify_chain(kept.entries, kept.n, kept.head, keyed))
        yield from ((0, fault) for fault in self._outside(days))

    def _moved(self) -> dict[str, str]:
        with self.store.read() as conn:
            return last_moves(conn, self.keys)

    def _kept(self, is_stated: bool) -> Iterator[tuple[KeptHistory, Keyed]]:
        page: list[KeptHistory] = []
        for kept in histories(self.store, self.town):
            page.append(kept)
            if len(page) == PAGE:
                yield from self._with_beginnings(page, is_stated)
                page = []
        yield from self._with_beginnings(page, is_stated)

    def _with_beginnings(
        self, page: Sequence[KeptHistory], is_stated: bool
    ) -> Iterator[tuple[KeptHistory, Keyed]]:
        with self.store.read() as conn:
            sealed = beginnings_of(conn, [kept.case for kept in page])
        for kept in page:
            yield kept, Keyed(self.keys, sealed.get(kept.case), is_stated=is_stated)

    def _outside(self, days: DayCount) -> Iterator[HistoryFault]:
        if self.town is None:
            with self.store.read() as conn:
                yield from (HistoryFault("gone", case=case) for case in without_case(conn))
        for head, town, said, found in days.differences(self.town):
            yield HistoryFault("day", town, day=head.until, said=said.entries, found=found.entries)


def _fault(kept: KeptHistory, verdict: ChainCheck) -> HistoryFault | None:
    if verdict.whole or verdict.cause is None:
        return None
    return HistoryFault(verdict.cause, kept.town, kept.case, kept.number, verdict.broken_at)
