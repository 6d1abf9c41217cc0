"""What intake foresees of a re-decision, held against what the running services then did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.lives import readings
from tests.lives.comparing import PREVIEW, Comparison, Difference
from tests.lives.house import House, body_of
from tests.lives.readings import Held, OpenClock


@dataclass(frozen=True, slots=True)
class Order:
    """A case that is to be decided again, and the edition's hash."""

    case: str
    town: str
    edition: str


@dataclass(frozen=True, slots=True)
class Foresight:
    """What intake said would become of a case, who had it before, and how many steps time had taken by then."""

    order: Order
    said: Mapping[str, Any]
    before: Held
    steps_by_time: int


def foresee(house: House, orders: Sequence[Order]) -> Mapping[str, Mapping[str, Any]]:
    """Return intake's preview of each case by its id; the house must be at rest."""
    found: dict[str, Mapping[str, Any]] = {}
    for town, edition, cases in _together(orders):
        body = {"cases": cases, "edition": edition, "limit": 500}
        answer = house.ask("POST", town, "/redecisions", "operator", json=body)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 200:
            found |= {one["case"]: one for one in body_of(answer)["cases"]}
    return found


def carry_out(house: House, orders: Sequence[Order]) -> None:
    """Order what was foreseen."""
    for town, edition, cases in _together(orders):
        body = {"preview": False, "reason": "other rules", "cases": cases, "edition": edition}
        house.ask("POST", town, "/redecisions", "operator", json=body)


def compare(house: House, comparison: Comparison, foresight: Foresight) -> None:
    """Hold a preview against what became of the case once the house is at rest again."""
    order = foresight.order
    after = f"deciding again by '{house.names_of_editions[order.edition]}'"
    for about, real, foreseen in _side_by_side(house, comparison, foresight):
        if real != foreseen:
            comparison.note(Difference(f"{PREVIEW}{about}", order.case, after, real, foreseen))


def _side_by_side(
    house: House, comparison: Comparison, foresight: Foresight
) -> Iterable[tuple[str, object, object]]:
    """What it is about, how it is, and how it was said to become."""
    order, said = foresight.order, foresight.said
    held = readings.held(house.stores["intake"], order.case)
    if said["left"] is not None:
        yield "left", held, foresight.before
        return
    if taken := set(comparison.steps_by_time(order.case)[foresight.steps_by_time :]):
        # What follows from such a step is not the re-decision's: that it may be taken must have been said.
        yield "steps by time", taken - set(said["by_time"]), set()
        return
    decided = said["decision"]["after"]
    yield "edition", held.edition, order.edition
    yield "lead", held.lead, decided["lead"]
    yield "levels", held.levels, tuple(decided["levels"])
    real, foreseen = readings.open_clocks(house.stores["sla"], order.case), _clocks(said)
    for stage in sorted({clock.stage for clock in (*real, *foreseen)}):
        yield f"clock of {stage}", _of(stage, real), _of(stage, foreseen)


def _clocks(said: Mapping[str, Any]) -> list[OpenClock]:
    ahead = [(one["stage"], one["after"]) for one in said["deadlines"] if one["after"] is not None]
    clocks = [OpenClock(stage, one["rule"], readings.moment(one["due_at"])) for stage, one in ahead]
    return sorted(clocks, key=repr)


def _of(stage: str, clocks: Iterable[OpenClock]) -> list[OpenClock]:
    return [clock for clock in clocks if clock.stage == stage]


def _together(orders: Sequence[Order]) -> Iterable[tuple[str, str, list[str]]]:
    """Cases by town and edition: one request asks for many."""
    for town, edition in dict.fromkeys((order.town, order.edition) for order in orders):
        cases = [order.case for order in orders if (order.town, order.edition) == (town, edition)]
        yield town, edition, list(dict.fromkeys(cases))
