"""For which levels a step publishes a case, what stands in the public list then, and how the message says so.

Decides that a record names a category in the town's own words and nothing else of what the case says.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.domain.milestones import PUBLISHED
from services.intake.domain.records import PublicRecord
from shared.kernel.texts import Text
from shared.rules.case.publicity import is_counted_only
from shared.rules.case.timeline import StepEffect
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


def levels_of_past(change: Change) -> tuple[str | None, ...]:
    """Return for which levels something of the past was published: for everybody where only its milestone tells."""
    return (levels_of(change.effects) or (None,)) if PUBLISHED in change.reached else ()


def step_effects(effects: Iterable[Effect]) -> tuple[StepEffect, ...]:
    """Return the effects as messages carry them, publishing once for each level (P002B.12)."""
    return tuple(
        StepEffect(effect.kind, value) for effect in effects for value in effect.levels or (effect.value,)
    )


def public_record(pack: Pack, case: Case, level: str | None, at: datetime) -> PublicRecord:
    """Return the record that stands in the public list: nothing of it names a person (P002B.12, A-20)."""
    return PublicRecord(
        town=case.town,
        number=case.number,
        category=name_of(pack, case),
        state=case.state,
        published_on=f"{at.astimezone(ZoneInfo(pack.zone)):%Y-%m-%d}",
        level=level,
        published_at=at,
        round=case.round,
    )


def name_of(pack: Pack, case: Case) -> Text | None:
    """Return the category's name; None for a private case, which is counted only unless its category says otherwise."""
    category = pack.categories.get(case.category)
    is_counted = is_counted_only(pack, case.private, (case.category, *case.also))
    return category.name if category and not is_counted else None
