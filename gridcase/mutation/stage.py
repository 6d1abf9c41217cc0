"""A stage on which the town's pack is exchanged for an altered one, without reading its files again.

Decides which pack stands under which variant of a scenario. Must not know what is altered, nor what is expected.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from gridcase.mutation.mutant import Mutant
from gridcase.scenarios.stage import Stage, varied
from gridcase.simulation.house import SimulatedHouse
from gridcase.variants import with_readings
from shared.kernel.canonical import content_hash
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.model import Other


class AlteredStage(Stage):
    """One town on a simulated house, its pack altered or not."""

    def __init__(self, house: SimulatedHouse, files: Mapping[str, str], town: str) -> None:
        super().__init__(house, files, town)
        self._read: dict[str, Pack] = {}  # by what was asked for: a text is read once
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
        read = self.read_with(mutant.readings if mutant else {}, other)
        # An edition of its own: compiled rules are kept by edition, and another pack's must not be taken for these.
        edition = content_hash([read.edition, self._count if mutant else 0])
        if edition != self._standing:
            self.pack = replace(mutant.alter(read) if mutant else read, edition=edition)
            self._house.enter(self.pack)
            self._standing = edition
        yield self

    def read_with(self, readings: Mapping[str, str], other: Other | None = None) -> Pack:
        """Return the town's pack as its text gives it under other readings.

        Raises:
            PackErrors: the pack can't stand under them.
        """
        key = repr(
            (sorted(readings.items()), other and (other.readings, other.office_hours, other.acceptance))
        )
        if key not in self._read:
            files = with_readings(self._files, self._town, readings)
            files = files if other is None else varied(files, self._town, other)
            self._read[key] = build_pack(files, self._town, self._templates)
        return self._read[key]
