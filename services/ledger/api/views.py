"""Entries as answers show them: the facts that the caller may read, the latest first, and what others say beside them.

Decides that a sealed fact shows that it is there, since when and by whom, and not what it says.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import asdict

from services.ledger.domain.entries import LedgerEntry
from services.ledger.domain.reach import may_enter, may_read_fact
from services.ledger.domain.statements import HeldWord, Said, Seal, Statement, differing, present, standing_of
from services.ledger.handlers.desk import Desk
from services.ledger.handlers.shown import place_name, shown_facts
from services.ledger.store.reading import ListedEntry
from shared.kernel.texts import Language, Text
from shared.rules.logic.facts import Value
from shared.rules.pack.model import ChangeNeeds, EntryType, LedgerFact


class ShownWord(Struct, frozen=True):
    """What one source says; of what is sealed only that it says something."""

    value: Value | None
    since: str
    source: str


class ShownFact(ShownWord, frozen=True):
    """A fact as it was said last, and what others say."""

    sealed: bool
    differs: bool
    others: tuple[ShownWord, ...]


class ShownLedgerEntry(Struct, frozen=True, rename={"line": "class"}):
    """An entry for a reader; the fields as `outputs.EntryView` describes them."""

    id: str
    type: str
    type_name: str
    kind: str
    line: str | None
    place: str
    place_name: str
    about: str | None
    around: tuple[str, ...]
    touched_on: str
    is_stale: bool
    differs: tuple[str, ...]
    ended_on: str | None
    facts: dict[str, ShownFact]


class ShownWithMembers(ShownLedgerEntry, frozen=True, rename={"line": "class"}):
    """An entry and what belongs to it."""

    members: tuple[ShownLedgerEntry, ...]


class ShownStatement(Struct, frozen=True):
    """One statement of a history; the fields as `outputs.StatementView` describes them."""

    number: int
    event: str
    change: str | None
    facts: Said
    sealed: tuple[str, ...]
    since: str
    source: str
    place: str | None
    by_role: str
    by_unit: str | None
    at: datetime


class Named(Struct, frozen=True):
    """A key and what it is called."""

    key: str
    name: str


class ShownClass(Named, frozen=True):
    """A class of the ledger."""

    keeper: str | None


class ShownLedgerChange(Named, frozen=True):
    """A change that people know by its name."""

    of: tuple[str, ...]
    does: str


class DeclaredFact(Named, frozen=True):
    """A fact as the pack declares it, and whether the caller reads it."""

    type: str
    values: tuple[Named, ...]
    sealed: bool
    sensitive: bool
    basis: str
    long: bool
    reads: bool


class ShownType(Named, frozen=True, rename={"line": "class"}):
    """A type of entry, and whether the caller reads and enters it."""

    kind: str
    line: str | None
    about: str | None
    needs: tuple[str, ...]
    same: tuple[str, ...]
    groups: tuple[str, ...]
    because: tuple[str, ...]
    reads: bool
    enters: bool
    facts: tuple[DeclaredFact, ...]


class ShownLedger(Struct, frozen=True):
    """What the town's ledger keeps."""

    classes: tuple[ShownClass, ...]
    types: tuple[ShownType, ...]
    changes: tuple[ShownLedgerChange, ...]
    has_paper: bool
    paper: tuple[str, ...]
    needs: tuple[str, ...]
    places: tuple[str, ...] | None


def entry_view(
    desk: Desk, listed: ListedEntry, language: Language, outer: ListedEntry | None = None
) -> ShownLedgerEntry:
    """Return an entry for whoever sits at the desk.

    Args:
        outer: what it belongs to, where the reader may read that.
    """
    entry, type_ = listed.entry, desk.ledger.types[listed.entry.type]
    facts = shown_facts(desk, type_)
    standing = {fact: held for fact, held in standing_of(listed.said).items() if fact in facts}
    unlike = differing(standing)
    return ShownLedgerEntry(
        id=entry.id,
        type=entry.type,
        type_name=type_.name.in_language(language),
        kind=type_.kind.value,
        line=type_.line,
        place=entry.place,
        place_name=place_name(desk, entry.place).in_language(language),
        about=entry.about,
        around=() if outer is None else _named_by(desk, outer),
        touched_on=entry.touched_on,
        is_stale=is_stale(type_, entry, desk.today),
        differs=unlike,
        ended_on=entry.ended_on,
        facts={
            fact: _shown_fact(held, is_sealed=facts[fact].is_sealed, differs=fact in unlike)
            for fact, held in standing.items()
        },
    )


def _named_by(desk: Desk, listed: ListedEntry) -> tuple[str, ...]:
    """Return what tells an entry from others of its type, as far as it is not sealed; such as a house's number."""
    type_ = desk.ledger.types[listed.entry.type]
    open_ = {key for key, fact in shown_facts(desk, type_).items() if not fact.is_sealed}
    now = present(standing_of(listed.said))
    told = (now[name] for name in type_.same if name in open_ and name in now)
    return tuple(str(value) for value in told if not isinstance(value, Seal))


def with_members(entry: ShownLedgerEntry, members: Iterable[ShownLedgerEntry]) -> ShownWithMembers:
    """Return an entry with what belongs to it."""
    return ShownWithMembers(**asdict(entry), members=tuple(members))


def stale_days(desk: Desk) -> dict[str, str]:
    """Return for each type that grows stale the last day on which an entry that is stale was touched."""
    return {
        key: (desk.today - type_.stale_after).isoformat()
        for key, type_ in desk.ledger.types.items()
        if type_.stale_after is not None
    }


def is_stale(type_: EntryType, entry: LedgerEntry, today: date) -> bool:
    """Tell whether an entry was neither changed nor confirmed for longer than its type allows."""
    if type_.stale_after is None or entry.ended_on is not None:
        return False
    return entry.touched_on <= (today - type_.stale_after).isoformat()


def statement_view(desk: Desk, type_: EntryType, said: Statement) -> ShownStatement:
    """Return one statement of a history, without the facts that the reader may not read."""
    facts = shown_facts(desk, type_)
    sealed = frozenset(fact for fact, declared in facts.items() if declared.is_sealed)
    return ShownStatement(
        number=said.number,
        event=said.event.value,
        change=said.change,
        facts={fact: value for fact, value in said.facts.items() if fact in facts and fact not in sealed},
        sealed=tuple(fact for fact in (*said.facts, *said.sealed) if fact in sealed),
        since=said.since,
        source=said.source,
        place=said.place,
        by_role=said.by.role,
        by_unit=said.by.unit,
        at=said.at,
    )


def types_view(desk: Desk, language: Language) -> ShownLedger:
    """Return what the ledger keeps, and what of it whoever sits at the desk reads and enters."""
    ledger = desk.ledger
    return ShownLedger(
        classes=tuple(
            ShownClass(key, line.name.in_language(language), line.keeper)
            for key, line in ledger.classes.items()
        ),
        types=tuple(_shown_type(desk, type_, language) for type_ in ledger.types.values()),
        changes=tuple(
            ShownLedgerChange(key, each.name.in_language(language), each.of, each.effect.value)
            for key, each in ledger.changes.items()
        ),
        has_paper=ledger.paper is not None,
        paper=tuple(ledger.paper.types) if ledger.paper else (),
        needs=_needs(ledger.changes_need),
        places=None if desk.reach.area.places is None else tuple(sorted(desk.reach.area.places)),
    )


def _needs(needs: ChangeNeeds | None) -> tuple[str, ...]:
    said = {"date": needs is None or needs.date, "source": needs is None or needs.source}
    return tuple(name for name, is_needed in said.items() if is_needed)


def _shown_type(desk: Desk, type_: EntryType, language: Language) -> ShownType:
    return ShownType(
        key=type_.key,
        name=type_.name.in_language(language),
        kind=type_.kind.value,
        line=type_.line,
        about=type_.about,
        needs=type_.needs,
        same=type_.same,
        groups=type_.groups,
        because=type_.origin.because,
        reads=type_.key in desk.reach.types,
        enters=may_enter(desk.pack, type_, desk.who),
        facts=tuple(_declared(desk, fact, language) for fact in type_.facts.values()),
    )


def _declared(desk: Desk, fact: LedgerFact, language: Language) -> DeclaredFact:
    names = ((value, fact.value_names.get(value, Text(value, value))) for value in fact.type.values)
    return DeclaredFact(
        key=fact.type.name,
        name=fact.name.in_language(language),
        type=fact.type.kind.value,
        values=tuple(Named(value, name.in_language(language)) for value, name in names),
        sealed=fact.is_sealed,
        sensitive=fact.sensitive,
        basis=fact.basis.in_language(language),
        long=fact.long,
        reads=may_read_fact(desk.pack, fact, desk.who),
    )


def _shown_fact(held: Sequence[HeldWord], *, is_sealed: bool, differs: bool) -> ShownFact:
    first, *others = (_shown_word(each, is_sealed=is_sealed) for each in held)
    sealed = is_sealed or isinstance(held[0].value, Seal)
    return ShownFact(first.value, first.since, first.source, sealed, differs, tuple(others))


def _shown_word(held: HeldWord, *, is_sealed: bool) -> ShownWord:
    value = None if is_sealed or isinstance(held.value, Seal) else held.value
    return ShownWord(value, held.since, held.source)
