"""What a step was to do to a case's limits and did not: too late, nothing there, already so, cut at a ceiling.

Decides what is said of each of its effects, by the case's clocks before and after it. Must not reckon anything.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from services.intake.domain.refusal import Refusal, refusal
from shared.rules.case.timeline import ALL_STAGES, StepEffect
from shared.rules.clocks.case_clocks import CaseClocks
from shared.rules.clocks.clock import Clock, ClockVerdict
from shared.rules.pack.model import EffectKind


class IdleEffect(NamedTuple):
    """Something that was not done: its code in the catalogue, the stage, the due instant in words where one stands."""

    code: str
    stage: str
    label: str | None = None

    def refusal(self) -> Refusal:
        """Return it as it is put into words."""
        return refusal(self.code, {"clock": self.stage}, clock=self.stage, label=self.label or "–")


GIVES_TIME = frozenset({EffectKind.EXTEND, EffectKind.SET_DUE})
ON_LIMITS = GIVES_TIME | {EffectKind.PAUSE, EffectKind.RESUME, EffectKind.STOP, EffectKind.EXCUSE}


def idle_effects(
    effects: Iterable[StepEffect], due_at: datetime | None, before: CaseClocks, after: CaseClocks
) -> tuple[Refusal, ...]:
    """Return what a step's effects did not do, each once.

    Args:
        due_at: written by a person with the step.
        before: the case when the step was taken, with all that had fallen due; after: with the step.
    """
    found = (idle for effect in effects for idle in _idle(effect, due_at, before, after))
    return tuple(idle.refusal() for idle in dict.fromkeys(found))


def _idle(
    effect: StepEffect, due_at: datetime | None, before: CaseClocks, after: CaseClocks
) -> Iterator[IdleEffect]:
    stage = effect.value or ALL_STAGES
    if effect.kind is EffectKind.EXCUSE:
        if not any(now.excused_at != was.excused_at for was, now in _pairs(stage, before, after)):
            yield IdleEffect("nothing-to-excuse", stage)
        return
    running = [(was, now) for was, now in _pairs(stage, before, after) if was.is_open]
    # A pause belongs to the case: it also holds a limit that starts while it lasts. And one that starts with the step
    # runs, as the step would have it.
    is_held = effect.kind is EffectKind.PAUSE or (
        effect.kind is EffectKind.RESUME and _starts(stage, before, after)
    )
    if not running and not is_held:
        yield IdleEffect("no-limit-runs", stage)
    for was, now in running:
        if effect.kind in GIVES_TIME:
            yield from _not_given(effect.kind, due_at, was, now)
        elif effect.kind is not EffectKind.STOP:
            yield from _not_held(effect.kind, was, now)


def _starts(stage: str, before: CaseClocks, after: CaseClocks) -> bool:
    known = {clock.id for clock in before.clocks}
    return any(clock.id not in known and stage in (clock.stage, ALL_STAGES) for clock in after.clocks)


def _pairs(stage: str, before: CaseClocks, after: CaseClocks) -> list[tuple[Clock, Clock]]:
    """The clocks of a stage as they were and as they are."""
    now = {clock.id: clock for clock in after.clocks}
    return [(clock, now[clock.id]) for clock in before.clocks if stage in (clock.stage, ALL_STAGES)]


def _not_given(kind: EffectKind, due_at: datetime | None, was: Clock, now: Clock) -> Iterator[IdleEffect]:
    if _is_passed(now):
        yield IdleEffect("limit-passed", now.stage, now.label)
    elif kind is EffectKind.SET_DUE and due_at is None:
        yield IdleEffect("no-due-came", now.stage)
    elif now.is_capped and due_at is not None and now.due_at is not None and due_at > now.due_at:
        yield IdleEffect("cut-at-ceiling", now.stage, now.label)
    elif (
        kind is EffectKind.EXTEND
        and due_at is not None
        and was.due_at is not None
        and now.due_at == was.due_at
    ):
        yield IdleEffect("no-time-given", now.stage, now.label)


def _not_held(kind: EffectKind, was: Clock, now: Clock) -> Iterator[IdleEffect]:
    is_held, is_pause = now.paused_at is not None, kind is EffectKind.PAUSE
    if _is_passed(now):
        yield IdleEffect("limit-passed", now.stage, now.label)
    elif (was.paused_at is not None) == is_pause:
        yield IdleEffect("already-held" if is_pause else "nothing-held", now.stage)
    elif is_held != is_pause:
        yield IdleEffect("limit-runs-on", now.stage)


def _is_passed(clock: Clock) -> bool:
    """What was passed stays so, unless the step reaches back to an instant before."""
    is_late = clock.breached_at is not None or clock.verdict is ClockVerdict.NOTED
    return is_late or clock.passed_at is not None
