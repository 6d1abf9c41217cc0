"""Checks the steps that time takes: each is open to time, named by a limit, and does what time can do."""

from collections.abc import Iterator

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.requests import GIVES_TIME
from shared.rules.pack.model import EffectKind, Limit, Pack, Step

# More time, its excuse and a unit's refusal are somebody's word.
_OF_PEOPLE = frozenset({EffectKind.EXTEND, EffectKind.SET_DUE, EffectKind.EXCUSE, EffectKind.DECLINE})


def check_clock_steps(pack: Pack, draft: Draft) -> None:
    """Complain of steps that time could not take, and of those that no limit lets it take."""
    named = set[str]()
    for limit in pack.limits:
        draft.rule = limit.origin.rule
        named.update(_of_limit(pack, limit, draft))
    draft.rule = None
    for step in pack.steps.values():
        if step.by_clock:
            _check(pack, step, step.key in named, draft)


def _of_limit(pack: Pack, limit: Limit, draft: Draft) -> Iterator[str]:
    entry = draft.entries["rule", limit.origin.rule]
    if limit.on_warning is not None and limit.warn_before is None:
        draft.complain("on-warning-without-warning", entry.where("on_warning"))
    fields = (("on_warning", limit.on_warning), *(("escalate", rung.step) for rung in limit.escalate))
    for field, key in fields:
        if key is None:
            continue
        yield key
        if not pack.steps[key].by_clock:
            draft.complain("step-not-by-clock", entry.where(field), step=key)


def _check(pack: Pack, step: Step, is_named: bool, draft: Draft) -> None:
    entry = draft.entries["step", step.key]
    # A template's step is not wrong only because this town leaves its limit out.
    if not is_named and entry.node.where.file.startswith(f"{pack.town}/"):
        draft.complain("clock-takes-nothing", entry.where("who"), step=step.key)
    if step.needs:
        draft.complain("clock-brings-nothing", entry.where("needs"), step=step.key, name=step.needs[0])
    answers = {effect.value for asking in pack.steps.values() for effect in asking.does if effect.refusal}
    for effect in step.does:
        # More time that somebody asked for is that one's word: silence may grant it.
        if effect.kind in _OF_PEOPLE and not (step.key in answers and effect.kind in GIVES_TIME):
            draft.complain("effect-not-by-clock", entry.where("does"), effect=effect.kind.value)
