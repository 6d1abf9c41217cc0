"""The mirror of durable-rules' network: sets end where its limits would be passed, never later."""

from collections.abc import Sequence
from typing import Any as Anything

from shared.rules.logic.network import (
    MOST_ALIKE,
    MOST_FOLLOWERS,
    MOST_PENDING,
    MOST_RULES,
    MOST_SIBLINGS,
    Network,
    bearable_runs,
)

CASE = {"c": 1}
Rule = list[dict[str, Anything]]


def lengths(rules: Sequence[Rule]) -> list[int]:
    """How many rules stand in each set."""
    return [len(stretch) for stretch in bearable_runs(rules)]


def test_the_limits_stay_below_those_of_durable_rules() -> None:
    """Stack 64, bucket 512, lists of 128 and 256: ours leave room below each."""
    assert MOST_PENDING < 64
    assert MOST_SIBLINGS < 512
    assert MOST_FOLLOWERS < 128
    assert MOST_RULES <= MOST_ALIKE < 256


def test_rules_that_exclude_each_other_count_once() -> None:
    """Of equalities on one name only one can hold, so that many such rules fit one set."""
    assert lengths([[CASE, {"a": number}] for number in range(100)]) == [100]
    assert lengths([[CASE, {"a": 1}, {"b": number}] for number in range(100)]) == [100]


def test_rules_that_can_hold_together_are_counted() -> None:
    """Comparisons that can all hold at once fill the stack: a set ends before the limit."""
    assert lengths([[CASE, {"$lt": {"a": number}}] for number in range(130)]) == [60, 60, 10]
    assert lengths([[CASE, {f"x{number}": 1}] for number in range(61)]) == [60, 1]


def test_shared_beginnings_count_once() -> None:
    """Rules that begin alike share their nodes; what follows is counted below them."""
    rules = [[CASE, {"a": number % 2}, {"$lt": {"b": number}}] for number in range(120)]
    assert lengths(rules) == [120]


def test_branches_multiply_what_follows() -> None:
    """What follows a group waits once for each of its branches that can hold."""
    network = Network()
    assert network.add([CASE, {"$or": [{f"x{number}": 1} for number in range(60)]}, {"z": 1}])
    assert not network.add([CASE, {"y": 1}])
    exclusive = Network()
    assert exclusive.add([CASE, {"$or": [{"x": number} for number in range(300)]}, {"z": 1}])
    assert exclusive.add([CASE, {"y": 1}])
    nested = Network()
    assert nested.add(
        [CASE, {"$or": [{"a": 1}, {"b": 1}]}, {"$or": [{"$and": [{"d": 1}, {"e": 1}]}, {"f": 1}]}]
    )


def test_siblings_and_followers_are_bounded() -> None:
    """No bucket and no list of a node is bearable_runs up."""
    wide = [[CASE, {"$or": [{"x": 1000 * k + number} for number in range(150)]}] for k in range(3)]
    assert lengths(wide) == [2, 1]
    follow = [[CASE, {"$or": [{"x": 1}, {"x": 2}]}, {"y": number}] for number in range(110)]
    assert max(lengths(follow)) <= MOST_PENDING
    assert sum(lengths(follow)) == 110


def test_alike_rules_are_bounded_by_the_size_of_a_set() -> None:
    """Rules on one identical condition never come near the 256 that crash it."""
    assert lengths([[CASE]] * 300) == [MOST_RULES, MOST_RULES, 60]


def test_no_rule_is_lost() -> None:
    """The sets are the rules, in their order, each once; no rules are no set."""
    rules: list[Rule] = [[CASE, {"$gte": {"a": number}}] for number in range(200)]
    assert [place for stretch in bearable_runs(rules) for place in stretch] == list(range(200))
    assert lengths([]) == []
