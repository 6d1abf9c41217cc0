"""What of an entry somebody may be shown: its facts, and what its grid is called."""

from collections.abc import Mapping

from services.ledger.domain.reach import may_read_fact
from services.ledger.handlers.desk import Desk
from shared.kernel.texts import Text
from shared.rules.pack.model import EntryType, LedgerFact


def shown_facts(desk: Desk, type_: EntryType) -> Mapping[str, LedgerFact]:
    """Return the facts of a type that whoever sits at the desk may read, sealed ones too."""
    return {key: fact for key, fact in type_.facts.items() if may_read_fact(desk.pack, fact, desk.who)}


def place_name(desk: Desk, place: str) -> Text:
    """Return what a grid is called; one that the rules know no more by its key."""
    known = desk.pack.places.get(place)
    return known.name if known else Text(place, place)


def searched(desk: Desk) -> dict[str, frozenset[str]]:
    """Return for each type the facts in which whoever sits at the desk may look for a text."""
    return {
        key: frozenset(name for name, fact in shown_facts(desk, type_).items() if not fact.is_sealed)
        for key, type_ in desk.ledger.types.items()
    }
