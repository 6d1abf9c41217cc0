"""Writing statements: sealed where the type says so, held against what was said before, with the groups that follow.

Decides that what is there already gets only what a source says otherwise than it last did, and that no change makes two
entries one. Must not know who may do so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.ledger.adapters.seal import FactSeal
from services.ledger.domain.entries import EVENTS, LedgerEntry
from services.ledger.domain.facts import require_needs
from services.ledger.domain.refusal import refusal
from services.ledger.domain.statements import (
    Event,
    HeldWord,
    Said,
    Seal,
    Seals,
    Standing,
    Statement,
    differing,
    news,
    present,
    standing_of,
)
from services.ledger.handlers.desk import Desk
from services.ledger.handlers.telling import note
from services.ledger.store.entries import SqlLedger, statements_of
from shared.db.work import Work
from shared.rules.logic.facts import Value
from shared.rules.pack.model import ABOUT, PLACE, EntryType


@dataclass(frozen=True, slots=True)
class DeskTurn:
    """Somebody's turn at a desk: a transaction, and the type of the entry that it is about."""

    work: Work
    desk: Desk
    type_: EntryType

    @property
    def town(self) -> str:
        """The town's key."""
        return self.desk.who.town


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """What is stated, checked: facts of the type, since when, who told."""

    facts: Said
    since: str
    source: str
    change: str | None = None


@dataclass(frozen=True, slots=True)
class EntrySeat:
    """Where an entry belongs.

    Args:
        place: key of its grid. about: id of the entry that it belongs to.
        digests: of what makes a second entry the same one, by each secret; none where nothing does.
    """

    place: str
    about: str | None
    digests: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TakenEntry:
    """What became of what somebody wanted to say.

    Args:
        is_new: the entry was not there before.
        added: facts that were not said before by this source, or otherwise.
    """

    entry: LedgerEntry
    is_new: bool
    added: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes what was found to be right into the ledger."""

    ledger: SqlLedger
    seal: FactSeal

    def digests(
        self, town: str, type_: EntryType, facts: Mapping[str, Value], seat: EntrySeat
    ) -> tuple[str, ...]:
        """Return what makes a second entry the same one, by each secret; nothing where the pack does not say so.

        An entry of which a part is not known is the same as no other.
        """
        whole = {**facts, PLACE: seat.place, ABOUT: seat.about or ""}
        if not type_.same or any(name not in whole for name in type_.same):
            return ()
        return self.seal.digests(town, type_.key, *(whole[name] for name in type_.same))

    def begin(self, turn: DeskTurn, words: CheckedStatement, seat: EntrySeat) -> TakenEntry:
        """Enter something new.

        Raises:
            Problem: `facts-needed`.
        """
        require_needs(turn.type_, words.facts)
        entry = LedgerEntry(
            id=turn.work.new_id(),
            town=turn.town,
            type=turn.type_.key,
            line=turn.type_.line,
            place=seat.place,
            about=seat.about,
            same_key=seat.digests[0] if seat.digests else None,
            said=1,
            touched_on=words.since,
            differs=False,
            entered_at=turn.work.at,
        )
        self.ledger.add(turn.work, entry, self._statement(turn, entry, words, Event.ENTERED, {}))
        groups = _groups(turn.type_, words.facts)
        self.ledger.group(turn.work, entry, groups)
        note(
            turn.desk,
            entry,
            turn.type_,
            Event.ENTERED,
            groups,
            is_complete=_is_complete(turn.type_, words.facts),
        )
        return TakenEntry(entry, True, frozenset(words.facts))

    def add_to(
        self,
        turn: DeskTurn,
        entry: LedgerEntry,
        words: CheckedStatement,
        before: Sequence[Statement] | None = None,
    ) -> TakenEntry:
        """Add to an entry what this source has not said of it yet; the rest is known.

        Args:
            before: all that was said of it, where that was read already.
        """
        said = self._before(turn, entry) if before is None else before
        standing = standing_of(said)
        plain, sealed = self._sealed(turn, words.facts, standing)
        fresh = news(standing, plain, sealed, words.source)
        if not fresh:
            return TakenEntry(entry, False)
        left = {fact: value for fact, value in words.facts.items() if fact in fresh}
        return self.say(turn, entry, replace(words, facts=left), Event.STATED, said)

    def say(
        self,
        turn: DeskTurn,
        entry: LedgerEntry,
        words: CheckedStatement,
        event: Event,
        before: Sequence[Statement] | None = None,
    ) -> TakenEntry:
        """Write a statement of an entry, which is given as it is to stand after it.

        Raises:
            Problem: `same-as-other`.
        """
        said = self._before(turn, entry) if before is None else before
        if words.change is not None:
            event = EVENTS[turn.desk.ledger.changes[words.change].effect]
        older = standing_of(said)
        touched = entry.touched(words.since)
        statement = self._statement(turn, touched, words, event, older)
        newer = standing_of([*said, statement])
        after = replace(
            touched, differs=bool(differing(newer)), same_key=self._same_key(turn, touched, newer)
        )
        self.ledger.keep(turn.work, after)
        self.ledger.say(turn.work, after, statement)
        self._regroup(turn, after, older, newer)
        return TakenEntry(after, False, frozenset(words.facts))

    @staticmethod
    def _before(turn: DeskTurn, entry: LedgerEntry) -> Sequence[Statement]:
        return statements_of(turn.work.conn, [entry.id])[entry.id]

    def _statement(
        self, turn: DeskTurn, entry: LedgerEntry, words: CheckedStatement, event: Event, older: Standing
    ) -> Statement:
        plain, sealed = self._sealed(turn, words.facts, older)
        return Statement(
            number=entry.said,
            event=event,
            facts=plain,
            sealed=sealed,
            since=words.since,
            source=words.source,
            by=turn.desk.author,
            at=turn.work.at,
            change=words.change,
            place=entry.place if event is Event.MOVED else None,
        )

    def _sealed(self, turn: DeskTurn, facts: Said, standing: Standing) -> tuple[Said, Seals]:
        """Return facts that stand in clear, and those that are sealed."""
        declared = turn.type_.facts
        plain = {fact: value for fact, value in facts.items() if not declared[fact].is_sealed}
        closed = {
            fact: self.seal.close(turn.town, fact, value, _digests(standing.get(fact, ())))
            for fact, value in facts.items()
            if fact not in plain
        }
        return plain, closed

    def _same_key(self, turn: DeskTurn, entry: LedgerEntry, standing: Standing) -> str | None:
        """Return the digest of an entry as it stands now.

        Raises:
            Problem: `same-as-other`: it would be one that is there already.
        """
        wanted = {fact: value for fact, value in present(standing).items() if fact in turn.type_.same}
        clear = {
            fact: self.seal.open(value) if isinstance(value, Seal) else value
            for fact, value in wanted.items()
        }
        digests = self.digests(entry.town, turn.type_, clear, EntrySeat(entry.place, entry.about))
        if entry.same_key in digests or not digests:
            return entry.same_key if digests else None
        others = self.ledger.same_as(turn.work.conn, entry.town, turn.type_.key, digests)
        if entry.ended_on is None and (other := next(iter(set(others.values()) - {entry.id}), None)):
            raise refusal("same-as-other", "facts", entry=other)
        return digests[0]

    def _regroup(self, turn: DeskTurn, entry: LedgerEntry, older: Standing, newer: Standing) -> None:
        before, now = present(older), present(newer)
        groups, is_complete = _groups(turn.type_, now), _is_complete(turn.type_, now)
        is_same = groups == _groups(turn.type_, before) and is_complete == _is_complete(turn.type_, before)
        if is_same or entry.ended_on is not None:
            return
        self.ledger.group(turn.work, entry, groups)
        note(turn.desk, entry, turn.type_, Event.STATED, groups, is_complete=is_complete)


def _is_complete(type_: EntryType, facts: Mapping[str, Value | Seal]) -> bool:
    return facts.keys() >= type_.facts.keys()


def _groups(type_: EntryType, facts: Mapping[str, Value | Seal]) -> dict[str, str]:
    return {fact: str(facts[fact]) for fact in type_.groups if fact in facts}


def _digests(held: Sequence[HeldWord]) -> frozenset[str]:
    return frozenset(each.value.digest for each in held if isinstance(each.value, Seal))
