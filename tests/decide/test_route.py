"""Who is responsible."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from shared.rules.decide import CompiledRules, CompiledRulesCache, Decision, Situation, Unroutable
from shared.rules.decide.parts import PartCache
from shared.rules.logic.durable import available
from shared.rules.logic.facts import FactType
from shared.rules.logic.judge import Judge, JudgeCache
from shared.rules.logic.packing import Aim
from shared.rules.logic.rulebook import Row
from shared.rules.logic.sharding import CompiledTable, compile_rules
from shared.rules.logic.terms import ALWAYS, Not, Op, Test
from shared.rules.pack.model import Pack
from tests.decide.towns import books, case, real, two_levels

ON = date(2026, 3, 9)
SPRING = """\
routing:
  - rule: spring
    because: A-1
    valid: {from: 2026-03-01, until: 2026-03-31}
    when: {grade: {at_least: 1}}
    then: {level: town, lead: office, procedure: plain}
"""
RETURNED = """\
routing:
  - rule: back
    because: A-1
    when: {channel: phone}
    then: {level: village, lead: none, procedure: plain}
"""


def routed(pack: Pack, situation: Situation, on: date = ON) -> Decision:
    answer = books().of(pack).route(situation, on)
    assert isinstance(answer, Decision), answer
    return answer


def test_the_first_rule_that_holds_decides() -> None:
    """Of several rules that hold, the first in the file decides; nouns are the town's own."""
    pack = two_levels(low="hamlet-level", high="county-seat", clerk="old-man")
    grave = routed(pack, case("waste", facts={"grade": 7}))
    assert (grave.rule.rule, grave.levels, grave.lead) == ("grave", ("county-seat",), "a-town/office")
    usual = routed(pack, case("waste", facts={"grade": 4}))
    assert (usual.rule.rule, usual.levels) == ("usual", ("hamlet-level",))
    assert (usual.lead, usual.procedure, usual.fallback) == ("a-town.hamlet/old-man", "plain", False)


def test_the_reason_is_kept_beside_the_decision() -> None:
    """A decision carries its rule, its clauses, and the facts looked at; a default those of all rules."""
    pack = two_levels()
    grave = routed(pack, case("waste", facts={"grade": 7}))
    assert (grave.rule.because, grave.facts_used) == (("A-1",), {"departments": 2, "grade": 7})
    assert grave.rule.spot.file == "two-levels/template.yaml"
    usual = routed(pack, case("talk"))
    assert usual.facts_used == {"departments": 0, "grade": None, "level": None}
    assert grave.departments == ("a-town/office", "county/bureau")


def test_who_leads_now_is_the_previous_lead_of_the_next_decision() -> None:
    """A hand-over keeps who led before: as a lead that stays, or as an assisting unit."""
    pack = two_levels()
    held = case("talk", levels=("town",), lead="a-town/centre")
    assert routed(pack, held).lead == "a-town/centre"
    raised = routed(pack, replace(held, category="waste", facts={"grade": 9}))
    assert (raised.lead, raised.assisting) == ("a-town/office", ("a-town/centre",))


def test_the_lead_does_not_assist_itself() -> None:
    """A unit that leads is left out of those who assist."""
    held = case("waste", levels=("town",), lead="a-town/office", facts={"grade": 9})
    assert routed(two_levels(), held).assisting == ()


def test_a_grid_worker_is_no_assisting_unit() -> None:
    """The first contact assists where it is a unit of the town; a grid worker holds no level."""
    pack = real("t-vtc")
    village = case("illegal-dumping", "east-1", first_contact="t-vtc.east-village/village-station-head")
    assert routed(pack, village).assisting == ("t-vtc.east-village/village-station-head",)
    found = case("illegal-dumping", "east-1", first_contact="t-vtc.east-1/grid", finder_role="grid_worker")
    assert routed(pack, found).assisting == ()


def test_a_lead_that_stays_has_accepted_already() -> None:
    """The first lead accepts as the pack says, a new one after a hand-over too; one that stays need not."""
    pack = two_levels()
    assert routed(pack, case("talk")).acceptance == "automatic"
    handed = case("waste", levels=("village",), lead="a-town.hamlet/head", facts={"grade": 9})
    assert routed(pack, handed).acceptance == "lead"
    assert routed(pack, case("talk", levels=("town",), lead="a-town/centre")).acceptance == "automatic"


def test_a_rule_counts_from_its_first_day_to_its_last() -> None:
    """Dates of effect are compared with the report's local day, both days included."""
    book = books().of(two_levels(more=SPRING))
    days = {date(2026, 2, 28): "usual", date(2026, 3, 1): "spring", date(2026, 3, 31): "spring",
            date(2026, 4, 1): "usual"}  # fmt: skip
    for on, rule in days.items():
        answer = book.route(case(facts={"grade": 1}), on)
        assert isinstance(answer, Decision)
        assert answer.rule.rule == rule


def test_where_no_rule_holds_the_fallback_owner_has_it() -> None:
    """Nothing is lost: without a rule the pack's fallback unit leads, flagged, and the cause is said."""
    pack = two_levels()
    pack = replace(pack, routing=pack.routing[:1])
    answer = books().of(pack).route(case("talk"), ON)
    assert isinstance(answer, Unroutable)
    assert (answer.cause, answer.answers) == ("no-rule", {})
    fallback = answer.decision
    assert (fallback.lead, fallback.levels, fallback.procedure) == ("a-town/centre", ("town",), "plain")
    assert (fallback.fallback, fallback.flagged, fallback.acceptance) == (True, True, "automatic")


def test_where_nobody_can_lead_the_fallback_owner_has_it() -> None:
    """A rule whose lead does not exist for this case (nobody led it before) decides nothing."""
    pack = two_levels()
    kept = replace(pack.routing[1], when=Test("grade", Op.GE, 5))
    pack = replace(pack, routing=(kept, *pack.routing[2:]))
    answer = books().of(pack).route(case("talk", facts={"grade": 9}), ON)
    assert isinstance(answer, Unroutable)
    assert (answer.cause, answer.answers) == ("no-lead", {"rule": "kept"})
    assert answer.decision.lead == "a-town/centre"


def test_a_rule_may_say_that_nobody_leads() -> None:
    """A matter that is returned has no lead, and that is a decision."""
    assert routed(two_levels(more=RETURNED), case()).lead is None


def test_a_wrong_fact_is_no_crash() -> None:
    """A fact that is not what it was declared to be holds the case for a person, with the error."""
    answer = books().of(two_levels()).route(case(facts={"grade": "5"}), ON)
    assert isinstance(answer, Unroutable)
    assert answer.cause == "error"
    assert "grade" in answer.answers["error"]


class Perverse(JudgeCache):
    """A cache whose judges compile every condition wrongly for durable-rules."""

    def judge_for(self, rows: Sequence[Row], declared: Mapping[str, FactType]) -> Judge:
        return Judge(rows, declared, "both", _negated)


def _negated(rows: Sequence[Row], declared: Mapping[str, FactType], aim: Aim) -> CompiledTable:
    wrong = [row if row.when == ALWAYS else Row(row.id, Not(row.when)) for row in rows]
    return compile_rules(wrong, declared, aim)


def test_evaluators_that_differ_hold_the_case_for_a_person() -> None:
    """Where the evaluators differ, neither decides: both answers are kept, the fallback has it."""
    book = CompiledRules(two_levels(), PartCache(Perverse()))
    answer = book.route(case("talk"), ON)
    if not available():
        assert isinstance(answer, Decision)
        assert answer.evaluator == "reference"
        return
    assert isinstance(answer, Unroutable)
    assert (answer.cause, answer.decision.lead) == ("disagreement", "a-town/centre")
    assert answer.answers == {"reference": ("usual",), "durable-rules": ("grave",)}
    held = case("talk", levels=("village",))
    assert not book.limits(held, ON).agreed
    assert not book.notices("assigned", held, ON).agreed


def test_both_evaluators_decide_where_both_are_there() -> None:
    """The decision says who took part."""
    assert routed(two_levels(), case()).evaluator == ("both" if available() else "reference")
    answer = CompiledRulesCache("reference", 4).of(two_levels()).route(case(), ON)
    assert isinstance(answer, Decision)
    assert answer.evaluator == "reference"


def test_an_unknown_engine_is_refused() -> None:
    """CompiledRulesCache are built with both evaluators or with the reference alone."""
    with pytest.raises(ValueError, match="engine"):
        CompiledRulesCache("zen", 4)


def test_an_unknown_category_concerns_no_department() -> None:
    """A category of another edition does not stop a decision: the default rule takes it."""
    decision = routed(real("t-vtc"), case("gone", "east-1"))
    assert (decision.rule.rule, decision.departments) == ("own-matter", ())
