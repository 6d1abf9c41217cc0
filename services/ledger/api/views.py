"""Entries as answers show them: the facts that the caller may read, the latest first, and what others say beside them.

Decides that a sealed fact shows that it is there, since when and by whom, and not what it says.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.ledger.domain.entries import Entry
from services.ledger.domain.reach import may_enter, may_read_fact
from services.ledger.domain.statements import Held, Seal, Statement, differing, standing_of
from services.ledger.handlers.desk import Desk
from services.ledger.handlers.shown import place_name, shown_facts
from services.ledger.store.reading import ListedEntry
from shared.kernel.instants import format_instant
from shared.kernel.texts import Language, Text
from shared.rules.pack.model import EntryType, LedgerFact

Json = dict[str, Any]


def entry_view(desk: Desk, listed: ListedEntry, language: Language) -> Json:
    """Return an entry for whoever sits at the desk."""
    entry, type_ = listed.entry, desk.ledger.types[listed.entry.type]
    facts = shown_facts(desk, type_)
    standing = {fact: held for fact, held in standing_of(listed.said).items() if fact in facts}
    unlike = differing(standing)
    return {
        "id": entry.id,
        "type": entry.type,
        "type_name": type_.name.in_language(language),
        "kind": type_.kind.value,
        "class": type_.line,
        "place": entry.place,
        "place_name": place_name(desk, entry.place).in_language(language),
        "about": entry.about,
        "touched_on": entry.touched_on,
        "is_stale": is_stale(type_, entry, desk.today),
        "differs": list(unlike),
        "ended_on": entry.ended_on,
        "facts": {
            fact: _fact_view(held, is_sealed=facts[fact].is_sealed, differs=fact in unlike)
            for fact, held in standing.items()
        },
    }


def stale_days(desk: Desk) -> dict[str, str]:
    """Return for each type that grows stale the last day on which an entry that is stale was touched."""
    return {
        key: (desk.today - type_.stale_after).isoformat()
        for key, type_ in desk.ledger.types.items()
        if type_.stale_after is not None
    }


def is_stale(type_: EntryType, entry: Entry, today: date) -> bool:
    """Tell whether an entry was neither changed nor confirmed for longer than its type allows."""
    if type_.stale_after is None or entry.ended_on is not None:
        return False
    return entry.touched_on <= (today - type_.stale_after).isoformat()


def statement_view(desk: Desk, type_: EntryType, said: Statement) -> Json:
    """Return one statement of a history, without the facts that the reader may not read."""
    facts = shown_facts(desk, type_)
    return {
        "number": said.number,
        "event": said.event.value,
        "change": said.change,
        "facts": {
            fact: value for fact, value in said.facts.items() if fact in facts and not facts[fact].is_sealed
        },
        "sealed": [fact for fact in (*said.facts, *said.sealed) if fact in facts and facts[fact].is_sealed],
        "since": said.since,
        "source": said.source,
        "place": said.place,
        "by_role": said.by.role,
        "by_unit": said.by.unit,
        "at": format_instant(said.at),
    }


def types_view(desk: Desk, language: Language) -> Json:
    """Return what the ledger keeps, and what of it whoever sits at the desk reads and enters."""
    reach, ledger = desk.reach, desk.ledger
    return {
        "classes": [
            {"key": key, "name": line.name.in_language(language), "keeper": line.keeper}
            for key, line in ledger.classes.items()
        ],
        "types": [
            _type_view(desk, type_, language, is_read=type_.key in reach.types)
            for type_ in ledger.types.values()
        ],
        "changes": [
            {
                "key": key,
                "name": each.name.in_language(language),
                "of": list(each.of),
                "does": each.effect.value,
            }
            for key, each in ledger.changes.items()
        ],
        "has_paper": ledger.paper is not None,
    }


def _type_view(desk: Desk, type_: EntryType, language: Language, *, is_read: bool) -> Json:
    return {
        "key": type_.key,
        "name": type_.name.in_language(language),
        "kind": type_.kind.value,
        "class": type_.line,
        "about": type_.about,
        "needs": list(type_.needs),
        "same": list(type_.same),
        "because": list(type_.origin.because),
        "reads": is_read,
        "enters": may_enter(desk.pack, type_, desk.who),
        "facts": [_declared(desk, fact, language) for fact in type_.facts.values()],
    }


def _declared(desk: Desk, fact: LedgerFact, language: Language) -> Json:
    return {
        "key": fact.type.name,
        "name": fact.name.in_language(language),
        "type": fact.type.kind.value,
        "values": [
            {"key": value, "name": fact.value_names.get(value, Text(value, value)).in_language(language)}
            for value in fact.type.values
        ],
        "sealed": fact.is_sealed,
        "sensitive": fact.sensitive,
        "basis": fact.basis.in_language(language),
        "long": fact.long,
        "reads": may_read_fact(desk.pack, fact, desk.who),
    }


def _fact_view(held: Sequence[Held], *, is_sealed: bool, differs: bool) -> Json:
    words = [_word_view(each, is_sealed=is_sealed) for each in held]
    sealed = is_sealed or isinstance(held[0].value, Seal)
    return {**words[0], "sealed": sealed, "differs": differs, "others": words[1:]}


def _word_view(held: Held, *, is_sealed: bool) -> Json:
    """What one source says; of what is sealed, or by today's rules would be, only that it says something."""
    value = None if is_sealed or isinstance(held.value, Seal) else held.value
    return {"value": value, "since": held.since, "source": held.source}
