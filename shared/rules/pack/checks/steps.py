"""Checks steps and procedures: each step can be taken, each order can be followed, each procedure ends."""

from shared.rules.language.errors import Where
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.reach import by_itself, made, milestones_of, offered, takeable
from shared.rules.pack.model import EffectKind, Pack, Procedure, Step

_ENDS = (EffectKind.CLOSE, EffectKind.REJECT)
_LEADS_ON = (EffectKind.DECIDE_AGAIN, EffectKind.DECLINE)  # another procedure may follow


def check_steps(pack: Pack, draft: Draft) -> None:
    """Complain of steps that cannot be taken and of procedures that lead nowhere."""
    for step in pack.steps.values():
        _check_alone(step, draft)
    _check_reach(pack, draft)
    for procedure in pack.procedures.values():
        _check_order(pack, procedure, draft)
        _check_end(pack, procedure, draft)


def _check_alone(step: Step, draft: Draft) -> None:
    entry = draft.entries["step", step.key]
    for name in sorted(set(step.awaits) & set(step.before)):
        draft.complain("before-and-after", entry.where("before"), step=step.key, name=name)
    sets_due = any(effect.kind is EffectKind.SET_DUE for effect in step.does)
    if sets_due and "due_at" not in (*step.needs, *step.may_have):
        draft.complain("set-due-without-input", entry.where("does"), step=step.key)


def _check_reach(pack: Pack, draft: Draft) -> None:
    """Name the steps at the root of the trouble; what only waits for them is not complained about."""
    there, makeable = offered(pack), made(pack)
    rootless = [key for key in pack.steps if key in there and not makeable.issuperset(pack.steps[key].awaits)]
    missing = [key for key in pack.steps if key not in there]
    waiting_in_a_circle = set(pack.steps) - takeable(pack, [*rootless, *missing])
    for key in missing:
        draft.complain("step-in-no-procedure", draft.entries["step", key].where("name"), step=key)
    for key in (*rootless, *sorted(waiting_in_a_circle)):
        awaited = pack.steps[key].awaits
        unmet = next((name for name in awaited if name not in makeable), awaited[0])
        where = _where_awaited(pack.steps[key], unmet, draft)
        draft.complain("step-never-reached", where, step=key, name=unmet)


def _where_awaited(step: Step, name: str, draft: Draft) -> Where:
    """Where the step says that it needs a milestone."""
    entry = draft.entries["step", step.key]
    return entry.where("after") if name in step.after else entry.where("not_before")


def _check_order(pack: Pack, procedure: Procedure, draft: Draft) -> None:
    """A step must not stand before the only step that reaches what it needs."""
    for place, key in enumerate(procedure.steps):
        for name in pack.steps[key].awaits:
            later = _only_later(pack, procedure.steps[place + 1 :], procedure.steps[:place], name)
            if later:
                draft.complain(
                    "order-contradicts-after",
                    draft.entries["procedure", procedure.key].where("steps"),
                    procedure=procedure.key,
                    step=key,
                    later=later,
                    name=name,
                )


def _only_later(pack: Pack, later: tuple[str, ...], earlier: tuple[str, ...], milestone: str) -> str | None:
    if milestone in by_itself(pack):
        return None
    makers = [key for key, step in pack.steps.items() if milestone in milestones_of(step)]
    elsewhere = [key for key in makers if key in earlier or pack.steps[key].any_time or key not in later]
    return makers[0] if makers and not elsewhere else None


def _check_end(pack: Pack, procedure: Procedure, draft: Draft) -> None:
    usable = [step for key, step in pack.steps.items() if step.any_time or key in procedure.steps]
    leads_on = any(effect.kind in _LEADS_ON for key in procedure.steps for effect in pack.steps[key].does)
    if not leads_on and not any(effect.kind in _ENDS for step in usable for effect in step.does):
        entry = draft.entries["procedure", procedure.key]
        draft.complain("procedure-never-closes", entry.where("steps"), procedure=procedure.key)
