"""Builds by whom a duty is ordered that comes round by no calendar.

Decides what of such a duty cannot be meant: it is done once for each order, and its record is the reply.
"""

from shared.rules.language.entries import Entry
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.form_kinds import holders
from shared.rules.pack.model import Duty, Ordering, OrderSubject, Period
from shared.rules.worktime.amount import Amount

_BY_CALENDAR = ("meeting", "instead_of")


def ordering_of(draft: Draft, duty: Entry) -> Ordering | None:
    """Return who orders a duty; None: it comes round by the calendar."""
    entry = duty.entry("ordering")
    return ordering_in(draft, entry) if entry else None


def ordering_in(draft: Draft, entry: Entry) -> Ordering:
    """Return who orders something, within what time, about what."""
    within, about = entry.item("within"), entry.name("about")
    return Ordering(
        by=holders(draft, entry.items("by")),
        within=within.as_(Amount) if within else None,
        about=OrderSubject(about) if about else None,
    )


def check_ordering(draft: Draft, entry: Entry, duty: Duty) -> None:
    """Complain of an order without words, of words without an order, and of one that nobody can reply to."""
    is_ordered = duty.every.period is Period.ORDERED
    if is_ordered != (duty.ordering is not None):
        code = "ordered-by-nobody" if is_ordered else "ordering-by-calendar"
        draft.complain(code, entry.where("ordering" if duty.ordering else "every"))
    if not is_ordered:
        return
    if duty.owes is None or not duty.is_judged:
        draft.complain("order-without-reply", entry.where("owes", "rule"))
    for field in _BY_CALENDAR:
        if field in entry:
            key = entry.fields[field].key
            draft.complain("ordered-unfit", entry.where(field), key=key.text if key else field)
