"""A limit's time of day, shares of it, and marks with a condition: as they are read, in both languages."""

from collections.abc import Mapping

import pytest

from gridcase.mutation.limits import of_limit
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.steps import of_step
from gridcase.scenarios.participants import STEP
from shared.kernel.texts import Language
from shared.rules.case.limits import terms_of
from shared.rules.language.errors import PackErrors
from shared.rules.logic.condition import All, Not, Op, Test
from shared.rules.pack.format import reformatted
from shared.rules.pack.model import Limit, Pack
from shared.rules.pack.read import build_pack
from tests.e2e.format_examples import TOWN, examples, town_with
from tests.packs.test_format import without_places

LIMIT = "limits:\n  - {{rule: look, because: RULES-1, clock: look, until: settled, {said}}}\n"


def limit_of(pack: Pack, rule: str) -> Limit:
    return next(limit for limit in pack.limits if limit.origin.rule == rule)


def read(said: str, number: int = 2) -> Limit:
    """The limit as a pack says it."""
    return limit_of(build_pack(town_with(LIMIT.format(said=said), number=number), TOWN), "look")


def turned(files: Mapping[str, str], language: Language) -> dict[str, str]:
    return {file: reformatted(files, TOWN, file, language) for file in files}


@pytest.mark.parametrize("share", ["1/2, rounded: up", "2/3"])
def test_a_share_is_the_amount_that_it_comes_to(share: str) -> None:
    """Two of three days, however they are written: nothing behind the pack knows that it was a share."""
    written = read(
        "within: 3 days, warn: 2 days before, escalate: {after: 2 days, every: 2 days, to: operator}"
    )
    shared = f"{{of_limit: {share}}}"
    said = f"within: 3 days, warn: {shared}, escalate: {{after: {shared}, every: {shared}, to: operator}}"
    assert without_places(read(said)) == without_places(written)


def test_down_is_less_and_a_ceiling_may_be_more_than_the_limit() -> None:
    """Half of three days is one, rounded down; three halves are five, rounded up."""
    found = read(
        "within: 3 days, warn: {of_limit: 1/2, rounded: down}, cap: {within: {of_limit: 3/2, rounded: up}}"
    )
    assert found.warn_before is not None
    assert found.cap is not None
    assert (found.warn_before.number, found.cap.number) == (1, 5)


def test_doubled_it_ends_at_the_same_time() -> None:
    """RC-9 double: twice the days, to the same time of day; a ceiling that is written has its own close."""
    doubled, capped = (
        terms_of(build_pack(town_with(LIMIT.format(said=said)), TOWN))["look"].ceiling
        for said in (
            "within: 2 days, at: 12:00, readings: {RC-9: double}",
            "within: 2 days, at: 12:00, cap: {within: 4 days}",
        )
    )
    assert doubled is not None
    assert capped is not None
    assert (doubled.amount.number, doubled.ends_at) == (4, 720)
    assert (capped.amount.number, capped.ends_at) == (4, None)


@pytest.mark.parametrize("said", ["within: 1 day, at: 12:00", "within: 4 days, warn: {of_limit: 1/2}"])
def test_format_1_knows_none_of_it(said: str) -> None:
    """A town of format 1 is told which number it takes."""
    with pytest.raises(PackErrors) as refusal:
        read(said, number=1)
    assert [error.code for error in refusal.value.errors] == ["only-from-format"]


@pytest.mark.parametrize("name", sorted(examples()))
def test_an_example_says_the_same_in_chinese(name: str) -> None:
    """Turned into Chinese it is the same pack, and turned back the same file."""
    files = examples()[name]
    chinese = turned(files, "zh")
    assert chinese != files
    assert without_places(build_pack(chinese, TOWN)) == without_places(build_pack(files, TOWN))
    assert turned(chinese, "en") == files


def changes(found: list[Mutant]) -> dict[str, Mutant]:
    return {mutant.change.en: mutant for mutant in found}


def test_a_time_of_day_is_altered_for_trial() -> None:
    """Another hour, and none: scenarios must feel both."""
    pack = build_pack(examples()["fixed-time"], TOWN)
    found = changes(list(of_limit(pack, limit_of(pack, "on-site"))))
    moved, gone = found["at 15:00 → 16:00"].alter(pack), found["time of day dropped"].alter(pack)
    assert [limit_of(altered, "on-site").ends_at for altered in (pack, moved, gone)] == [900, 960, None]


def test_a_marks_condition_is_altered_for_trial() -> None:
    """Each test turned round is felt where the step is taken."""
    pack = build_pack(examples()["valid-vote"], TOWN)
    turned_round = changes(list(of_step(pack, pack.steps["vote"])))["valid-vote, negated: turnout ≥ 50"]
    (effect,) = turned_round.alter(pack).steps["vote"].does
    assert effect.when == All((Not(Test("turnout", Op.GE, 50)), Test("agreed", Op.EQ, True)))
    assert turned_round.felt_by == {(STEP, "vote")}


def test_what_time_does_is_altered_for_trial() -> None:
    """Without the step at the warning, and without an escalation's: the one that tells nobody is dropped whole."""
    pack = build_pack(examples()["time-acts"], TOWN)
    found = changes(list(of_limit(pack, limit_of(pack, "attend"))))
    assert limit_of(found["step at the warning dropped"].alter(pack), "attend").on_warning is None
    assert limit_of(found["escalation 1 dropped"].alter(pack), "attend").escalate == ()
    waiting = build_pack(examples()["waiting-in-all"], TOWN)
    found = changes(list(of_limit(waiting, limit_of(waiting, "two-days-of-waiting"))))
    (left,) = limit_of(found["escalation 1 without its step"].alter(waiting), "two-days-of-waiting").escalate
    assert (left.step, left.to) == (None, ("lead",))


def test_running_each_time_is_altered_for_trial() -> None:
    """Once in a round in place of each time."""
    pack = build_pack(examples()["pending-request"], TOWN)
    once = changes(list(of_limit(pack, limit_of(pack, "answer-to-the-request"))))["each time dropped"].alter(
        pack
    )
    assert [limit_of(altered, "answer-to-the-request").each_time for altered in (pack, once)] == [True, False]
