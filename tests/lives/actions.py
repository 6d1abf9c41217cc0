"""What may happen to a case in a random life: each action is a value that reads as a line, and asks intake to act.

An action that intake refuses is an action all the same. Cases are meant by their place in the life: 0 is the first
one reported, linked cases come in as they are opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import orjson
from werkzeug.test import TestResponse

from shared.kernel.instants import format_instant
from tests.lives.house import House, body_of

PAST_STEP = timedelta(hours=7)


class Failure(Exception):
    """Intake did neither do what was asked nor refuse it."""


@dataclass(slots=True)
class Cases:
    """The cases of one life, by id, in the order in which they came up, with their towns.

    Args:
        name: makes devices and old numbers the life's own.
    """

    name: str
    towns: dict[str, str] = field(default_factory=dict)

    def nth(self, number: int) -> str | None:
        """Return the case of a number, -1 the last one, counted round; None while there is none."""
        ids = list(self.towns)
        return ids[number % len(ids)] if ids else None


class Action(Protocol):
    """One line of a life."""

    def perform(self, house: House, cases: Cases) -> None:
        """Do it at the house's present time."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody reports something; over 'sensor' it is a draft at first, and repetitions are counted."""

    town: str
    who: str
    category: str
    place: str
    litres: int | None = None
    sensor: bool = False

    def perform(self, house: House, cases: Cases) -> None:
        """Report it, and note the new case."""
        body: dict[str, Any] = {"category": self.category, "place": self.place, "text": "something is wrong"}
        body |= {"channel": "sensor", "source": cases.name} if self.sensor else {"channel": "app"}
        if self.litres is not None:
            body["answers"] = {"litres": self.litres}
        answer = house.ask("POST", self.town, "/cases", self.who, json=body)
        if _is_done(answer):
            cases.towns[body_of(answer)["case"]] = self.town

    def __str__(self) -> str:
        litres = f", {self.litres} litres" if self.litres is not None else ""
        way = " over a sensor" if self.sensor else ""
        return f"the {self.who} reports {self.category} at {self.place} in {self.town}{way}{litres}"


@dataclass(frozen=True, slots=True)
class Import:
    """An older system's case comes with its past, of which nobody is told; 'give:UNIT' is a past assignment."""

    town: str
    category: str
    past: tuple[str, ...]

    def perform(self, house: House, cases: Cases) -> None:
        """Bring it in, and note the new case."""
        begun_at = house.now - PAST_STEP * (len(self.past) + 1)
        line = {
            "number": f"old-{cases.name}-{len(cases.towns)}", "category": self.category, "channel": "app",
            "place": "grid-1", "text": "an old case", "reported_at": format_instant(begun_at),
            "steps": [self._deed(name, n, house) for n, name in enumerate(self.past)],
        }  # fmt: skip
        answer = house.ask("POST", self.town, "/cases/import?source=old", "engineer", data=orjson.dumps(line),
                           content_type="application/x-ndjson")  # fmt: skip
        if _is_done(answer) and "case" in (first := orjson.loads(answer.data.splitlines()[0])):
            cases.towns[first["case"]] = self.town

    def _deed(self, name: str, n: int, house: House) -> Mapping[str, Any]:
        at = format_instant(house.now - PAST_STEP * (len(self.past) - n))
        kind, _, unit = name.partition(":")
        if kind != "give":
            return {"step": name, "at": at}
        level = "low" if unit == "station" else "mid"
        return {"step": "assigned", "at": at, "lead": f"{self.town}/{unit}", "levels": [level]}

    def __str__(self) -> str:
        return f"an old case of {self.category} comes to {self.town} with {', '.join(self.past) or 'no past'}"


@dataclass(frozen=True, slots=True)
class Step:
    """A step, taken by the operator, who may take any."""

    case: int
    step: str
    facts: tuple[tuple[str, str | int | bool], ...] = ()
    due_in_hours: int | None = None

    def perform(self, house: House, cases: Cases) -> None:
        """Take it."""
        body: dict[str, Any] = {"step": self.step, "facts": dict(self.facts)}
        if self.due_in_hours is not None:
            body["due_at"] = format_instant(house.now + timedelta(hours=self.due_in_hours))
        _of_case(house, cases, self.case, "POST", "/steps", body)

    def __str__(self) -> str:
        facts = [f"{name}={value}" for name, value in self.facts]
        facts += [f"due in {self.due_in_hours} h"] if self.due_in_hours is not None else []
        return f"case {self.case}: {self.step} {', '.join(facts)}".rstrip()


@dataclass(frozen=True, slots=True)
class Merge:
    """One case is merged into another."""

    case: int
    into: int

    def perform(self, house: House, cases: Cases) -> None:
        """Merge it."""
        body = {"into": cases.nth(self.into) or "", "note": "one matter"}
        _of_case(house, cases, self.case, "POST", "/merge", body, "supervisor")

    def __str__(self) -> str:
        return f"case {self.case} is merged into case {self.into}"


@dataclass(frozen=True, slots=True)
class Confirm:
    """A draft becomes a case."""

    case: int

    def perform(self, house: House, cases: Cases) -> None:
        """Confirm it."""
        _of_case(house, cases, self.case, "POST", "/confirm", {})

    def __str__(self) -> str:
        return f"case {self.case}: the draft is confirmed"


@dataclass(frozen=True, slots=True)
class ChooseHome:
    """The operator says to which grid a case of a grid that was split belongs."""

    case: int
    place: str

    def perform(self, house: House, cases: Cases) -> None:
        """Say so."""
        _of_case(house, cases, self.case, "PUT", "/home", {"place": self.place})

    def __str__(self) -> str:
        return f"case {self.case} belongs to {self.place} now"


@dataclass(frozen=True, slots=True)
class Redecide:
    """A case is decided again by another edition; with a preview the house comes to rest before and after."""

    case: int
    edition: str
    previewed: bool = True

    def perform(self, house: House, cases: Cases) -> None:
        """Order it."""
        case = cases.nth(self.case)
        if case is not None and (edition := house.editions.get((cases.towns[case], self.edition))):
            body = {"preview": False, "reason": "other rules", "cases": [case], "edition": edition}
            _is_done(house.ask("POST", cases.towns[case], "/redecisions", "operator", json=body))

    def __str__(self) -> str:
        how = "" if self.previewed else ", while messages are on their way"
        return f"case {self.case} is decided again by '{self.edition}'{how}"


@dataclass(frozen=True, slots=True)
class Timed:
    """An action with the number of thirds of a day that pass before it."""

    after: int
    action: Action

    def __str__(self) -> str:
        return f"{f'+{self.after / 3:.3g} d' if self.after else '':>8}  {self.action}"


Life = tuple[Timed, ...]


def text_of(life: Sequence[Timed]) -> str:
    """Return a life as a list of lines."""
    return "\n".join(map(str, life))


def _of_case(
    house: House,
    cases: Cases,
    number: int,
    method: str,
    path: str,
    body: Mapping[str, Any],
    who: str = "operator",
) -> None:
    case = cases.nth(number)
    if case is not None:
        _is_done(house.ask(method, cases.towns[case], f"/cases/{case}{path}", who, json=body))


def _is_done(answer: TestResponse) -> bool:
    """Tell whether intake did it."""
    if answer.status_code >= 500:
        raise Failure(answer.text)
    return answer.status_code < 300
