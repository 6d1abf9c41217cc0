"""Escalations that are named once: each limit gets them as if they were written there."""

import pytest

from gridcase.mutation.limits import of_limit
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Escalation, Pack
from shared.rules.pack.read import build_pack
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.e2e.format_examples import TOWN, examples, town_with

DAY = Amount(1, TimeUnit.WORKING_DAYS)
LADDER = """\
ladders: {{watched: [{{mark: watched-now}}, {{after: 1 working day, to: [supervisor]}}]}}
limits:
  - {{rule: look, because: RULES-1, clock: attend, within: 1 working day, until: settled, escalate: {named}}}
"""


def escalations(pack: Pack, rule: str) -> tuple[Escalation, ...]:
    """What a limit of the pack escalates to."""
    return next(limit.escalate for limit in pack.limits if limit.origin.rule == rule)


def test_a_limit_that_names_a_ladder_is_the_limit_that_writes_it() -> None:
    """Named, in a list, or written out: the pack is the same but for its files' hash."""
    written = "[{mark: watched-now}, {after: 1 working day, to: [supervisor]}]"
    named, listed, plain = (
        build_pack(town_with(LADDER.format(named=each) + OTHER), TOWN)
        for each in ("watched", "[watched]", written)
    )
    assert escalations(named, "look") == escalations(listed, "look") == escalations(plain, "look")
    assert escalations(named, "look") == (
        Escalation(None, (), "watched-now"),
        Escalation(DAY, ("supervisor",), None),
    )


OTHER = """\
  - {rule: again, because: RULES-1, clock: again, within: 2 working days, until: settled, escalate: watched}
"""


def test_its_own_escalations_stand_where_the_limit_writes_them() -> None:
    """A list mixes both, in its order; a scenario must feel each of them at each limit."""
    pack = build_pack(examples()["one-ladder"], TOWN)
    found = escalations(pack, "answer")
    assert found == (*escalations(pack, "attend"), Escalation(Amount(2, DAY.unit), ("town-centre",), None))
    limit = next(limit for limit in pack.limits if limit.origin.rule == "answer")
    dropped = [mutant for mutant in of_limit(pack, limit) if mutant.change.en.endswith("dropped")]
    assert {"escalation 1 dropped", "escalation 2 dropped", "escalation 3 dropped"} <= {
        mutant.change.en for mutant in dropped
    }


def test_format_1_has_no_ladders() -> None:
    """A town of format 1 is told which number it takes."""
    with pytest.raises(PackErrors) as refusal:
        build_pack(town_with(LADDER.format(named="watched"), number=1), TOWN)
    assert [error.code for error in refusal.value.errors] == ["only-from-format"]
