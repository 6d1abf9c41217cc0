"""Keeping entries: entering them once, stating, confirming, moving and ending, each by whoever may.

Decides that nothing is entered twice, that each statement has its day and its source, and that what belongs to an entry
moves and ends with it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from services.ledger.domain.entries import (
    GivenStatement,
    LedgerEntry,
    NewEntry,
    change_of,
    require_said,
    type_of,
)
from services.ledger.domain.facts import checked
from services.ledger.domain.reach import may_enter
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import Event
from services.ledger.handlers.desk import Desk
from services.ledger.handlers.telling import note
from services.ledger.handlers.writing import CheckedStatement, DeskTurn, EntrySeat, TakenEntry, Writer
from services.ledger.store.reading import members_of
from shared.db.work import Work
from shared.rules.logic.facts import Value
from shared.rules.pack.model import ABOUT, ChangeEffect

_DEEPEST = 8  # a person of a household of a house: deeper than any ledger


@dataclass(frozen=True, slots=True)
class Keeper:
    """Writes into the ledger, in a transaction of whoever asks."""

    writer: Writer

    def enter(self, work: Work, desk: Desk, wanted: NewEntry) -> TakenEntry:
        """Enter something; what is there already gets what is new of it.

        Raises:
            Problem: whoever asks does not enter this type there, or what is stated lacks something.
        """
        turn = DeskTurn(work, desk, type_of(desk.ledger, wanted.type))
        words = self._words(turn, wanted.told, begins=True)
        place = self.place_for(desk, wanted.place, self._around(turn, wanted.about))
        self.writer.ledger.hold_entering(work, turn.town, turn.type_.key)
        seat = EntrySeat(place, wanted.about)
        seat = replace(seat, digests=self.writer.digests(turn.town, turn.type_, words.facts, seat))
        known = self.writer.ledger.same_as(work.conn, turn.town, turn.type_.key, seat.digests)
        there = next(iter(known.values()), None)
        entry = self.writer.ledger.find(work, turn.town, there) if there else None
        return (
            self.writer.begin(turn, words, seat) if entry is None else self.writer.add_to(turn, entry, words)
        )

    def state(self, work: Work, desk: Desk, entry: LedgerEntry, given: GivenStatement) -> TakenEntry:
        """State facts of an entry, or that a change of the pack has happened to it.

        Raises:
            Problem: it has ended, is not the caller's to change, or what is stated lacks something.
        """
        turn, words = self._changing(work, desk, entry, given)
        if words.change is None and not words.facts:
            raise refusal("facts-missing", "facts")
        return self.writer.say(turn, entry, words, Event.STATED)

    def confirm(self, work: Work, desk: Desk, entry: LedgerEntry, given: GivenStatement) -> TakenEntry:
        """Say that nothing has changed; or, with facts, which of several words holds."""
        turn, words = self._changing(work, desk, entry, given)
        return self.writer.say(turn, entry, words, Event.CONFIRMED)

    def move(
        self, work: Work, desk: Desk, entry: LedgerEntry, given: GivenStatement, place: str | None
    ) -> TakenEntry:
        """Move an entry, and what belongs to it, to another grid of the town.

        Raises:
            Problem: `place-missing` or `place-unknown`, beside those of `state`.
        """
        turn, words = self._changing(work, desk, entry, given)
        if place is None:
            raise refusal("place-missing", "place")
        if place not in desk.pack.places:
            raise refusal("place-unknown", "place", place=place)
        taken = self._gone(turn, replace(entry, place=place), words, Event.MOVED)
        for member in self._members(work, entry):
            its = DeskTurn(work, desk, type_of(desk.ledger, member.type))
            self._gone(its, replace(member, place=place), _bare(words), Event.MOVED)
        return taken

    def end(self, work: Work, desk: Desk, entry: LedgerEntry, given: GivenStatement) -> TakenEntry:
        """End an entry, and what belongs to it."""
        turn, words = self._changing(work, desk, entry, given)
        taken = self._gone(turn, replace(entry, ended_on=words.since), words, Event.ENDED)
        ended = [entry.id]
        for member in self._members(work, entry):
            its = DeskTurn(work, desk, type_of(desk.ledger, member.type))
            self._gone(its, replace(member, ended_on=words.since), _bare(words), Event.ENDED)
            ended.append(member.id)
        self.writer.ledger.ungroup(work, ended)
        return taken

    def change(
        self, work: Work, desk: Desk, entry: LedgerEntry, given: GivenStatement, place: str | None
    ) -> TakenEntry:
        """Have a change of the pack happen to an entry: it ends it, moves it, or is noted.

        Raises:
            Problem: `change-unknown`, `change-begins`, beside those of `state`.
        """
        type_ = type_of(desk.ledger, entry.type)
        effect = change_of(desk.ledger, type_, given.change or "", begins=False).effect
        if effect is ChangeEffect.MOVES:
            return self.move(work, desk, entry, given, place)
        if effect is ChangeEffect.ENDS:
            return self.end(work, desk, entry, given)
        return self.state(work, desk, entry, given)

    @staticmethod
    def place_for(desk: Desk, place: str | None, around: LedgerEntry | None) -> str:
        """Return the grid of a new entry: where it is said to be, or where what it belongs to is.

        Raises:
            Problem: `place-missing`, `place-unknown`, `place-of-another` or `place-not-yours`.
        """
        found = place or (around.place if around else None)
        if found is None:
            raise refusal("place-missing", "place")
        if found not in desk.pack.places:
            raise refusal("place-unknown", "place", place=found)
        if around is not None and around.place != found:
            raise refusal("place-of-another", "place", place=around.place)
        if not desk.reach.area.holds(found):
            raise refusal("place-not-yours", "place", place=found)
        return found

    # ---- within ------------------------------------------------------------------------------------

    @staticmethod
    def _words(turn: DeskTurn, given: GivenStatement, *, begins: bool) -> CheckedStatement:
        """Return what is stated with its day and source, the facts of a change among it."""
        desk, type_ = turn.desk, turn.type_
        if not may_enter(desk.pack, type_, desk.who):
            raise refusal("may-not-enter", "type", type=type_.key)
        since, source = require_said(desk.ledger, given.since, given.source, desk.today)
        sets: Mapping[str, Value] = {}
        if given.change is not None:
            sets = change_of(desk.ledger, type_, given.change, begins=begins).sets
        return CheckedStatement(checked(type_, {**sets, **given.facts}), since, source, given.change)

    def _changing(
        self, work: Work, desk: Desk, entry: LedgerEntry, given: GivenStatement
    ) -> tuple[DeskTurn, CheckedStatement]:
        """Return what is needed to change an entry that is there, and the caller's to change."""
        if entry.ended_on is not None:
            raise refusal("entry-ended", date=entry.ended_on)
        if not desk.reach.area.holds(entry.place):
            raise refusal("place-not-yours", "place", place=entry.place)
        turn = DeskTurn(work, desk, type_of(desk.ledger, entry.type))
        return turn, self._words(turn, given, begins=False)

    def _around(self, turn: DeskTurn, about: str | None) -> LedgerEntry | None:
        """Return what a new entry belongs to."""
        type_ = turn.type_
        if about is None:
            if type_.about is not None and ABOUT in type_.same:
                raise refusal("about-missing", "about", type=type_.about)
            return None
        if type_.about is None:
            raise refusal("about-idle", "about")
        around = self.writer.ledger.find(turn.work, turn.town, about)
        if around is None or around.type != type_.about or around.ended_on is not None:
            raise refusal("about-unfit", "about", type=type_.about)
        return around

    def _gone(self, turn: DeskTurn, entry: LedgerEntry, words: CheckedStatement, event: Event) -> TakenEntry:
        """Have an entry move or end, and say so."""
        taken = self.writer.say(turn, entry, words, event)
        note(turn.desk, taken.entry, turn.type_, event, {})
        return taken

    def _members(self, work: Work, entry: LedgerEntry) -> Iterator[LedgerEntry]:
        """What belongs to an entry and is there, and what belongs to that; locked in the order of their ids."""
        level: Collection[str] = [entry.id]
        for _ in range(_DEEPEST):
            level = sorted(members_of(work.conn, level))
            self.writer.ledger.prefetch(work, level)
            members = [self.writer.ledger.find(work, entry.town, key) for key in level]
            yield from (member for member in members if member is not None)
            if not level:
                return


def _bare(words: CheckedStatement) -> CheckedStatement:
    """What happens to something with what it belongs to; the change itself is not its own."""
    return replace(words, facts={}, change=None)
