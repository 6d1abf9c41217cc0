"""A case in the form that the rules look at, and the jurisdiction in which its place lies."""

from services.intake.domain.case import Case
from services.intake.domain.milestones import HANDED_OVER
from shared.rules.decide.situation import Situation
from shared.rules.pack.model import Pack

_DEEPEST = 64


def situation_of(case: Case) -> Situation:
    """Return what the rules may see of a case; free texts are not among it."""
    held = case.assignment or {}
    return Situation(
        category=case.category,
        channel=case.channel,
        place=case.place_key,
        facts=case.facts,
        levels=tuple(held.get("levels", ())),
        lead=held.get("lead"),
        previous_lead=held.get("previous_lead"),
        assisting=tuple(held.get("assisting", ())),
        procedure=held.get("procedure"),
        round=case.round,
        finder_role=case.finder_role,
        finder_unit=case.finder_unit,
        first_contact=case.first_contact,
        from_above=case.linked_from is not None,
        reporter=case.reporter,
        also=tuple(case.also),
        reporters=1 + len(case.merged),
        repeats=case.repeats,
        handed_over=case.stands(HANDED_OVER),
    )


def jurisdiction_of(pack: Pack, place: str | None) -> str:
    """Return the jurisdiction of a place: the nearest place around it that has a level, else the town."""
    for _ in range(_DEEPEST):
        if place is None or place not in pack.places:
            break
        if pack.places[place].level is not None:
            return f"{pack.town}.{place}"
        place = pack.places[place].part_of
    return pack.town
