"""A scenario feels what its events and expectations say: each of them got wrong turns it red, at its own line."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gridcase.scenarios.play import play
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.read import load_scenarios
from tests.e2e.format_examples import TOWN, examples

FILES = examples()["two-neighbours"]
SCENARIOS = f"{TOWN}/scenarios.yaml"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The town of the format's example of several cases."""
    house = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "reference")
    yield Stage(house, FILES, TOWN)
    house.close()


def differing(stage: Stage, old: str, new: str) -> list[str]:
    """Return what differs when the scenario says something else."""
    text = FILES[SCENARIOS]
    assert text.count(old) == 1
    scenarios = load_scenarios({**FILES, SCENARIOS: text.replace(old, new)}, TOWN)
    return [found.what.en for scenario in scenarios for found in play(stage, scenario)]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("on: took_in, times: 2}", "on: took_in, times: 3}", "told: expected reporter on took_in 3 times, got "),
        ("on: took_in, times: 0}}", "on: merged, times: 1}}", "case second: told: expected reporter on merged 1 times"),
        ("contact: town-centre", "contact: none", "case by phone: contact: expected none, got town-centre"),
        ("contact: none", "contact: works-office", "case unsigned: contact: expected works-office, got none"),
        ("[reported, settled, reopened, settled]", "[settled, reported]", "record: expected in this order settled, re"),
        ("{round: 1, verdict: {settle: in_time}}", "{round: 1, verdict: {settle: late}}",
         "verdict settle of round 1: expected late, got in_time"),
        ("by: reporter, person: zhao, refused: not-allowed}", "by: lead, refused: yes}",
         "merging second into main: expected refusal of any kind, got none"),
        ("satisfied: no, by: reporter, person: zhao}", "satisfied: yes, by: reporter, person: zhao}",
         "step mend was refused: "),
        ("satisfied: no, by: reporter, person: zhao}", "satisfied: no, by: reporter, person: qian}",
         "the word on the result: whoever takes it cannot see the case"),
        ("order: done, by: town-centre", "order: done, by: works-office", "the work order was refused: order-follows"),
        (", by: reporter, anonymous: yes}", ", by: reporter}", "hidden from: reporter can see the case"),
    ],
)  # fmt: skip
def test_what_a_scenario_says_of_several_cases_is_felt(stage: Stage, old: str, new: str, what: str) -> None:
    """Counts of notices, other cases, contacts, the record's order, rounds, mergings, words, work orders, anonymity."""
    found = differing(stage, old, new)
    assert any(what in one for one in found), found


@pytest.mark.parametrize("state", ["later", "parked"])
def test_a_message_that_a_service_keeps_fails_the_scenario(
    state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything else may be as expected: what it says has not happened, and it is shown with its reason.

    One that is to be tried again, one that has failed for the last time and is parked, and those held behind either.
    """
    if state == "parked":
        monkeypatch.setattr("shared.flow.receive.MAX_ATTEMPTS", 1)
    house = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "reference")
    try:
        notify = house.services["notify"]
        taking = notify.handlers["case.merged"]
        stage = Stage(house, FILES, TOWN)
        (scenario,) = load_scenarios(FILES, TOWN)

        def fail(*_: object) -> None:
            raise ValueError("no room for it")

        notify.handlers["case.merged"] = fail  # type: ignore[index]
        found = [one.what.en for one in play(stage, scenario)]
        notify.handlers["case.merged"] = taking  # type: ignore[index]
        again = play(stage, scenario)
    finally:
        house.close()
    kept = f"notify could not take case.merged of intake ({state}): ValueError"
    assert any(kept in one for one in found), found
    assert any("(held): " in one for one in found), found
    assert again == []


def test_midnight_may_be_written_as_either_day() -> None:
    """The end of one day and the beginning of the next are one instant, whichever of them the certificate says."""
    folder = Path(__file__).parents[2] / "rules" / "los-angeles"
    files = load_files(folder)
    house = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "reference")
    stage, as_written = Stage(house, files, folder.name), load_scenarios(files, folder.name)
    file, label = "los-angeles/scenarios.yaml", "due: {settle: 2020-02-01 24:00}}\n"
    for said, is_right in (("2020-02-02 00:00", True), ("2020-02-02 00:01", False)):
        text = files[file].replace(label, label.replace("2020-02-01 24:00", said), 1)
        assert text != files[file]
        said_otherwise = load_scenarios({**files, file: text}, folder.name)
        # One scenario is written otherwise; lines stay where they are.
        (scenario,) = [new for old, new in zip(as_written, said_otherwise, strict=True) if new != old]
        found = [each.what.en for each in play(stage, scenario) if "due" in each.what.en]
        assert (not found) is is_right, found
    house.close()
