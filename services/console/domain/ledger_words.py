"""How an entry of the ledger is called and summed up on a page: by what is not sealed of it.

Decides what stands for an entry in a list. Sealed facts have no part in it: a list must not be a way to read them.
"""

from collections.abc import Iterator, Mapping

from services.console.domain.ledger_sheets import LedgerEntrySheet, LedgerFactSheet, LedgerTypeSheet
from services.console.domain.sheets import FactGiven

TEXT = "text"


def title_of(entry: LedgerEntrySheet, type_: LedgerTypeSheet) -> str:
    """Return what an entry is called: its first open text, else its type with what it belongs to or its mark."""
    named = next(_texts(entry, type_), None)
    if named is not None:
        return named
    return f"{entry.type_name} {'、'.join(entry.around) or entry.mark}"


def _texts(entry: LedgerEntrySheet, type_: LedgerTypeSheet) -> Iterator[str]:
    for fact in sorted(
        type_.facts, key=lambda fact: (fact.key not in type_.same, fact.key not in type_.needs)
    ):
        held = entry.facts.get(fact.key)
        if fact.type == TEXT and held is not None and not held.sealed and held.value is not None:
            yield str(held.value)


def open_facts(entry: LedgerEntrySheet, type_: LedgerTypeSheet) -> list[tuple[LedgerFactSheet, FactGiven]]:
    """Return what a row says of an entry beside its name, in the order of the pack."""
    title = title_of(entry, type_)
    held = ((fact, entry.facts.get(fact.key)) for fact in type_.facts)
    return [
        (fact, said.value)
        for fact, said in held
        if said is not None and not said.sealed and said.value is not None and said.value != title
    ]


def only_new(facts: Mapping[str, FactGiven], entry: LedgerEntrySheet) -> dict[str, FactGiven]:
    """Return what a form says that does not stand there already: nobody states by opening a form."""
    return {
        fact: value
        for fact, value in facts.items()
        if fact not in entry.facts or entry.facts[fact].sealed or entry.facts[fact].value != value
    }
