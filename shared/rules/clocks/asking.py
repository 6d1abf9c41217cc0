"""Asking a town's rules about one case, as its clocks need it: each day once, and noting where evaluators differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.rules.case.situation import Situation
from shared.rules.decide.answers import Answers
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.decide.parties import units_of
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Pack


@dataclass(slots=True)
class AskedRules:
    """What the rules were asked about one case.

    Made for one case and one moment, used by one thread.

    Args:
        pack: of the edition that the case is bound to.
        compiled: rules by edition.
        situation: the case as it stands.
        answers: day → rules of limits that hold, as they were asked.
        differing: both evaluators' answers, where they differed; None: they agreed so far.
        known: facts by name, once they were asked for.
    """

    pack: Pack
    compiled: CompiledRulesCache
    situation: Situation
    answers: dict[date, frozenset[str] | None] = field(default_factory=dict)
    differing: Answers | None = None
    known: dict[str, Value] | None = None

    def holding(self, on: date) -> frozenset[str] | None:
        """Return the rules of limits that hold now and are in force on a day; None where the evaluators differ.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        # None is an answer, too: where the evaluators differ, they are not asked again.
        if on not in self.answers:
            self.answers[on] = self._ask(on)
        return self.answers[on]

    def units(self, who: tuple[str, ...]) -> tuple[str, ...]:
        """Return the addresses of the units that words for parties mean now, each once."""
        return units_of(self.pack, who, self.situation)

    def facts(self, names: tuple[str, ...]) -> Mapping[str, Value | None]:
        """Return the known values of facts, None for those that are missing."""
        if self.known is None:
            self.known = self.compiled.of(self.pack).facts(self.situation)
        return {name: self.known.get(name) for name in names}

    def _ask(self, on: date) -> frozenset[str] | None:
        applicable = self.compiled.of(self.pack).limits(self.situation, on)
        if not applicable.agreed:
            self.differing = applicable.answers
            return None
        return frozenset(limit.origin.rule for limit in applicable.limits)
