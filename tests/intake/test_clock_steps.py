"""Steps that time takes: once, as of the instant at which it came, where the case allows it, in the limit's name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.kernel.ids import derived_id
from shared.kernel.instants import format_instant
from shared.rules.decide.answers import StepAllowed
from shared.rules.decide.compiled import CompiledRules
from shared.rules.logic.condition import Op, Test
from shared.rules.pack.model import EffectKind as E
from shared.rules.pack.model import Escalation
from shared.rules.pack.read import build_pack
from tests.intake.house import STATION, House
from tests.intake.town import does, step
from tests.sla.packs import PACK
from tests.sla.packs import TOWN as TIMED

DUE_AT = datetime(
    2026, 3, 12, 16, 0, tzinfo=UTC
)  # 24:00 of the town's Thursday, three working days after Monday
WARN_AT = DUE_AT - timedelta(days=1)
RULE = "village-limit"
BY_TIME = step("by-time", "lead", does(E.MARK, "came"), before="settled", any_time=True, by_clock=True)
REMIND = step("remind", "lead", any_time=True, by_clock=True)


@pytest.fixture
def house() -> Iterator[House]:
    """A house on SQLite."""
    made = ruled(House(evaluators="both"))
    yield made
    made.store.close()


def ruled(made: House) -> House:
    """The station has three working days to settle; at the warning time reminds, at the breach it takes a step."""
    limits = build_pack({f"{TIMED}/pack.yaml": PACK}, TIMED).limits
    ladder = (Escalation(None, ("supervisor",), None, step="by-time"),)
    limit = replace(limits[0], escalate=ladder, on_warning="remind")
    for edition, pack in made.pack_cache.packs.items():
        steps = {**pack.steps, "by-time": BY_TIME, "remind": REMIND}
        made.pack_cache.packs[edition] = replace(pack, limits=(limit,), steps=steps, format=2)
    return made


def running(house: House) -> str:
    case = house.report()
    house.route(case, STATION)
    return case


def said(house: House, case: str, event: str, at: datetime, **more: Any) -> None:
    """Hear of the case's clock what the service that keeps it would say at an instant."""
    body = {
        "case": case,
        "number": "2026-000001",
        "clock": derived_id(case, "case", RULE, 1, 1),
        "stage": "settle",
        "state": "breached",
        "round": 1,
        "reason": {"rule": RULE, "because": ["P001-05.4"]},
        "started_at": "2026-03-09T02:00:00.000000Z",
        "due_at": format_instant(DUE_AT),
        "at": format_instant(at),
        **more,
    }
    house.hear("sla", f"clock.{event}", case, body)


def late(house: House, case: str, after: timedelta = timedelta(minutes=1), **more: Any) -> None:
    """The limit is passed, and its escalation is heard of somewhat later."""
    house.clock.set(DUE_AT + after)
    said(house, case, "escalated", DUE_AT, escalation=1, **more)


def taken(house: House, case: str, key: str = "by-time") -> list[dict[str, Any]]:
    """What the history says of the times that a step was taken."""
    entries = house.view(case)["history"]
    return [entry for entry in entries if entry["what"] == "step" and entry["data"]["step"] == key]


def refused(house: House, case: str) -> list[tuple[str, str]]:
    entries = [entry for entry in house.view(case)["history"] if entry["what"] == "step-refused"]
    return [(entry["by"]["role"], entry["data"]["code"]) for entry in entries]


def test_the_history_names_the_clock_the_rule_and_the_occasion(house: House) -> None:
    """As of the instant at which it fell due, however late that is heard of; the message says the same."""
    case = running(house)
    late(house, case, timedelta(hours=3))
    (entry,) = taken(house, case)
    assert entry["by"] == {"role": "clock", "unit": None, "person": None}
    wanted = {"rule": RULE, "because": ["P001-05.4"], "on": "settle escalated", "at": format_instant(DUE_AT)}
    assert {name: entry["data"][name] for name in wanted} == wanted
    assert entry["data"]["clock"] == derived_id(case, "case", RULE, 1, 1)
    told = house.said(case)[-1].data
    assert (told.step, told.marks, told.at, told.by.role) == ("by-time", ("came", "by-time"), DUE_AT, "clock")


def test_a_warning_takes_its_step(house: House) -> None:
    """The limit's own at the warning, and not what the breach would bring."""
    case = running(house)
    house.clock.set(WARN_AT)
    said(house, case, "warned", WARN_AT, state="warned")
    assert [len(taken(house, case, key)) for key in ("remind", "by-time")] == [1, 0]


def test_what_is_said_again_does_nothing_twice(house: House) -> None:
    """Another message with the same content, such as of a store that is filled anew."""
    case = running(house)
    for _ in range(3):
        late(house, case)
    assert len(taken(house, case)) == 1


def test_whoever_took_the_step_since_has_taken_it(house: House) -> None:
    """A person was quicker than the message."""
    case = running(house)
    house.clock.set(DUE_AT + timedelta(minutes=5))
    assert house.step(case, "by-time").status_code == 200
    late(house, case, timedelta(minutes=10))
    assert [entry["by"]["role"] for entry in taken(house, case)] == ["unit_staff"]


def test_a_breach_that_was_none_brings_nothing(house: House) -> None:
    """It was settled in time, and opened again: whoever said 'late' had not heard of it yet."""
    case = running(house)
    house.clock.set(DUE_AT - timedelta(minutes=1))
    assert house.step(case, "settle", facts={"result": "dug out"}).status_code == 200
    late(house, case)
    assert (taken(house, case), refused(house, case)) == ([], [])


def test_a_warning_that_an_extension_has_moved_brings_nothing(house: House) -> None:
    """More time was given after the warning fell due and before it was heard of."""
    case = running(house)
    house.clock.set(WARN_AT + timedelta(minutes=1))
    due_at = (DUE_AT + timedelta(days=7)).isoformat()
    answer = house.step(case, "note-reason", facts={"reason": "the ford is flooded"}, due_at=due_at)
    assert answer.status_code == 200
    said(house, case, "warned", WARN_AT, state="warned")
    assert taken(house, case, "remind") == []


def test_what_the_case_does_not_allow_is_refused_on_record(house: House) -> None:
    """Settled late: the step's own 'before' holds for time too, and the history says what was refused to whom."""
    case = running(house)
    house.clock.set(DUE_AT + timedelta(minutes=1))
    assert house.step(case, "settle", facts={"result": "dug out"}).status_code == 200
    late(house, case, timedelta(minutes=2))
    assert refused(house, case) == [("clock", "step-too-late")]
    entry = next(entry for entry in house.view(case)["history"] if entry["what"] == "step-refused")
    assert (entry["data"]["rule"], entry["data"]["on"]) == (RULE, "settle escalated")


def test_what_time_was_to_do_and_did_not_is_kept(house: House) -> None:
    """Nobody is answered: that nothing was paused which the warning resumes stands in the history, with the limit."""
    for edition, pack in house.pack_cache.packs.items():
        resuming = replace(REMIND, does=(does(E.RESUME, "settle"),))
        house.pack_cache.packs[edition] = replace(pack, steps={**pack.steps, "remind": resuming})
    case = running(house)
    house.clock.set(WARN_AT)
    said(house, case, "warned", WARN_AT, state="warned")
    assert len(taken(house, case, "remind")) == 1
    (entry,) = [entry for entry in house.view(case)["history"] if entry["what"] == "step-not-done"]
    assert entry["by"]["role"] == "clock"
    wanted = {"step": "remind", "code": "nothing-held", "rule": RULE, "on": "settle warned"}
    assert {name: entry["data"][name] for name in wanted} == wanted


def test_what_time_does_leaves_no_more_than_it_did(house: House) -> None:
    """A step of time that does all that it was to do says nothing of it."""
    case = running(house)
    late(house, case)
    assert [entry for entry in house.view(case)["history"] if entry["what"] == "step-not-done"] == []


def test_a_case_that_is_over_is_left_alone(house: House) -> None:
    """Nothing is taken, nothing refused."""
    case = running(house)
    house.clock.set(DUE_AT + timedelta(minutes=1))
    for key, facts in (("settle", {"result": "dug out"}), ("close", {})):
        assert house.step(case, key, facts=facts).status_code == 200
    late(house, case, timedelta(minutes=2))
    assert (taken(house, case), refused(house, case)) == ([], [])


def test_what_lay_before_the_case_came_here_brings_nothing(house: House) -> None:
    """An older system's past is on record, and nobody acts on it."""
    case = running(house)
    late(house, case, silent=True)
    assert taken(house, case) == []


def test_an_edition_that_does_not_know_the_step_any_more_refuses_it(house: House) -> None:
    """The clock ran under another one than the case is bound to by now."""
    case = running(house)
    pack = next(iter(house.pack_cache.packs.values()))
    fewer = {key: kept for key, kept in pack.steps.items() if key != "by-time"}
    for edition, pack in house.pack_cache.packs.items():
        house.pack_cache.packs[edition] = replace(pack, steps=fewer)
    late(house, case)
    assert refused(house, case) == [("clock", "step-unknown")]


def test_in_doubt_time_takes_nothing_and_the_operator_hears(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A condition of which the evaluators differ is refused to time as to people."""
    case = running(house)
    for edition, pack in house.pack_cache.packs.items():
        asked = replace(pack.steps["by-time"], when=Test("litres", Op.GE, 1))
        house.pack_cache.packs[edition] = replace(pack, steps={**pack.steps, "by-time": asked})
    monkeypatch.setattr(CompiledRules, "allows", lambda *_: StepAllowed(True, False, {"reference": ()}))
    late(house, case)
    assert (taken(house, case), refused(house, case)) == ([], [("clock", "step-in-doubt")])
    assert [said.data.code for said in house.said(case) if said.type == "alarm.raised"] == ["disagreement"]


def test_nobody_else_may_take_a_step_that_is_times_alone(house: House) -> None:
    """The refusal and the list of steps say whose it is."""
    for edition, pack in house.pack_cache.packs.items():
        times = replace(pack.steps["by-time"], who=())
        house.pack_cache.packs[edition] = replace(pack, steps={**pack.steps, "by-time": times})
    case = running(house)
    no = house.step(case, "by-time")
    assert (no.status_code, no.json["code"]) == (403, "step-not-yours")
    assert "the clock" in no.json["cause"]
    late(house, case)
    assert len(taken(house, case)) == 1
