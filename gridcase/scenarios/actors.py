"""Who a scenario's 'by' means: the role, unit and person of a token for that actor."""

from dataclasses import dataclass, replace

from gridcase.shown_case import ShownAssignment, ShownCase, ShownReport
from gridcase.staffing import grid_of
from shared.rules.decide import Situation, address, resolve_parties
from shared.rules.pack.model import Pack

ROLES = {
    "grid worker": "grid_worker",
    "grid_worker": "grid_worker",
    "reporter": "reporter",
    "unit_staff": "unit_staff",
    "supervisor": "supervisor",
    "operator": "operator",
}


@dataclass(frozen=True, slots=True)
class ScenarioActor:
    """The scope of a token.

    Args:
        unit: 'jurisdiction/unit' for which it speaks.
        person: reference of its holder.
    """

    role: str
    unit: str | None
    person: str | None


def reporting(pack: Pack, by: str | None, place: str | None, person: str | None = None) -> ScenarioActor:
    """Return who reports a case: a grid worker of the place, unless the scenario names somebody else.

    Args:
        person: who that is; None: always the same one of that role.
    """
    return _named(_reporting(pack, by, place), person)


def _named(actor: ScenarioActor, person: str | None) -> ScenarioActor:
    return actor if person is None else replace(actor, person=person)


def _reporting(pack: Pack, by: str | None, place: str | None) -> ScenarioActor:
    by = by or "grid worker"
    if by == "reporter":
        return ScenarioActor("reporter", None, "reporter-1")
    if by in ("grid worker", "grid_worker"):
        return ScenarioActor("grid_worker", grid_of(pack, place), "worker-1")
    if by in ROLES:
        return ScenarioActor(ROLES[by], None, f"{ROLES[by]}-1")
    return ScenarioActor("unit_staff", address(pack, by, place), "staff-1")


def acting(pack: Pack, by: str | None, case: ShownCase, person: str | None = None) -> ScenarioActor:
    """Return who takes a step in a case as it now stands; the lead, unless somebody else is named.

    Args:
        person: who that is; None: always the same one, of the reporters whoever reported the case.
    """
    return _named(_acting(pack, by, case), person)


def _acting(pack: Pack, by: str | None, case: ShownCase) -> ScenarioActor:
    report, assignment = case.report, case.assignment or ShownAssignment()
    match by or "lead":
        case "reporter":
            return ScenarioActor("reporter", None, report.reporter or "reporter-1")
        case "grid worker" | "grid_worker":
            return ScenarioActor("grid_worker", _finder(pack, report), "worker-1")
        case "supervisor":
            return ScenarioActor(
                "supervisor", _supervisor(pack, assignment, report.place.key), "supervisor-1"
            )
        case "operator" | "unit_staff" as role:
            return ScenarioActor(role, None, f"{role}-1")
        case word:
            return ScenarioActor("unit_staff", _unit_meant(pack, word, report, assignment), "staff-1")


def _unit_meant(pack: Pack, word: str, report: ShownReport, assignment: ShownAssignment) -> str | None:
    place = report.place.key
    match word:
        case "lead":
            return assignment.lead
        case "previous lead":
            return assignment.previous_lead
        case "assisting":
            return next(iter(assignment.assisting), None)
        case "first contact":
            return report.first_contact or grid_of(pack, place)
        case noun:
            return address(pack, noun, place)


def contact_of(pack: Pack, case: ShownCase) -> str | None:
    """Return the unit that is the reporter's contact now (RC-18); None: there is none."""
    leads = {decision.assignment.lead for decision in case.decisions if decision.assignment}
    situation = Situation(
        category=case.report.category,
        channel="",
        place=case.report.place.key,
        facts={},
        first_contact=case.report.first_contact,
        lead=case.assignment.lead if case.assignment else None,
        handed_over=len(leads) > 1,
    )
    found = resolve_parties(pack, ("first contact",), situation)
    return found[0].unit if found else None


def _finder(pack: Pack, report: ShownReport) -> str:
    own = report.finder.unit if report.finder.role == "grid_worker" else None
    return own or grid_of(pack, report.place.key)


def _supervisor(pack: Pack, assignment: ShownAssignment, place: str | None) -> str | None:
    levels = {pack.noun(level.key): level for level in pack.levels.values()}
    level = levels.get(next(iter(assignment.levels), ""))
    return address(pack, level.supervisor, place) if level and level.supervisor else None
