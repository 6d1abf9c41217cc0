"""Lives a scenario's events through on paper, in their order, up to any instant."""

from collections.abc import Sequence
from datetime import datetime

from shared.rules.decide import CompiledRules, Situation, address
from shared.rules.pack.model import Pack
from shared.rules.scenario.model import Happening, OpeningReport
from tests.decide.clocks import Shop
from tests.decide.towns import local
from tests.decide.walk import ROLES, Refused, Walk


def begin(pack: Pack, book: CompiledRules, case: OpeningReport) -> Walk:
    """Return a case just reported, as a scenario's `case` says."""
    assert case.at is not None
    assert case.category is not None
    by = case.by or "grid_worker"  # whoever reports from the grid, unless somebody else is named
    unit = address(pack, by, case.place) if by not in ROLES else None
    unit = f"{pack.town}.{case.place}/grid" if by == "grid_worker" else unit
    role = None if by == "reporter" else (by if by in ROLES else "unit_staff")
    situation = Situation(
        category=case.category, also=case.also or (), channel=case.channel or next(iter(pack.channels)),
        place=case.place, facts=case.facts, finder_role=role, finder_unit=unit, first_contact=unit,
        reporter=None if role else "r-1",
    )  # fmt: skip
    walk = Walk(pack, book, Shop(pack), situation, local(case.at, pack.zone))
    walk.report()
    return walk


def live(walk: Walk, life: Sequence[Happening], until: datetime | None) -> list[str]:
    """Live the events up to an instant (None: all); return what went otherwise than the scenario says."""
    wrong: list[str] = []
    for event in life:
        at = local(event.at, walk.pack.zone)
        if until is not None and at > until:
            break
        if event.calendar is not None:
            walk.amend(event.calendar, at)
        else:
            wrong += _take(walk, event, at)
    if until is not None:
        walk.advance(until)
    return wrong


def _take(walk: Walk, event: Happening, at: datetime) -> list[str]:
    assert event.step is not None
    due_at = local(event.due_at, walk.pack.zone) if event.due_at else None
    try:
        walk.take(event.step, event.by, event.facts, due_at, at)
    except Refused as refusal:
        return [] if event.refused else [f"{event.at} {event.step} refused: {refusal}"]
    return [f"{event.at} {event.step} was not refused"] if event.refused else []
