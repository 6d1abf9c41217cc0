"""Who reads what of a town's ledger, and who enters it: the one answer, worked out of the pack for whoever asks.

Decides: a class is read by those whom it names, each in the area in which the unit sits; the own grid by those who have
one; the master ledger by its keepers. Nobody else reads anything, whatever the role. Must not know tables.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.kernel.roles import Viewer
from shared.rules.case.addresses import key_of
from shared.rules.case.areas import Area, area_of
from shared.rules.pack.model import EntryType, LedgerFact, Pack, TownLedger


@dataclass(frozen=True, slots=True)
class LedgerReach:
    """What somebody reads: entries of these types in this area."""

    area: Area
    types: frozenset[str]

    @property
    def is_nothing(self) -> bool:
        """Tell whether nothing at all is read."""
        return not self.types or self.area.places == frozenset()


def is_named(pack: Pack, words: Iterable[str], who: Viewer) -> bool:
    """Tell whether units, slots or roles name somebody."""
    unit = key_of(who.unit) if who.unit else None
    return any(word == who.role or (unit is not None and pack.noun(word) == unit) for word in words)


def reach_of(pack: Pack, ledger: TownLedger, who: Viewer) -> LedgerReach:
    """Return what somebody reads of the town's ledger."""
    area = area_of(pack, who.unit)
    if _reads_all(pack, ledger, who, area):
        return LedgerReach(area, frozenset(ledger.types))
    lines = {
        key
        for key, line in ledger.classes.items()
        if is_named(pack, (*line.readers, *([line.keeper] if line.keeper else ())), who)
    }
    return LedgerReach(area, frozenset(key for key, type_ in ledger.types.items() if type_.line in lines))


def _reads_all(pack: Pack, ledger: TownLedger, who: Viewer, area: Area) -> bool:
    master, own = ledger.master, ledger.own_grid
    if master is not None and is_named(pack, master.units, who):
        return True
    # Who sits for the whole town has no grid of their own.
    return own is not None and area.places is not None and is_named(pack, own.units, who)


def may_enter(pack: Pack, type_: EntryType, who: Viewer) -> bool:
    """Tell whether somebody enters and changes entries of a type, wherever in their area."""
    return is_named(pack, type_.entered_by, who)


def may_read_fact(pack: Pack, fact: LedgerFact, who: Viewer) -> bool:
    """Tell whether somebody who reads an entry reads this fact of it, sealed or not."""
    return not fact.read_by or is_named(pack, fact.read_by, who)
