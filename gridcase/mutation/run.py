"""Which alterations of a pack no scenario feels.

Decides when a mutant has been felt: at the first run that comes out otherwise. Must not know which alterations
there are, nor print anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gridcase.mutation.catalogue import mutants_of
from gridcase.mutation.known import KnownRun
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.order import Order, able
from gridcase.mutation.stage import AlteredStage
from gridcase.scenarios.play import first_difference
from gridcase.scenarios.runs import Difference
from shared.rules.language.errors import PackErrors
from shared.rules.logic.rulebook import RulesRefused


@dataclass(frozen=True, slots=True)
class MutantVerdict:
    """What became of a mutant: what felt it, or None if it survived."""

    mutant: Mutant
    killed_by: Difference | None


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What became of the alterations of one rule.

    Args:
        killed_by: of each alteration in turn; None: it survived.
        stood: whether the altered pack stands at all; one that can't is nobody's slip and doesn't count.
        felt_in: scenarios that turned red.
    """

    killed_by: tuple[Difference | None, ...]
    stood: tuple[bool, ...]
    felt_in: tuple[str, ...]


class MutationTrial:
    """A stage and a pack's runs, ready to be held against alterations.

    Args:
        known: runs that go as expected on this stage while nothing is altered; others can't turn red.
    """

    def __init__(self, stage: AlteredStage, known: Sequence[KnownRun]) -> None:
        self._stage = stage
        self._known = known

    def mutants(self) -> list[Mutant]:
        """Return every alteration that makes a pack which can stand."""
        return [mutant for mutant in all_mutants(self._stage) if self._can_stand(mutant)]

    def judge(self, mutant: Mutant) -> MutantVerdict:
        """Play what could feel a mutant until something differs."""
        return MutantVerdict(mutant, self._first(mutant, Order(self._known)))

    def judge_together(self, mutants: Sequence[Mutant], each_statement: bool = False) -> RuleVerdict:
        """Judge the alterations of one rule.

        Args:
            each_statement: play on where a statement that the rule names has a scenario which names it too, and
                none of these has turned red yet.
        """
        order = Order(self._known)
        standing = [mutant for mutant in mutants if self._can_stand(mutant)]
        killed = {id(mutant): self._first(mutant, order) for mutant in standing}
        if each_statement:
            self._show_each(standing, order)
        return RuleVerdict(
            tuple(killed.get(id(mutant)) for mutant in mutants),
            tuple(id(mutant) in killed for mutant in mutants),
            order.shown,
        )

    def _first(self, mutant: Mutant, order: Order) -> Difference | None:
        with self._stage.under(mutant) as stage:
            for known in order.of(mutant):
                difference = first_difference(stage, known.run)
                if difference is not None:
                    order.felt(known)
                    return difference
        return None

    def _show_each(self, mutants: Sequence[Mutant], order: Order) -> None:
        for mutant in mutants:
            with self._stage.under(mutant) as stage:
                for known in able(mutant, self._known):
                    is_wanted = order.unshown(mutant.because) & set(known.because)
                    if is_wanted and first_difference(stage, known.run) is not None:
                        order.felt(known)

    def _can_stand(self, mutant: Mutant) -> bool:
        try:
            self._stage.packs.read_with(mutant.readings)
        except (PackErrors, RulesRefused):
            return False
        return True


def all_mutants(stage: AlteredStage) -> list[Mutant]:
    """Return every alteration, those too that make a pack which can't stand."""
    return list(mutants_of(stage.packs.read_with({}), stage.packs.read_with))
