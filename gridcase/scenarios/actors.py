"""Who a scenario's 'by' means: the role, unit and person of a token for that actor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.rules.decide import address
from shared.rules.pack.model import Pack

ROLES = {"grid worker": "grid_worker", "grid_worker": "grid_worker", "reporter": "reporter",
         "unit_staff": "unit_staff", "supervisor": "supervisor", "operator": "operator"}


@dataclass(frozen=True, slots=True)
class Actor:
    """The scope of a token."""

    role: str
    unit: str | None
    person: str | None


def reporting(pack: Pack, by: str | None, place: str | None) -> Actor:
    """Return who reports a case: a grid worker of the place, unless the scenario names somebody else."""
    by = by or "grid worker"
    if by == "reporter":
        return Actor("reporter", None, "reporter-1")
    if by in ("grid worker", "grid_worker"):
        return Actor("grid_worker", grid_of(pack, place), "worker-1")
    if by in ROLES:
        return Actor(ROLES[by], None, f"{ROLES[by]}-1")
    return Actor("unit_staff", address(pack, by, place), "staff-1")


def acting(pack: Pack, by: str | None, case: Mapping[str, Any]) -> Actor:
    """Return who takes a step in a case as it now stands; the lead, unless the scenario names somebody else."""
    report, who = case["report"], case["assignment"] or {}
    place = report["place"].get("key")
    match by or "lead":
        case "reporter":
            return Actor("reporter", None, report["reporter"] or "reporter-1")
        case "grid worker" | "grid_worker":
            finder = report["finder"]
            own = finder["unit"] if finder["role"] == "grid_worker" else None
            return Actor("grid_worker", own or grid_of(pack, place), "worker-1")
        case "first contact":
            return _of_unit(report["first_contact"] or grid_of(pack, place))
        case "lead":
            return _of_unit(who.get("lead"))
        case "assisting":
            return _of_unit(next(iter(who.get("assisting", ())), None))
        case "previous lead":
            return _of_unit(who.get("previous_lead"))
        case "supervisor":
            return Actor("supervisor", _supervisor(pack, who, place), "supervisor-1")
        case "operator" | "unit_staff" as role:
            return Actor(role, None, f"{role}-1")
        case unit:
            return _of_unit(address(pack, unit, place))


def _of_unit(unit: str | None) -> Actor:
    return Actor("unit_staff", unit, "staff-1")


def grid_of(pack: Pack, place: str | None) -> str:
    """Return the unit of the grid workers of a place."""
    return f"{pack.town}.{place}/grid" if place else f"{pack.town}/grid"


def _supervisor(pack: Pack, who: Mapping[str, Any], place: str | None) -> str | None:
    levels = {pack.noun(level.key): level for level in pack.levels.values()}
    level = levels.get(next(iter(who.get("levels", ())), ""))
    return address(pack, level.supervisor, place) if level and level.supervisor else None
