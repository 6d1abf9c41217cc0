"""What has fallen due, put in order: each clock's deadlines one after another, reminders repeated as often as they
have come round since.

Decides which turns there are and which of them can be taken together. What a reminder becomes is `shared.rules.clocks`'
to say; when it comes again, the rules'.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from typing import NamedTuple

from services.sla.domain.deadlines import DueDeadline
from shared.rules.clocks.escalation import EscalationStep, Next, Telling
from shared.rules.clocks.firing import DeadlineKind
from shared.rules.pack.model import LateKind

MOST_REMINDERS = 100  # of one clock in one batch; the rest waits for the next
_KINDS = tuple(DeadlineKind)
# A deadline, the number of an escalation step and when it was told → when it is told again.
RepeatOf = Callable[[DueDeadline, int, datetime], Telling]


class Turn(NamedTuple):
    """One deadline's turn; `escalations`: the clock's steps after it, None where it leaves them as they are."""

    due: DueDeadline
    escalations: tuple[EscalationStep, ...] | None


def turns(found: Iterable[DueDeadline], until: datetime, repeat: RepeatOf) -> list[Turn]:
    """Return the turns of everything that has fallen due, and of reminders that come round again by `until`."""
    plain: list[Turn] = []
    reminding: defaultdict[str, list[DueDeadline]] = defaultdict(list)
    for due in found:
        if any(step.repeats for step in due.escalations):
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


def _unfolded(own: Sequence[DueDeadline], until: datetime, repeat: RepeatOf) -> Iterator[Turn]:
    """One clock's turns in order; a reminder puts its next time among them."""
    steps, tie = list(own[0].escalations), count()
    # The running number decides before two deadlines are compared themselves: those have no order.
    ahead = [(_order(due), next(tie), due) for due in own]
    heapify(ahead)
    for _ in range(len(own) + MOST_REMINDERS):
        if not ahead:
            return
        due = heappop(ahead)[2]
        for nth in _told(due, steps):
            steps[nth - 1] = steps[nth - 1].told_at(due.due_at, _next(repeat, due, nth), due.silent_until)
            following = steps[nth - 1].at
            if steps[nth - 1].repeats and following is not None and following <= until:
                again = due._replace(kind=DeadlineKind.ESCALATION, nth=nth, due_at=following)
                heappush(ahead, (_order(again), next(tie), again))
        yield Turn(due, tuple(steps))


def _told(due: DueDeadline, steps: Sequence[EscalationStep]) -> list[int]:
    """The escalation steps that a deadline tells: its own, or at a breach those that come with it."""
    if due.kind is DeadlineKind.ESCALATION:
        return [due.nth]
    if due.kind is DeadlineKind.WARN or due.late_as is not LateKind.BREACHED:
        return []
    return [nth for nth, step in enumerate(steps, start=1) if not step.is_later]


def _next(repeat: RepeatOf, due: DueDeadline, nth: int) -> Next:
    return lambda last: repeat(due, nth, last)


def _order(due: DueDeadline) -> tuple[datetime, int, int]:
    return due.due_at, _KINDS.index(due.kind), due.nth
