"""How a run goes while nothing is altered: what takes part in it, and whether it is as expected.

Decides what of that counts when alterations are held against it. Must not know which alterations there are.
"""

from dataclasses import dataclass

from gridcase.mutation.mutant import REFUSED
from gridcase.scenarios.participants import Part
from gridcase.scenarios.play import play_run
from gridcase.scenarios.runs import Difference, LedgerRun, Run, refused_steps
from gridcase.scenarios.stage import Stage


@dataclass(frozen=True, slots=True, eq=False)
class KnownRun:
    """A run under the pack as it is.

    Args:
        parts: what took part, and what had to be refused.
        differences: what was not as expected; where there are any, the run can't turn red any more.
    """

    run: Run
    parts: frozenset[Part]
    differences: tuple[Difference, ...] = ()

    @property
    def key(self) -> str:
        """The scenario's."""
        return self.run.scenario.key

    @property
    def because(self) -> tuple[str, ...]:
        """The statements that the scenario names."""
        return self.run.scenario.because

    @property
    def readings(self) -> frozenset[str]:
        """The readings of which the scenario tries several."""
        if isinstance(self.run, LedgerRun):
            return frozenset()
        return frozenset(name for other in self.run.scenario.others for name in other.readings)

    @property
    def length(self) -> int:
        """How many things happen and are checked in it."""
        checks = self.run.scenario.expected if isinstance(self.run, LedgerRun) else self.run.checks
        return 1 + len(self.run.scenario.life) + len(checks)


def play_known(stage: Stage, run: Run) -> KnownRun:
    """Play a run on a stage on which nothing is altered."""
    played = play_run(stage, run)
    if isinstance(run, LedgerRun):
        return KnownRun(run, played.parts, played.differences)
    refused = ((REFUSED, step) for step in refused_steps(run))
    return KnownRun(run, played.parts.union(refused), played.differences)
