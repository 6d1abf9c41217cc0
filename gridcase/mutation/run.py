"""Which alterations of a pack no scenario feels.

Decides in which order runs are tried (those in which the altered rule took part first, short ones before long)
and stops at the first that comes out otherwise. Must not know which alterations there are, nor print anything.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gridcase.mutation.catalogue import mutants_of
from gridcase.mutation.mutant import REFUSED, Mutant
from gridcase.mutation.stage import AlteredStage
from gridcase.scenarios.participants import Part
from gridcase.scenarios.play import (
    Difference,
    PlayedRun,
    ScenarioRun,
    first_difference,
    play_run,
    refused_steps,
    runs_of,
)
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.language.errors import PackErrors
from shared.rules.logic.rulebook import RulesRefused
from shared.rules.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class MutantVerdict:
    """What became of a mutant: what felt it, or None if it survived."""

    mutant: Mutant
    killed_by: Difference | None


@dataclass(frozen=True, slots=True)
class _KnownRun:
    played: PlayedRun
    parts: frozenset[Part]  # what took part, and what had to be refused
    seconds: float

    @property
    def run(self) -> ScenarioRun:
        return self.played.run


class MutationTrial:
    """A pack's scenarios, played once as they are, ready to be held against alterations.

    Raises:
        Problem: `scenarios-fail`, since what is red already can't turn red.
    """

    def __init__(self, stage: AlteredStage, scenarios: Sequence[Scenario]) -> None:
        self._stage = stage
        self._known = sorted(
            (self._play(run) for scenario in scenarios for run in runs_of(scenario)),
            key=lambda known: known.seconds,
        )

    def mutants(self) -> list[Mutant]:
        """Return every alteration that makes a pack which can stand; one that can't is nobody's slip."""
        found = mutants_of(self._stage.read_with({}), self._stage.read_with)
        return [mutant for mutant in found if self._can_stand(mutant)]

    def judge(self, mutant: Mutant) -> MutantVerdict:
        """Play what could feel a mutant until something differs."""
        with self._stage.under(mutant) as stage:
            for known in self._order(mutant):
                difference = first_difference(stage, known.run)
                if difference is not None:
                    return MutantVerdict(mutant, difference)
        return MutantVerdict(mutant, None)

    def judge_all(self, mutants: Sequence[Mutant], tick: Callable[[], None]) -> Iterator[MutantVerdict]:
        """Judge mutant after mutant, with a call of `tick` after each."""
        for mutant in mutants:
            yield self.judge(mutant)
            tick()

    def _play(self, run: ScenarioRun) -> _KnownRun:
        began = time.perf_counter()
        played = play_run(self._stage, run)
        if played.differences:
            first = played.differences[0]
            raise Problem(
                "scenarios-fail",
                Text(
                    f"场景 {first.scenario} 本来就不通过：{first.what.zh}",
                    f"scenario {first.scenario} fails as it is: {first.what.en}",
                ),
                Text("先让 gridcase test 全部通过", "first make 'gridcase test' pass"),
            )
        refused = ((REFUSED, step) for step in refused_steps(run))
        return _KnownRun(played, played.parts.union(refused), time.perf_counter() - began)

    def _order(self, mutant: Mutant) -> list[_KnownRun]:
        if mutant.felt_by is not None:
            return [known for known in self._known if known.parts & mutant.felt_by]
        return sorted(self._known, key=lambda known: not known.parts & mutant.near)

    def _can_stand(self, mutant: Mutant) -> bool:
        try:
            self._stage.read_with(mutant.readings)
        except (PackErrors, RulesRefused):
            return False
        return True
