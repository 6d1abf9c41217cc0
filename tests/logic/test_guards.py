"""Whatever hangs, kills or deceives durable-rules is refused, or never handed to it."""

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any as Anything

import pytest

from shared.rules.logic.condition import ALWAYS, All, Any, Condition, Not, Op, Test, check_condition
from shared.rules.logic.encoding import CASE, fnv_hash, short_names
from shared.rules.logic.facts import FactError, FactType, Kind, check_facts
from shared.rules.logic.judge import Judge, Judgement
from shared.rules.logic.network import MOST_RULES, MOST_SIBLINGS
from shared.rules.logic.packing import Aim
from shared.rules.logic.rulebook import MOST_FACTS, Row, RulesRefused, check_rows
from shared.rules.logic.rulebook import MOST_RULES as LONGEST_TABLE
from shared.rules.logic.sharding import PROBE_RULE, CompiledTable, compile_rules
from tests.logic.tables import DECLARED, opinion, random_table

SAFE = {"$and", "$or", "$neq", "$lt", "$lte", "$gt", "$gte"}
AIMS: tuple[Aim, ...] = ("first", "all")


def rows_of(*conditions: Condition) -> tuple[Row, ...]:
    """Rules named by their place."""
    return tuple(Row(f"r{number}", condition) for number, condition in enumerate(conditions))


def decided(rows: Sequence[Row], declared: dict[str, FactType], case: dict[str, Anything]) -> Judgement:
    """The verdict of both evaluators, which must agree on all rules and on the first."""
    judge = Judge(rows, declared)
    every, first = judge.all(case), judge.first(case)
    assert every.agreed, every
    assert first.agreed, first
    assert every.durable is not None
    assert first.durable == every.durable[:1]
    judge.close()
    return every


def terms_in(value: Anything) -> Iterator[dict[str, Anything]]:
    """Every JSON object below the conditions of a rule."""
    if isinstance(value, dict):
        yield value
        for below in value.values():
            yield from terms_in(below)
    elif isinstance(value, list):
        for below in value:
            yield from terms_in(below)


def plans(rows: Sequence[Row], declared: dict[str, FactType]) -> list[CompiledTable]:
    """The table compiled for both kinds of question."""
    return [compile_rules(rows, declared, aim) for aim in AIMS]


def test_only_safe_terms_are_ever_compiled() -> None:
    """No `$ex`, `$nex`, regular expression, arithmetic or text; one operator a term; no group is empty."""
    from random import Random

    random = Random(5)
    for _ in range(200):
        for plan in plans(random_table(random, 20), DECLARED):
            for rules in plan.sets:
                for rule in rules.rules.values():
                    assert set(rule) == {"all", "pri"}
                    for term in terms_in(rule["all"][0]["m"]):
                        ((name, operand),) = term.items()
                        assert name in SAFE or not name.startswith("$")
                        assert operand != []
                        assert isinstance(operand, dict | list | int | float)


def test_every_rule_is_guarded_and_every_set_probed() -> None:
    """Each rule asks for a case first; each set begins with a probe rule; places run from 1 without gaps."""
    for plan in plans(rows_of(ALWAYS, Test("sid", Op.MISSING), Not(Test("id", Op.PRESENT))), DECLARED):
        for rules in plan.sets:
            assert next(iter(rules.rules)) == PROBE_RULE
            assert [rule["pri"] for rule in rules.rules.values()] == list(range(1, len(rules.rules) + 1))
            for name, rule in rules.rules.items():
                first = rule["all"][0]["m"]["$and"][0]
                assert first == ({CASE: 1} if name != PROBE_RULE else {"p": 1})


def test_more_than_512_siblings_never_meet_in_one_set() -> None:
    """513 sibling conditions loop for ever while loading: lists end at 300, sets at 400 side by side."""
    declared = {"n": FactType("n", Kind.INT)}
    with pytest.raises(RulesRefused):
        Judge(rows_of(Test("n", Op.IN, tuple(range(600)))), declared)
    rows = rows_of(*(Test("n", Op.EQ, number) for number in range(1200)))
    for plan in plans(rows, declared):
        for rules in plan.sets:
            assert len(rules.rules) <= MOST_RULES + 1 <= MOST_SIBLINGS
    assert decided(rows, declared, {"n": 1199}).matched == ("r1199",)
    lists = rows_of(*(Test("n", Op.IN, tuple(range(300 * k, 300 * k + 300))) for k in range(4)))
    for number in (0, 299, 300, 899, 1199):
        assert decided(lists, declared, {"n": number}).matched == (f"r{number // 300}",)
    assert decided(lists, declared, {"n": 1200}).matched == ()


def test_a_list_of_three_hundred_is_decided_value_by_value() -> None:
    """The longest list that passes is right for every one of its values, and for its negation."""
    declared = {"n": FactType("n", Kind.INT)}
    longest = tuple(range(0, 600, 2))
    judge = Judge(rows_of(Test("n", Op.IN, longest), Test("n", Op.NOT_IN, longest)), declared)
    for number in range(-1, 601):
        verdict = judge.all({"n": number})
        assert verdict.agreed
        assert verdict.matched == (("r0",) if number in longest else ("r1",))


@pytest.mark.parametrize("count", [255, 256, 257, 600])
def test_identical_conditions_are_divided(count: int) -> None:
    """256 rules with one identical condition crash durable-rules; they never stand in one set."""
    declared = {"b": FactType("b", Kind.BOOL)}
    for condition in (ALWAYS, Test("b", Op.EQ, True)):
        rows = rows_of(*[condition] * count)
        assert (
            max(len(rules.rules) for plan in plans(rows, declared) for rules in plan.sets) <= MOST_RULES + 1
        )
        assert len(decided(rows, declared, {"b": True}).matched) == count


@pytest.mark.parametrize("count", [59, 60, 61, 64, 65, 119, 120, 121, 500])
def test_many_pending_matches_are_divided(count: int) -> None:
    """64 conditions that hold at once overflow its stack (error 303); they are divided before."""
    declared = {f"b{number}": FactType(f"b{number}", Kind.BOOL) for number in range(100)}
    declared["n"] = FactType("n", Kind.INT)
    conditions = [
        Test(f"b{number}", Op.EQ, True) if number < 100 else Test("n", Op.GE, -number)
        for number in range(count)
    ]
    rows = rows_of(*conditions)
    assert len(decided(rows, declared, {**{f"b{n}": True for n in range(100)}, "n": 0}).matched) == count
    assert decided(rows, declared, {}).matched == ()


def test_the_widest_rules_pass_through() -> None:
    """Rules at every limit at once (13 groups, 60 ways, 400 tests) load and are decided."""
    declared = {f"n{number}": FactType(f"n{number}", Kind.INT) for number in range(61)}
    thirteen = All(tuple(Test(f"n{number}", Op.IN, (1, 2)) for number in range(13)))
    sixty = Any(tuple(Test(f"n{number}", Op.GE, 1) for number in range(60)))
    wide = All((Test("n0", Op.IN, tuple(range(300))), Test("n1", Op.NOT_IN, tuple(range(10, 110)))))
    rows = rows_of(*[thirteen, sixty, wide] * 40)
    assert check_rows(rows, declared) == []
    verdict = decided(rows, declared, {f"n{number}": 1 for number in range(61)})
    assert len(verdict.matched) == 120
    assert len(decided(rows, declared, {"n0": 299, "n1": 10, "n59": 1}).matched) == 40


def test_too_many_groups_fields_and_rules_are_refused() -> None:
    """More groups, fields or rules than it takes (errors 113, 302, 106) are refused with a reason."""
    declared = {f"n{number}": FactType(f"n{number}", Kind.INT) for number in range(MOST_FACTS + 1)}
    fields = rows_of(*(Test(name, Op.MISSING) for name in declared))
    assert check_rows(fields[:-1], declared) == []
    assert decided(fields[:-1], declared, {}).matched == tuple(row.id for row in fields[:-1])
    assert decided(fields[:-1], declared, dict.fromkeys(declared, 2**53)).matched == ("r120",)[:0]
    assert [fault.code for fault in check_rows(fields, declared)] == ["too-many-facts"]
    groups = All(tuple(Any((Test(f"n{n}", Op.EQ, 1), Test(f"n{n + 20}", Op.EQ, 1))) for n in range(16)))
    assert "too-many-groups" in [fault.code for fault in check_condition(groups, declared)]
    many = rows_of(*[ALWAYS] * (LONGEST_TABLE + 1))
    assert [fault.code for fault in check_rows(many, declared)] == ["too-many-rules"]


def test_reserved_names_are_names_like_others() -> None:
    """Facts called sid, id, $s, c or p are renamed: conditions on them neither fire for ever nor vanish."""
    declared = {name: FactType(name, Kind.INT) for name in ("sid", "id", "$s", "c", "p", "m", "$and", "a.b")}
    rows = rows_of(
        *(Test(name, Op.EQ, 1) for name in declared),
        *(Test(name, Op.MISSING) for name in declared),
        *(Test(name, Op.PRESENT) for name in declared),
    )
    for known in range(len(declared) + 1):
        case = dict.fromkeys(list(declared)[:known], 1)
        assert decided(rows, declared, case).matched == opinion_on(rows, declared, case)


def opinion_on(
    rows: Sequence[Row], declared: dict[str, FactType], case: dict[str, Anything]
) -> tuple[str, ...]:
    """Another reading of the same facts."""
    return opinion(rows, {**dict.fromkeys(declared), **case})


def test_patterns_are_texts() -> None:
    """A text that looks like a regular expression is compared as a whole, never compiled."""
    declared = {"t": FactType("t", Kind.TEXT)}
    patterns = ("[一-龥]+", "(a+)+$", ".*", "a{1,1000}", "((((((((((a*)*)*)*)*)*)*)*)*)*", "$mt")
    rows = rows_of(*(Test("t", Op.EQ, pattern) for pattern in patterns))
    for place, pattern in enumerate(patterns):
        assert decided(rows, declared, {"t": pattern}).matched == (f"r{place}",)
    assert decided(rows, declared, {"t": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}).matched == ()


def test_hostile_texts_are_inert() -> None:
    """Quotes, escapes, JSON and line ends in names and values reach durable-rules only as numbers."""
    texts = (
        '"}',
        '","c":1,"x":"',
        "\\",
        '\\"',
        "'",
        "{",
        "\n",
        "\t",
        "a\u2028b",
        "🚧",
        "null",
        "",
        " ",
        "true",
    )
    declared = {
        't","c":9': FactType('t","c":9', Kind.TEXT),
        "{'$or': []}": FactType("{'$or': []}", Kind.CHOICE, tuple(text for text in texts if text.strip())),
    }
    first, second = declared
    rows = rows_of(
        *(Test(first, Op.EQ, text) for text in texts),
        *(Test(second, Op.EQ, v) for v in declared[second].values),
    )
    judge = Judge(rows, declared)
    for text in texts:
        case = {first: text, **({second: text} if text.strip() else {})}
        verdict = judge.all(case)
        assert verdict.agreed
        assert verdict.matched == opinion_on(rows, declared, case)
    for plan in plans(rows, declared):
        assert json.dumps([dict(rules.rules) for rules in plan.sets]).isascii()
        assert plan.encoding.message(check_facts(declared, {first: '"}', second: "🚧"})).isascii()


def test_words_with_equal_hashes_are_told_apart() -> None:
    """durable-rules knows names by 32-bit hashes; ours have hashes of their own, and values are numbers."""
    twins = (("costarring", "liquid"), ("declinate", "macallums"), ("altarage", "zinke"))
    for one, other in twins:
        assert fnv_hash(one) == fnv_hash(other)
        declared = {name: FactType(name, Kind.TEXT) for name in (one, other)}
        rows = rows_of(Test(one, Op.EQ, other), Test(other, Op.EQ, other), Test(one, Op.EQ, one))
        assert decided(rows, declared, {one: other}).matched == ("r0",)
        assert decided(rows, declared, {other: one}).matched == ()
    words = ["id", "sid", "c", "p", "$s", "$m", "$i", "$forward", "$and", "$or", "$eq", "$neq", "$lt", "$lte"]
    words += ["$gt", "$gte", "$ex", "$nex", "$mt", "$imt", "$iall", "$iany", "$add", "$sub", "$mul", "$div"]
    words += ["$l", "$r", "all", "any", "pri", "count", "cap", "dist", "name"]
    names = list(short_names())
    assert len({fnv_hash(name) for name in [*names, *words]}) == len(names) + len(words)
    assert len(names) >= 2 * MOST_FACTS


def test_wrong_types_never_reach_the_engine() -> None:
    """A list, an object, null for known, "99" for 99, yes for 1: refused at the gate."""
    declared = {"n": FactType("n", Kind.INT), "b": FactType("b", Kind.BOOL), "t": FactType("t", Kind.TEXT)}
    judge = Judge(rows_of(Test("n", Op.GT, 5), Test("b", Op.EQ, True), Test("t", Op.PRESENT)), declared)
    for case in (
        {"n": "99"},
        {"n": True},
        {"n": [1]},
        {"b": 1},
        {"t": {"a": 1}},
        {"t": 5},
        {"n": 2**63},
        {"x": 1},
    ):
        for ask in (judge.all, judge.first):
            with pytest.raises(FactError):
                ask(case)
    assert judge.all({"n": None, "b": None, "t": None}).matched == ()
    assert judge.all({"t": ""}).matched == ("r2",)


def test_numbers_are_exact_to_the_edges() -> None:
    """Neighbours at 2**53 and four decimal places are told apart by both evaluators."""
    declared = {"n": FactType("n", Kind.INT), "d": FactType("d", Kind.DECIMAL)}
    edges = (-(2**53), -(2**53) + 1, -1, 0, 1, 2**53 - 1, 2**53)
    fine = (-1e15, -0.0001, 0.0, 0.0001, 0.0002, 0.1, 0.3, 123456789.1234, 123456789.1235, 9e15, float(2**53))
    for name, values in (("n", edges), ("d", fine)):
        rows = rows_of(*(Test(name, op, value) for value in values for op in (Op.EQ, Op.NE, Op.LT, Op.GE)))
        judge = Judge(rows, declared)
        for value in values:
            verdict = judge.all({name: value})
            assert verdict.agreed
            assert verdict.matched == opinion_on(rows, declared, {name: value})
    judge = Judge(rows_of(Test("d", Op.EQ, 0.3), Test("d", Op.EQ, 0)), declared)
    assert judge.all({"d": 0.1 + 0.2}).matched == ("r0",)
    assert judge.all({"d": -0.0}).matched == ("r1",)


def test_a_rule_that_holds_in_two_ways_is_reported_once() -> None:
    """`any` with both branches true fires twice in durable-rules; the answer names the rule once."""
    declared = {name: FactType(name, Kind.BOOL) for name in "abcd"}
    either = Any((Test("a", Op.EQ, True), Test("b", Op.EQ, True)))
    both = All((either, Any((Test("c", Op.EQ, True), Test("d", Op.EQ, True)))))
    assert decided(rows_of(both, either), declared, dict.fromkeys(declared, True)).matched == ("r0", "r1")


def test_rules_that_can_never_hold_are_left_out() -> None:
    """Contradictions that fold away never become empty groups, which would fire for ever."""
    declared = {"b": FactType("b", Kind.BOOL)}
    never = Not(Any((Test("b", Op.PRESENT), Test("b", Op.MISSING))))
    rows = rows_of(All((Test("b", Op.EQ, True), Not(Test("b", Op.EQ, True)))), never, ALWAYS)
    for case in ({}, {"b": True}, {"b": False}):
        assert decided(rows, declared, case).matched == ("r2",)
    assert decided(rows[:2], declared, {}).matched == ()
    assert decided((), declared, {}).matched == ()


def test_no_thread_is_started_and_no_host_imported() -> None:
    """The stock host's background threads never run: only the C module is imported."""
    before = threading.active_count()
    judge = Judge(rows_of(ALWAYS), {})
    judge.prepare()
    assert judge.first({}).agreed
    assert threading.active_count() == before
    assert "durable_rules_engine" in sys.modules
    assert not [name for name in sys.modules if name == "durable" or name.startswith("durable.")]
    judge.close()


def test_a_judge_that_never_fired_closes_safely() -> None:
    """Deleting a state where nothing ever fired crashes; the probe has fired in every set before."""
    judge = Judge(rows_of(Test("b", Op.EQ, True)), {"b": FactType("b", Kind.BOOL)})
    judge.prepare()
    judge.close()
    judge.close()


def test_thousands_of_cases_leave_nothing_behind() -> None:
    """One state serves all cases: the 1,025th case neither fails nor sees an earlier one's facts."""
    declared = {"n": FactType("n", Kind.INT)}
    judge = Judge(rows_of(*(Test("n", Op.EQ, number) for number in range(5))), declared)
    for number in range(3000):
        verdict = judge.all({"n": number % 7})
        assert verdict.agreed
        assert verdict.matched == ((f"r{number % 7}",) if number % 7 < 5 else ())
        assert judge.first({"n": (number + 3) % 7}).agreed
