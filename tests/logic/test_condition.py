"""What a condition may say: every fault is found, placed, explained, with a remedy."""

import pytest

from shared.rules.logic.condition import (
    ALWAYS,
    LONGEST_LIST,
    MOST_GROUPS,
    MOST_PATHS,
    All,
    Any,
    Condition,
    Not,
    Op,
    Test,
    check_condition,
)
from shared.rules.logic.facts import FactType, Kind

DECLARED = {
    fact.name: fact
    for fact in (
        FactType("category", Kind.CHOICE, ("noise", "rubbish", "垃圾")),
        FactType("urgent", Kind.BOOL),
        FactType("people", Kind.INT, low=0, high=100),
        FactType("loss", Kind.DECIMAL),
        FactType("note", Kind.TEXT),
        *(FactType(f"flag {number}", Kind.BOOL) for number in range(70)),
        *(FactType(f"n{number}", Kind.INT) for number in range(20)),
    )
}


def faults(condition: Condition) -> list[tuple[tuple[str | int, ...], str]]:
    """Paths and codes of all faults; every one of them speaks both languages."""
    found = check_condition(condition, DECLARED)
    for _, code, cause, remedy in found:
        assert all((code, cause.zh, cause.en, remedy.zh, remedy.en))
    return [(path, code) for path, code, _, _ in found]


SOUND: list[Condition] = [
    ALWAYS,
    Test("category", Op.EQ, "noise"),
    Test("category", Op.IN, ("noise", "垃圾")),
    Test("category", Op.NOT_IN, ("noise",)),
    Test("urgent", Op.NE, False),
    Test("people", Op.GE, 0),
    Test("people", Op.LT, 101),
    Test("loss", Op.EQ, 5),
    Test("loss", Op.LE, 0.0001),
    Test("note", Op.EQ, ""),
    Test("note", Op.MISSING),
    Test("people", Op.PRESENT),
    Not(Not(Test("people", Op.IN, (1, 2)))),
    All((Any((Test("urgent", Op.EQ, True),)), Not(Test("note", Op.PRESENT)))),
]


@pytest.mark.parametrize("condition", SOUND, ids=ascii)
def test_sound_conditions_pass(condition: Condition) -> None:
    """A condition over declared facts, with values of their types, has no fault."""
    assert faults(condition) == []


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Test("catgory", Op.EQ, "noise"), "unknown-fact"),
        (Test("category", Op.EQ, "nosie"), "unknown-value"),
        (Test("category", Op.EQ, None), "wrong-type"),
        (Test("category", Op.LT, "noise"), "wrong-operator"),
        (Test("urgent", Op.GE, True), "wrong-operator"),
        (Test("note", Op.GT, "a"), "wrong-operator"),
        (Test("urgent", Op.EQ, "true"), "wrong-type"),
        (Test("urgent", Op.EQ, 1), "wrong-type"),
        (Test("people", Op.EQ, True), "wrong-type"),
        (Test("people", Op.EQ, "5"), "wrong-type"),
        (Test("people", Op.EQ, 5.0), "wrong-type"),
        (Test("people", Op.EQ, (5,)), "wrong-type"),
        (Test("people", Op.EQ, 101), "out-of-bounds"),
        (Test("loss", Op.GE, float("nan")), "not-finite"),
        (Test("loss", Op.GE, 1e300), "too-large"),
        (Test("loss", Op.GE, 0.00001), "too-precise"),
        (Test("note", Op.EQ, "x" * 201), "text-too-long"),
        (Test("note", Op.EQ, "\ud800"), "bad-text"),
        (Test("people", Op.PRESENT, 5), "unwanted-value"),
        (Test("people", Op.MISSING, False), "unwanted-value"),
        (Test("people", Op.IN, 5), "no-list"),
        (Test("people", Op.IN, "55"), "no-list"),
        (Test("people", Op.IN, ()), "list-length"),
        (Test("loss", Op.NOT_IN, tuple(range(LONGEST_LIST + 1))), "list-length"),
        (Any(()), "empty-group"),
        (Not(Any(())), "empty-group"),
        (Any((ALWAYS,)), "empty-group"),
        (Not(ALWAYS), "empty-group"),
        ("category == 'noise'", "not-a-condition"),
        (All(({"category": "noise"},)), "not-a-condition"),  # type: ignore[arg-type]
        (None, "not-a-condition"),
    ],
    ids=ascii,
)
def test_every_fault_has_its_code(condition: Condition, code: str) -> None:
    """Each way to be wrong is refused with its own code."""
    assert [found for _, found in faults(condition)] == [code]


def test_a_fault_is_placed() -> None:
    """The path leads through groups, negations and lists to the fault; all faults are found at once."""
    condition = All(
        (
            Test("urgent", Op.EQ, True),
            Not(Any((Test("x", Op.EQ, 1), Test("people", Op.IN, (1, "2", 1))))),
            Any(()),
        )
    )
    assert faults(condition) == [
        (("all", 1, "not", "any", 0), "unknown-fact"),
        (("all", 1, "not", "any", 1, 1), "wrong-type"),
        (("all", 1, "not", "any", 1, 2), "repeated-value"),
        (("all", 2, "any"), "empty-group"),
    ]


def test_the_nearest_name_and_value_are_suggested() -> None:
    """A slip of the pen is answered with what was probably meant."""
    assert "'category'" in check_condition(Test("catgory", Op.PRESENT), DECLARED)[0].remedy.en
    assert "“rubbish”" in check_condition(Test("category", Op.EQ, "rubish"), DECLARED)[0].remedy.zh


def test_nfd_values_are_the_same_values() -> None:
    """A rule written in NFD means the same as one in NFC."""
    assert Test("cafe\u0301", Op.EQ, "e\u0301") == Test("caf\u00e9", Op.EQ, "\u00e9")
    assert Test("a", Op.IN, ["e\u0301"]) == Test("a", Op.IN, ("\u00e9",))  # type: ignore[arg-type]


def test_deep_nesting_is_refused_in_bounded_time() -> None:
    """A condition that nests a hundred thousand levels deep is refused, not followed."""
    condition: Condition = Test("urgent", Op.EQ, True)
    for _ in range(100_000):
        condition = Not(condition)
    assert [code for _, code in faults(condition)] == ["too-deep"]


def test_the_limits_of_a_rule() -> None:
    """13 groups, 60 ways to hold and 400 tests pass; one more is refused."""
    lists = [Test(f"n{number}", Op.IN, (1, 2)) for number in range(MOST_GROUPS + 1)]
    assert faults(All(tuple(lists[:-1]))) == []
    assert faults(All(tuple(lists))) == [((), "too-many-groups")]
    flags = [Test(f"flag {number}", Op.EQ, True) for number in range(MOST_PATHS + 1)]
    assert faults(Any(tuple(flags[:-1]))) == []
    assert faults(Any(tuple(flags))) == [((), "too-many-paths")]
    pairs = [
        Any((Test(f"flag {2 * n}", Op.EQ, True), Test(f"flag {2 * n + 1}", Op.EQ, True))) for n in range(6)
    ]
    assert faults(All(tuple(pairs[:5]))) == []
    assert faults(All(tuple(pairs))) == [((), "too-many-paths")]
    long = [Test(f"n{number}", Op.IN, tuple(range(200))) for number in range(3)]
    assert faults(All(tuple(long[:2]))) == []
    assert faults(All(tuple(long))) == [((), "too-many-tests")]


def test_values_of_one_list_are_one_way_to_hold() -> None:
    """Three hundred values of one fact are no three hundred ways, since a fact has one value."""
    longest = tuple(range(LONGEST_LIST))
    assert faults(Test("n0", Op.IN, longest)) == []
    assert faults(Any(tuple(Test("n0", Op.EQ, value) for value in longest))) == []
