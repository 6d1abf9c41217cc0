"""A request waits for its answer, whoever gives it: once answered nothing is granted by it any more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.rules.pack.model import Effect
from shared.rules.pack.model import EffectKind as E
from shared.rules.pack.read import build_pack
from tests.intake.house import MONDAY, OFFICE, STATION, House
from tests.intake.town import does, step
from tests.sla.packs import PACK
from tests.sla.packs import TOWN as TIMED

ASK = Effect(E.ASK_APPROVAL, "grant", refusal="deny")
STEPS = (
    step("ask", "lead", ASK, may_have=("due_at",), any_time=True),
    step("grant", "supervisor", does(E.EXTEND, "settle"), may_have=("due_at",), any_time=True),
    step("deny", "supervisor", any_time=True),
)


def day(number: int) -> str:
    return (MONDAY + timedelta(days=number)).isoformat()


@pytest.fixture
def house() -> Iterator[House]:
    """A village that has three working days to settle and may ask for more."""
    made = House()
    limits = build_pack({f"{TIMED}/pack.yaml": PACK}, TIMED).limits[:1]
    for edition, pack in made.pack_cache.packs.items():
        find = replace(pack.steps["find"], any_time=True)
        steps = {**pack.steps, "find": find, **{added.key: added for added in STEPS}}
        made.pack_cache.packs[edition] = replace(pack, limits=limits, steps=steps, format=2)
    yield made
    made.store.close()


def running(house: House) -> str:
    case = house.report()
    house.route(case, STATION)
    return case


def take(house: House, case: str, key: str, who: str = "supervisor", **given: object) -> str | None:
    """Take a step; return the refusal's code, if there is one."""
    answer = house.step(case, key, who, **given)
    return None if answer.status_code == 200 else str(answer.json["code"])


def granted(house: House, case: str) -> tuple[object, object]:
    """When the last step's time was asked for, and until when it goes."""
    told = house.said(case)[-1].data
    return told.asked_at, told.due_at


def test_what_was_asked_for_is_granted_as_of_when_it_was_asked(house: House) -> None:
    """The answer brings no due instant: that of the request counts, and the limit was not passed."""
    case = running(house)
    house.pass_time(days=2)
    assert take(house, case, "ask", "station", due_at=day(9)) is None
    house.pass_time(days=3)
    answer = house.step(case, "grant", "supervisor")
    assert (answer.status_code, answer.json["not_done"]) == (200, [])
    assert granted(house, case) == (MONDAY + timedelta(days=2), MONDAY + timedelta(days=9))


def test_the_answers_own_due_instant_wins(house: House) -> None:
    """Less, or more, may be granted than was asked for."""
    case = running(house)
    take(house, case, "ask", "station", due_at=day(9))
    assert take(house, case, "grant", due_at=day(7)) is None
    assert granted(house, case) == (MONDAY, MONDAY + timedelta(days=7))


def test_asked_again_it_counts_from_the_first_time_and_asks_for_the_last(house: House) -> None:
    """A reminder does not make it late; what is wanted is what was said last."""
    case = running(house)
    for number in (9, 11):
        take(house, case, "ask", "station", due_at=day(number))
        house.pass_time(days=1)
    assert take(house, case, "ask", "station") is None
    assert take(house, case, "grant") is None
    assert granted(house, case) == (MONDAY, MONDAY + timedelta(days=11))


@pytest.mark.parametrize("answer", ["grant", "deny"])
def test_neither_answer_can_be_given_where_nothing_is_pending(house: House, answer: str) -> None:
    """Before it is asked, and after either answer: it has to be asked for anew."""
    case = running(house)
    assert take(house, case, answer) == "request-not-pending"
    take(house, case, "ask", "station", due_at=day(9))
    assert take(house, case, answer) is None
    assert [take(house, case, key) for key in ("grant", "deny")] == ["request-not-pending"] * 2
    take(house, case, "ask", "station")
    assert take(house, case, answer) is None


def test_what_is_turned_down_holds_nothing_up_any_more(house: House) -> None:
    """While it is pending the procedure waits for it; turned down, it goes on."""
    case = running(house)
    take(house, case, "ask", "station")
    assert take(house, case, "settle", "station", facts={"result": "dug out"}) == "step-awaits-approval"
    take(house, case, "deny")
    assert take(house, case, "settle", "station", facts={"result": "dug out"}) is None


@pytest.mark.parametrize("procedure", ["standard", "planned"])
def test_it_outlives_a_new_decision(house: House, procedure: str) -> None:
    """Another lead, another procedure: what was asked for still waits, from when it was asked."""
    case = running(house)
    take(house, case, "ask", "station", due_at=day(9))
    house.pass_time(hours=1)
    assert take(house, case, "find", "station") is None
    house.route(case, OFFICE, procedure=procedure)
    assert house.view(case)["assignment"]["lead"] == OFFICE
    assert take(house, case, "grant") is None
    assert granted(house, case) == (MONDAY, MONDAY + timedelta(days=9))


def test_it_ends_with_its_round(house: House) -> None:
    """What was asked of the round before is not granted to the next."""
    case = running(house)
    take(house, case, "ask", "station", due_at=day(9))
    for edition, pack in house.pack_cache.packs.items():
        settle = replace(pack.steps["settle"], any_time=True)
        house.pack_cache.packs[edition] = replace(pack, steps={**pack.steps, "settle": settle})
    assert take(house, case, "settle", "station", facts={"result": "dug out"}) is None
    assert take(house, case, "not-satisfied", "citizen") is None
    assert take(house, case, "grant") == "request-not-pending"


def test_whoever_may_turn_it_down_sees_the_case(house: House) -> None:
    """Nobody can answer what may not be read: the message names both who approve and who turn down."""
    for edition, pack in house.pack_cache.packs.items():
        deny = replace(pack.steps["deny"], who=("works-office",))
        house.pack_cache.packs[edition] = replace(pack, steps={**pack.steps, "deny": deny})
    case = running(house)
    take(house, case, "ask", "station")
    assert f"|{OFFICE}|" in house.said(case)[-1].data.asked
