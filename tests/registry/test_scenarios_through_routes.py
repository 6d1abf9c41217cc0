"""Scenarios of grids and teams lived in the registry: people and facts entered by requests, lists and sheets asked for.

What `gridcase test` reckons from a pack the running service has to answer, for every town that comes with the project.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.registry.domain.members import Membership
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.grids import GridExpected, GridHolder, GridTrial, Named
from shared.rules.scenario.read_grids import load_grid_trials
from tests.occurrences.pictures import jpeg
from tests.registry.house import House

RULES = Path(__file__).resolve().parents[2] / "rules"
TOWNS = sorted(file.parent.name for file in RULES.glob("*/scenarios.grids.yaml"))
LISTS = {
    "outside": ("outside",),
    "unsaid": ("unsaid",),
    "uncovered": ("uncovered",),
    "vacant": ("vacant", "short"),
    "too_many": ("over",),
    "in_several": ("several",),
}


class LivedTown:
    """A town in the registry on the day of an expectation, as its scenario has it."""

    def __init__(self, files: dict[str, str], pack: Pack, trial: GridTrial, expected: GridExpected) -> None:
        self.pack, self.house = pack, House()
        self.house.clock.set(datetime(expected.on.year, expected.on.month, expected.on.day, 4, tzinfo=UTC))
        self.house.registry.publisher.publish(pack.town, files)
        self.operator = self.house.token("operator", pack.town, person="p-operator")
        for holder in trial.holders:
            self._enter(holder, expected)
        for place, facts in (trial.facts if expected.facts is None else expected.facts).items():
            body = {"facts": dict(facts), "since": expected.on.isoformat(), "source": "scenario"}
            self.ask("POST", f"/grids/{place}/facts", body)
        for person, said in trial.posted.items():
            self.ask("PUT", f"/people/{person}/plate", {"name": said.name, "phone": said.phone})
            if said.photo:
                self._show(person)

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Ask as the operator for something that must be given."""
        at = f"/v1/towns/{self.pack.town}{path}"
        answer = self.house.ask(method, at, self.operator, body, **query)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json

    def hints(self) -> list[Any]:
        """Everything that does not hold in principle."""
        found, cursor = [], ""
        while True:
            page = self.ask("GET", "/grid-hints", limit="200", **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            if not (cursor := page["next"] or ""):
                return found

    def _enter(self, holder: GridHolder, expected: GridExpected) -> None:
        """Whoever came later or has left is somebody whom the town knows all the same."""
        sits = f"{self.pack.town}.{holder.place}" if holder.place else self.pack.town
        for person in holder.who:
            for held in (True, False)[: 1 if holder.holds(expected.on) else 2]:
                place = Membership(person, f"{sits}/{holder.unit}", "unit_staff", held=held)
                self.house.registry.members.set(self.pack.town, place)

    def _show(self, person: str) -> None:
        answer = self.house.client.put(
            f"/v1/towns/{self.pack.town}/people/{person}/plate/photo",
            data={"file": (io.BytesIO(jpeg()), "face.jpg", "image/jpeg")},
            headers={"Authorization": f"Bearer {self.operator}"},
        )
        assert answer.status_code == 200, answer.text


def listed(town: LivedTown, hint: Any) -> list[str]:
    """What a hint is about, as scenarios call it."""
    if hint["kind"] == "several":
        return list(hint["people"])
    if hint["kind"] in ("vacant", "short", "over"):
        parts = [*hint["places"], *([hint["unit"]] if hint["unit"] else [])]
        return [" ".join(parts) or town.pack.town]
    return list(hint["places"])


def differing(town: LivedTown, expected: GridExpected) -> Iterator[str]:
    """Yield each list that is otherwise, of those that are named."""
    hints = town.hints()
    for name, kinds in LISTS.items():
        wanted: Named = getattr(expected, name)
        for about, what in wanted.items():
            found = [each for each in hints if each["kind"] in kinds and each["about"] == about]
            got = sorted(said for each in found for said in listed(town, each))
            if got != sorted(what):
                yield f"{name} {about}: {got} and not {sorted(what)}"


def on_sheets(town: LivedTown, expected: GridExpected) -> Iterator[str]:
    """Yield each sheet that names others, or is read by others."""
    for sheet in expected.sheets:
        found = town.ask("GET", f"/grids/{sheet.place}/sheets")["items"]
        drawn = next(each for each in found if each["sheet"] == sheet.sheet)
        for post, names in sheet.names.items():
            people = next(each for each in drawn["posts"] if each["post"] == post)["people"]
            got = sorted(each["name"] for each in people if each["name"])
            if got != sorted(names):
                yield f"{sheet.sheet} {sheet.place} {post}: {got} and not {sorted(names)}"
        if sheet.has is not None and ("worker.photo" in sheet.has) != any(
            person["photo"] for post in drawn["posts"] for person in post["people"]
        ):
            yield f"{sheet.sheet} {sheet.place}: photo"
        if sheet.public is not None:
            at = f"/v1/towns/{town.pack.town}/posted/{sheet.place}"
            answer = town.house.ask("GET", at)
            public = [each["sheet"] for each in answer.json["items"]] if answer.status_code == 200 else []
            if (sheet.sheet in public) != sheet.public:
                yield f"{sheet.sheet} {sheet.place}: public is {sheet.sheet in public}"


@pytest.mark.parametrize("town", TOWNS)
def test_the_registry_answers_what_scenarios_expect(town: str) -> None:
    """Every scenario of the town, each of its days in a registry of its own."""
    files = load_files(RULES / town)
    pack = build_pack(files, town)
    wrong = []
    for trial in load_grid_trials(files, town):
        for expected in trial.expected:
            lived = LivedTown(files, pack, trial, expected)
            found = [*differing(lived, expected), *on_sheets(lived, expected)]
            wrong += [f"{trial.key}, {expected.on}: {each}" for each in found]
            lived.house.store.close()
    assert not wrong, "\n".join(wrong)
