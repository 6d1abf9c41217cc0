"""What the format's page shows is lived by the services as the example's own scenarios say."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gridcase.scenarios.play import play
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.rules.scenario.read import load_scenarios
from tests.e2e.format_examples import TOWN, examples

EXAMPLES = examples()


@pytest.fixture(scope="module")
def house() -> Iterator[SimulatedHouse]:
    """One house, on which every example's town stands in turn."""
    made = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "both")
    yield made
    made.close()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_of_the_format_is_lived_as_it_says(house: SimulatedHouse, name: str) -> None:
    """Both evaluators decide it, the clocks run, people are told: nothing differs from what the example expects."""
    files = EXAMPLES[name]
    scenarios = load_scenarios(files, TOWN)
    stage = Stage(house, files, TOWN)
    assert scenarios
    assert [found for scenario in scenarios for found in play(stage, scenario)] == []
