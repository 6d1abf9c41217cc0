"""Checks that heads of units and the words that ask for them go together: neither has an effect without the other."""

from collections.abc import Iterator

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Pack

_ASKED = "head of lead"


def check_heads(pack: Pack, draft: Draft) -> None:
    """Complain of a head that no rule asks for, and of a town that asks for heads and has none."""
    asked, heads = _ASKED in set(_named(pack)), [unit for unit in pack.units.values() if unit.head]
    for unit in heads if not asked else ():
        draft.complain("head-unused", draft.entries["unit", unit.key].where("head"), unit=unit.key)
    if asked and not heads:
        draft.complain("no-heads", draft.assembly.root.where("units"))


def _named(pack: Pack) -> Iterator[str]:
    """Every word and unit by which steps and rules name somebody."""
    for step in pack.steps.values():
        yield from step.who
    for notice in pack.tell:
        yield from notice.who
    for limit in pack.limits:
        yield from (word for escalation in limit.escalate for word in escalation.to)
    for hidden in pack.hidden:
        yield from hidden.seen_by
