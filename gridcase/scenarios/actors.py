"""Who a scenario's 'by' means: the role, unit and person of a token for that actor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridcase.staffing import grid_of
from shared.rules.decide import address
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
    """Return who takes a step in a case as it now stands; the lead, unless somebody else is named."""
    report, who = case["report"], case["assignment"] or {}
    place = report["place"].get("key")
    match by or "lead":
        case "reporter":
            return Actor("reporter", None, report["reporter"] or "reporter-1")
        case "grid worker" | "grid_worker":
            return Actor("grid_worker", _finder(pack, report), "worker-1")
        case "supervisor":
            return Actor("supervisor", _supervisor(pack, who, place), "supervisor-1")
        case "operator" | "unit_staff" as role:
            return Actor(role, None, f"{role}-1")
        case word:
            return Actor("unit_staff", _unit_meant(pack, word, report, who), "staff-1")


def _unit_meant(pack: Pack, word: str, report: Mapping[str, Any], who: Mapping[str, Any]) -> str | None:
    place = report["place"].get("key")
    meant = {
        "lead": who.get("lead"),
        "previous lead": who.get("previous_lead"),
        "assisting": next(iter(who.get("assisting", ())), None),
        "first contact": report["first_contact"] or grid_of(pack, place),
    }
    return meant[word] if word in meant else address(pack, word, place)


def _finder(pack: Pack, report: Mapping[str, Any]) -> str:
    finder = report["finder"]
    own = finder["unit"] if finder["role"] == "grid_worker" else None
    return own or grid_of(pack, report["place"].get("key"))


def _supervisor(pack: Pack, who: Mapping[str, Any], place: str | None) -> str | None:
    levels = {pack.noun(level.key): level for level in pack.levels.values()}
    level = levels.get(next(iter(who.get("levels", ())), ""))
    return address(pack, level.supervisor, place) if level and level.supervisor else None
