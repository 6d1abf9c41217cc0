"""What follows from a result: where a policy names a consequence of 'not satisfied', its pack has it; and what a step
publishes says what came of the case.
"""

from collections.abc import Iterator

import pytest

from services.intake.domain.satisfaction import said_by
from shared.rules.pack.build.files import town_folders
from shared.rules.pack.model import EffectKind, Pack, Step
from tests.decide.towns import RULES, real

TOWNS = [folder.name for folder in town_folders(RULES)]
# Where a policy says what an unsatisfying result leads to; the others name nothing, and the answer says so.
NAMED = {
    "t-vtc": "RC-13",  # a new round within the limit of P001-05
    "t-cgz": "RC-13",  # the same of P001-18
    "t-com": "P001-04.20",
    "t-zj": "P000.32",
    "t-two": "P001-11.15",
    "t-co1": "P001-02.6",
    "los-angeles": "RC-13",
}


@pytest.mark.parametrize("town", TOWNS)
def test_an_unsatisfied_answer_has_the_consequence_that_the_policy_names(town: str) -> None:
    """A step that reopens the case, by reason of that statement; in a town whose policy names none there is none."""
    steps = [step for step in real(town).steps.values() if said_by(step) is False]
    assert [NAMED[town] in step.because for step in steps] == ([True] if town in NAMED else [])


@pytest.mark.parametrize("town", sorted(NAMED))
def test_whoever_reported_may_say_that_it_does_not_satisfy(town: str) -> None:
    """By the step itself, as by the word that a reporter gives (`satisfied: false`)."""
    (step,) = (step for step in real(town).steps.values() if said_by(step) is False)
    assert "reporter" in step.who


def publishing(pack: Pack) -> Iterator[Step]:
    for step in pack.steps.values():
        if EffectKind.PUBLISH in {effect.kind for effect in step.does}:
            yield step


def ways_to(pack: Pack, step: Step) -> Iterator[set[str]]:
    """For each procedure with the step: the facts that it and the steps before it ask for."""
    for procedure in pack.procedures.values():
        if step.key in procedure.steps:
            before = procedure.steps[: procedure.steps.index(step.key) + 1]
            yield {fact for key in before for fact in (*pack.steps[key].needs, *pack.steps[key].may_have)}


@pytest.mark.proves("P001-05.9", "P001-18.9", "P002B.12")
@pytest.mark.parametrize("town", TOWNS)
def test_what_is_published_says_what_came_of_it(town: str) -> None:
    """By every way to a publication a fact is asked for that stands in the public list."""
    pack = real(town)
    public = {key for key, fact in pack.facts.items() if fact.public}
    silent = [(step.key, way) for step in publishing(pack) for way in ways_to(pack, step) if not way & public]
    assert silent == []


@pytest.mark.parametrize("town", TOWNS)
def test_what_a_person_applies_for_in_need_is_private(town: str) -> None:
    """Relief and minimum allowance are read by those who handle them, whatever else is published (A-20)."""
    about_need = {"低保", "救助", "特困", "廉租房"}
    open_to_all = [
        key
        for key, category in real(town).categories.items()
        if not about_need.isdisjoint(category.keywords) and not category.private
    ]
    assert open_to_all == []
