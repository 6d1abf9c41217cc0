"""One door, two evaluators: what a verdict says when they agree, when one fails, and when one is missing."""

import gc
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from random import Random
from threading import Barrier
from typing import Any as Anything

import pytest

from shared.rules.logic.condition import ALWAYS, Condition, Not, Op, Test
from shared.rules.logic.durable import EngineFailed, available
from shared.rules.logic.facts import FactType, Kind
from shared.rules.logic.judge import Judge, JudgeCache
from shared.rules.logic.plain import (
    condition_from,
    declared_from,
    fingerprint,
    plain_condition,
    plain_declared,
)
from shared.rules.logic.rulebook import Row, RulesRefused
from tests.logic.tables import DECLARED, opinion, random_case, random_condition, random_table

TOWN = {"n": FactType("n", Kind.INT), "类别": FactType("类别", Kind.CHOICE, ("垃圾", "噪音"))}
ROWS = (Row("rubbish", Test("类别", Op.EQ, "垃圾")), Row("many", Test("n", Op.GE, 5)), Row("rest", ALWAYS))


class Watched:
    """The real engine; counts what is created and freed, and fails when told to."""

    def __init__(self) -> None:
        self._engine = import_module("durable_rules_engine")
        self.calls: Counter[str] = Counter()
        self.living: set[int] = set()
        self.fail_at: dict[str, int] = {}
        self.answers: dict[str, Anything] = {}

    def __getattr__(self, name: str) -> Callable[..., Anything]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments: self._call(name, *arguments)

    def _call(self, name: str, *arguments: Anything) -> Anything:
        self.calls[name] += 1
        if self.fail_at.get(name) == self.calls[name]:
            raise RuntimeError(f"{name} failed")
        if name in self.answers:
            return self.answers[name]
        answer = getattr(self._engine, name)(*arguments)
        if name == "create_ruleset":
            self.living.add(answer)
        if name == "delete_ruleset":
            self.living.remove(arguments[0])
        return answer


def test_a_verdict_names_both_answers() -> None:
    """Where both agree, the verdict carries the one answer of both, and who gave it."""
    judge = Judge(ROWS, TOWN)
    verdict = judge.all({"n": 7})
    assert (verdict.matched, verdict.reference, verdict.durable) == (("many", "rest"),) * 3
    assert (verdict.agreed, verdict.error, verdict.evaluator) == (True, None, "both")
    assert judge.first({"类别": "垃圾"}).matched == ("rubbish",)
    assert judge.degraded is None


def test_the_reference_can_decide_alone_by_choice() -> None:
    """A judge asked for the reference alone never touches durable-rules."""
    judge = Judge(ROWS, TOWN, "reference", load=_missing)
    verdict = judge.first({"n": 7})
    assert (verdict.matched, verdict.durable, verdict.agreed) == (("many",), None, True)
    assert (verdict.evaluator, judge.evaluator, judge.degraded) == ("reference", "reference", None)


def _missing(name: str) -> Anything:
    raise ModuleNotFoundError(f"No module named {name!r}")


def _broken(name: str) -> Anything:
    raise SystemError(f"{name} was built for another Python")


@pytest.mark.parametrize(
    "load", [_missing, _broken, lambda name: object()], ids=["missing", "broken", "foreign"]
)
def test_without_durable_rules_the_reference_decides_and_says_so(load: Callable[[str], Anything]) -> None:
    """Where durable-rules cannot be used, cases are decided by the reference, and the judge says why."""
    judge = Judge(ROWS, TOWN, "both", load=load)
    assert judge.degraded is not None
    assert "durable-rules" in judge.degraded
    for verdict in (judge.all({"n": 5}), judge.first({"n": 5})):
        assert (verdict.agreed, verdict.durable, verdict.evaluator) == (True, None, "reference")
    judge.prepare()
    judge.close()
    assert not available(load)
    assert available()


FAILING = ["assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact"]


@pytest.mark.parametrize("call", FAILING)
def test_a_failure_in_the_middle_holds_one_case_and_spoils_no_other(call: str) -> None:
    """Whichever call fails, the case is held with the reason, and the next one sees nothing of it."""
    engine = Watched()
    judge = Judge(ROWS, TOWN, load=lambda name: engine)
    judge.prepare()
    engine.fail_at[call] = engine.calls[call] + 1
    held = judge.all({"n": 7, "类别": "垃圾"})
    assert (held.agreed, held.durable, held.matched) == (False, None, ("rubbish", "many", "rest"))
    # Not in durable-rules' words: it repeats the case in them.
    assert held.error == "durable-rules: RuntimeError"
    after = judge.all({"n": 1})
    assert (after.agreed, after.matched) == (True, ("rest",))
    assert judge.rebuilt == 1
    del held, after
    gc.collect()
    assert len(engine.living) == 2, "the distrusted book was freed, the two in use were not"


@pytest.mark.parametrize("call", ["assert_event", "start_action_for_state", "complete_and_start_action"])
def test_a_failure_on_the_first_rule_holds_one_case(call: str) -> None:
    """The same for the question which rule comes first."""
    engine = Watched()
    judge = Judge(ROWS, TOWN, load=lambda name: engine)
    judge.prepare()
    engine.fail_at[call] = engine.calls[call] + 1
    assert not judge.first({"n": 7}).agreed
    assert judge.first({"n": 1}).matched == ("rest",)
    assert judge.first({"n": 1}).agreed


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("assert_fact", (2, 1)),
        ("start_action_for_state", None),
        ("complete_and_start_action", '{"1":{"m":{}}}'),
        ("complete_and_start_action", ""),
    ],
    ids=["seen before", "fires nothing", "fires for ever", "fires nonsense"],
)
def test_answers_that_may_not_be_are_failures(call: str, answer: Anything) -> None:
    """An answer outside what a matcher can give ends the question, in bounded time, as a failure."""
    engine = Watched()
    judge = Judge(ROWS, TOWN, load=lambda name: engine)
    judge.prepare()
    engine.answers[call] = answer
    verdict = judge.all({"n": 7})
    assert not verdict.agreed
    assert verdict.error is not None
    engine.answers.clear()
    assert judge.all({"n": 7}).agreed


def test_a_probe_that_does_not_fire_stops_the_book() -> None:
    """An engine in which not even the probe fires is not trusted with a case."""
    engine = Watched()
    engine.answers["assert_event"] = (1, 0)
    judge = Judge(ROWS, TOWN, load=lambda name: engine)
    with pytest.raises(EngineFailed, match="probe"):
        judge.prepare()
    verdict = judge.first({})
    assert (verdict.agreed, verdict.durable, verdict.evaluator) == (False, None, "both")


def test_what_is_built_is_freed() -> None:
    """Every set is freed exactly once: by close, or with the last user of the judge."""
    engine = Watched()
    judge = Judge(ROWS, TOWN, load=lambda name: engine)
    judge.prepare()
    assert len(engine.living) == 2
    judge.close()
    assert not engine.living
    judge.close()
    with pytest.raises(RuntimeError):
        judge.first({})
    other = Judge(ROWS, TOWN, load=lambda name: engine)
    other.prepare()
    assert len(engine.living) == 2
    del other
    gc.collect()
    assert not engine.living
    assert engine.calls["delete_state"] == engine.calls["delete_ruleset"] == engine.calls["create_ruleset"]


@pytest.mark.parametrize("seed", range(5))
def test_eight_threads_share_a_judge(seed: int) -> None:
    """Asked from eight threads at once, from the first question on, every verdict is right."""
    random = Random(seed)
    rows = random_table(random, 30)
    judge, start = Judge(rows, DECLARED), Barrier(8)
    cases = [random_case(random) for _ in range(60)]

    def ask(offset: int) -> int:
        start.wait()
        right = 0
        for case in cases[offset:] + cases[:offset]:
            expected = opinion(rows, case)
            every, first = judge.all(case), judge.first(case)
            right += every.agreed and first.agreed and every.matched == expected == every.durable
            right += first.matched == expected[:1]
        return right

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(0, 56, 7))) == [120] * 8
    assert judge.rebuilt == 0
    judge.close()


def test_equal_tables_share_one_judge() -> None:
    """Two thousand towns on three templates are judged by three judges, whoever built the tables."""
    cache = JudgeCache(most=10)
    judges = set()
    for town in range(2000):
        bound = town % 3
        rows = (Row("few", Test("n", Op.LT, bound)), Row("rest", Not(Test("n", Op.MISSING))))
        judges.add(cache.judge_for(rows, {"n": FactType("n", Kind.INT)}))
    assert len(judges) == len(cache) == 3


def test_content_makes_the_fingerprint() -> None:
    """Any difference of rules, order or declaration is another table; the order of facts is not."""
    tables = [
        (ROWS, TOWN),
        (ROWS[::-1], TOWN),
        (ROWS[:2], TOWN),
        ((Row("other", ROWS[0].when), *ROWS[1:]), TOWN),
        (ROWS, {**TOWN, "n": FactType("n", Kind.INT, low=0)}),
        (ROWS, {**TOWN, "x": FactType("x", Kind.BOOL)}),
        ((Row("rubbish", Not(ROWS[0].when)), *ROWS[1:]), TOWN),
        ((ROWS[0], Row("many", Test("n", Op.GT, 5)), ROWS[2]), TOWN),
        ((ROWS[0], Row("many", Test("n", Op.IN, (5,))), ROWS[2]), TOWN),
        ((ROWS[0], Row("many", Test("n", Op.EQ, 5)), ROWS[2]), TOWN),
    ]
    assert len({fingerprint(*table) for table in tables}) == len(tables)
    assert fingerprint(ROWS, dict(reversed(TOWN.items()))) == fingerprint(ROWS, TOWN)


def test_plain_forms_come_back() -> None:
    """A table survives the way through plain JSON values."""
    random = Random(11)
    for _ in range(200):
        condition = random_condition(random)
        assert condition_from(plain_condition(condition)) == condition
    assert declared_from(plain_declared(DECLARED)) == DECLARED


def test_the_least_recently_used_judge_is_let_go() -> None:
    """The cache is bounded; a judge that it lets go works on for whoever holds it."""
    cache = JudgeCache(most=2)
    tables = [(Row(f"r{number}", Test("n", Op.EQ, number)),) for number in range(3)]
    first, second = (cache.judge_for(table, TOWN) for table in tables[:2])
    assert cache.judge_for(tables[0], TOWN) is first
    cache.judge_for(tables[2], TOWN)
    assert len(cache) == 2
    assert cache.judge_for(tables[0], TOWN) is first
    assert second.first({"n": 1}).agreed
    assert cache.judge_for(tables[1], TOWN) is not second


def test_an_unsound_table_leaves_the_cache_as_it_was() -> None:
    """A refused table is refused each time, and takes no room; so is one too deep to be hashed."""
    cache = JudgeCache(most=2)
    deep: Condition = ALWAYS
    for _ in range(5000):
        deep = Not(deep)
    conditions = (Test("x", Op.EQ, 1), deep, Test("n", Op.EQ, 2**70), Test("类别", Op.EQ, "\ud800"))
    for row in (Row("r", condition) for condition in conditions):
        for _ in range(2):
            with pytest.raises(RulesRefused):
                cache.judge_for((row,), TOWN)
    assert len(cache) == 0
    with pytest.raises(ValueError, match="own names"):
        cache.judge_for(ROWS, {"m": TOWN["n"]})


def test_a_table_asked_for_by_many_threads_is_built_once() -> None:
    """Eight threads that want the same new table get the same judge."""
    engine = Watched()
    cache, start = JudgeCache(load=lambda name: engine), Barrier(8)

    def want(_: int) -> Judge:
        start.wait()
        judge = cache.judge_for(ROWS, TOWN)
        judge.prepare()
        return judge

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(want, range(8)))) == 1
    assert engine.calls["create_ruleset"] == 2
