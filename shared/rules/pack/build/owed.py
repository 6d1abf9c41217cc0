"""Builds what has to be there for an occurrence of a duty to be met."""

from shared.rules.language.entries import Entry, Item
from shared.rules.language.vocabulary import OPEN
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Owed
from shared.rules.worktime.amount import Amount, TimeUnit

_IN_MINUTES = {TimeUnit.MINUTES: 1, TimeUnit.HOURS: 60}


def owed_of(draft: Draft, duty: Entry) -> Owed | None:
    """Return what a duty asks for; None: that it is held."""
    item = duty.item("owes")
    entry = duty.entry("owes")
    if entry is None:
        return Owed(str(item.value)) if item and draft.refer("form", item) else None
    form = entry.item("record")
    if not draft.refer("form", form):
        return None
    return Owed(
        record=entry.name("record") or "",
        at_least=at_least_of(entry),
        spans=tuple(_minutes_of(item) for item in draft.distinct(entry.items("between"))),
        minutes=_lasting(draft, entry),
        for_each=_for_each(draft, entry),
        cover_all=entry.name("cover"),
        share={key: int(str(part.value)) for key, part in entry.table("share").items()},
        of=_of(draft, entry),
        by=draft.refer_all("unit", entry.items("by")),
    )


def at_least_of(entry: Entry) -> int | None:
    """Return how many are asked for: one where nothing is said, None where the policy gives no figure."""
    item = entry.item("at_least")
    if item is None:
        return 1
    return None if item.value in OPEN else entry.whole("at_least")


def _minutes_of(item: Item) -> tuple[int, int]:
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in item.as_(tuple) or ("00:00", "24:00"))
    return begin, end


def _lasting(draft: Draft, entry: Entry) -> int | None:
    item = entry.item("lasting")
    amount = item.as_(Amount) if item else None
    if item is None or amount is None:
        return None
    if amount.unit not in _IN_MINUTES:
        draft.complain("lasting-not-hours", item.where)
        return None
    return amount.number * _IN_MINUTES[amount.unit]


def _for_each(draft: Draft, entry: Entry) -> tuple[str, str] | None:
    if "for_each" not in entry:
        return None
    pairs = [(kind, str(item.value)) for kind, item in entry.table("for_each").items()]
    if len(pairs) != 1:
        draft.complain("for-each-not-one", entry.where("for_each"))
        return None
    return pairs[0]


def _of(draft: Draft, entry: Entry) -> str | None:
    if ("share" in entry) != ("of" in entry):
        draft.complain("share-and-of", entry.where("share", "of"))
    return entry.name("of") if draft.refer("form", entry.item("of")) else None
