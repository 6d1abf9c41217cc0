"""Whoever gets a case hears of it: for every pack, over its categories, places and the answers of a citizen.

A lead that nobody tells finds its case by chance, while its limit runs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from shared.rules.decide import CompiledRules, Decision, Situation
from shared.rules.decide.parties import resolve_parties
from shared.rules.decide.parts import PartCache
from shared.rules.logic.facts import Kind
from shared.rules.logic.judge import JudgeCache
from shared.rules.pack.build.files import town_folders
from shared.rules.pack.model import Acceptance, Category, EffectKind, Pack, Step
from tests.decide.towns import RULES, real

ON = date(2026, 3, 9)
TOWNS = [folder.name for folder in town_folders(RULES)]
DEPTH = 3  # steps after one another
AT_THE_DOOR = ("reported", "assigned", "accepted")
# General information waits for its day of the week (P001-08.6); the district approves what was reviewed (P002B.11).
WAITING = {
    ("t-com", "move"),
    *(("t-ly", key) for key in ("birth-permit", "certificate-of-residence", "minimum-allowance")),
}


def rules_of(town: str) -> CompiledRules:
    return CompiledRules(real(town), PartCache(JudgeCache(8, "reference")))


def brought_by_a_citizen(pack: Pack) -> Iterator[Situation]:
    """Reports of the public: every category that is open to it, a place of each kind, each answer of yes alone."""
    asked = [
        fact for fact in pack.facts.values() if fact.source == "reporter" and fact.type.kind is Kind.BOOL
    ]
    answers: list[dict[str, bool]] = [{}, *({fact.type.name: True} for fact in asked)]
    places = {(place.level, place.dedicated_to): key for key, place in pack.places.items()}
    for category in filter(_is_open, pack.categories.values()):
        for place in places.values():
            for facts in answers:
                yield Situation(category.key, next(iter(pack.channels)), place, facts, reporter="citizen-1")


def _is_open(category: Category) -> bool:
    return not category.opened_by


def told(rules: CompiledRules, events: Iterable[str], situation: Situation) -> set[str | None]:
    """Return the addresses that these events tell, the reporter among them by the word."""
    notices = [notice for event in events for notice in rules.notices(event, situation, ON).notices]
    found = [one for notice in notices for one in resolve_parties(rules.pack, notice.who, situation)]
    return {one.unit for one in found} | {one.party for one in found if one.unit is None}


def held(situation: Situation, decision: Decision) -> Situation:
    return replace(
        situation,
        levels=decision.levels,
        lead=decision.lead,
        assisting=decision.assisting,
        procedure=decision.procedure,
    )


@pytest.mark.parametrize("town", TOWNS)
def test_whoever_leads_a_citizens_report_hears_of_it(town: str) -> None:
    """With the report, its dispatch or its acceptance."""
    rules = rules_of(town)
    unheard = set()
    for situation in brought_by_a_citizen(rules.pack):
        decision = rules.route(situation, ON)
        assert isinstance(decision, Decision)
        if decision.lead is not None and decision.lead not in told(
            rules, AT_THE_DOOR, held(situation, decision)
        ):
            unheard.add((town, situation.category))
    assert unheard - WAITING == set()


Seen = tuple[object, ...]


def handed_on(rules: CompiledRules) -> Iterator[tuple[Step, Situation, Decision]]:
    """Every step that asks for a new decision, up to three after one another, with what it decides."""
    seen: set[Seen] = set()
    waiting = [(0, one) for one in brought_by_a_citizen(rules.pack)]
    while waiting:
        depth, before = waiting.pop()
        decision = rules.route(before, ON) if depth == 0 else None
        now = held(before, decision) if isinstance(decision, Decision) else before
        if now.lead is None or depth == DEPTH or (key := _state(now)) in seen:
            continue
        seen.add(key)
        for step, found in found_by_steps(rules, now):
            again = rules.route(found, ON)
            assert isinstance(again, Decision)
            after = replace(held(found, again), previous_lead=now.lead)
            waiting.append((depth + 1, after))
            if again.lead not in (None, now.lead):
                yield step, after, again


def _state(now: Situation) -> Seen:
    return now.category, now.place, tuple(sorted(now.facts.items())), now.lead, now.procedure


def found_by_steps(rules: CompiledRules, now: Situation) -> Iterator[tuple[Step, Situation]]:
    """What may be found of a case by those of its steps that have it decided anew."""
    pack = rules.pack
    listed = pack.procedures[now.procedure or ""].steps
    for step in pack.steps.values():
        is_deciding = EffectKind.DECIDE_AGAIN in {effect.kind for effect in step.does}
        if is_deciding and (step.any_time or step.key in listed) and rules.allows(step.key, now).holds:
            corrects = "category" in (*step.needs, *step.may_have)
            categories = [one.key for one in filter(_is_open, pack.categories.values())]
            for category in categories if corrects else [now.category]:
                yield step, replace(now, category=category, facts={**now.facts, **step.sets})


@pytest.mark.parametrize("town", TOWNS)
def test_whoever_gets_a_case_from_another_hears_of_it(town: str) -> None:
    """Handed up, down or across by a step: with the step, the dispatch, the hand-over or the acceptance."""
    rules = rules_of(town)
    unheard = set()
    for step, after, decision in handed_on(rules):
        accepted = ["accepted"] if decision.acceptance is Acceptance.AUTOMATIC else []
        marks = [effect.value for effect in step.does if effect.kind is EffectKind.MARK and effect.value]
        events = [step.key, *marks, "assigned", "handed_over", *accepted]
        if decision.lead not in told(rules, events, after):
            unheard.add((town, after.category, step.key))
    assert {one for one in unheard if one[:2] not in WAITING} == set()


def reopening(pack: Pack) -> list[Step]:
    return [
        step for step in pack.steps.values() if EffectKind.REOPEN in {effect.kind for effect in step.does}
    ]


@pytest.mark.parametrize("town", TOWNS)
def test_whoever_must_handle_it_again_hears_of_it(town: str) -> None:
    """A new round and its limit are no secret to the one who leads it (RC-13)."""
    rules = rules_of(town)
    for step in reopening(rules.pack):
        for situation in brought_by_a_citizen(rules.pack):
            decision = rules.route(situation, ON)
            assert isinstance(decision, Decision)
            again = replace(held(situation, decision), round=2)
            if decision.lead is not None:
                assert decision.lead in told(rules, ("reopened", step.key), again), (
                    step.key,
                    situation.category,
                )


@pytest.mark.parametrize("town", TOWNS)
def test_whoever_reported_what_is_returned_hears_of_it(town: str) -> None:
    """A rule that returns a matter, and a step that does, tell the reporter."""
    rules = rules_of(town)
    steps = rules.pack.steps.values()
    rejecting = [step.key for step in steps if EffectKind.REJECT in {effect.kind for effect in step.does}]
    returning = any(rule.then.returned for rule in rules.pack.routing)
    for situation in brought_by_a_citizen(rules.pack):
        for step in rejecting:
            assert "reporter" in told(rules, ("rejected", step), situation), (step, situation.category)
        assert not returning or "reporter" in told(rules, ("rejected",), situation)
