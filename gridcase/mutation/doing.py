"""What can be altered in what a step is for: who may take it, what it does, and which facts taking it settles."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from gridcase.mutation.mutant import Kind, Mutant, bilingual, shown
from gridcase.mutation.steps import exchanged, without
from gridcase.scenarios.participants import STEP
from gridcase.scenarios.wording import word
from shared.kernel.texts import Text
from shared.rules.pack.model import Effect, Pack, Step


def of_doing(pack: Pack, step: Step) -> Iterator[Mutant]:
    """Yield every alteration of whom and what a step is for."""
    for number, noun in enumerate(step.who):
        change = bilingual("taker-dropped", was=shown(pack, [noun]))
        yield _where_taken(step, change, partial(_taken_by_fewer, number=number), "taker")
    for number, effect in enumerate(step.does):
        change = bilingual("effect-dropped", was=_named(pack, effect))
        yield _where_taken(step, change, partial(_doing_less, number=number), "effect")
    for name in step.sets:
        change = bilingual("set-dropped", was=word(name))
        yield _where_taken(step, change, partial(_settling_less, name=name), "effect")


def _where_taken(step: Step, change: Text, altered: Callable[[Step], Step], kind: Kind) -> Mutant:
    return exchanged(step, change, altered, STEP, kind)


def _named(pack: Pack, effect: Effect) -> Text:
    return word(f"{effect.kind} {pack.noun(effect.value)}" if effect.value else effect.kind)


def _taken_by_fewer(step: Step, *, number: int) -> Step:
    return replace(step, who=without(step.who, number))


def _doing_less(step: Step, *, number: int) -> Step:
    return replace(step, does=without(step.does, number))


def _settling_less(step: Step, *, name: str) -> Step:
    return replace(step, sets={key: value for key, value in step.sets.items() if key != name})
