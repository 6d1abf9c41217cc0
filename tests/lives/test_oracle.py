"""The oracle itself, on a few messages written by hand: what each thing means that the house is held against."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.lives.oracle import Frame, Reached, asks, is_of_case, situation_after, timeline_after, waits

STAGES = ("settle", "attend")
HOLD = {"category": "noise", "channel": "app", "place": {"key": "grid-1"}, "facts": {"litres": 5}}


def at(day: int, hour: int = 1) -> datetime:
    """An instant of March."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def admitted(**more: Any) -> Frame:
    """The first message of a case."""
    return _frame("case.admitted", {**HOLD, "reported_at": at(9).isoformat(), **more})


def step(day: int, name: str = "a-step", lead: str | None = None, decision: int = 1, **more: Any) -> Frame:
    """A later message; with a lead under the decision of that number."""
    held = {"lead": lead, "levels": ["low"], "assisting": [], "procedure": "plain", "decision": decision}
    data = {"step": name, "marks": [name], "undone": [], "effects": [], "round": 1, "ask_decision": False,
            "awaits_decision": False, "at": at(day).isoformat(), "assignment": held if lead else None}  # fmt: skip
    return _frame("case.progressed", {**HOLD, **data, **more})


def _frame(kind: str, data: Mapping[str, Any]) -> Frame:
    return {"type": f"cn.gridcase.{kind}.v1", "town": "t-hill", "data": data}


def from_city(origin: str, _town: str) -> bool:
    """The city's cases lie above everybody's."""
    return origin.startswith("city")


def test_a_case_sent_down_stays_from_above() -> None:
    """A case is from above when a case of a jurisdiction above opened it, whatever happens to it later."""
    frames = [
        admitted(linked_from="city-1"),
        step(9, lead="a"),
        step(10, "correct"),
        step(11, lead="b", decision=2),
    ]
    assert all(situation_after(frames[:n], from_city).from_above for n in range(1, 5))


def test_a_case_passed_up_or_across_is_not_from_above() -> None:
    """The direction of the link decides, not that there is one."""
    assert not situation_after([admitted(linked_from="village-1")], from_city).from_above
    assert not situation_after([admitted(linked_from=None)], from_city).from_above


def test_a_case_that_went_from_one_lead_to_another_was_handed_over_for_good() -> None:
    """Also where it has come back; a decision that leaves the lead alone hands nothing over."""
    frames = [admitted(), step(9, lead="a"), step(10, lead="a", decision=2), step(11, lead="b", decision=3),
              step(12, lead="a", decision=4), step(13, lead="a", decision=5)]  # fmt: skip
    seen = [situation_after(frames[:n], from_city).handed_over for n in range(1, 7)]
    assert seen == [False, False, False, True, True, True]


def test_the_previous_lead_is_who_led_before_the_latest_decision() -> None:
    """None under the first; the same unit where a decision changed nothing."""
    frames = [admitted(), step(9, lead="a"), step(10, lead="a"), step(11, lead="b", decision=2),
              step(12, lead="b", decision=3)]  # fmt: skip
    seen = [situation_after(frames[:n], from_city).previous_lead for n in range(1, 6)]
    assert seen == [None, None, None, "a", "b"]


def test_what_the_platform_counts_is_no_fact() -> None:
    """Reports and repetitions stand by themselves, 1 and 0 where nothing is said of them."""
    plain = situation_after([admitted()], from_city)
    counted = situation_after(
        [admitted(), step(9, facts={"litres": 6, "reporters": 3, "repeats": 2})], from_city
    )
    assert (plain.facts, plain.reporters, plain.repeats) == ({"litres": 5}, 1, 0)
    assert (counted.facts, counted.reporters, counted.repeats) == ({"litres": 6}, 3, 2)


def test_a_milestone_keeps_its_first_instant_and_falls_with_a_reopening() -> None:
    """First and latest instant, whether it stands, and what fell when the present round began."""
    frames = [admitted(), step(9, "settled"), step(10, "reopened", undone=["settled"], round=2),
              step(11, "settled", round=2)]  # fmt: skip
    fallen, again = timeline_after(frames[:3], STAGES), timeline_after(frames, STAGES)
    assert fallen.marks["settled"] == Reached(at(9), at(9), stands=False)
    assert again.marks["settled"] == Reached(at(9), at(11))
    assert (again.round, again.round_began_at, again.fell) == (2, at(10), frozenset({"settled"}))


def test_pauses_are_a_stages_own_and_all_means_each() -> None:
    """A stage paused with all goes on by itself; pausing what waits already changes nothing."""
    frames = [admitted(), step(9, effects=[["pause", "all"]]), step(10, effects=[["resume", "settle"]]),
              step(11, effects=[["pause", "attend"]]), step(12, effects=[["resume", "all"]])]  # fmt: skip
    pauses = timeline_after(frames, STAGES).pauses
    assert pauses == {"settle": [(at(9), at(10))], "attend": [(at(9), at(12))]}


def test_stops_and_written_due_instants_are_the_latest() -> None:
    """By stage, with the round in which a person wrote the instant."""
    frames = [admitted(), step(9, effects=[["stop", "attend"]]),
              step(10, effects=[["extend", "settle"]], due_at=at(20).isoformat()),
              step(11, effects=[["extend", "settle"]])]  # fmt: skip
    past = timeline_after(frames, STAGES)
    assert (past.stopped, past.written) == ({"attend": at(9)}, {"settle": (at(10), at(20), 1)})


def test_which_messages_count() -> None:
    """Alarms and work orders say nothing of the case; an admission asks for a decision, a step where it says so."""
    alarm = _frame("alarm.raised", {"code": "x"})
    asking = step(9, lead="a", ask_decision=True, awaits_decision=True)
    assert [is_of_case(one) for one in (admitted(), alarm, asking)] == [True, False, True]
    assert [asks(one) for one in (admitted(), alarm, asking, step(9))] == [True, False, True, False]
    assert [waits(one) for one in (admitted(), asking, step(9, awaits_decision=True))] == [False, True, False]
