"""Lists of offices into the ledger: what is new is entered, what is there already gets what this source says otherwise.

Decides that a second import of the same list changes nothing, and that a line is taken or refused for itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from services.ledger.domain.entries import LedgerEntry, require_said
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import Statement
from services.ledger.handlers.desk import Desk
from services.ledger.handlers.keeping import Keeper
from services.ledger.handlers.writing import CheckedStatement, DeskTurn, EntrySeat, TakenEntry
from services.ledger.store.entries import SqlLedger, statements_of
from services.ledger.transfer.columns import Columns, ListLine
from shared.db.work import Work
from shared.kernel.problems import Problem
from shared.rules.pack.model import ABOUT, PLACE, EntryType

BATCH = 1000  # lines a transaction


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A row with what it says, or what is wrong with it."""

    number: int
    content: ListLine | Problem


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line on its way in, and where it belongs."""

    number: int
    line: ListLine
    seat: EntrySeat


@dataclass(frozen=True, slots=True)
class LineTaken:
    """What became of a line: entered, changed, unchanged, or why it was refused."""

    number: int
    result: TakenEntry | Problem


def read_lines(columns: Columns, rows: Iterator[tuple[int, Sequence[str]]]) -> Iterator[ReadLine]:
    """Yield what rows say."""
    for number, cells in rows:
        try:
            yield ReadLine(number, columns.line(cells))
        except Problem as wrong:
            # Its trace holds this frame, and by it the row.
            yield ReadLine(number, wrong.with_traceback(None))


@dataclass(frozen=True, slots=True)
class ListImporter:
    """Takes batches of lines in transactions of whoever sends them."""

    keeper: Keeper

    def take(self, work: Work, desk: Desk, type_: EntryType, lines: Sequence[ReadLine]) -> list[LineTaken]:
        """Take lines; no two of them may be the same entry (`Batches`)."""
        turn = DeskTurn(work, desk, type_)
        results: dict[int, TakenEntry | Problem] = {
            each.number: each.content for each in lines if isinstance(each.content, Problem)
        }
        self._ledger.hold_entering(work, turn.town, type_.key)
        placed = self._placed(turn, lines, results)
        digests = {digest for each in placed for digest in each.seat.digests}
        known = self._ledger.same_as(work.conn, turn.town, type_.key, digests)
        self._ledger.prefetch(work, known.values())
        before = statements_of(work.conn, known.values())
        for each in placed:
            results[each.number] = self._one(turn, each, known, before)
        return [LineTaken(each.number, results[each.number]) for each in lines]

    @property
    def _ledger(self) -> SqlLedger:
        return self.keeper.writer.ledger

    def _one(
        self,
        turn: DeskTurn,
        wanted: _Placed,
        known: Mapping[str, str],
        before: Mapping[str, Sequence[Statement]],
    ) -> TakenEntry | Problem:
        line, writer = wanted.line, self.keeper.writer
        try:
            since, source = require_said(turn.desk.ledger, line.since, line.source, turn.desk.today)
            words = CheckedStatement(line.facts, since, source)
            there = next((known[digest] for digest in wanted.seat.digests if digest in known), None)
            entry = self._ledger.find(turn.work, turn.town, there) if there else None
            if entry is None:
                return writer.begin(turn, words, wanted.seat)
            return writer.add_to(turn, entry, words, before[entry.id])
        except Problem as wrong:
            return wrong.with_traceback(None)

    def _placed(
        self, turn: DeskTurn, lines: Sequence[ReadLine], results: dict[int, TakenEntry | Problem]
    ) -> list[_Placed]:
        """Find for each line its grid and what it belongs to; those that have none are refused."""
        said = {each.number: each.content for each in lines if isinstance(each.content, ListLine)}
        around = self._around(turn, said)
        placed: list[_Placed] = []
        for number, line in said.items():
            try:
                placed.append(_Placed(number, line, self._seat(turn, line, around.get(number))))
            except Problem as wrong:
                results[number] = wrong.with_traceback(None)
        return placed

    def _seat(self, turn: DeskTurn, line: ListLine, outer: LedgerEntry | None) -> EntrySeat:
        type_ = turn.type_
        if line.about is not None and type_.about is None:
            raise refusal("about-idle", "about")
        if line.about is not None and (outer is None or outer.ended_on is not None):
            raise refusal("about-unfit", "about", type=type_.about)
        if line.about is None and type_.about is not None and ABOUT in type_.same:
            raise refusal("about-missing", "about", type=type_.about)
        seat = EntrySeat(self.keeper.place_for(turn.desk, line.place, outer), outer.id if outer else None)
        return replace(seat, digests=self.keeper.writer.digests(turn.town, type_, line.facts, seat))

    def _around(self, turn: DeskTurn, said: Mapping[int, ListLine]) -> dict[int, LedgerEntry | None]:
        """Return what lines belong to: named by its id, or by the one fact that tells it from others in its grid."""
        outer = turn.desk.ledger.types.get(turn.type_.about or "")
        named = {number: line for number, line in said.items() if line.about is not None}
        if outer is None or not named:
            return {}
        # Lines of one household, or of one house, name it alike: its digests are made once.
        seats = {(line.place or "", line.about) for line in named.values()}
        made = {(place, about): self._outer_digests(turn, outer, place, about) for place, about in seats}
        keyed = {number: made[line.place or "", line.about] for number, line in named.items()}
        digests = {digest for some in keyed.values() for digest in some}
        found = self._ledger.same_as(turn.work.conn, turn.town, outer.key, digests)
        ids = {
            number: next((found[digest] for digest in keyed[number] if digest in found), line.about or "")
            for number, line in named.items()
        }
        self._ledger.prefetch(turn.work, set(ids.values()))
        entries = {number: self._ledger.find(turn.work, turn.town, key) for number, key in ids.items()}
        return {
            number: entry if entry is not None and entry.type == outer.key else None
            for number, entry in entries.items()
        }

    def _outer_digests(
        self, turn: DeskTurn, outer: EntryType, place: str, about: str | None
    ) -> tuple[str, ...]:
        names = [name for name in outer.same if name != PLACE]
        if len(names) != 1 or about is None:
            return ()
        return self.keeper.writer.digests(turn.town, outer, {names[0]: about}, EntrySeat(place, None))


@dataclass(slots=True)
class Batches:
    """Cuts lines into transactions, so that no two of one are the same entry."""

    type_: EntryType
    most: int = BATCH

    def of(self, lines: Iterator[ReadLine]) -> Iterator[list[ReadLine]]:
        """Yield the lines of one transaction after another."""
        some: list[ReadLine] = []
        seen: set[bytes] = set()
        for line in lines:
            key = _same_as(self.type_, line.content)
            if some and (len(some) >= self.most or key in seen):
                yield some
                some, seen = [], set()
            some.append(line)
            if key is not None:
                seen.add(key)
        if some:
            yield some


def _same_as(type_: EntryType, content: ListLine | Problem) -> bytes | None:
    """By what a line would be the same as another of its table; None: nothing.

    Compared within one batch and kept nowhere, so that it needs no digest.
    """
    if isinstance(content, Problem):
        return None
    whole = {**content.facts, PLACE: content.place or "", ABOUT: content.about or ""}
    if not type_.same or any(name not in whole for name in type_.same):
        return None
    return msgspec.json.encode([whole[name] for name in type_.same])
