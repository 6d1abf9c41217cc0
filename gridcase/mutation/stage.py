"""A stage on which the town's pack is exchanged for an altered one, without reading its files again.

Decides which pack stands under which variant of a scenario. Must not know what is altered, nor what is expected.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from gridcase.mutation.mutant import Mutant
from gridcase.mutation.packs import PackVariants
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.kernel.canonical import content_hash
from shared.rules.scenario.model import Other


class AlteredStage(Stage):
    """One town on a simulated house, its pack altered or not."""

    def __init__(self, house: SimulatedHouse, packs: PackVariants) -> None:
        super().__init__(house, packs.files, packs.town)
        self.packs = packs
        self._mutant: Mutant | None = None
        self._count = 0  # no two mutants share what was compiled for one
        self._standing = ""

    @contextmanager
    def under(self, mutant: Mutant) -> Iterator["AlteredStage"]:
        """Alter the town's pack for a while."""
        self._mutant, self._count = mutant, self._count + 1
        try:
            yield self
        finally:
            self._mutant = None

    @contextmanager
    def variant(self, other: Other | None) -> Iterator["AlteredStage"]:
        """Put the town under the altered pack, with a variant's readings and choices."""
        mutant = self._mutant
        read = self.packs.read_with(mutant.readings if mutant else {}, other)
        # An edition of its own: compiled rules are kept by edition, and another pack's must not be taken for these.
        edition = content_hash([read.edition, self._count if mutant else 0])
        if edition != self._standing:
            self.pack = replace(mutant.alter(read) if mutant else read, edition=edition)
            self._house.enter(self.pack)
            self._standing = edition
        yield self
