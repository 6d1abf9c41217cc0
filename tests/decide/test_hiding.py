"""Who sees a case before it is made known."""

from datetime import date

from shared.rules.decide import CompiledRules, Recipient, Situation, viewers
from shared.rules.decide.answers import Hiding
from shared.rules.decide.parts import PartCache
from shared.rules.logic.durable import available
from shared.rules.pack.model import Pack
from tests.decide.test_route import Perverse
from tests.decide.towns import books, case, two_levels

ON = date(2026, 3, 9)
HELD = case(levels=("village",), lead="a-town.hamlet/head", reporter="r-1")
HIDDEN = """\
hidden:
  - {rule: sealed, because: A-1, when: {category: talk}, until: settled, seen_by: [lead, centre, office]}
  - {rule: graver, because: A-1, when: {grade: {or_more: 5}}, until: settle, seen_by: [centre, office, reporter]}
  - {rule: old, because: A-1, valid: {until: 2026-01-31}, until: raise, seen_by: [centre]}
"""


def town() -> Pack:
    """The small town with cases that are hidden."""
    return two_levels(more=HIDDEN)


def hiding(situation: Situation = HELD, on: date = ON, pack: Pack | None = None) -> Hiding:
    """The rules that hide the case."""
    return books().of(pack or town()).hidden(situation, on)


def test_rules_that_hold_hide_a_case() -> None:
    """Every rule whose condition holds and that is in force hides the case; none where there are no rules."""
    assert [one.origin.rule for one in hiding().rules] == ["sealed"]
    assert [one.origin.rule for one in hiding(on=date(2026, 1, 1)).rules] == ["sealed", "old"]
    assert hiding(pack=two_levels()) == Hiding((), True, {})


def test_only_who_is_named_sees_it() -> None:
    """Until the milestone stands, the named parties see the case and nobody else."""
    seen = viewers(town(), hiding(), ("reported", "assigned"), HELD)
    assert seen == (
        Recipient("lead", "a-town.hamlet/head"), Recipient("centre", "a-town/centre"),
        Recipient("office", "a-town/office"))  # fmt: skip


def test_the_milestone_lifts_the_curtain() -> None:
    """Once the milestone stands, nothing is hidden any more."""
    assert viewers(town(), hiding(), ("reported", "settled"), HELD) is None
    assert viewers(town(), Hiding((), True, {}), (), HELD) is None


def test_of_several_rules_only_those_whom_all_name() -> None:
    """Two rules together let only those see the case whom both of them name, until each is over."""
    grave = case(levels=("village",), lead="a-town.hamlet/head", reporter="r-1", facts={"grade": 5})
    both = hiding(grave)
    seen = viewers(town(), both, ("reported",), grave) or ()
    assert [one.unit for one in seen] == ["a-town/centre", "a-town/office"]
    later = viewers(town(), both, ("settled",), grave) or ()
    assert Recipient("reporter", reporter=True) in later


def test_what_is_in_doubt_stays_hidden() -> None:
    """Where the evaluators differ, every rule in force counts, so that nothing is shown by mistake."""
    found = CompiledRules(town(), PartCache(Perverse())).hidden(HELD, ON)
    assert found.agreed is not bool(available())
    assert [one.origin.rule for one in found.rules] == (["sealed", "graver"] if available() else ["sealed"])
