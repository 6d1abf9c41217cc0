"""Builds a lead that a fact names: `lead: {fact: responsible}` (decision 30).

Decides which facts can name a unit, and that the fact is known where the rule decides.
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
    draft.only_from(2, entry.node.where)
    item = entry.item("fact")
    if not draft.refer("fact", item):
        return None
    name = entry.name("fact") or ""
    fact = draft.facts.get(name)
    if fact is not None:
        _check(draft, entry, fact, name in asked)
    return f"{BY_FACT}{name}"


def _check(draft: Draft, entry: Entry, fact: Fact, is_asked: bool) -> None:
    where, name = entry.where("fact"), fact.type.name
    strange = [value for value in fact.type.values if not draft.names.has("unit", value)]
    if fact.type.kind is not Kind.CHOICE or strange:
        draft.complain("lead-not-units", where, name=name)
    elif fact.default is None and not is_asked:
        draft.complain("lead-maybe-unknown", where, name=name)
