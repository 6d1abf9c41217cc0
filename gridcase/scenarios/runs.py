"""What is played once: a scenario as it stands, or one `otherwise` of it; and what did not hold of it.

Must not know how it is played.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.kernel.texts import Text
from shared.rules.scenario.ledger import LedgerScenario
from shared.rules.scenario.model import Check, Expected, OpeningReport, Other, Scenario


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that did not hold."""

    scenario: str
    variant: str  # '' for the scenario itself
    file: str
    line: int
    at: Text  # instant of the check, or 'end'
    what: Text


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """What is played once: a scenario as it stands, or one `otherwise` of it.

    Args:
        expected: what must hold at the end; checks: what must hold on the way.
        other: the readings and choices under which it is played; None: the town's own.
        variant: names the `otherwise`; '' for the scenario as it stands.
    """

    scenario: Scenario
    case: OpeningReport
    expected: Expected | None
    checks: tuple[Check, ...]
    other: Other | None
    variant: str


@dataclass(frozen=True, slots=True)
class LedgerRun:
    """A scenario of the ledger, which is played as it stands."""

    scenario: LedgerScenario


Run = ScenarioRun | LedgerRun


def runs_of(scenario: Scenario | LedgerScenario) -> Iterator[Run]:
    """Yield the scenario as it stands, then its variants."""
    if isinstance(scenario, LedgerScenario):
        yield LedgerRun(scenario)
        return
    yield ScenarioRun(scenario, scenario.case, scenario.expected, scenario.checks, None, "")
    for number, other in enumerate(scenario.others, start=1):
        variant = ", ".join(f"{name} {value}" for name, value in other.readings.items())
        case = _merged(scenario.case, other.case)
        yield ScenarioRun(scenario, case, other.expected, (), other, variant or f"otherwise {number}")


def refused_steps(run: ScenarioRun) -> frozenset[str]:
    """Return the steps that must be refused at some time of a run, tried or not."""
    expected = [run.expected, *(check.expected for check in run.checks)]
    tried = [event.step for event in run.scenario.life if event.step and event.refused is not None]
    return frozenset(tried).union(*(each.refused_steps for each in expected if each is not None))


def _merged(case: OpeningReport, other: OpeningReport | None) -> OpeningReport:
    if other is None:
        return case
    given = {
        name: getattr(other, name)
        for name in OpeningReport.__slots__
        if getattr(other, name) not in (None, {}, ())
    }
    return replace(case, **given)
