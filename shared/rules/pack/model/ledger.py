"""The ledger (台帐) of a pack: what is kept of people, premises, events, things and organisations, by whom, for whom.

Decides nothing. Entries themselves are kept by `services/ledger`; nouns of a template stay slots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from shared.kernel.texts import Text
from shared.rules.logic.facts import FactType, Value
from shared.rules.pack.model.origins import Origin, Spot

PLACE, ABOUT = "place", "about"  # words that may stand among the facts of `same`


class EntryKind(StrEnum):
    """The five kinds of the ledger (人、房、事、物、组织), and the household between person and house."""

    PERSON = "person"
    HOUSEHOLD = "household"
    HOUSE = "house"
    EVENT = "event"
    THING = "thing"
    ORGANISATION = "organisation"


OF_RESIDENTS = frozenset({EntryKind.PERSON, EntryKind.HOUSEHOLD})  # of whom no score may be kept


@dataclass(frozen=True, slots=True)
class LedgerFact:
    """One fact of an entry.

    Args:
        sealed: kept as a reporter's identity is: opened one at a time, each reading recorded.
        sensitive: the law treats it as sensitive (PIPL article 28): sealed, and refused without `basis` and `read_by`.
        basis: the legal basis that the town names.
        read_by: units, slots or roles who alone read it, of those who read the entry; empty: all of them.
        long: a text of several sentences, compared with nothing.
        value_names: names of a choice's values, if given.
    """

    type: FactType
    name: Text
    spot: Spot
    because: tuple[str, ...] = ()
    sealed: bool = False
    sensitive: bool = False
    basis: Text = field(default_factory=Text)
    read_by: tuple[str, ...] = ()
    long: bool = False
    value_names: Mapping[str, Text] = field(default_factory=dict)

    @property
    def is_sealed(self) -> bool:
        """Tell whether its values stand nowhere in clear."""
        return self.sealed or self.sensitive


@dataclass(frozen=True, slots=True)
class LedgerClass:
    """A line of work that the ledger is split by (P001-06F.4), with the units that keep and read it.

    Args:
        readers: units, slots or roles who read the entries of the class, each in the area in which it sits.
        keeper: unit that keeps the line's own ledger, and so reads it too; None: nobody in particular.
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
        same: facts, 'place' and 'about', by which a second entry is the same one: whoever enters it is shown the first.
        entered_by: units, slots or roles who may enter and change it.
        stale_after: after what time without change or confirmation it is shown as stale; None: never.
        confirmed_by: unit that owes the confirmation; None: whoever keeps the grid.
        kept_for: after what time an ended entry is erased; None: never.
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
    stale_after: timedelta | None = None
    confirmed_by: str | None = None
    kept_for: timedelta | None = None


class ChangeEffect(StrEnum):
    """What a change does to the entry that it is about."""

    BEGINS = "begins"  # with it the entry is there: a birth, a family that moves in
    ENDS = "ends"  # with it the entry is over: a death, a family that moves away
    MOVES = "moves"  # the entry goes to another place of the town
    NOTES = "notes"  # it stays where it is: a wedding, a pregnancy


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """A change that people know by its name (婚丧嫁娶、怀孕出生、人员流动).

    Args:
        of: types of entries that it may happen to.
        sets: facts that it says by itself.
    """

    key: str
    name: Text
    because: tuple[str, ...]
    of: tuple[str, ...]
    effect: ChangeEffect
    spot: Spot
    sets: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LedgerReaders:
    """Who reads entries of every class: units, slots or roles."""

    because: tuple[str, ...]
    units: tuple[str, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class ChangeNeeds:
    """What whoever states something must say beside it: since when it is so, and who told."""

    because: tuple[str, ...]
    date: bool
    source: bool
    spot: Spot


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper version (纸质台帐) of a grid's ledger: printed, never read back; what is sealed is not on it.

    Args:
        types: of entries that it shows.
    """

    because: tuple[str, ...]
    types: tuple[str, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class TownLedger:
    """All of a town's ledger.

    Args:
        own_grid: who read all entries of the place that is theirs; who sits for a whole town has none.
        master: who keep the master ledger (总台帐): all classes, in all of the area in which they sit.
        changes_need: None: both date and source.
        paper: None: there is no paper version.
    """

    classes: Mapping[str, LedgerClass]
    types: Mapping[str, EntryType]
    changes: Mapping[str, LedgerChange] = field(default_factory=dict)
    own_grid: LedgerReaders | None = None
    master: LedgerReaders | None = None
    changes_need: ChangeNeeds | None = None
    paper: Paper | None = None
