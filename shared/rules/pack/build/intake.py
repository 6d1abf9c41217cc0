"""Builds how reports come in: channels, machines among them, and when reports are likely duplicates.

Decides what a channel's entry and an amount of time between two reports can mean. Whether two reports are
duplicates is for people.
"""

from typing import Literal, cast

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.model import Duplicates
from shared.rules.worktime.amount import Amount, TimeUnit

_ALIKE = ("category", "place")


def build_channels(draft: Draft) -> dict[str, Text]:
    """Return the channels by which reports come in, with their names."""
    channels: dict[str, Text] = {}
    for key, sourced in draft.sourced("channels").items():
        entry = sourced.item.as_(Entry)
        channels[key] = entry.text("name") if entry else sourced.item.as_(Text) or Text()
    return channels


def build_machines(draft: Draft) -> dict[str, Amount | None]:
    """Return the channels of machines, each with the time within which an alarm is a repetition."""
    machines: dict[str, Amount | None] = {}
    for key, sourced in draft.sourced("channels").items():
        entry = sourced.item.as_(Entry)
        if entry is None:
            continue
        if entry.flag("machine"):
            machines[key] = lasting(draft, entry, "repeats_within")
        elif "repeats_within" in entry:
            draft.complain("repeats-without-machine", entry.where("repeats_within"), name=key)
    return machines


def build_duplicates(draft: Draft) -> Duplicates | None:
    """Return when a report is taken for a likely duplicate; None where the town does not say."""
    entry = draft.assembly.root.entry("duplicates")
    within = lasting(draft, entry, "within") if entry else None
    if entry is None or within is None:
        return None
    same = tuple(str(item.value) for item in draft.distinct(entry.items("same"))) or _ALIKE
    near = entry.whole("near")
    if near is not None and "place" not in same:
        draft.complain("near-without-place", entry.where("near"))
    return Duplicates(draft.because(entry, None), within, same, spot(entry.node.where), near)


def proposed_category(draft: Draft) -> Literal["taken", "confirmed"] | None:
    """Return what becomes of the category that is proposed for a report without one; None: it is refused."""
    return cast(Literal["taken", "confirmed"] | None, draft.assembly.root.name("proposed_category"))


def hit_policy(draft: Draft) -> Literal["first", "unique"] | None:
    """Return what the town says of routing rules that hold together; None: nothing."""
    return cast(Literal["first", "unique"] | None, draft.assembly.root.name("hit_policy"))


def lasting(draft: Draft, entry: Entry, field: str) -> Amount | None:
    """Return an amount of time that lasts; 'at once' is none between two things."""
    item = entry.item(field)
    amount = item.as_(Amount) if item else None
    if item is not None and amount is not None and amount.unit is TimeUnit.AT_ONCE:
        draft.complain("at-once-not-here", item.where)
    return amount
