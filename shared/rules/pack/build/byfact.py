"""Builds units that a fact names: `lead: {fact: responsible}`, and alike who assists and who is told (decision 30).

Decides which facts can name a unit, and that the fact is known where somebody must lead by it.
"""

from collections.abc import Collection

from shared.rules.language.entries import Entry
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import BY_FACT, Fact


def lead_by_fact(draft: Draft, entry: Entry, asked: Collection[str]) -> str | None:
    """Return the word by which a fact names the lead, or None after a complaint.

    Args:
        asked: facts that the rule's condition tests; one of them is known where the rule holds.
    """
    fact = _fact(draft, entry)
    if fact is None:
        return None
    where, name = entry.where("fact"), fact.type.name
    if not _names_units(draft, fact):
        draft.complain("lead-not-units", where, name=name)
    elif fact.default is None and name not in asked:
        draft.complain("lead-maybe-unknown", where, name=name)
    return f"{BY_FACT}{name}"


def unit_by_fact(draft: Draft, entry: Entry) -> str | None:
    """Return the word by which a fact names who assists or is told, or None after a complaint.

    Where the fact is not known it names nobody.
    """
    fact = _fact(draft, entry)
    if fact is None:
        return None
    if not _names_units(draft, fact):
        draft.complain("fact-not-units", entry.where("fact"), name=fact.type.name)
    return f"{BY_FACT}{fact.type.name}"


def _fact(draft: Draft, entry: Entry) -> Fact | None:
    draft.only_from(2, entry.node.where)
    there = draft.refer("fact", entry.item("fact"))
    return draft.facts.get(entry.name("fact") or "") if there else None


def _names_units(draft: Draft, fact: Fact) -> bool:
    return fact.type.kind is Kind.CHOICE and all(draft.names.has("unit", value) for value in fact.type.values)
