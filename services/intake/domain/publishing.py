"""For which levels a step publishes a case, and how its message says so."""

from collections.abc import Iterable
from dataclasses import replace

from shared.rules.pack.model import Effect, EffectKind, Pack


def with_nouns(pack: Pack, effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Return a step's effects with the town's own words for the levels of its publications."""
    return tuple(
        replace(effect, levels=_nouns(pack, effect)) if effect.levels else effect for effect in effects
    )


def _nouns(pack: Pack, effect: Effect) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pack.noun(level) for level in effect.levels))


def levels_of(effects: Iterable[Effect]) -> tuple[str | None, ...]:
    """Return the levels for which one publication each is made; None stands for everybody at once."""
    published = [effect for effect in effects if effect.kind is EffectKind.PUBLISH]
    return tuple(dict.fromkeys(level for effect in published for level in effect.levels or (None,)))


def said_effects(effects: Iterable[Effect]) -> list[list[str | None]]:
    """Return the effects as messages carry them: [kind, value], publishing once for each level (P002B.12)."""
    return [[effect.kind.value, value] for effect in effects for value in effect.levels or (effect.value,)]
