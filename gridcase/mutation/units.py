"""What can be altered in a unit: that somebody heads it."""

from collections.abc import Iterator
from dataclasses import replace

from gridcase.mutation.mutant import Mutant, bilingual, shown
from shared.rules.pack.model import Pack, Unit


def of_unit(pack: Pack, unit: Unit) -> Iterator[Mutant]:
    """Yield every alteration of a unit."""
    if unit.head is None:
        return

    def headless(pack: Pack) -> Pack:
        return replace(pack, units={**pack.units, unit.key: replace(unit, head=None)})

    change = bilingual("head-dropped", was=shown(pack, [unit.head]))
    yield Mutant("recipient", unit.key, unit.spot, change, headless)
