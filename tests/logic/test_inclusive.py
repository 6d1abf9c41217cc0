"""Whether 'or more' and 'or less' include the figure."""

import pytest

from shared.rules.logic.facts import FactType, Kind
from shared.rules.logic.inclusive import with_figure
from shared.rules.logic.judge import Judge
from shared.rules.logic.rulebook import Row
from shared.rules.logic.terms import All, Any, Condition, Not, Op, Test

DECLARED = {"n": FactType("n", Kind.INT), "d": FactType("d", Kind.DECIMAL)}
MORE, LESS = Test("n", Op.OR_MORE, 4), Test("n", Op.OR_LESS, 4)


def held(condition: Condition, n: int) -> bool:
    """What both evaluators say; they must say the same."""
    verdict = Judge([Row("r", condition)], DECLARED).all({"n": n})
    assert verdict.agreed
    return verdict.matched == ("r",)


@pytest.mark.parametrize(("n", "more", "less"), [(3, False, True), (4, True, True), (5, True, False)])
def test_the_figure_itself_counts(n: int, more: bool, less: bool) -> None:
    """Four or more is four and above, eighty or below eighty and under (Civil Code art. 1259)."""
    assert (held(MORE, n), held(LESS, n)) == (more, less)


@pytest.mark.parametrize(("n", "more", "less"), [(3, False, True), (4, False, False), (5, True, False)])
def test_a_town_may_leave_the_figure_out(n: int, more: bool, less: bool) -> None:
    """Read exclusively, the figure itself is neither 'or more' nor 'or less' (RC-11)."""
    assert (held(with_figure(MORE, False), n), held(with_figure(LESS, False), n)) == (more, less)


def test_only_the_two_words_are_read_otherwise() -> None:
    """In groups and negations the two words change, and nothing else does."""
    mixed = All((Any((MORE, Test("n", Op.GE, 4))), Not(LESS)))
    assert with_figure(mixed, True) is mixed
    assert with_figure(mixed, False) == All(
        (Any((Test("n", Op.GT, 4), Test("n", Op.GE, 4))), Not(Test("n", Op.LT, 4)))
    )
    plain = Any((Test("n", Op.GE, 4), Not(Test("d", Op.PRESENT))))
    assert with_figure(plain, False) is plain
