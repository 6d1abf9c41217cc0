"""Builds escalations: those that a limit writes itself, and ladders, named once and used by several limits.

A ladder is written out at every limit that names it: nothing behind the pack knows that it was shared (decision 30).
Decides what of an escalation makes no sense.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.pack.build.amounts import amount_of
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.intake import lasting
from shared.rules.pack.build.recipients import told_by
from shared.rules.pack.build.steps import step_from_2
from shared.rules.pack.model import Escalation
from shared.rules.worktime.amount import Amount


@dataclass(frozen=True, slots=True)
class Rung:
    """One escalation as it is written, whose amounts may be shares of whichever limit climbs it."""

    escalation: Escalation
    entry: Entry


Ladders = Mapping[str, tuple[Rung, ...]]


def build_ladders(draft: Draft) -> Ladders:
    """Return the ladders that the town and its templates name, rung by rung."""
    return {key: _ladder(draft, sourced) for key, sourced in draft.assembly.ladders.items()}


def _ladder(draft: Draft, sourced: Sourced) -> tuple[Rung, ...]:
    draft.only_from(2, sourced.item.head)
    return tuple(_rung(draft, entry_of(rung)) for rung in sourced.item.items())


def escalations_of(
    draft: Draft, ladders: Ladders, limit: Entry, within: Amount | None
) -> tuple[Escalation, ...]:
    """Return a limit's escalations in the order in which it names them, those of ladders in theirs.

    Args:
        within: the limit's own amount; None: a person sets it.
    """
    return tuple(step for item in limit.items("escalate") for step in _named(draft, ladders, item, within))


def missing_of(draft: Draft, ladders: Ladders, duty: Entry) -> tuple[Escalation, ...]:
    """Return who hears of what is missing of a duty, in the order in which it names them, ladders written out."""
    return tuple(step for item in duty.items("missing") for step in _named(draft, ladders, item, None))


def _named(draft: Draft, ladders: Ladders, item: Item, within: Amount | None) -> Iterable[Escalation]:
    if isinstance(item.value, Entry):
        return (_of_limit(draft, _rung(draft, item.value), within, is_shared=False),)
    named = ladders.get(str(item.value), ()) if draft.refer("ladder", item) else ()
    return (_of_limit(draft, rung, within, is_shared=True) for rung in named)


def _of_limit(draft: Draft, rung: Rung, within: Amount | None, *, is_shared: bool) -> Escalation:
    """A rung's shares are taken of the limit that climbs it."""
    after, every = (
        amount_of(draft, rung.entry.item(field), within, is_shared=is_shared) for field in ("after", "every")
    )
    return replace(rung.escalation, after=after, every=every)


def complain_of_idle(draft: Draft) -> None:
    """Complain of a ladder of the town's own that no limit uses: it has no effect."""
    used = {item.value for limit in draft.assembly.limits for item in limit.items("escalate")}
    used |= {item.value for duty in draft.assembly.duties for item in duty.items("missing")}
    for key, sourced in draft.assembly.ladders.items():
        if key not in used and sourced.template is None:
            draft.complain("ladder-unused", sourced.item.head, name=key)


def _rung(draft: Draft, entry: Entry) -> Rung:
    if not {"to", "mark", "step"} & set(entry):
        draft.complain("escalation-does-nothing", entry.node.where)
    mark = entry.name("mark")
    if mark and draft.names.has("step", mark):
        draft.complain("mark-is-step", entry.where("mark"), name=mark)
    lasting(draft, entry, "every")
    times = entry.whole("times")
    if times is not None and "every" not in entry:
        draft.complain("times-without-every", entry.where("times"))
    step = step_from_2(draft, entry, "step")
    return Rung(Escalation(None, told_by(draft, entry.items("to")), mark, None, times, step), entry)
