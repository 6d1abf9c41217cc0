"""A step that was to do something to a limit and did not says so in its answer; what was asked for in time is in time.

The limits are those of a pack; intake lives the case's messages again with the functions that keep the clocks.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.rules.pack.model import EffectKind as E
from shared.rules.pack.read import build_pack
from tests.intake.house import MONDAY, STATION, House
from tests.intake.town import does, step
from tests.sla.packs import PACK
from tests.sla.packs import TOWN as TIMED

LIMIT = "    within: 3 working days\n    warn: 1 working day before\n"
CAPPED = "    within: 3 working days\n    cap: {within: 5 working days, from: first accepted}\n"
WAITS = "    within: 3 working days\n    readings: {RC-19: stops}\n"
STEPS = (
    step("wait", "lead", does(E.PAUSE, "settle"), any_time=True),
    step("go-on", "lead", does(E.RESUME, "settle"), any_time=True),
    step("excuse", "supervisor", does(E.EXCUSE, "settle"), any_time=True),
    step("apply", "lead", does(E.ASK_APPROVAL, "grant"), any_time=True),
    step("grant", "supervisor", does(E.EXTEND, "settle"), may_have=("due_at",), any_time=True),
    step("give-time", "supervisor", does(E.SET_DUE, "settle"), may_have=("due_at",), any_time=True),
    step("extend-other", "lead", does(E.EXTEND, "submit"), any_time=True),
)


def town(limit: str = LIMIT, number: int = 2) -> House:
    """A house whose village has three working days to settle, from Monday 10:00 to Thursday 24:00."""
    house = House()
    limits = build_pack({f"{TIMED}/pack.yaml": PACK.replace(LIMIT, limit)}, TIMED).limits
    for edition, made in house.pack_cache.packs.items():
        steps = {**made.steps, **{one.key: one for one in STEPS}}
        house.pack_cache.packs[edition] = replace(made, limits=limits[:1], steps=steps, format=number)
    return house


def running(house: House) -> str:
    case = house.report()
    house.route(case, STATION)
    return case


@pytest.fixture
def plain() -> Iterator[House]:
    house = town()
    yield house
    house.store.close()


def not_done(house: House, case: str, key: str, who: str = "station", **given: object) -> list[str]:
    answer = house.step(case, key, who, **given)
    assert answer.status_code == 200, answer.json
    assert all(said["cause"] and said["where"]["clock"] for said in answer.json["not_done"])
    return [said["code"] for said in answer.json["not_done"]]


def day(number: int) -> str:
    return (MONDAY + timedelta(days=number)).isoformat()


REASON = {"facts": {"reason": "the ford is flooded"}}


def test_a_reason_in_time_leaves_nothing_undone(plain: House) -> None:
    """What is done is not said to be undone."""
    case = running(plain)
    assert not_done(plain, case, "note-reason", **REASON) == []
    assert not_done(plain, case, "note-reason", due_at=day(7), **REASON) == []


def test_a_reason_that_comes_too_late_is_said_to_change_nothing(plain: House) -> None:
    """A-31: a late reason is kept, with or without a new due instant, and the answer says that nothing moves."""
    case = running(plain)
    plain.pass_time(days=5)
    assert not_done(plain, case, "note-reason", **REASON) == ["limit-passed"]
    assert not_done(plain, case, "note-reason", due_at=day(9), **REASON) == ["limit-passed"]
    assert not_done(plain, case, "write-due", "supervisor", due_at=day(9)) == ["limit-passed"]


def test_what_lies_beyond_the_ceiling_is_said_to_be_cut() -> None:
    """P001-04.14: five working days are the most, and whoever writes more hears how far it went."""
    house = town(CAPPED)
    case = running(house)
    answer = house.step(case, "note-reason", due_at=day(14), **REASON).json
    (said,) = answer["not_done"]
    assert said["code"] == "cut-at-ceiling"
    assert "2026-03-16 24:00" in said["cause"]
    assert not_done(house, case, "note-reason", due_at=day(6), **REASON) == []


def test_less_than_the_limit_itself_is_said_to_give_no_time(plain: House) -> None:
    """A reason gives time and never takes any: what is written before the limit's own end leaves it."""
    assert not_done(plain, running(plain), "note-reason", due_at=day(1), **REASON) == ["no-time-given"]


def test_without_a_due_instant_none_is_set(plain: House) -> None:
    """'set due' without an instant leaves the limit as it is."""
    assert not_done(plain, running(plain), "give-time", "supervisor") == ["no-due-came"]


def test_a_limit_that_does_not_run_can_be_neither_extended_nor_excused(plain: House) -> None:
    """There has to be a limit of the stage, and a late one to be excused."""
    case = running(plain)
    assert not_done(plain, case, "extend-other") == ["no-limit-runs"]
    assert not_done(plain, case, "excuse", "supervisor") == ["nothing-to-excuse"]
    plain.pass_time(days=5)
    assert not_done(plain, case, "excuse", "supervisor") == []
    assert not_done(plain, case, "settle", facts={"result": "dug out"}) == []
    assert not_done(plain, case, "grant", "supervisor") == ["no-limit-runs"]


def test_only_what_runs_is_paused_and_only_what_is_paused_resumed() -> None:
    """RC-19: a second pause, a resumption of what runs, and a pause of what was passed say that they do nothing."""
    house = town(WAITS)
    case = running(house)
    said = [not_done(house, case, key) for key in ("go-on", "wait", "wait", "go-on")]
    assert said == [["nothing-held"], [], ["already-held"], []]
    house.pass_time(days=5)
    assert not_done(house, case, "wait") == ["limit-passed"]


def test_a_pause_of_a_limit_that_runs_on_is_said_to_stop_nothing(plain: House) -> None:
    """RC-19 runs on: waiting takes nothing from the limit."""
    assert not_done(plain, running(plain), "wait") == ["limit-runs-on"]


@pytest.mark.parametrize(("number", "said"), [(2, []), (1, ["limit-passed"])])
def test_what_was_asked_for_in_time_is_granted_from_then(number: int, said: list[str]) -> None:
    """From format 2 on an extension counts from when it was asked, whoever answers later; before, from the answer."""
    house = town(number=number)
    case = running(house)
    house.pass_time(days=2)
    assert not_done(house, case, "apply") == []
    house.pass_time(days=3)
    assert not_done(house, case, "grant", "supervisor", due_at=day(9)) == said
    asked = house.said(case)[-1].data.asked_at
    assert asked == (MONDAY + timedelta(days=2) if number == 2 else None)


def test_an_answer_that_nobody_asked_for_counts_from_itself(plain: House) -> None:
    """Once granted, what was asked for is answered: a second grant is as late as it comes."""
    case = running(plain)
    not_done(plain, case, "apply")
    assert not_done(plain, case, "grant", "supervisor", due_at=day(4)) == []
    plain.pass_time(days=6)
    assert not_done(plain, case, "grant", "supervisor", due_at=day(9)) == ["limit-passed"]
