"""Builds escalations: those that a limit writes itself, and ladders, named once and used by several limits.

A ladder is written out at every limit that names it: nothing behind the pack knows that it was shared (decision 30).
Decides what of an escalation makes no sense.
"""

from collections.abc import Iterable, Mapping

from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.intake import lasting
from shared.rules.pack.build.recipients import told_by
from shared.rules.pack.model import Escalation
from shared.rules.worktime.amount import Amount

Ladders = Mapping[str, tuple[Escalation, ...]]


def build_ladders(draft: Draft) -> Ladders:
    """Return the ladders that the town and its templates name."""
    return {key: _ladder(draft, sourced) for key, sourced in draft.assembly.ladders.items()}


def _ladder(draft: Draft, sourced: Sourced) -> tuple[Escalation, ...]:
    draft.only_from(2, sourced.item.head)
    return tuple(_escalation(draft, entry_of(rung)) for rung in sourced.item.items())


def escalations_of(draft: Draft, ladders: Ladders, limit: Entry) -> tuple[Escalation, ...]:
    """Return a limit's escalations in the order in which it names them, those of ladders in theirs."""
    return tuple(step for item in limit.items("escalate") for step in _named(draft, ladders, item))


def _named(draft: Draft, ladders: Ladders, item: Item) -> Iterable[Escalation]:
    if isinstance(item.value, Entry):
        return (_escalation(draft, item.value),)
    return ladders.get(str(item.value), ()) if draft.refer("ladder", item) else ()


def complain_of_idle(draft: Draft) -> None:
    """Complain of a ladder of the town's own that no limit uses: it has no effect."""
    used = {item.value for limit in draft.assembly.limits for item in limit.items("escalate")}
    for key, sourced in draft.assembly.ladders.items():
        if key not in used and sourced.template is None:
            draft.complain("ladder-unused", sourced.item.head, name=key)


def _escalation(draft: Draft, entry: Entry) -> Escalation:
    if "to" not in entry and "mark" not in entry:
        draft.complain("escalation-does-nothing", entry.node.where)
    mark = entry.name("mark")
    if mark and draft.names.has("step", mark):
        draft.complain("mark-is-step", entry.where("mark"), name=mark)
    every, times = lasting(draft, entry, "every"), entry.whole("times")
    if times is not None and "every" not in entry:
        draft.complain("times-without-every", entry.where("times"))
    return Escalation(_after(entry), told_by(draft, entry.items("to")), mark, every, times)


def _after(entry: Entry) -> Amount | None:
    item = entry.item("after")
    return item.as_(Amount) if item else None
