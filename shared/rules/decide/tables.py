"""Tables of a pack's rules, compiled so that towns share them.

Decides which rules hold. A table is cut where rules of another folder begin, so that the template's part is
the same for every town that uses it. Must not know what follows from a rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from shared.rules.decide.answers import Answers
from shared.rules.decide.parts import CompiledPart, PartCache
from shared.rules.decide.slots import Ruled, declarations, in_slots
from shared.rules.logic.facts import Value
from shared.rules.logic.judge import Judge, Judgement
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Holding:
    """The places (from 0) of the rules that hold, in file order, and whether both evaluators say so.

    Args:
        places: the reference's answer; what may rest on it where not `agreed` is the caller's to say.
        answers: both, where they differ; else empty.
        evaluator: 'both' or 'reference'.
    """

    places: tuple[int, ...]
    agreed: bool
    answers: Answers
    evaluator: str


class RuleTable:
    """The rules of one section of a pack, ready to be asked. Immutable; safe to share between threads.

    Args:
        rules: of the section, in file order.
        pack: gives nouns, facts and readings.
        parts: where equal parts are found and shared.

    Raises:
        RulesRefused: on building, a condition cannot be decided by both evaluators.
    """

    def __init__(self, rules: Sequence[Ruled], pack: Pack, parts: PartCache) -> None:
        declared = declarations(pack)
        self._parts = tuple(parts.part(first, run, pack, declared) for first, run in _by_folder(rules))

    def holding(self, facts: Mapping[str, Value]) -> Holding:
        """Return every rule that holds.

        Args:
            facts: all that is known, by name; each part takes those that it tests.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        asked = [(part, part.judge.all(_seen_by(part, facts))) for part in self._parts]
        places = tuple(part.places[rule] for part, judgement in asked for rule in judgement.matched)
        return _holding(places, asked)

    def first(self, facts: Mapping[str, Value]) -> Holding:
        """Return the first rule that holds, or none.

        Args:
            facts: all that is known, by name; each part takes those that it tests.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        asked: list[tuple[CompiledPart, Judgement]] = []
        for part in self._parts:
            judgement = part.judge.first(_seen_by(part, facts))
            asked.append((part, judgement))
            # In doubt nobody asks on: a later rule would decide where an earlier one may hold.
            if judgement.matched or not judgement.agreed:
                break
        places = tuple(part.places[rule] for part, judgement in asked for rule in judgement.matched)
        return _holding(places, asked)

    @property
    def judges(self) -> tuple[Judge, ...]:
        """The compiled parts, in order."""
        return tuple(part.judge for part in self._parts)


def _by_folder(rules: Sequence[Ruled]) -> Iterator[tuple[int, list[Ruled]]]:
    """Runs of rules from one folder, each with the place of its first rule: a template's files are every town's."""
    first = 0
    for _, run in groupby(rules, key=lambda rule: rule.origin.spot.file.rpartition("/")[0]):
        part = list(run)
        yield first, part
        first += len(part)


def _seen_by(part: CompiledPart, facts: Mapping[str, Value]) -> dict[str, Value]:
    seen = {name: facts[name] for name in part.names if name in facts}
    return in_slots(seen, part.slots) if part.slots else seen


def _holding(places: tuple[int, ...], asked: Sequence[tuple[CompiledPart, Judgement]]) -> Holding:
    agreed = all(judgement.agreed for _, judgement in asked)
    evaluator = next((judgement.evaluator for _, judgement in asked), "reference")
    return Holding(places, agreed, {} if agreed else _both(asked), evaluator)


def _both(asked: Sequence[tuple[CompiledPart, Judgement]]) -> Answers:
    durable: list[str] = []
    errors: list[str] = []
    for _, judgement in asked:
        durable += judgement.durable or ()
        errors += [judgement.error] if judgement.error else []
    reference = tuple(rule for _, judgement in asked for rule in judgement.reference)
    found: dict[str, tuple[str, ...] | str] = {"reference": reference, "durable-rules": tuple(durable)}
    return {**found, "error": tuple(errors)} if errors else found
