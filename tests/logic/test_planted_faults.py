"""A fault planted in what durable-rules runs never decides a case: the reference differs, it is held."""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any as Anything

import pytest

from shared.rules.logic.condition import ALWAYS, All, Any, Not, Op, Test
from shared.rules.logic.facts import FactType, Kind
from shared.rules.logic.judge import Judge, Judgement
from shared.rules.logic.packing import Aim
from shared.rules.logic.rulebook import Row
from shared.rules.logic.sharding import CompiledTable, RuleSet, compile_rules

DECLARED = {
    "类别": FactType("类别", Kind.CHOICE, ("垃圾", "噪音", "邻里纠纷")),
    "people": FactType("people", Kind.INT),
    "urgent": FactType("urgent", Kind.BOOL),
}
ROWS = (
    Row("crowd", All((Test("类别", Op.EQ, "垃圾"), Test("people", Op.LT, 10)))),
    Row("rest", All((Test("类别", Op.NOT_IN, ("噪音",)), Not(Test("urgent", Op.EQ, True))))),
    Row("either", Any((Test("people", Op.GE, 100), Test("urgent", Op.EQ, True)))),
    Row("default", ALWAYS),
)
Rules = dict[str, dict[str, Anything]]


def planted(
    fault: Callable[[Rules], None],
) -> Callable[[Sequence[Row], Mapping[str, FactType], Aim], CompiledTable]:
    """A compilation that goes wrong in this way in every set."""

    def compile_wrongly(rows: Sequence[Row], declared: Mapping[str, FactType], aim: Aim) -> CompiledTable:
        plan = compile_rules(rows, declared, aim)
        return replace(plan, sets=tuple(_with(one, fault) for one in plan.sets))

    return compile_wrongly


def _with(rules: RuleSet, fault: Callable[[Rules], None]) -> RuleSet:
    changed = copy.deepcopy(dict(rules.rules))
    before = json.dumps(changed)
    fault(changed)
    assert json.dumps(changed) != before, "the fault was not planted"
    return replace(rules, rules=changed)


def terms(rules: Rules, place: int) -> list[dict[str, Anything]]:
    """The terms of the rule at this place; the first asks for a case."""
    found: list[dict[str, Anything]] = rules[str(place)]["all"][0]["m"]["$and"]
    return found


def term_with(rules: Rules, place: int, operator: str) -> dict[str, Anything]:
    """The term of the rule that uses this operator."""
    return next(term for term in terms(rules, place) if operator in term)


def negate(rules: Rules) -> None:
    """Turn an equality around."""
    term = terms(rules, 0)[1]
    ((name, value),) = term.items()
    term.clear()
    term["$neq"] = {name: value}


def wrong_operator(rules: Rules) -> None:
    """Write 'at most' for 'below'."""
    term = term_with(rules, 0, "$lt")
    term["$lte"] = term.pop("$lt")


def off_by_one(rules: Rules) -> None:
    """Move a bound by one."""
    bound = term_with(rules, 0, "$lt")["$lt"]
    bound.update({name: value - 1 for name, value in bound.items()})


def drop_leaf(rules: Rules) -> None:
    """Lose one term of an `all`."""
    terms(rules, 0).pop()


def drop_branch(rules: Rules) -> None:
    """Lose one branch of an `any`."""
    term_with(rules, 2, "$or")["$or"].pop()


def or_for_and(rules: Rules) -> None:
    """Join the terms of an `all` as if they were an `any`."""
    guard, *others = terms(rules, 0)
    terms(rules, 0)[:] = [guard, {"$or": others}]


def drop_rule(rules: Rules) -> None:
    """Lose a whole rule."""
    del rules["1"]


def swap_priorities(rules: Rules) -> None:
    """Let a later rule come first."""
    rules["0"]["pri"], rules["3"]["pri"] = rules["3"]["pri"], rules["0"]["pri"]


def swap_names(rules: Rules) -> None:
    """Report one rule under the name of another."""
    rules["1"]["all"], rules["2"]["all"] = rules["2"]["all"], rules["1"]["all"]


def wrong_value(rules: Rules) -> None:
    """Number a text wrongly."""
    term = terms(rules, 0)[1]
    term.update({name: value + 1 for name, value in term.items()})


RUBBISH = {"类别": "垃圾", "people": 9, "urgent": False}
CAUGHT = [
    (negate, RUBBISH, "all"),
    (negate, {"类别": "噪音", "people": 9}, "first"),
    (wrong_operator, {**RUBBISH, "people": 10}, "all"),
    (wrong_operator, {**RUBBISH, "people": 10}, "first"),
    (off_by_one, RUBBISH, "all"),
    (off_by_one, RUBBISH, "first"),
    (drop_leaf, {**RUBBISH, "people": 10}, "all"),
    (drop_leaf, {**RUBBISH, "people": 10}, "first"),
    (drop_branch, {"people": 100}, "all"),
    (or_for_and, {**RUBBISH, "people": 10}, "first"),
    (drop_rule, {"类别": "邻里纠纷"}, "all"),
    (drop_rule, {"类别": "邻里纠纷"}, "first"),
    (swap_priorities, RUBBISH, "first"),
    (swap_names, {"类别": "邻里纠纷"}, "all"),
    (swap_names, {"类别": "邻里纠纷"}, "first"),
    (wrong_value, RUBBISH, "all"),
]


def asked(judge: Judge, facts: Mapping[str, object], verb: str) -> Judgement:
    """The verdict on this kind of question."""
    return judge.first(facts) if verb == "first" else judge.all(facts)


@pytest.mark.parametrize(
    ("fault", "facts", "verb"), CAUGHT, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_planted_fault_is_held(
    fault: Callable[[Rules], None], facts: dict[str, Anything], verb: str
) -> None:
    """On facts where the fault matters, the verdict holds both answers and the book is built anew."""
    judge = Judge(ROWS, DECLARED, compile_rows=planted(fault))
    verdict = asked(judge, facts, verb)
    sound = asked(Judge(ROWS, DECLARED), facts, verb)
    assert sound.agreed
    assert not verdict.agreed
    assert verdict.error is None
    assert verdict.matched == verdict.reference == sound.matched
    assert verdict.durable is not None
    assert verdict.durable != verdict.reference
    assert judge.rebuilt == 1
    assert not asked(judge, facts, verb).agreed
    assert judge.rebuilt == 2


# In their order and each once: a set of functions has another order in every process, and workers must agree on one.
@pytest.mark.parametrize(
    "fault", dict.fromkeys(fault for fault, _, _ in CAUGHT), ids=lambda fault: fault.__name__
)
def test_every_fault_shows_on_some_case(fault: Callable[[Rules], None]) -> None:
    """Put to all cases of the table, each fault is held at least once, and never decides one wrongly."""
    judge, sound = Judge(ROWS, DECLARED, compile_rows=planted(fault)), Judge(ROWS, DECLARED, "reference")
    held = 0
    for category in (None, *DECLARED["类别"].values):
        for people in (None, 8, 9, 10, 99, 100):
            for urgent in (None, True, False):
                facts = {"类别": category, "people": people, "urgent": urgent}
                for verb in ("first", "all"):
                    verdict = asked(judge, facts, verb)
                    held += not verdict.agreed
                    assert verdict.matched == asked(sound, facts, verb).matched
    assert held


def test_a_fault_that_does_not_matter_holds_nobody() -> None:
    """Cases on which a faulty compilation happens to be right go on."""
    judge = Judge(ROWS, DECLARED, compile_rows=planted(wrong_operator))
    assert judge.all(RUBBISH).agreed
    assert judge.rebuilt == 0


def test_a_wrong_gate_is_held() -> None:
    """A set that is not asked although it could match is missed by the reference's answer."""
    rows = tuple(Row(f"r{number}", Test("people", Op.EQ, number % 40)) for number in range(400))

    def compile_wrongly(rows: Sequence[Row], declared: Mapping[str, FactType], aim: Aim) -> CompiledTable:
        plan = compile_rules(rows, declared, aim)
        gated = [one for one in plan.sets if one.gate]
        assert gated
        return replace(plan, sets=tuple(one for one in plan.sets if one is not gated[0]))

    judge = Judge(rows, DECLARED, compile_rows=compile_wrongly)
    for ask in (judge.all, judge.first):
        agreed = [ask({"people": number}).agreed for number in range(45)]
        assert 0 < agreed.count(False) < 40


def test_a_compilation_that_fails_is_held() -> None:
    """Where nothing can be compiled, the case is held with the reason; it is not decided by one alone."""

    def compile_wrongly(rows: Sequence[Row], declared: Mapping[str, FactType], aim: Aim) -> CompiledTable:
        raise RuntimeError("no plan today")

    verdict = Judge(ROWS, DECLARED, compile_rows=compile_wrongly).all(RUBBISH)
    assert (verdict.agreed, verdict.durable, verdict.evaluator) == (False, None, "both")
    assert verdict.error is not None
    assert "no plan today" in verdict.error


def test_rules_that_the_engine_refuses_are_held() -> None:
    """A set that durable-rules does not load holds the case with its error."""

    def unreadable(rules: Rules) -> None:
        rules["0"]["all"] = [{"m": {"$and": [{"c": 1}, {"$nonsense": {"a": 1}}]}}]

    verdict = Judge(ROWS, DECLARED, compile_rows=planted(unreadable)).first(RUBBISH)
    assert not verdict.agreed
    assert verdict.error is not None
