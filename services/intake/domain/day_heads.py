"""Heads of days: what all histories were at the end of each day, said outside the store.

Keys tell entries that were forged. Entries that are gone, a whole case or the end of a history put back to what it
once was, are told by these alone: the number of a day's entries and a digest of their hashes, for each town, signed
and bound to the day before. Days are those of UTC.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import to_builtins
from msgspec.structs import replace

from services.intake.domain.chain_keys import ChainKeys
from shared.contracts.messages import HistoriesAnchored, TownHead
from shared.contracts.messages.histories import FIRST, HeadLine

DayHead = HistoriesAnchored  # the same outside and in the message that carries it there


class EntriesDigest:
    """Counts entries, and digests their hashes."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._entries = self._cases = 0
        self._last = ""

    def add(self, case: str, n: int, hash_: str) -> None:
        """Add an entry; by their cases' ids and their numbers, ascending."""
        self._digest.update(f"{case} {n} {hash_}\n".encode())
        self._entries += 1
        self._cases += case != self._last
        self._last = case

    def head(self) -> TownHead:
        """Return what has been added."""
        return TownHead(self._cases, self._entries, self._digest.hexdigest())


def next_head(keys: ChainKeys, last: DayHead | None, until: str, towns: dict[str, TownHead]) -> DayHead:
    """Return the head that follows the latest one, signed with the newest key."""
    since, previous = (last.until, last.seal) if last else ("", FIRST)
    head = DayHead(since=since, until=until, towns=towns, previous=previous, key="", seal="")
    key, seal = keys.sign(_content(head))
    return replace(head, key=key, seal=seal)


def heads_in(lines: Sequence[bytes]) -> list[DayHead]:
    """Return the heads among a file's lines, in their order; other lines are passed over, repeated heads too."""
    found: dict[str, DayHead] = {}
    for line in lines:
        try:
            head = msgspec.json.decode(line, type=HeadLine).history_head
        except msgspec.DecodeError:
            continue
        found.setdefault(head.seal, head)
    return list(found.values())


def forged(keys: ChainKeys, heads: Sequence[DayHead]) -> Iterator[DayHead]:
    """Yield the heads that bear no right signature, or do not follow the one before them."""
    previous, since = FIRST, ""
    for head in heads:
        follows = head.previous == previous and head.since == since
        if not (follows and keys.signed(head.key, head.seal, _content(head))):
            yield head
        previous, since = head.seal, head.until


def _content(head: DayHead) -> list[object]:
    return ["day head", head.since, head.until, to_builtins(head.towns), head.previous]


class DayCount:
    """Counts entries again by the days of known heads, to be compared with these.

    Args:
        moved: town → when it was last restored here or removed; heads of days that had ended by then say what it was
            before, or what it was elsewhere.
    """

    def __init__(self, heads: Sequence[DayHead], moved: Mapping[str, str] | None = None) -> None:
        self._heads = heads
        self._moved = moved or {}
        self._ends = [head.until for head in heads]
        self._found: dict[tuple[int, str], EntriesDigest] = {}

    def add(self, town: str, case: str, n: int, at: str, hash_: str) -> None:
        """Add an entry; one of a day that has no head yet is passed over."""
        day = bisect_right(self._ends, at)
        if day < len(self._heads):
            self._found.setdefault((day, town), EntriesDigest()).add(case, n, hash_)

    def differences(self, town: str | None) -> Iterator[tuple[DayHead, str, TownHead, TownHead]]:
        """Yield where days differ: the head, the town, what the head says of it, and what there is.

        Args:
            town: the one whose entries were added; None: those of all.
        """
        nothing = EntriesDigest().head()
        for day, head in enumerate(self._heads):
            here = {name: found.head() for (of, name), found in self._found.items() if of == day}
            for name in sorted({*head.towns, *here} if town is None else {town}):
                said, found = head.towns.get(name, nothing), here.get(name, nothing)
                if said != found and head.until > self._moved.get(name, ""):
                    yield head, name, said, found
