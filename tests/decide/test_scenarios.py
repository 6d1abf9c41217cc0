"""Every scenario of every town, lived on paper: routing, due times to the minute, who is told and who not."""

from dataclasses import replace

import pytest

from scripts.coverage.runs import read_runs
from shared.rules.decide import CompiledRulesCache
from shared.rules.pack.model import EffectKind, Pack
from shared.rules.scenario.model import OpeningReport, Other, Scenario
from tests.decide.expected import misses
from tests.decide.lives import begin, live
from tests.decide.towns import TOWNS, local, real, scenarios_of
from tests.decide.walk import Walk

PACKS = {town: real(town) for town in TOWNS}
# Of those that are more than steps in one case only the services know what comes of them (`gridcase test`).
PLAIN = {town: [one for one in scenarios_of(town) if one.is_plain] for town in TOWNS}
PLAYED = read_runs()
BOOKS = CompiledRulesCache("both", 64)
SCENARIOS = [pytest.param(town, one, id=f"{town}:{one.key}") for town in TOWNS for one in PLAIN[town]]
OTHERS = [
    pytest.param(town, one, other, id=f"{town}:{one.key}:{number}")
    for town in TOWNS for one in PLAIN[town] for number, other in enumerate(one.others)
]  # fmt: skip


def begun(pack: Pack, case: OpeningReport) -> Walk:
    return begin(pack, BOOKS.of(pack), case)


@pytest.mark.parametrize(("town", "scenario"), SCENARIOS)
def test_a_scenario_holds(town: str, scenario: Scenario) -> None:
    """At its end and at every instant that it names, a scenario's case is where the scenario says."""
    pack = PACKS[town]
    walk = begun(pack, scenario.case)
    wrong = live(walk, scenario.life, None) + misses(walk, scenario.expected)
    for check in scenario.checks:
        walk = begun(pack, scenario.case)
        wrong += live(walk, scenario.life, local(check.at, pack.zone))
        wrong += [f"at {check.at} {miss}" for miss in misses(walk, check.expected)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("town", "scenario", "other"), OTHERS)
def test_a_scenario_holds_under_another_reading(town: str, scenario: Scenario, other: Other) -> None:
    """The same life under another reading or with office hours ends as the scenario says of it."""
    pack = changed(PACKS[town], other)
    walk = begun(pack, scenario.case)
    wrong = live(walk, scenario.life, None) + misses(walk, other.expected)
    assert other.case is None
    assert not wrong, "\n".join(wrong)


def changed(pack: Pack, other: Other) -> Pack:
    hours = pack.calendar.office_hours if other.office_hours is None else other.office_hours
    readings = {**pack.readings, **other.readings}
    return replace(
        pack, edition=f"{pack.edition}{sorted(readings.items())}{hours}", readings=readings,
        acceptance=other.acceptance or pack.acceptance, calendar=replace(pack.calendar, office_hours=hours),
    )  # fmt: skip


def test_nothing_that_the_rules_say_goes_untried() -> None:
    """Every rule, limit, notice, step and procedure takes part in a scenario of some town that has it."""
    used = {(pack.town, name) for pack in PACKS.values() for name in tried(pack)}
    untried = []
    for town, pack in PACKS.items():
        for name, file in written(pack):
            sharing = [other for other in TOWNS if (name, file) in written(PACKS[other])]
            if not any((other, name) in used for other in sharing):
                untried.append((town, name))
    assert not [one for one in untried if one[1] not in automatic(PACKS[one[0]])]


def written(pack: Pack) -> list[tuple[str, str]]:
    """Everything that takes part in cases, with the file in which it stands."""
    rules = [(rule.origin.rule, rule.origin.spot.file) for rule in (*pack.routing, *pack.limits, *pack.tell)]
    things = [(one.key, one.spot.file) for one in (*pack.steps.values(), *pack.procedures.values())]
    return rules + things


def tried(pack: Pack) -> set[str]:
    # What the services used when they played the others (`scripts.coverage`).
    others = {one.key for one in scenarios_of(pack.town) if not one.is_plain}
    parts = PLAYED[pack.town].parts.items()
    used = {part.partition(" ")[2] for part, keys in parts if others.intersection(keys)}
    for scenario in PLAIN[pack.town]:
        for until in (None, *(local(check.at, pack.zone) for check in scenario.checks)):
            walk = begun(pack, scenario.case)
            live(walk, scenario.life, until)
            used |= walk.used
    return used


def automatic(pack: Pack) -> set[str]:
    """A step of acceptance needs no one to take it where acceptance is automatic everywhere."""
    if pack.acceptance_after_handover != "automatic":
        return set()
    accepting = (EffectKind.ACCEPT,)
    return {
        key for key, step in pack.steps.items() if tuple(effect.kind for effect in step.does) == accepting
    }
