"""Of a case what its receiver may read, as it stands when somebody is told.

Decides from what is known of the case, under the names of the edition to which it is bound. Must not know channels.
"""

from collections.abc import Iterator

from services.notify.domain.matter import CodeWithName, DueInstant, Matter
from services.notify.domain.notified_case import NotifiedCase
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.case.readers import unit_may_read
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.case.timeline import Timeline
from shared.rules.pack.model import Pack


def matter_for(unit: str | None, case: NotifiedCase, pack: Pack | None) -> Matter | None:
    """Return what a unit is told of a case; None: it may not read that case, or there is none to read."""
    snapshot = case.snapshot
    if unit is None or pack is None or snapshot is None or not unit_may_read(snapshot, unit):
        return None
    return _matter(case, snapshot, pack)


def _matter(case: NotifiedCase, snapshot: CaseSnapshot, pack: Pack) -> Matter:
    past = case.timeline
    return Matter(
        number=case.number,
        category=_category(pack, snapshot.category),
        also=tuple(_category(pack, key) for key in snapshot.also),
        channel=snapshot.channel,
        place=snapshot.place.key,
        level=_level(pack, snapshot.level),
        lead=snapshot.lead,
        state=case.state.value,
        round=past.round,
        reported_at=_at(past, "reported"),
        accepted_at=_at(past, "accepted"),
        settled_at=_at(past, "settled"),
        verified_at=_at(past, "verified"),
        closed_at=_at(past, "closed"),
        due=tuple(_due(case)),
    )


def _category(pack: Pack, key: str) -> CodeWithName:
    known = pack.categories.get(key)
    return CodeWithName(key, known.name if known else Text(key, key))


def _level(pack: Pack, key: str | None) -> CodeWithName | None:
    if key is None:
        return None
    known = pack.levels.get(key)
    return CodeWithName(key, known.name if known else Text(key, key))


def _at(past: Timeline, mark: str) -> str | None:
    return format_instant(past.marks[mark].at) if past.stands(mark) else None


def _due(case: NotifiedCase) -> Iterator[DueInstant]:
    latest = {clock.stage: clock for clock in case.clocks if clock.round == case.timeline.round}
    for stage, clock in sorted(latest.items()):
        if clock.due_at is not None:
            yield DueInstant(stage, clock.rule, format_instant(clock.due_at), clock.label or "")
