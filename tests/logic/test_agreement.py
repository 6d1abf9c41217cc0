"""Four readings of a condition agree: generated source, plain interpreter, durable-rules, and our own."""

from collections import Counter
from random import Random
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.logic.condition import All, Any, Condition, Not, Op, Test, check_condition
from shared.rules.logic.facts import FactType, Kind, Value
from shared.rules.logic.judge import Judge
from shared.rules.logic.normal import alternatives, normal_form
from shared.rules.logic.packing import Aim
from shared.rules.logic.rulebook import Row
from shared.rules.logic.sharding import compile_rules
from shared.rules.logic.terms import ORDERS
from shared.rules.logic.truth import holds
from tests.logic.tables import DECLARED, TEXTS, opinion, random_case, random_condition, random_table

TABLES, CASES = 120, 100  # two questions each: 24,000 decisions


def agreeing(judge: Judge, rows: tuple[Row, ...], case: dict[str, Value]) -> int:
    """Assert that all four agree on a case; return how many rules hold."""
    expected = opinion(rows, case)
    facts = judge.check(case)
    assert tuple(row.id for row in rows if holds(row.when, facts)) == expected
    every, first = judge.all(facts), judge.first(facts)
    assert (every.evaluator, every.agreed, every.error) == ("both", True, None)
    assert every.reference == every.durable == every.matched == expected
    assert first.agreed
    assert first.reference == first.durable == first.matched == expected[:1]
    return len(expected)


def test_all_readings_agree_on_random_tables() -> None:
    """On 24,000 random decisions with Chinese and emoji names, missing facts and nested groups, all agree."""
    random = Random(20_260_213)
    matches: Counter[int] = Counter()
    for _ in range(TABLES):
        rows = random_table(random, most=30)
        judge = Judge(rows, DECLARED)
        for _ in range(CASES):
            matches[min(agreeing(judge, rows, random_case(random, random.choice((0.2, 0.7, 1.0)))), 3)] += 1
        judge.close()
    assert min(matches[count] for count in range(4)) > CASES, "the tables exercise too little"


@pytest.mark.parametrize(("count", "share", "gated"), [(900, 0.7, {"all"}), (100, 1.0, {"first", "all"})])
def test_all_readings_agree_on_long_tables(count: int, share: float, gated: set[Aim]) -> None:
    """Tables that fall apart into many sets, behind gates, are decided alike."""
    random = Random(7)
    rows = tuple(Row(f"{number}", row.when) for number, row in enumerate(_rows(random, count, share)))
    aims: tuple[Aim, ...] = ("first", "all")
    plans = {aim: compile_rules(rows, DECLARED, aim) for aim in aims}
    assert {aim for aim, plan in plans.items() if any(one.gate for one in plan.sets)} == gated
    judge = Judge(rows, DECLARED)
    for _ in range(150):
        agreeing(judge, rows, random_case(random))
    judge.close()


def test_tables_in_which_nearly_everything_holds_stay_within_the_stack() -> None:
    """Two hundred wide rules, most of whose comparisons hold at once, never overflow durable-rules."""
    random = Random(13)
    for _ in range(4):
        rows = tuple(Row(f"{number}", _wide(random)) for number in range(200))
        judge = Judge(rows, DECLARED)
        for extreme in (-(2**53), 0, 2**53):
            case: dict[str, Value] = {"人数": extreme, "id": float(extreme), "sid": random.randint(-5, 5)}
            case |= {"🏠.open air": random.random() < 0.5, "has-photo": True, "备注": "好", "level": "镇"}
            agreeing(judge, rows, case)
            agreeing(judge, rows, {"人数": extreme})
        judge.close()


def _wide(random: Random) -> Condition:
    numbers = [
        Test("人数", random.choice((Op.GE, Op.LE, Op.NE)), random.randint(-999, 999)) for _ in range(3)
    ]
    others = [random_condition(random, 1) for _ in range(random.randint(1, 3))]
    condition = All((Any((*numbers, Test("id", Op.NE, random.randint(0, 99)))), Any(tuple(others))))
    return condition if not check_condition(condition, DECLARED) else numbers[0]


def _rows(random: Random, count: int, share: float) -> list[Row]:
    """Rules of which this share asks for one text, as those of a town ask for a category."""
    rows: list[Row] = []
    while len(rows) < count:
        for row in random_table(random):
            condition = All((_text(random), row.when)) if random.random() < share else row.when
            if not check_condition(condition, DECLARED):
                rows.append(Row(row.id, condition))
    return rows[:count]


def _text(random: Random) -> Test:
    some = tuple({normalize("NFC", random.choice(TEXTS)): None for _ in range(random.choice((1, 1, 1, 3)))})
    return Test("备注", Op.IN, some) if len(some) > 1 else Test("备注", Op.EQ, some[0])


SMALL = {
    fact.name: fact
    for fact in (
        FactType("种类", Kind.CHOICE, ("甲", "乙🏮", "丙")),
        FactType("b", Kind.BOOL),
        FactType("n", Kind.INT, low=-1, high=2),
        FactType("d", Kind.DECIMAL, low=0, high=1),
        FactType("t", Kind.TEXT),
    )
}
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "种类": st.sampled_from(SMALL["种类"].values),
    "b": st.booleans(),
    "n": st.integers(-1, 2),
    "d": st.sampled_from((0.0, 0.5, 0.5001, 1.0)),
    "t": st.sampled_from(("", "a", "好", '"')),
}


@st.composite
def small_tests(draw: st.DrawFn) -> Test:
    """One test over the small facts."""
    name = draw(st.sampled_from(list(SMALL)))
    orders = [Op.LT, Op.LE, Op.GT, Op.GE, Op.OR_MORE, Op.OR_LESS] if name in ("n", "d") else []
    op = draw(st.sampled_from([Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.PRESENT, Op.MISSING, *orders]))
    if op in (Op.PRESENT, Op.MISSING):
        return Test(name, op)
    if op in (Op.IN, Op.NOT_IN):
        return Test(name, op, tuple(draw(st.lists(VALUES[name], min_size=1, max_size=3, unique=True))))
    return Test(name, op, draw(VALUES[name]))


def groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Groups and negations of parts."""
    some = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(some.map(All), some.map(Any), parts.map(Not))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(small_tests(), groups, max_leaves=8)
CASE = st.fixed_dictionaries({}, optional=VALUES)


@settings(max_examples=250)
@given(st.lists(CONDITIONS, min_size=1, max_size=6), st.lists(CASE, min_size=1, max_size=8))
def test_all_readings_agree_on_any_condition(
    conditions: list[Condition], cases: list[dict[str, Value]]
) -> None:
    """Whatever can be written as a sound condition is decided alike by all, on any facts."""
    rows = tuple(
        Row(f"r{number}", condition)
        for number, condition in enumerate(conditions)
        if not check_condition(condition, SMALL)
    )
    judge = Judge(rows, SMALL)
    for case in cases:
        full = {**dict.fromkeys(SMALL), **case}
        expected = tuple(row.id for row in rows if _truth(row.when, full))
        verdict, first = judge.all(case), judge.first(case)
        assert verdict.agreed
        assert first.agreed
        assert verdict.matched == expected
        assert first.matched == expected[:1]
    judge.close()


@given(CONDITIONS, CASE)
def test_the_normal_form_means_the_same(condition: Condition, case: dict[str, Value]) -> None:
    """Turned around, taken apart into ways to hold, a condition still says what it said."""
    ways = alternatives(normal_form(condition))
    opposite = alternatives(normal_form(condition, wanted=False))
    truth = any(all(leaf.holds(case.get(leaf.fact)) for leaf in way) for way in ways)
    assert truth == holds(condition, case)
    assert truth != any(all(leaf.holds(case.get(leaf.fact)) for leaf in way) for way in opposite)


def _truth(condition: Condition, case: dict[str, Value | None]) -> bool:
    """A truth table row, by plain recursion over names of classes."""
    kind = type(condition).__name__
    if kind == "Not":
        return not _truth(condition.part, case)  # type: ignore[union-attr]
    if kind in ("All", "Any"):
        truths = {_truth(part, case) for part in condition.parts}  # type: ignore[union-attr]
        return False not in truths if kind == "All" else True in truths
    assert isinstance(condition, Test)
    got, wanted = case[condition.fact], condition.value
    if got is None or condition.op in (Op.MISSING, Op.PRESENT):
        return (got is None) == (condition.op is Op.MISSING)
    some = wanted if isinstance(wanted, tuple) else (wanted,)
    answers = {"eq": got in some, "in": got in some, "ne": got not in some, "not_in": got not in some}
    if condition.op in answers:
        return answers[condition.op]
    place = (got > wanted) - (got < wanted)  # type: ignore[operator]
    included = {"le": (-1, 0), "ge": (0, 1), "or_less": (-1, 0), "or_more": (0, 1)}
    return place in {"lt": (-1,), "gt": (1,), **included}[str(condition.op)]


def test_missing_facts_fail_every_test_but_missing() -> None:
    """A missing fact fails eq, ne, the orders, in, not in and present; a negation holds for it."""
    tests = [Test("n", op, 1) for op in (Op.EQ, Op.NE, *sorted(ORDERS))]
    tests += [Test("n", op, (1, 2)) for op in (Op.IN, Op.NOT_IN)] + [Test("n", Op.PRESENT)]
    rows = [Row(f"{number}", test) for number, test in enumerate(tests)]
    rows += [Row(f"not {number}", Not(test)) for number, test in enumerate(tests)]
    rows += [Row("missing", Test("n", Op.MISSING)), Row("not missing", Not(Test("n", Op.MISSING)))]
    verdict = Judge(rows, SMALL).all({})
    assert verdict.agreed
    assert verdict.matched == (*(f"not {number}" for number in range(len(tests))), "missing")
