"""For whom a duty is owed: the groups of the ledger that it names, and what becomes of them when an entry changes.

Decides which change closes a group and which opens one. Knows no store.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.messages import LedgerEntryChanged
from shared.kernel.instants import Instant
from shared.rules.pack.model import Duty

_ENDED = "ended"
THERE = ""  # fact and value of the row that says no more than that an entry is there


class GroupedSubject(Struct, frozen=True, kw_only=True):
    """An entry of the ledger in one of its groups, for a time.

    Args:
        entry: its id. fact, value: the group; both empty: it is there.
        until_at: None: it still is.
    """

    entry: str
    fact: str
    number: int
    since_at: Instant
    town: str
    kind: str
    place: str
    value: str
    until_at: Instant | None = None


class AskedGroups(NamedTuple):
    """Of whom a duty speaks: entries of a kind in one of these groups; kind None: of any."""

    kind: str | None
    values: tuple[str, ...]


def groups_asked(duty: Duty) -> AskedGroups | None:
    """Return for whom a duty is owed; None: it is owed for nobody in particular."""
    owes = duty.owes
    if owes is None:
        return None
    if owes.for_each is not None:
        kind, group = owes.for_each
        return AskedGroups(kind, (group,))
    if owes.share:
        return AskedGroups(None, tuple(owes.share))
    return AskedGroups(owes.cover_all, (THERE,)) if owes.cover_all else None


def changed_groups(
    now: Sequence[GroupedSubject], change: LedgerEntryChanged, town: str, at: datetime
) -> Iterator[GroupedSubject]:
    """Yield the groups of an entry that begin or end with a change.

    Args:
        now: those in which it is.
    """
    known = {each.fact: each for each in now}
    if change.event == _ENDED:
        yield from (replace(each, until_at=at) for each in now)
        return
    wanted = {THERE: THERE, **{fact: each.value for fact, each in known.items()}, **change.groups}
    for fact, value in wanted.items():
        before = known.get(fact)
        if before is not None and (before.value, before.place) == (value, change.place):
            continue
        number = 1 if before is None else before.number
        if before is not None and before.since_at < at:
            yield replace(before, until_at=at)
            number += 1
        yield GroupedSubject(
            entry=change.entry, fact=fact, number=number, since_at=at, town=town, kind=change.kind,
            place=change.place, value=value,
        )  # fmt: skip
