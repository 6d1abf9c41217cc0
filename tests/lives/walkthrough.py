"""A few cases played by hand, one action at a time, the house at rest after each."""

from datetime import timedelta
from typing import Any

from tests.lives import readings
from tests.lives.actions import Action, Cases
from tests.lives.house import House, body_of
from tests.lives.lives_run import come_to_rest
from tests.lives.oracle import Situation
from tests.lives.previews import Order, foresee
from tests.lives.readings import OpenClock


class Walkthrough:
    """Cases in a house that was just put back to its beginning."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._transport = house.begin(0)
        self._cases = Cases("walkthrough")
        come_to_rest(house, self._transport)

    def do(self, *some: Action) -> None:
        """Let things happen, each with all that follows from it."""
        for action in some:
            self.do_at_once(action)

    def do_at_once(self, *some: Action) -> None:
        """Let several things happen before anybody else hears of any of them."""
        for action in some:
            action.perform(self.house, self._cases)
        come_to_rest(self.house, self._transport)
        self._note_linked()

    def advance(self, days: int) -> None:
        """Let days pass."""
        self.house.set_time(self.house.now + timedelta(days=days))
        come_to_rest(self.house, self._transport)

    def case(self, place: int = 0) -> str:
        """Return the id of a case by its place; linked ones come in as they are opened."""
        return list(self._cases.towns)[place]

    def seen(self, service: str, place: int = 0) -> Situation:
        """Return a case as a service's own store holds it."""
        case = self.case(place)
        return readings.READERS[service](self.house.stores[service], [case])[case].situation

    def view(self, place: int = 0) -> dict[str, Any]:
        """Return everything that intake shows the operator of a case."""
        case = self.case(place)
        return body_of(self.house.ask("GET", self._cases.towns[case], f"/cases/{case}", "operator"))

    def foreseen(self, edition: str, place: int = 0) -> dict[str, Any]:
        """Return intake's preview of a case under another edition."""
        case = self.case(place)
        town = self._cases.towns[case]
        return dict(foresee(self.house, [Order(case, town, self.house.editions[town, edition])])[case])

    def clocks(self, place: int = 0) -> list[OpenClock]:
        """Return the clocks that run for a case, as sla's own store holds them."""
        return readings.open_clocks(self.house.stores["sla"], self.case(place))

    def _note_linked(self) -> None:
        for stream, frames in self._transport.frames.items():
            if frames[0]["data"].get("linked_from") in self._cases.towns:
                self._cases.towns.setdefault(stream, frames[0]["town"])
