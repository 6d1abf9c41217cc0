"""Which alterations of a pack no scenario feels.

Decides in which order lives are tried (those in which the altered rule took part first, short ones before long)
and stops at the first that comes out otherwise. Must not know which alterations there are, nor print anything.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gridcase.mutation.catalogue import mutants_of
from gridcase.mutation.mutant import REFUSED, Mutant
from gridcase.mutation.stage import AlteredStage
from gridcase.scenarios.play import (
    Difference,
    Life,
    Played,
    first_difference,
    lives_of,
    play_life,
    refused_steps,
)
from gridcase.scenarios.record import Part
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.logic.rulebook import RulesRefused
from shared.rules.pack.errors import PackErrors
from shared.rules.pack.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: the life that felt it, or None if it survived."""

    mutant: Mutant
    killed_by: Difference | None


@dataclass(frozen=True, slots=True)
class _Known:
    played: Played
    parts: frozenset[Part]  # what took part, and what had to be refused
    seconds: float

    @property
    def life(self) -> Life:
        return self.played.life


class Trial:
    """A pack's scenarios, played once as they are, ready to be held against alterations.

    Raises:
        Problem: `scenarios-fail`, since what is red already can't turn red.
    """

    def __init__(self, stage: AlteredStage, scenarios: Sequence[Scenario]) -> None:
        self._stage = stage
        self._known = sorted(
            (self._play(life) for scenario in scenarios for life in lives_of(scenario)),
            key=lambda known: known.seconds,
        )

    def mutants(self) -> list[Mutant]:
        """Return every alteration that makes a pack which can stand; one that can't is nobody's slip."""
        found = mutants_of(self._stage.read_with({}), self._stage.read_with)
        return [mutant for mutant in found if self._can_stand(mutant)]

    def judge(self, mutant: Mutant) -> Verdict:
        """Play what could feel a mutant until something differs."""
        with self._stage.under(mutant) as stage:
            for known in self._order(mutant):
                difference = first_difference(stage, known.life)
                if difference is not None:
                    return Verdict(mutant, difference)
        return Verdict(mutant, None)

    def judge_all(self, mutants: Sequence[Mutant], tick: Callable[[], None]) -> Iterator[Verdict]:
        """Judge mutant after mutant, with a call of `tick` after each."""
        for mutant in mutants:
            yield self.judge(mutant)
            tick()

    def _play(self, life: Life) -> _Known:
        began = time.perf_counter()
        played = play_life(self._stage, life)
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
        refused = ((REFUSED, step) for step in refused_steps(life))
        return _Known(played, played.parts.union(refused), time.perf_counter() - began)

    def _order(self, mutant: Mutant) -> list[_Known]:
        if mutant.felt_by is not None:
            return [known for known in self._known if known.parts & mutant.felt_by]
        return sorted(self._known, key=lambda known: not known.parts & mutant.near)

    def _can_stand(self, mutant: Mutant) -> bool:
        try:
            self._stage.read_with(mutant.readings)
        except (PackErrors, RulesRefused):
            return False
        return True
