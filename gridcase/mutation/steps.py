"""What can be altered in a step: what must and must not have happened before, how long ago, where it publishes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from gridcase.mutation.conditions import negated, questions_of, shown_test
from gridcase.mutation.guards import stands_anyway
from gridcase.mutation.limits import beside, in_words
from gridcase.mutation.mutant import REFUSED, Kind, Mutant, bilingual
from gridcase.scenarios.participants import STEP
from gridcase.scenarios.wording import word
from shared.kernel.texts import Text
from shared.rules.pack.model import Effect, EffectKind, NotBefore, Pack, Step

T = TypeVar("T")
ENDED = ("closed", "rejected", "merged")  # whatever a step says, none is taken afterwards


def of_step(pack: Pack, step: Step) -> Iterator[Mutant]:
    """Yield every alteration of a step."""
    for number, milestone in enumerate(step.after):
        if not stands_anyway(pack, step, milestone):
            change = bilingual("after-dropped", was=word(milestone))
            yield exchanged(step, change, _less(number, is_after=True), REFUSED)
    for number, milestone in enumerate(step.before):
        if milestone not in ENDED:
            change = bilingual("before-dropped", was=word(milestone))
            yield exchanged(step, change, _less(number, is_after=False), REFUSED)
    if step.not_before is not None:
        yield from _waiting(step, step.not_before)
    if step.no_later_than is not None:
        yield exchanged(step, bilingual("clock-dropped"), _at_any_time, REFUSED)
    yield from _conditions(pack, step)
    yield from _marks(pack, step)
    yield from _publications(pack, step)


def _at_any_time(step: Step) -> Step:
    return replace(step, no_later_than=None)


def _conditions(pack: Pack, step: Step) -> Iterator[Mutant]:
    """A test turned round is felt where the step is refused or where it is taken."""
    for number, test in enumerate(questions_of(step.when) if step.when is not None else ()):

        def turned(whole: Step, number: int = number) -> Step:
            return replace(whole, when=None if whole.when is None else negated(whole.when, number))

        felt = frozenset({(REFUSED, step.key), (STEP, step.key)})
        mutant = exchanged(step, bilingual("negated", test=shown_test(pack, test)), turned, STEP, "condition")
        yield replace(mutant, felt_by=felt)


def _marks(pack: Pack, step: Step) -> Iterator[Mutant]:
    """A test of a mark's or a publication's condition turned round: felt where the step is taken."""
    for place, effect in enumerate(step.does):
        for number, test in enumerate(questions_of(effect.when) if effect.when is not None else ()):

            def turned(whole: Step, place: int = place, number: int = number) -> Step:
                marked = whole.does[place]
                when = None if marked.when is None else negated(marked.when, number)
                does = (*whole.does[:place], replace(marked, when=when), *whole.does[place + 1 :])
                return replace(whole, does=does)

            change = bilingual("mark-negated", mark=word(effect.mark or ""), test=shown_test(pack, test))
            yield exchanged(step, change, turned, STEP, "condition")


def _waiting(step: Step, waiting: NotBefore) -> Iterator[Mutant]:
    """Shorter or gone is felt where the step is refused, longer where it is taken."""
    yield exchanged(step, bilingual("waiting-dropped"), waits(None), REFUSED)
    for now in beside(waiting.amount):
        change = bilingual("waiting", was=in_words(waiting.amount), now=in_words(now))
        is_longer = now.number > waiting.amount.number
        yield exchanged(step, change, waits(replace(waiting, amount=now)), STEP if is_longer else REFUSED)


def waits(waiting: NotBefore | None) -> Callable[[Step], Step]:
    """Return what gives a step another waiting time, or none."""
    return lambda step: replace(step, not_before=waiting)


def _less(number: int, is_after: bool) -> Callable[[Step], Step]:
    def altered(step: Step) -> Step:
        if is_after:
            return replace(step, after=without(step.after, number))
        return replace(step, before=without(step.before, number))

    return altered


def _publications(pack: Pack, step: Step) -> Iterator[Mutant]:
    levels = next((effect.levels for effect in step.does if effect.kind is EffectKind.PUBLISH), ())
    for number, level in enumerate(levels if len(levels) > 1 else ()):

        def fewer(whole: Step, number: int = number) -> Step:
            return replace(whole, does=tuple(_published_less(effect, number) for effect in whole.does))

        yield exchanged(
            step, bilingual("level-dropped", was=word(pack.noun(level))), fewer, STEP, "recipient"
        )


def _published_less(effect: Effect, number: int) -> Effect:
    if effect.kind is not EffectKind.PUBLISH:
        return effect
    return replace(effect, levels=without(effect.levels, number))


def exchanged(
    step: Step, change: Text, altered: Callable[[Step], Step], felt_as: str, kind: Kind = "guard"
) -> Mutant:
    """Return a mutant of a step; `felt_as`: whether it must be taken or refused for the change to be felt."""

    def alter(pack: Pack) -> Pack:
        return replace(pack, steps={**pack.steps, step.key: altered(pack.steps[step.key])})

    return Mutant(
        kind,
        step.key,
        step.spot,
        change,
        alter,
        felt_by=frozenset({(felt_as, step.key)}),
        part=(STEP, step.key),
        because=step.because,
    )


def without(words: tuple[T, ...], number: int) -> tuple[T, ...]:
    """Return a tuple but for one of its members."""
    return (*words[:number], *words[number + 1 :])
