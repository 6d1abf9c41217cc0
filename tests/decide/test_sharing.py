"""Towns on the same template share what is compiled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.case.situation import all_facts
from shared.rules.decide import CompiledRulesCache, Decision
from shared.rules.decide.parts import PartCache
from shared.rules.decide.slots import Ruled, slotted
from shared.rules.decide.tables import RuleTable
from shared.rules.logic.judge import JudgeCache
from shared.rules.logic.rulebook import Row
from shared.rules.logic.terms import All, Any, Condition, Not, Op, Test
from shared.rules.logic.truth import holds
from shared.rules.pack.alike import PackKind
from shared.rules.pack.model import Pack
from tests.decide.towns import case, real, two_levels

ON = date(2026, 3, 9)


def test_towns_with_other_nouns_share_their_tables() -> None:
    """Two hundred towns on one template, each with nouns of its own, compile three tables and no more."""
    books = CompiledRulesCache("both", 256)
    for number in range(200):
        pack = two_levels(f"town-{number}", f"low-{number}", f"high-{number}", f"clerk-{number}")
        decision = books.of(pack).route(case(), ON)
        assert isinstance(decision, Decision)
        assert decision.lead == f"town-{number}.hamlet/clerk-{number}"
        assert [one.clock for one in books.of(pack).limits(case(levels=(f"low-{number}",)), ON).limits] == [
            "settle"
        ]
    assert len(books.judges) == 3


def test_rules_that_towns_share_are_spelled_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of towns that are alike only the first is worked through; the others' nouns tell nothing that is not known."""
    spelled: list[str] = []

    def count(rules: Sequence[Ruled], pack: Pack) -> tuple[list[Row], Mapping[str, str]]:
        spelled.append(pack.town)
        return slotted(rules, pack)

    monkeypatch.setattr("shared.rules.decide.parts.slotted", count)
    books, kind = CompiledRulesCache("both"), PackKind(two_levels("town-0"))
    for number in range(20):
        pack = kind.joined(two_levels(f"town-{number}", f"low-{number}", f"high-{number}", f"clerk-{number}"))
        decision = books.of(pack).route(case(), ON)
        assert isinstance(decision, Decision)
        assert decision.lead == f"town-{number}.hamlet/clerk-{number}"
    assert set(spelled) == {"town-0"}


def test_towns_whose_slots_fall_together_are_told_apart() -> None:
    """One level for two slots, or a fact declared otherwise, is another table though the rules are the same."""
    books, pack = CompiledRulesCache("reference"), two_levels()
    others = [one_level_town(), replace(pack, readings={**pack.readings, "RC-11": "exclusive"})]
    for each in (pack, *(replace(other, town=f"town-{place}") for place, other in enumerate(others))):
        ours, alone = books.of(each), CompiledRulesCache("reference").of(each)
        for table, other in zip(ours.tables, alone.tables, strict=True):
            assert [one.reference.rows for one in table.judges] == [
                one.reference.rows for one in other.judges
            ]


def test_a_town_s_own_rules_leave_the_template_s_part_shared() -> None:
    """Two towns on the same template share its routing, limits and notices, whatever one of them adds."""
    books = CompiledRulesCache("both", 16)
    village, chengguan = books.of(real("t-vtc")), books.of(real("t-cgz"))
    for ours, theirs in zip(village.tables, chengguan.tables, strict=True):
        assert ours.judges[-1] is theirs.judges[-1]


def test_equal_editions_are_compiled_once() -> None:
    """A book is kept by edition; the least recently used is let go."""
    books = CompiledRulesCache("both", 2)
    first, second, third = (two_levels(f"town-{number}") for number in range(3))
    kept = books.of(first)
    assert books.of(two_levels("town-0")) is kept
    books.of(second)
    assert books.of(first) is kept
    books.of(third)
    assert books.of(first) is kept
    assert books.of(second).pack is second


LEVELS = ("village", "town", "top", "$low", "$high")
FACTS = ("level", "lead")
TESTS = st.one_of(
    st.builds(
        Test, st.sampled_from(FACTS), st.sampled_from([Op.EQ, Op.NE]),
        st.sampled_from([*LEVELS, "$clerk", "$other"]),
    ),
    st.builds(
        Test, st.sampled_from(FACTS), st.sampled_from([Op.IN, Op.NOT_IN]),
        st.lists(st.sampled_from([*LEVELS, "office"]), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    st.builds(Test, st.sampled_from(FACTS), st.sampled_from([Op.PRESENT, Op.MISSING])),
    st.builds(Test, st.just("departments"), st.just(Op.GE), st.integers(0, 2)),
)  # fmt: skip
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)


def in_nouns(condition: Condition, pack: Pack) -> Condition:
    """The oracle's reading: every slot replaced by the town's noun, nothing else."""
    if isinstance(condition, Test):
        if isinstance(condition.value, tuple):
            return Test(
                condition.fact, condition.op, tuple(pack.noun(str(value)) for value in condition.value)
            )
        value = pack.noun(condition.value) if isinstance(condition.value, str) else condition.value
        return Test(condition.fact, condition.op, value)
    if isinstance(condition, Not):
        return Not(in_nouns(condition.part, pack))
    parts = tuple(in_nouns(part, pack) for part in condition.parts)
    return All(parts) if isinstance(condition, All) else Any(parts)


def one_level_town() -> Pack:
    """A town in which two slots mean the same level, and two the same unit."""
    pack = two_levels()
    return replace(pack, bindings={"low": "town", "high": "town", "clerk": "office", "other": "office"})


ORIGIN = two_levels().routing[0].origin
PACKS = (
    one_level_town(),
    replace(two_levels(), bindings={"low": "village", "high": "town", "clerk": "head", "other": "town"}),
)


@settings(max_examples=300)
@given(
    st.sampled_from(PACKS), st.lists(CONDITIONS, min_size=1, max_size=4),
    st.sampled_from([(), ("village",), ("town",), ("top",)]),
    st.sampled_from([None, "a-town/office", "a-town.hamlet/head", "a-town/centre"]),
    st.sampled_from(["waste", "talk"]),
)  # fmt: skip
def test_slots_decide_as_nouns_would(
    pack: Pack, conditions: list[Condition], levels: tuple[str, ...], lead: str | None, category: str
) -> None:
    """Comparing by slots gives what comparing by nouns gives, also where two slots mean one noun."""
    rules = [_Rule(number, condition) for number, condition in enumerate(conditions)]
    situation = case(category, levels=levels, lead=lead)
    facts = all_facts(pack, situation)
    table = RuleTable(rules, pack, PartCache(JudgeCache(8, "reference")))
    expected = [number for number, one in enumerate(conditions) if holds(in_nouns(one, pack), facts)]
    assert list(table.holding(facts).places) == expected
    assert list(table.first(facts).places) == expected[:1]


class _Rule:
    """A rule of no section: an origin and a condition."""

    def __init__(self, number: int, when: Condition) -> None:
        file = "two-levels/template.yaml" if number % 2 else "a-town/pack.yaml"
        self.origin = replace(ORIGIN, rule=f"r-{number}", spot=replace(ORIGIN.spot, file=file))
        self.when = when
