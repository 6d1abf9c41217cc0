"""The ledger (台帐) of a pack: what is kept of people, premises, events, things and organisations, by whom, for whom.

Decides nothing. Entries themselves are kept by `services/ledger`; nouns of a template stay slots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.kernel.texts import Text
from shared.rules.logic.facts import FactType
from shared.rules.pack.model.origins import Origin, Spot
from shared.rules.worktime.amount import Amount


class EntryKind(StrEnum):
    """The five kinds of the ledger (人、房、事、物、组织), and the household between person and house."""

    PERSON = "person"
    HOUSEHOLD = "household"
    HOUSE = "house"
    EVENT = "event"
    THING = "thing"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class LedgerFact:
    """One fact of an entry.

    Args:
        sealed: kept as a reporter's identity is: read by `read_by` alone, each reading recorded.
        sensitive: the law treats it as sensitive (PIPL article 28): refused without `basis` and `read_by`.
        basis: the legal basis that the town names.
        read_by: units that may read it besides the class's; empty: whoever reads the entry.
    """

    type: FactType
    name: Text
    because: tuple[str, ...] = ()
    sealed: bool = False
    sensitive: bool = False
    basis: Text = field(default_factory=Text)
    read_by: tuple[str, ...] = ()
    long: bool = False


@dataclass(frozen=True, slots=True)
class LedgerClass:
    """A line of work that the ledger is split by (P001-06F.4), with the units that keep and read it.

    Args:
        readers: units, slots or roles who read all entries of the class in the town.
        keeper: unit that keeps the line's own ledger; None: nobody in particular.
    """

    key: str
    name: Text
    because: tuple[str, ...]
    readers: tuple[str, ...]
    keeper: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class EntryType:
    """A type of entry.

    Args:
        about: what it belongs to: a person to a household, a household to a house; None: to its grid alone.
        line: key of the class (line of work) that it belongs to.
        needs: facts without which it is refused.
        groups: facts (choices) by which members of a class are found for duties, such as `class: elderly_alone`.
        same: facts (and 'place') by which a second entry is the same one: whoever enters it is shown the first.
        entered_by: units, slots or roles who may enter and change it.
        stale_after: after what time without change or confirmation it is shown as stale; None: never.
        confirmed_by: unit that owes the confirmation; None: whoever keeps the grid.
        kept_for: after what time an ended entry is erased; None: as the pack's retention says.
    """

    key: str
    origin: Origin
    name: Text
    kind: EntryKind
    line: str | None
    about: str | None
    facts: Mapping[str, LedgerFact]
    needs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    entered_by: tuple[str, ...] = ()
    private: bool = False
    stale_after: Amount | None = None
    confirmed_by: str | None = None
    kept_for: Amount | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of a town's ledger.

    Args:
        own_grid: units, slots or roles who read the entries of their own grid, whatever the class.
        changes_need: what each change must carry besides the fact: 'date', 'source'.
    """

    classes: Mapping[str, LedgerClass]
    types: Mapping[str, EntryType]
    own_grid: tuple[str, ...] = ()
    changes_need: tuple[str, ...] = ("date", "source")
