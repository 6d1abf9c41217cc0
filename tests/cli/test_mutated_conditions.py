"""A step's condition and clock are altered too: a scenario must feel each test turned round, and the clock gone."""

from gridcase.mutation.mutant import REFUSED
from gridcase.mutation.steps import of_step
from gridcase.scenarios.participants import STEP
from shared.rules.logic.condition import All, Not, Op, Test
from shared.rules.pack.read import build_pack
from tests.e2e.format_examples import TOWN, examples

STEP_KEY = "apply"


def test_a_condition_is_turned_round_and_the_clock_dropped() -> None:
    """Turned round it is felt by who takes the step and by who is refused; without its clock only by who is late."""
    pack = build_pack(examples()["apply-in-time"], TOWN)
    found = {mutant.change.en: mutant for mutant in of_step(pack, pack.steps[STEP_KEY])}
    turned, timeless = found["negated: hard = yes"], found["no later than dropped"]
    assert turned.alter(pack).steps[STEP_KEY].when == Not(Test("hard", Op.EQ, True))
    assert turned.felt_by == {(REFUSED, STEP_KEY), (STEP, STEP_KEY)}
    assert timeless.alter(pack).steps[STEP_KEY].no_later_than is None
    assert timeless.felt_by == {(REFUSED, STEP_KEY)}


def test_each_test_of_a_publication_is_turned_round() -> None:
    """Whoever takes the step feels that it publishes otherwise."""
    pack = build_pack(examples()["published-by-consent"], TOWN)
    step = pack.steps["settle-openly"]
    found = {mutant.change.en: mutant for mutant in of_step(pack, step)}
    turned = found["published, negated: consent = yes"]
    assert {"published, negated: consent = yes", "published, negated: channel = app"} <= set(found)
    publication = turned.alter(pack).steps[step.key].mark_conditions["published"]
    assert isinstance(publication.when, All)
    assert Not(Test("consent", Op.EQ, True)) in publication.when.parts
    assert turned.felt_by == {(STEP, step.key)}
