"""What has fallen due, put in order: each clock's deadlines one after another, reminders repeated as often as they
have come round since.

Decides which turns there are and which of them can be taken together. What a reminder becomes is the domain's; when
it comes again, the rules'.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from typing import NamedTuple

from services.sla.domain.firing import Kind
from services.sla.domain.rungs import Next, Rung
from services.sla.ports.deadlines import Due
from shared.rules.pack.model import LateKind

MOST_REMINDERS = 100  # of one clock in one batch; the rest waits for the next
_KINDS = tuple(Kind)
RepeatOf = Callable[[Due, int, datetime], datetime | None]  # of the n-th rung that was told at an instant


class Turn(NamedTuple):
    """One deadline's turn; `rungs`: the clock's escalations after it, None where it leaves them as they are."""

    due: Due
    rungs: tuple[Rung, ...] | None


def turns(found: Iterable[Due], until: datetime, repeat: RepeatOf) -> list[Turn]:
    """Return the turns of everything that has fallen due, and of reminders that come round again by `until`."""
    plain: list[Turn] = []
    reminding: defaultdict[str, list[Due]] = defaultdict(list)
    for due in found:
        if any(rung.repeats for rung in due.rungs):
            reminding[due.clock_id].append(due)
        else:
            plain.append(Turn(due, None))
    for own in reminding.values():
        plain += _unfolded(own, until, repeat)
    return sorted(plain, key=lambda turn: _order(turn.due))


def waves(taken: Iterable[Turn]) -> list[list[Turn]]:
    """Divide turns so that no clock occurs twice in a wave; the order per clock stays."""
    seen: Counter[str] = Counter()
    made: list[list[Turn]] = []
    for turn in taken:
        place = seen[turn.due.clock_id]
        seen[turn.due.clock_id] += 1
        if place == len(made):
            made.append([])
        made[place].append(turn)
    return made


def _unfolded(own: Sequence[Due], until: datetime, repeat: RepeatOf) -> Iterator[Turn]:
    """One clock's turns in order; a reminder puts its next time among them."""
    rungs, tie = list(own[0].rungs), count()
    ahead = [(_order(due), next(tie), due) for due in own]
    heapify(ahead)
    for _ in range(len(own) + MOST_REMINDERS):
        if not ahead:
            return
        due = heappop(ahead)[2]
        for nth in _told(due, rungs):
            rungs[nth - 1] = rungs[nth - 1].is_told(due.due_at, _next(repeat, due, nth), due.silent_until)
            following = rungs[nth - 1].at
            if rungs[nth - 1].repeats and following is not None and following <= until:
                again = due._replace(kind=Kind.ESCALATION, nth=nth, due_at=following)
                heappush(ahead, (_order(again), next(tie), again))
        yield Turn(due, tuple(rungs))


def _told(due: Due, rungs: Sequence[Rung]) -> list[int]:
    """The rungs that a deadline tells: its own, or at a breach those that come with it."""
    if due.kind is Kind.ESCALATION:
        return [due.nth]
    if due.kind is Kind.WARN or due.late_as is not LateKind.BREACHED:
        return []
    return [nth for nth, rung in enumerate(rungs, start=1) if not rung.is_later]


def _next(repeat: RepeatOf, due: Due, nth: int) -> Next:
    return lambda last: repeat(due, nth, last)


def _order(due: Due) -> tuple[datetime, int, int]:
    return due.due_at, _KINDS.index(due.kind), due.nth
