"""What can be altered in a step: what must and must not have happened before, and at which levels it publishes."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gridcase.mutation.guards import stands_anyway
from gridcase.mutation.mutant import REFUSED, Kind, Mutant, said
from gridcase.scenarios.record import STEP
from gridcase.scenarios.wording import word
from shared.rules.pack.model import Effect, EffectKind, Pack, Step

ENDED = ("closed", "rejected", "merged")  # whatever a step says, none is taken afterwards


def of_step(pack: Pack, step: Step) -> Iterator[Mutant]:
    """Yield every alteration of a step."""
    for number, mark in enumerate(step.after):
        if not stands_anyway(pack, step, mark):
            yield _of_step(step, "after-dropped", mark, _less(number, is_after=True))
    for number, mark in enumerate(step.before):
        if mark not in ENDED:
            yield _of_step(step, "before-dropped", mark, _less(number, is_after=False))
    yield from _publications(pack, step)


def _less(number: int, is_after: bool) -> Callable[[Step], Step]:
    def altered(one: Step) -> Step:
        if is_after:
            return replace(one, after=_without(one.after, number))
        return replace(one, before=_without(one.before, number))

    return altered


def _publications(pack: Pack, step: Step) -> Iterator[Mutant]:
    levels = next((effect.levels for effect in step.does if effect.kind is EffectKind.PUBLISH), ())
    for number, level in enumerate(levels if len(levels) > 1 else ()):

        def fewer(one: Step, number: int = number) -> Step:
            return replace(one, does=tuple(_published_less(effect, number) for effect in one.does))

        yield _of_step(step, "level-dropped", pack.noun(level), fewer)


def _published_less(effect: Effect, number: int) -> Effect:
    if effect.kind is not EffectKind.PUBLISH:
        return effect
    return replace(effect, levels=_without(effect.levels, number))


def _of_step(step: Step, key: str, mark: str, altered: Callable[[Step], Step]) -> Mutant:
    def alter(pack: Pack) -> Pack:
        return replace(pack, steps={**pack.steps, step.key: altered(pack.steps[step.key])})

    is_guard = key != "level-dropped"
    felt_by = frozenset({(REFUSED if is_guard else STEP, step.key)})  # a guard can only refuse
    kind: Kind = "guard" if is_guard else "recipient"
    return Mutant(kind, step.key, step.spot, said(key, was=word(mark)), alter, felt_by=felt_by)


def _without(words: tuple[str, ...], number: int) -> tuple[str, ...]:
    return (*words[:number], *words[number + 1 :])
