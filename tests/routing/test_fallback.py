"""Where no rule decides the fallback owner has the case, and the message says what a person needs to look at it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from services.routing.handlers.decide import Decider
from services.routing.handlers.rule_figures import RuleFigures
from services.routing.store.decisions import SqlDecisions
from shared.contracts.messages import CaseUnroutable
from shared.flow.editions import PackCache
from shared.rules.case.situation import Situation
from shared.rules.decide import CompiledRulesCache, Decision, Unroutable
from shared.rules.decide.answers import UnroutableCause
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from tests.routing.conftest import House, Open
from tests.routing.packs import NOW, OFFICE, TOWN, edition_of, files_with


def fallback(house: House) -> CaseUnroutable:
    """The latest thing said, which is that no rule decided."""
    said = house.emitted()[-1]
    assert isinstance(said, CaseUnroutable)
    return said


def test_no_rule(open_house: Open) -> None:
    """The fallback owner leads, at its own level. A sound pack decides about everything: this one was never checked."""
    cache, files = PackCache(), files_with()
    cache.put(edition_of(files), replace(build_pack(files, TOWN), routing=()))
    house = open_house(files, cache)
    house.take(house.sender.admitted())
    said = fallback(house)
    assert (said.cause, said.answers, said.answers_sequence) == (UnroutableCause.NO_RULE, {}, 1)
    assert said.assignment is not None
    assert (said.assignment.lead, said.assignment.levels, said.assignment.decision) == (OFFICE, ("town",), 1)
    assert (house.counted("fallback"), house.counted("rule")) == (1, None)


def test_a_rule_that_finds_no_lead(house: House) -> None:
    """A rule gives it to whoever took it first, and nobody is known to have: the answer names the rule."""
    house.take(house.sender.admitted(facts={"finders": True}))
    said = fallback(house)
    assert (said.cause, said.answers) == (UnroutableCause.NO_LEAD, {"rule": "to-who-took-it-first"})
    house.take(house.sender.step(facts={"finders": True}, first_contact=OFFICE))
    assert house.rules()[-1] == "to-who-took-it-first"


def test_facts_that_are_none(house: House) -> None:
    """A fact of another type than the pack declares keeps rules from being asked: the answer holds the error."""
    house.take(house.sender.admitted(facts={"urgent": "very"}))
    said = fallback(house)
    assert said.cause is UnroutableCause.ERROR
    assert "urgent" in str(said.answers["error"])
    assert house.counted("fallback") == 1


@dataclass
class Disagreeing:
    """Compiled rules of which the evaluators give different answers."""

    compiled: CompiledRulesCache
    pack: Pack
    answers: Mapping[str, tuple[str, ...]]

    def route(self, situation: Situation, on: date) -> Unroutable:
        """The fallback, with both answers."""
        found = self.compiled.of(self.pack).route(situation, on)
        assert isinstance(found, Decision)
        return Unroutable(
            UnroutableCause.DISAGREEMENT, replace(found, lead=OFFICE, fallback=True), self.answers
        )


def test_evaluators_that_differ_decide_nothing(house: House) -> None:
    """The case is held by the fallback owner; both answers are said and kept, and it is counted as what it is."""
    answers = {"reference": ("to-station",), "durable-rules": ("to-bureau",)}

    class Compiled(CompiledRulesCache):
        def of(self, pack: Pack) -> Any:
            return Disagreeing(CompiledRulesCache("reference"), pack, answers)

    decider = Decider(SqlDecisions(), PackCache(), Compiled("reference"), RuleFigures(house.metrics))
    dict.__setitem__(house.service.handlers, "case.admitted", decider.on_admitted)  # type: ignore[arg-type]
    house.take(house.sender.admitted())
    said, (record,) = fallback(house), house.records()
    assert (said.cause, said.answers) == (UnroutableCause.DISAGREEMENT, answers)
    assert record.cause is UnroutableCause.DISAGREEMENT
    assert {name: tuple(rules) for name, rules in (record.answers or {}).items()} == answers
    assert (house.counted("disagreement"), house.counted("fallback")) == (1, None)


@pytest.mark.parametrize("cause", [None, UnroutableCause.NO_LEAD])
def test_what_is_kept_says_why(house: House, cause: UnroutableCause | None) -> None:
    """Rule, clauses, evaluator and the case as rules saw it stand beside every decision, be it by rule or not."""
    facts = {"finders": cause is not None}
    house.take(house.sender.admitted(facts=facts))
    (record,) = house.records()
    assert (record.cause, record.evaluator, record.situation.facts) == (cause, "reference", facts)
    assert record.rule
    assert (record.answers is None) == (cause is None)
    assert record.decided_at == NOW
