"""What a merging does to the clocks of both cases: the earlier promise is kept.

Decides by the clocks as sla last told them. Where both cases have a clock of one stage the earlier due instant holds.
One that only the ending case has would end without a verdict: then the other way round is meant, or a supervisor says
why.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.intake.domain.case import Case, OpenClock
from services.intake.domain.merging import refuse_merge, refuse_merger, supervises
from services.intake.domain.refusal import Refusal, refusal
from shared.contracts.messages import Actor
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import CLOCKS
from shared.rules.pack.model import Pack


class Fate(StrEnum):
    """What becomes of the limit that the ending case had."""

    KEPT = "kept"  # the other's falls due no later
    TAKEN_OVER = "taken_over"  # the other falls due when it would have
    ENDS = "ends"  # the other has none of its kind: no verdict


class MergedClock(Struct, frozen=True):
    """One stage of both cases at their merging.

    Args:
        was_due_at: in the case that ends; into_due_at: in the one that goes on, before; None: not known or none.
        due_at: in the one that goes on, afterwards.
    """

    stage: str
    fate: Fate
    was_due_at: datetime | None
    into_due_at: datetime | None
    due_at: datetime | None


def merged_clocks(case: Case, into: Case, at: datetime) -> tuple[MergedClock, ...]:
    """Return what becomes of each clock that the ending case has running.

    Args:
        at: of the merging: what was due before falls due then.
    """
    stages = dict.fromkeys(clock.stage for clock in case.clocks.values())
    return tuple(_merged(stage, case, into, at) for stage in stages)


@dataclass(frozen=True, slots=True)
class MergeOutlook:
    """What merging two cases would do, and why it may not be done; `no` None: it may."""

    clocks: tuple[MergedClock, ...]
    reporters: int
    no: Refusal | None


def outlook(pack: Pack, case: Case, into: Case, actor: Actor, note: str | None, at: datetime) -> MergeOutlook:
    """Return what merging does, before anything is done.

    Args:
        pack: of the case that goes on; note: words for both files.
    """
    no = refuse_merge(case, into) or refuse_merger(pack, case, into, actor)
    clocks = () if case.id == into.id else merged_clocks(case, into, at)
    may_lose = bool(note) and supervises(pack, case, into, actor)
    return MergeOutlook(
        clocks, len(into.merged) + len(case.merged) + 2, no or (None if may_lose else _loss(clocks, into))
    )


def _loss(clocks: Collection[MergedClock], into: Case) -> Refusal | None:
    """No limit ends without a verdict unless a supervisor says why."""
    lost = [clock.stage for clock in clocks if clock.fate is Fate.ENDS]
    named = Text(", ".join(CLOCKS.chinese.get(stage, stage) for stage in lost), ", ".join(lost))
    return refusal("merge-loses-limit", {"field": "into"}, clocks=named, number=into.number) if lost else None


def _merged(stage: str, case: Case, into: Case, at: datetime) -> MergedClock:
    promised, held = _of(case, stage), _of(into, stage)
    was, now = _earliest(promised), _earliest(held)
    if not held:
        return MergedClock(stage, Fate.ENDS, was, None, None)
    if was is None or (now is not None and now <= was):
        return MergedClock(stage, Fate.KEPT, was, now, now)
    # What is overdue is so at once in the other: no due instant lies before the clock knew of it.
    return MergedClock(stage, Fate.TAKEN_OVER, was, now, max(was, at))


def _of(case: Case, stage: str) -> list[OpenClock]:
    return [clock for clock in case.clocks.values() if clock.stage == stage]


def _earliest(clocks: Collection[OpenClock]) -> datetime | None:
    return min(_dues(clocks), default=None)


def _dues(clocks: Collection[OpenClock]) -> Iterator[datetime]:
    return (clock.due_at for clock in clocks if clock.due_at is not None)
