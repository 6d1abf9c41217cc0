"""What can be altered in a town's ledger: who reads, who enters, what is needed, what is the same, what grows stale.

Readers are widened as well as dropped: that somebody does not see an entry is as much a rule as that somebody does.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from gridcase.mutation.mutant import Mutant, bilingual, shown
from gridcase.scenarios.ledger import LEDGER_PART
from shared.kernel.texts import Text
from shared.rules.pack.model import (
    ChangeEffect,
    ChangeNeeds,
    EntryType,
    LedgerChange,
    LedgerClass,
    LedgerFact,
    LedgerReaders,
    Pack,
    Paper,
    Spot,
    TownLedger,
)

_TWICE = 2
OWN_GRID = "own_grid"


def of_ledger(pack: Pack) -> Iterator[Mutant]:
    """Yield every alteration of a town's ledger."""
    ledger = pack.ledger
    if ledger is None:
        return
    for line in ledger.classes.values():
        yield from _of_class(pack, line)
    for type_ in ledger.types.values():
        yield from _of_type(pack, type_)
    for change in ledger.changes.values():
        yield from _of_change(change)
    yield from _of_whole(pack, ledger)


def _of_whole(pack: Pack, ledger: TownLedger) -> Iterator[Mutant]:
    for name, readers in ((OWN_GRID, ledger.own_grid), ("master", ledger.master)):
        if readers is not None:
            yield from _of_readers(pack, name, readers)
    if ledger.changes_need is not None:
        yield from _of_needs(ledger.changes_need)
    if ledger.paper is not None:
        yield from _of_paper(ledger.paper)


def _of_class(pack: Pack, line: LedgerClass) -> Iterator[Mutant]:
    def altered(change: Text, **more: Any) -> Mutant:
        return _member(f"class {line.key}", line.because, line.spot, change, "classes", line.key, **more)

    for number, reader in enumerate(line.readers):
        was = shown(pack, [reader])
        yield altered(bilingual("ledger-unread", was=was), readers=_without(line.readers, number))
    if line.keeper is not None:
        yield altered(bilingual("ledger-unkept", was=shown(pack, [line.keeper])), keeper=None)
    if other := _stranger(pack, (*line.readers, line.keeper or "")):
        yield altered(bilingual("ledger-read-too", now=shown(pack, [other])), readers=(*line.readers, other))


def _of_type(pack: Pack, type_: EntryType) -> Iterator[Mutant]:
    because, spot = type_.origin.because, type_.origin.spot

    def altered(change: Text, **more: Any) -> Mutant:
        return _member(f"type {type_.key}", because, spot, change, "types", type_.key, **more)

    for field, code in (("needs", "ledger-unneeded"), ("groups", "ledger-ungrouped")):
        facts = getattr(type_, field)
        for number, fact in enumerate(facts):
            yield altered(bilingual(code, was=fact), **{field: _without(facts, number)})
    if type_.same:
        yield altered(bilingual("ledger-not-same"), same=())
    if type_.stale_after is not None:
        yield altered(bilingual("ledger-never-stale"), stale_after=None)
        later = type_.stale_after * _TWICE
        yield altered(bilingual("ledger-later-stale", now=later.days), stale_after=later)
    if type_.line is not None:
        yield altered(bilingual("ledger-no-class"), line=None)
    yield from _of_entering(pack, type_)
    for fact in type_.facts.values():
        yield from _of_fact(pack, type_, fact)


def _of_entering(pack: Pack, type_: EntryType) -> Iterator[Mutant]:
    def altered(change: Text, *entered_by: str) -> Mutant:
        origin = type_.origin
        return _member(
            f"type {type_.key}",
            origin.because,
            origin.spot,
            change,
            "types",
            type_.key,
            entered_by=entered_by,
        )

    for number, who in enumerate(type_.entered_by):
        was = shown(pack, [who])
        yield altered(bilingual("ledger-not-entered", was=was), *_without(type_.entered_by, number))
    if other := _stranger(pack, type_.entered_by):
        yield altered(bilingual("ledger-entered-too", now=shown(pack, [other])), *type_.entered_by, other)


def _of_fact(pack: Pack, type_: EntryType, fact: LedgerFact) -> Iterator[Mutant]:
    if not fact.is_sealed and not fact.read_by:
        return
    name = f"fact {type_.key} {fact.type.name}"
    because = fact.because or type_.origin.because

    def altered(change: Text, **more: Any) -> Mutant:
        facts = {**type_.facts, fact.type.name: replace(fact, **more)}
        return _member(name, because, fact.spot, change, "types", type_.key, facts=facts)

    if fact.is_sealed:
        yield altered(bilingual("ledger-unsealed"), sealed=False, sensitive=False)
    for number, reader in enumerate(fact.read_by):
        was = shown(pack, [reader])
        left = _without(fact.read_by, number) or ("nobody at all",)
        yield altered(bilingual("ledger-unread", was=was), read_by=left)
    if fact.read_by:
        yield altered(bilingual("ledger-read-by-all"), read_by=())


def _of_change(change: LedgerChange) -> Iterator[Mutant]:
    def altered(said: Text, **more: Any) -> Mutant:
        return _member(
            f"change {change.key}", change.because, change.spot, said, "changes", change.key, **more
        )

    yield altered(bilingual("dropped"), of=())
    if change.effect in (ChangeEffect.ENDS, ChangeEffect.MOVES):
        yield altered(bilingual("ledger-noted"), effect=ChangeEffect.NOTES)
    for fact in change.sets:
        left = {key: value for key, value in change.sets.items() if key != fact}
        yield altered(bilingual("ledger-not-set", was=fact), sets=left)


def _of_readers(pack: Pack, name: str, readers: LedgerReaders) -> Iterator[Mutant]:
    for number, unit in enumerate(readers.units):
        left = replace(readers, units=_without(readers.units, number))
        change = bilingual("ledger-unread", was=shown(pack, [unit]))
        yield _mutant(name, readers.because, readers.spot, change, **{name: left})
    # Who sits for the whole town has no grid of their own: to name such a unit there would change nothing.
    if other := _stranger(pack, readers.units, within_places=name == OWN_GRID):
        change = bilingual("ledger-read-too", now=shown(pack, [other]))
        yield _mutant(
            name,
            readers.because,
            readers.spot,
            change,
            **{name: replace(readers, units=(*readers.units, other))},
        )


def _of_needs(needs: ChangeNeeds) -> Iterator[Mutant]:
    for word, is_needed, left in (
        ("date", needs.date, replace(needs, date=False)),
        ("source", needs.source, replace(needs, source=False)),
    ):
        if is_needed:
            change = bilingual("ledger-unneeded", was=word)
            yield _mutant("changes_need", needs.because, needs.spot, change, changes_need=left)


def _of_paper(paper: Paper) -> Iterator[Mutant]:
    yield _mutant("paper", paper.because, paper.spot, bilingual("dropped"), paper=None)
    for number, key in enumerate(paper.types if len(paper.types) > 1 else ()):
        left = replace(paper, types=_without(paper.types, number))
        yield _mutant("paper", paper.because, paper.spot, bilingual("ledger-dropped", was=key), paper=left)


def _stranger(pack: Pack, named: tuple[str, ...], *, within_places: bool = False) -> str | None:
    """A unit that is not named, and named nowhere in the ledger where there is such a one.

    Args:
        within_places: one that sits in places of the town alone; otherwise one of the whole town goes before.
    """
    known = {pack.noun(word) for word in named if word}
    anywhere = {pack.noun(word) for word in _named(pack.ledger)} if pack.ledger else set()
    placed = {pack.noun(place.level) for place in pack.places.values() if place.level}

    def is_placed(key: str) -> bool:
        level = pack.units[key].level
        return level is not None and pack.noun(level) in placed

    others = [key for key in pack.units if key not in known and (is_placed(key) or not within_places)]
    return min(others, key=lambda key: (key in anywhere, is_placed(key)), default=None)


def _named(ledger: TownLedger) -> Iterator[str]:
    """All units that a ledger names."""
    for line in ledger.classes.values():
        yield from (*line.readers, *([line.keeper] if line.keeper else ()))
    for type_ in ledger.types.values():
        yield from type_.entered_by
        yield from (unit for fact in type_.facts.values() for unit in fact.read_by)
    for readers in (ledger.own_grid, ledger.master):
        yield from readers.units if readers else ()


def _without(values: tuple[str, ...], number: int) -> tuple[str, ...]:
    return (*values[:number], *values[number + 1 :])


def _member(
    name: str, because: tuple[str, ...], spot: Spot, change: Text, table: str, key: str, **more: Any
) -> Mutant:
    """A mutant of one class, type or change."""

    def altered(ledger: TownLedger) -> TownLedger:
        members = getattr(ledger, table)
        exchanged: dict[str, Any] = {table: {**members, key: replace(members[key], **more)}}
        return replace(ledger, **exchanged)

    return _of(name, because, spot, change, altered)


def _mutant(name: str, because: tuple[str, ...], spot: Spot, change: Text, **more: Any) -> Mutant:
    return _of(name, because, spot, change, lambda ledger: replace(ledger, **more))


def _of(
    name: str,
    because: tuple[str, ...],
    spot: Spot,
    change: Text,
    altered: Callable[[TownLedger], TownLedger],
) -> Mutant:
    def alter(pack: Pack) -> Pack:
        return replace(pack, ledger=altered(pack.ledger)) if pack.ledger else pack

    part = ("ledger", name)
    return Mutant(
        "ledger", name, spot, change, alter, felt_by=frozenset({LEDGER_PART}), part=part, because=because
    )
