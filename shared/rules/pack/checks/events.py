"""Checks that whatever a notice or a counting fact waits for can happen, and what the public may read."""

from shared.kernel.texts import Text
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.placeholders import placeholders_of
from shared.rules.pack.checks.reach import made
from shared.rules.pack.model import EffectKind, LateKind, Limit, Notice, Pack
from shared.rules.pack.platform import PUBLIC_PLACEHOLDERS

_NO_STEP = Text("没有步骤到达它", "no step reaches it")
_WHY = {
    "warned": Text("这个时钟的时限都没有预警", "no limit of the clock warns"),
    "breached": Text("这个时钟的时限都不算超期", "no limit of the clock counts as breached"),
    "escalated": Text("这个时钟的时限都没有升级", "no limit of the clock escalates"),
    "extended": Text("没有步骤给这个时钟延期", "no step extends the clock"),
    "excused": Text("没有步骤给这个时钟免责", "no step excuses the clock"),
}

_BY_STEP = {
    "extended": (EffectKind.EXTEND, EffectKind.SET_DUE),
    "excused": (EffectKind.EXCUSE,),
}

_MERGING = frozenset({"merged", "took_in"})


def check_events(pack: Pack, draft: Draft) -> None:
    """Complain of events that never happen and of publications that say too much."""
    there = made(pack)
    for key, fact in pack.facts.items():
        waits_for = fact.times.at if fact.times else fact.counts
        if waits_for is not None and waits_for not in there:
            where = draft.entries["fact", key].where("counts", "at")
            draft.complain("milestone-never-reached", where, name=waits_for)
    for notice in pack.tell:
        draft.rule = notice.origin.rule
        _check_notice(pack, notice, there, draft)
    for hidden in pack.hidden:
        draft.rule = hidden.origin.rule
        if hidden.until not in there:
            where = draft.entries["rule", hidden.origin.rule].where("until")
            draft.complain("milestone-never-reached", where, name=hidden.until)
    draft.rule = None


def _check_notice(pack: Pack, notice: Notice, there: frozenset[str], draft: Draft) -> None:
    entry = draft.entries["rule", notice.origin.rule]
    for event in notice.on:
        why = _why_never(pack, event, there)
        if why:
            draft.complain("event-never-happens", entry.where("on"), event=event, why=why)
    if "case.reason" in placeholders_of(notice.text) and set(notice.on) != {"rejected"}:
        draft.complain("reason-without-rejection", entry.where("on"))
    if "case.other" in placeholders_of(notice.text) and not set(notice.on) <= _MERGING:
        draft.complain("other-without-merging", entry.where("on"))
    if "public" in notice.who:
        for name in sorted(placeholders_of(notice.text) - PUBLIC_PLACEHOLDERS):
            if not name.startswith("deadline."):
                draft.complain("public-placeholder", entry.where("text"), name=name)


def _why_never(pack: Pack, event: str, there: frozenset[str]) -> Text | None:
    clock, space, what = event.rpartition(" ")
    if not space:
        return None if event in there else _NO_STEP
    limits = [limit for limit in pack.limits if limit.clock == clock]
    return None if _can_happen(pack, clock, what, limits) else _WHY[what]


def _can_happen(pack: Pack, clock: str, what: str, limits: list[Limit]) -> bool:
    if what == "warned":
        return any(limit.warn_before for limit in limits)
    if what == "breached":
        return any(LateKind.BREACHED in (limit.reason_in_time, limit.otherwise) for limit in limits)
    if what == "escalated":
        return any(limit.escalate for limit in limits)
    return what not in _BY_STEP or _is_done(pack, clock, _BY_STEP[what])


def _is_done(pack: Pack, clock: str, kinds: tuple[EffectKind, ...]) -> bool:
    return any(
        effect.kind in kinds and effect.value == clock for step in pack.steps.values() for effect in step.does
    )
