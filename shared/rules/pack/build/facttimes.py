"""Builds what a fact from time says: at which milestone, between which hours, on which days (decision 30).

Decides what of it makes no sense. Must not know calendars: what a day is, is asked when a case is there.
"""

from typing import cast

from shared.rules.language.entries import Entry
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Times

_KEYS = ("between", "days", "office_hours")
_REPORTED = "reported"


def times_of(draft: Draft, entry: Entry, source: str, kind: Kind) -> Times | None:
    """Return when a fact from time holds; None for any other fact, or after a complaint."""
    if source != "time":
        for item in filter(None, map(entry.item, ("at", *_KEYS))):
            draft.complain("time-key-without-time", item.where, key=item.key.text if item.key else "")
        return None
    draft.only_from(2, entry.where("from"))
    if kind is not Kind.BOOL:
        draft.complain("time-not-yes-or-no", entry.where("type"))
    if not any(key in entry for key in _KEYS):
        draft.complain("time-says-nothing", entry.where("from"))
    return _times(draft, entry)


def _times(draft: Draft, entry: Entry) -> Times:
    days = entry.names("days")
    if len(set(days)) < len(days):
        draft.complain("day-named-twice", entry.where("days"))
    return Times(
        at=_milestone(entry),
        between=tuple(cast(tuple[str, str], item.value) for item in entry.items("between")),
        days=days,
        office_hours=_office_hours(draft, entry),
    )


def _milestone(entry: Entry) -> str:
    item = entry.item("at")
    return str(item.value) if item is not None and item.value is not None else _REPORTED


def _office_hours(draft: Draft, entry: Entry) -> bool | None:
    if "office_hours" not in entry:
        return None
    calendar = draft.assembly.root.entry("calendar")
    # Without declared hours a working day is all of its 24: 'outside' would quietly mean days of rest.
    if calendar is not None and not {"office_hours", "office_hours_on"} & set(calendar):
        draft.complain("hours-not-declared", entry.where("office_hours"))
    return entry.flag("office_hours")
