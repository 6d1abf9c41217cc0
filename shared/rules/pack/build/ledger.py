"""Builds the ledger of a town: classes, types of entries with their facts, changes, and who reads all of it.

Decides what names within a type mean; whether types loop and what may be kept of people is for the checks.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import nearest
from shared.rules.language.vocabulary import CHANGE_NEEDS, ROLES, SAME_ENTRY, Words
from shared.rules.logic.facts import FactType, Value
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft, mapping_of, node_of, spot
from shared.rules.pack.build.factkinds import declared_type
from shared.rules.pack.build.facts import read_value
from shared.rules.pack.model import (
    ChangeEffect,
    ChangeNeeds,
    EntryKind,
    EntryType,
    LedgerChange,
    LedgerClass,
    LedgerFact,
    LedgerReaders,
    Origin,
    Paper,
    TownLedger,
)
from shared.rules.worktime.amount import Amount, TimeUnit

_NO_WORDS = Words({})


def build_ledger(draft: Draft) -> TownLedger | None:
    """Return the ledger; None: the town keeps none here."""
    classes = {key: _class(draft, key, sourced) for key, sourced in draft.sourced("ledger.classes").items()}
    types = {key: _type(draft, key, sourced) for key, sourced in draft.sourced("ledger.types").items()}
    if not types:
        return None
    changes = draft.sourced("ledger.changes")
    return TownLedger(
        classes,
        types,
        {key: _change(draft, key, sourced, types) for key, sourced in changes.items()},
        _readers(draft, "own_grid"),
        _readers(draft, "master"),
        _needs(draft),
        _paper(draft),
    )


def _begin(draft: Draft, kind: str, key: str, sourced: Sourced) -> Entry:
    draft.rule = None
    draft.entries[kind, key] = entry_of(sourced.item)
    return draft.entries[kind, key]


def _class(draft: Draft, key: str, sourced: Sourced) -> LedgerClass:
    entry = _begin(draft, "ledger class", key, sourced)
    return LedgerClass(
        key,
        entry.text("name"),
        draft.because(entry, sourced.template),
        _who(draft, entry, "readers"),
        _unit(draft, entry, "keeper"),
        spot(sourced.item.head),
    )


def _type(draft: Draft, key: str, sourced: Sourced) -> EntryType:
    entry = _begin(draft, "entry type", key, sourced)
    facts = _facts(draft, entry, sourced.template)
    because = draft.because(entry, sourced.template)
    return EntryType(
        key,
        Origin(key, entry.text("name"), because, None, None, spot(sourced.item.head)),
        entry.text("name"),
        EntryKind(entry.name("kind") or EntryKind.EVENT),
        _known(draft, entry.item("class"), "ledger.classes", "ledger-class-unknown"),
        _known(draft, entry.item("about"), "ledger.types", "ledger-type-unknown"),
        facts,
        _named(draft, entry.items("needs"), facts),
        _named(draft, entry.items("groups"), facts),
        _named(draft, entry.items("same"), facts, SAME_ENTRY),
        _who(draft, entry, "entered_by"),
        _days(draft, entry, "stale_after"),
        _unit(draft, entry, "confirmed_by"),
        _days(draft, entry, "kept_for"),
    )


def _facts(draft: Draft, entry: Entry, template: str | None) -> dict[str, LedgerFact]:
    made = ((key, _fact(draft, key, item, template)) for key, item in entry.table("facts").items())
    return {key: fact for key, fact in made if fact is not None}


def _fact(draft: Draft, key: str, item: Item, template: str | None) -> LedgerFact | None:
    entry = entry_of(item)
    node = node_of(entry.item("type"))
    declared = declared_type(draft, node, entry.language) if node is not None else None
    if declared is None:
        return None
    return LedgerFact(
        FactType(key, declared.kind, declared.values, declared.low, declared.high),
        entry.text("name"),
        spot(item.head),
        draft.because(entry, template),
        entry.flag("sealed"),
        entry.flag("sensitive"),
        entry.text("basis"),
        _who(draft, entry, "read_by"),
        entry.flag("long"),
        declared.names,
    )


def _change(draft: Draft, key: str, sourced: Sourced, types: Mapping[str, EntryType]) -> LedgerChange:
    entry = _begin(draft, "ledger change", key, sourced)
    of = _types(draft, entry, "of")
    return LedgerChange(
        key,
        entry.text("name"),
        draft.because(entry, sourced.template),
        of,
        ChangeEffect(entry.name("does") or ChangeEffect.NOTES),
        spot(sourced.item.head),
        _set(draft, entry, [types[name] for name in of]),
    )


def _set(draft: Draft, entry: Entry, of: Iterable[EntryType]) -> dict[str, Value]:
    """Facts that a change says: each of every type that it happens to."""
    node = mapping_of(entry.item("sets"))
    values: dict[str, Value] = {}
    for key, written in node or ():
        for type_ in of:
            fact = type_.facts.get(key.text)
            if fact is None:
                _complain_of_fact(draft, Item(key.text, key), type_.facts)
            elif (value := read_value(draft, fact.type, written, entry.language)) is not None:
                values[key.text] = value
    return values


def _readers(draft: Draft, name: str) -> LedgerReaders | None:
    sourced = draft.assembly.part("ledger", name)
    if sourced is None:
        return None
    entry = entry_of(sourced.item)
    because = draft.because(entry, sourced.template)
    return LedgerReaders(because, _who(draft, entry, "units"), spot(sourced.item.head))


def _needs(draft: Draft) -> ChangeNeeds | None:
    sourced = draft.assembly.part("ledger", "changes_need")
    if sourced is None:
        return None
    entry = entry_of(sourced.item)
    needed = {str(item.value) for item in draft.distinct(entry.items("needs"))}
    date, source = (word in needed for word in CHANGE_NEEDS.chinese)
    return ChangeNeeds(draft.because(entry, sourced.template), date, source, spot(sourced.item.head))


def _paper(draft: Draft) -> Paper | None:
    sourced = draft.assembly.part("ledger", "paper")
    if sourced is None:
        return None
    entry = entry_of(sourced.item)
    because = draft.because(entry, sourced.template)
    return Paper(because, _types(draft, entry, "types"), spot(sourced.item.head))


def _types(draft: Draft, entry: Entry, field: str) -> tuple[str, ...]:
    found = (
        _known(draft, item, "ledger.types", "ledger-type-unknown")
        for item in draft.distinct(entry.items(field))
    )
    return tuple(name for name in found if name is not None)


def _known(draft: Draft, item: Item | None, section: str, code: str) -> str | None:
    """Return a name that a table of the ledger declares; complain of any other."""
    if item is None or (name := item.as_(str)) is None:
        return None
    there = draft.sourced(section)
    if name not in there:
        draft.complain(code, item.where, name=name, advice=nearest(name, there))
        return None
    return name


def _named(
    draft: Draft, items: Iterable[Item], facts: Mapping[str, LedgerFact], also: Words = _NO_WORDS
) -> tuple[str, ...]:
    """Return those names of a list that are facts of the type, or words that may stand for one."""
    kept = []
    for item in draft.distinct(items):
        if item.value in facts or item.value in also:
            kept.append(str(item.value))
        else:
            _complain_of_fact(draft, item, facts)
    return tuple(kept)


def _complain_of_fact(draft: Draft, item: Item, facts: Mapping[str, LedgerFact]) -> None:
    advice = nearest(str(item.value), facts)
    draft.complain("ledger-fact-unknown", item.where, name=str(item.value), advice=advice)


def _who(draft: Draft, entry: Entry, field: str) -> tuple[str, ...]:
    items = draft.distinct(entry.items(field))
    return tuple(str(item.value) for item in items if item.value in ROLES or draft.refer("unit", item, ROLES))


def _unit(draft: Draft, entry: Entry, field: str) -> str | None:
    return entry.name(field) if draft.refer("unit", entry.item(field)) else None


def _days(draft: Draft, entry: Entry, field: str) -> timedelta | None:
    item = entry.item(field)
    amount = item.as_(Amount) if item else None
    if item is None or amount is None:
        return None
    if amount.unit is not TimeUnit.DAYS:
        draft.complain("ledger-not-in-days", item.where, what=_SPANS[field])
        return None
    return timedelta(days=amount.number)


_SPANS = {
    "stale_after": Text("久未更新的时间", "the time after which an entry is stale"),
    "kept_for": Text("终止后的保存时间", "the time for which an ended entry is kept"),
}
