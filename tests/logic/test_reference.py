"""The reference explains: which test held, what is missing, and what would have changed the answer."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.logic.condition import ALWAYS, All, Any, Not, Op, Test
from shared.rules.logic.explain import Alternative, FactChange, LeafTruth, WhyNot
from shared.rules.logic.facts import FactError, FactType, Kind
from shared.rules.logic.reference import Reference
from shared.rules.logic.rulebook import Row, RulesRefused, check_rows
from shared.rules.logic.truth import holds
from tests.logic.tables import DECLARED, opinion, random_case, random_table

TOWN = {
    "类别": FactType("类别", Kind.CHOICE, ("垃圾", "噪音", "邻里纠纷")),
    "departments": FactType("departments", Kind.INT, low=0, high=5),
    "loss": FactType("loss", Kind.DECIMAL),
    "urgent": FactType("urgent", Kind.BOOL),
    "note": FactType("note", Kind.TEXT),
}
ROWS = (
    Row("beyond", All((Test("类别", Op.EQ, "垃圾"), Test("loss", Op.GT, 5000)))),
    Row("department", All((Test("departments", Op.GE, 1), Not(Test("urgent", Op.EQ, True))))),
    Row("quiet", Any((Test("类别", Op.EQ, "噪音"), Test("note", Op.EQ, "夜间")))),
)


def test_rules_come_in_file_order() -> None:
    """All rules that hold are named in the order of the file; the first of them decides."""
    reference = Reference(ROWS, TOWN)
    facts = {"类别": "噪音", "departments": 2}
    assert reference.all(facts) == ("department", "quiet")
    assert reference.first(facts) == "department"
    assert reference.first({}) is None
    assert reference.all({}) == ()
    with pytest.raises(FactError):
        reference.first({"类别": "夜"})


def test_gathered_rules_keep_file_order() -> None:
    """Rules gathered by a value come out in file order with all others."""
    values = TOWN["类别"].values
    rows = tuple(
        Row(f"r{n}", Test("类别", Op.EQ, values[n % 3]) if n % 2 else Test("departments", Op.GE, n % 6))
        for n in range(100)
    )
    reference = Reference(rows, TOWN)
    assert "_by_" in reference.source
    for value in values:
        for count in range(6):
            case = {"类别": value, "departments": count}
            expected = tuple(row.id for row in rows if holds(row.when, case))
            assert reference.all(case) == expected
            assert reference.first(case) == expected[0]


def test_texts_never_become_code() -> None:
    """Whatever a rule's texts contain, they are values in the generated source."""
    declared = {"x\" or f('')#": FactType("x\" or f('')#", Kind.TEXT)}
    (name,) = declared
    nasty = (
        '"); raise SystemExit #',
        "'",
        '"""',
        "\\",
        "{0}",
        "\n    return 0",
        "\u2028",
        "__import__('os')",
    )
    rows = tuple(Row(f"r{place}", Test(name, Op.EQ, text)) for place, text in enumerate(nasty))
    reference = Reference(rows, declared)
    for place, text in enumerate(nasty):
        assert reference.all({name: text}) == (f"r{place}",)


def test_an_unsound_table_is_refused_with_every_fault() -> None:
    """Duplicate ids, bad ids and bad conditions are all named at once."""
    rows = (
        Row("a", Test("类别", Op.EQ, "夜")),
        Row("a", Test("no such fact", Op.PRESENT)),
        Row("", ALWAYS),
        Row("b", All((ALWAYS,))),
    )
    with pytest.raises(RulesRefused) as caught:
        Reference(rows, TOWN)
    codes = [(fault.rule, fault.code) for fault in caught.value.faults]
    assert codes == [
        ("a", "repeated-rule"),
        ("", "bad-rule-id"),
        ("a", "unknown-value"),
        ("a", "unknown-fact"),
        ("b", "empty-group"),
    ]
    assert "5" in caught.value.cause.en
    assert check_rows(ROWS, TOWN) == []


def test_explain_tells_the_truth_of_every_test() -> None:
    """For each rule: whether it holds, and per test what was wanted, what was there, and the verdict."""
    beyond, department, quiet = Reference(ROWS, TOWN).explain({"类别": "垃圾", "departments": 1})
    assert (beyond.holds, department.holds, quiet.holds) == (False, True, False)
    assert beyond.leaves == (
        LeafTruth(("all", 0), "类别", Op.EQ, "垃圾", "垃圾", True),
        LeafTruth(("all", 1), "loss", Op.GT, 5000, None, False),
    )
    assert department.leaves[1] == LeafTruth(("all", 1, "not"), "urgent", Op.EQ, True, None, False)


def test_why_not_names_the_fewest_changes() -> None:
    """A rule that does not hold is answered with the fewest facts that would have to differ."""
    reference = Reference(ROWS, TOWN)
    assert reference.why_not("beyond", {"类别": "垃圾", "loss": 12}) == WhyNot(
        "beyond", True, (FactChange("loss", 12.0, 5000.0001),)
    )
    assert reference.why_not("department", {"departments": 0, "urgent": True}).changes == (
        FactChange("departments", 0, 1),
        FactChange("urgent", True, False),
    )
    assert reference.why_not("quiet", {"类别": "垃圾"}).changes == (FactChange("类别", "垃圾", "噪音"),)
    assert reference.why_not("quiet", {"类别": "噪音"}) == WhyNot("quiet", True, ())
    with pytest.raises(KeyError):
        reference.why_not("none such", {})


def test_why_not_says_when_a_rule_never_can_hold() -> None:
    """A rule that contradicts itself, or the declared bounds, is called impossible."""
    rows = (
        Row("split", All((Test("类别", Op.EQ, "垃圾"), Test("类别", Op.EQ, "噪音")))),
        Row("beyond bounds", Test("departments", Op.GT, 5)),
        Row("never", Not(Any((Test("note", Op.PRESENT), Test("note", Op.MISSING))))),
        Row("gone", All((Test("note", Op.MISSING), Test("urgent", Op.NE, True)))),
    )
    reference = Reference(rows, TOWN)
    for row in rows[:3]:
        assert reference.why_not(row.id, {}) == WhyNot(row.id, False, ())
    assert reference.why_not("gone", {"note": "x"}).changes == (
        FactChange("note", "x", None),
        FactChange("urgent", None, False),
    )


@given(st.integers(0, 2**32))
def test_why_not_keeps_its_word(seed: int) -> None:
    """After the changes that it names the rule holds, and with any of them left out it does not."""
    random = Random(seed)
    rows = random_table(random, 4)
    reference = Reference(rows, DECLARED)
    case = {
        name: value for name, value in random_case(random, 0.6).items() if name != "备注" and name != "null"
    }
    for row in rows:
        answer = reference.why_not(row.id, case)
        if not answer.possible:
            continue
        changed = {**case, **{change.fact: change.to for change in answer.changes}}
        known = {name: value for name, value in changed.items() if value is not None}
        assert row.id in opinion(rows, known)
        assert bool(answer.changes) == (row.id not in opinion(rows, case))


def test_what_would_change_names_the_nearest_turning_points() -> None:
    """Per fact and per other outcome: the nearest value that would have led there."""
    reference = Reference(ROWS, TOWN)
    found = reference.what_would_change({"类别": "噪音", "departments": 0, "loss": 6000})
    assert found == (
        Alternative(FactChange("类别", "噪音", "垃圾"), "beyond"),
        Alternative(FactChange("类别", "噪音", "邻里纠纷"), None),
        Alternative(FactChange("departments", 0, 1), "department"),
    )
    assert Reference((Row("always", ALWAYS),), TOWN).what_would_change({}) == ()


@given(st.integers(0, 2**32))
def test_what_would_change_keeps_its_word(seed: int) -> None:
    """Each alternative leads where it says; a fact without one cannot change the outcome by a named value."""
    random = Random(seed)
    rows = random_table(random, 6)
    reference = Reference(rows, DECLARED)
    case = random_case(random, 0.6)
    winner = reference.first(case)
    for alternative in reference.what_would_change(case):
        after = {**case, alternative.change.fact: alternative.change.to}
        assert alternative.rule != winner
        assert reference.first(after) == alternative.rule
