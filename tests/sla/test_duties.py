"""Clocks of duties: started when an occurrence is owed, stopped, moved and taken back as those of cases are."""

from typing import Any

import pytest

from services.sla.store.tables import clocks
from shared.contracts.messages import OccurrenceEvent
from shared.kernel.instants import format_instant
from tests.sla.conftest import House, Open
from tests.sla.packs import PACK, TOWN, at, edition_of
from tests.sla.test_api import ROLES, let_in

FILES = {
    f"{TOWN}/pack.yaml": PACK
    + """
records:
  log: {name: {zh: 日志, en: log}, because: P, about: grid, facts: {done: text}}
duties:
  - rule: daily-log
    because: P
    name: {zh: 日志, en: daily log}
    who: station
    every: day
    owes: log
    warn: 4 hours before
    missing: [{to: [supervisor]}, {to: [bureau], after: 1 working day, every: 1 working day, times: 2}]
"""
}
DUTY, UNIT = "daily-log", f"{TOWN}/station"


@pytest.fixture
def house(open_house: Open) -> House:
    """One sla service that knows a town that owes a log every day."""
    found = open_house()
    found.take(found.mail.edition(FILES))
    return found


def owed(house: House, occurrence: str = "o-1", due: str | None = "2026-03-05 00:00", **more: Any) -> None:
    """An occurrence is owed from the 4th of March on."""
    data = {
        "occurrence": occurrence,
        "number": f"{DUTY} 2026-03-04",
        "duty": DUTY,
        "reason": {"rule": DUTY, "because": ["P"], "facts": {}},
        "unit": UNIT,
        "label": "2026-03-04",
        "on": "2026-03-04",
        "opens_at": format_instant(at("2026-03-04 00:00")),
        "at": format_instant(at("2026-03-04 00:00")),
        **({"due_at": format_instant(at(due))} if due else {}),
        **more,
    }
    _say(house, "duty.owed", occurrence, data, "2026-03-04 00:00")


def became(house: House, what: OccurrenceEvent, when: str, occurrence: str = "o-1", **more: Any) -> None:
    """Something became of it."""
    data = {"occurrence": occurrence, "duty": DUTY, "unit": UNIT, "at": format_instant(at(when)), **more}
    _say(house, f"duty.{what.value}", occurrence, data, when)


def _say(house: House, type_: str, stream: str, data: dict[str, Any], when: str) -> None:
    house.take(house.mail.message("duties", type_, stream, data, at(when), edition_of(FILES)))


def heard(house: House) -> list[tuple[str, str | None]]:
    """What was said of clocks: the event, and the verdict that stands."""
    said = (each for each in house.emitted() if each.type.startswith("clock."))
    return [
        (each.type.removeprefix("clock."), each.data.verdict and each.data.verdict.value) for each in said
    ]


def test_what_is_owed_is_warned_of_missed_and_brought_before_whom_the_pack_names(house: House) -> None:
    """Warned before its end, breached at it, told of at once, after a working day, and once more."""
    owed(house)
    house.at("2026-03-12 09:00")
    told = [
        (each.type, each.data.at, each.data.to) for each in house.emitted() if each.type.startswith("clock.")
    ]
    office, bureau = (f"{TOWN}/office",), (f"{TOWN}/bureau",)
    assert told == [
        ("clock.started", at("2026-03-04 00:00"), ()),
        ("clock.warned", at("2026-03-04 20:00"), ()),
        ("clock.breached", at("2026-03-05 00:00"), ()),
        ("clock.escalated", at("2026-03-05 00:00"), office),
        ("clock.escalated", at("2026-03-06 00:00"), bureau),
        ("clock.escalated", at("2026-03-07 00:00"), bureau),
    ]
    started = next(each.data for each in house.emitted() if each.type == "clock.started")
    assert (started.kind.value, started.stage, started.unit) == ("duty", DUTY, UNIT)
    assert (started.reason.rule, started.due_at) == (DUTY, at("2026-03-05 00:00"))


def test_what_is_met_in_time_ends_in_silence(house: House) -> None:
    """In time, and nothing falls due any more."""
    owed(house)
    became(house, OccurrenceEvent.MET, "2026-03-04 18:00")
    house.at("2026-03-12 09:00")
    assert heard(house) == [("started", None), ("stopped", "in_time")]
    assert not house.pending()


def test_what_is_met_after_its_end_is_late_whether_the_engine_was_quicker_or_not(house: House) -> None:
    """The record's instant decides, not when the message came."""
    owed(house)
    became(house, OccurrenceEvent.MET, "2026-03-05 08:00")
    assert heard(house)[-1] == ("stopped", "late")
    owed(house, "o-2")
    house.at("2026-03-05 12:00")
    became(house, OccurrenceEvent.MET, "2026-03-05 08:00", "o-2")
    assert heard(house)[-1] == ("stopped", "late")
    owed(house, "o-3")
    became(house, OccurrenceEvent.MET, "2026-03-04 23:00", "o-3")
    assert heard(house)[-1] == ("stopped", "in_time"), "entered in time, told late: the breach is taken back"


def test_what_was_met_and_is_not_any_more_is_owed_as_before(house: House) -> None:
    """A correction took back what had met it: its end stands, and passes."""
    owed(house)
    became(house, OccurrenceEvent.MET, "2026-03-04 10:00")
    became(house, OccurrenceEvent.REOPENED, "2026-03-04 11:00")
    house.at("2026-03-05 09:00")
    assert [event for event, _ in heard(house)] == [
        "started", "stopped", "corrected", "warned", "breached", "escalated",
    ]  # fmt: skip


def test_another_day_takes_back_a_breach_and_gives_another_end(house: House) -> None:
    """The days were amended: what had been missed is owed until the end that it has now."""
    owed(house)
    house.at("2026-03-05 09:00")
    became(
        house,
        OccurrenceEvent.MOVED,
        "2026-03-05 10:00",
        due_at=format_instant(at("2026-03-07 00:00")),
        on="2026-03-06",
    )
    assert heard(house)[-1] == ("corrected", None)
    became(house, OccurrenceEvent.MET, "2026-03-06 10:00")
    assert heard(house)[-1] == ("stopped", "in_time")


def test_an_excuse_stands_beside_what_was_missed_and_what_is_withdrawn_was_not_missed(house: House) -> None:
    """Excused: late with a reason that somebody accepted. Withdrawn: it was never owed."""
    owed(house, "o-0")
    owed(house, "o-1")
    house.at("2026-03-05 09:00")
    became(house, OccurrenceEvent.EXCUSED, "2026-03-05 10:00", "o-0", person="p-1")
    became(house, OccurrenceEvent.WITHDRAWN, "2026-03-05 10:00", "o-1")
    assert heard(house)[-4:] == [
        ("excused", "excused"), ("stopped", "excused"), ("corrected", None), ("stopped", None),
    ]  # fmt: skip
    owed(house, "o-1", at=format_instant(at("2026-03-05 10:30")))
    house.at("2026-03-05 11:00")
    assert [event for event, _ in heard(house)][-3:] == ["corrected", "breached", "escalated"], "owed again"


def test_one_that_is_only_listed_has_no_clock(house: House) -> None:
    """No number, no verdict: whatever becomes of it says nothing of clocks."""
    owed(house, due=None)
    became(house, OccurrenceEvent.WITHDRAWN, "2026-03-04 10:00")
    became(house, OccurrenceEvent.MET, "2026-03-04 10:00", "never-heard-of")
    house.at("2026-03-12 09:00")
    assert heard(house) == []


def test_amended_days_move_what_follows_its_end_and_not_the_end(house: House) -> None:
    """A holiday after it: the bureau hears a working day later, and counting again comes to an end."""
    owed(house)
    house.take(house.mail.calendar("2026-03-04 09:00", 1, holidays={"2026-03-05": "放假"}))
    house.at("2026-03-07 09:00")
    told = [(each.data.at, each.data.to) for each in house.emitted() if each.type == "clock.escalated"]
    assert told == [
        (at("2026-03-05 00:00"), (f"{TOWN}/office",)),
        (at("2026-03-07 00:00"), (f"{TOWN}/bureau",)),
    ]
    assert all(row["due_at"] == at("2026-03-05 00:00") for row in house.rows(clocks))


def test_lists_of_deadlines_hold_cases_alone(house: House) -> None:
    """A duty's clock is no case's: it has no page, and is counted among no unit's limits."""
    owed(house)
    for name in ROLES:
        let_in(house, name)
    client = house.service.app.test_client()  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer token-supervisor-{TOWN}"}
    assert client.get(f"/v1/towns/{TOWN}/deadlines", headers=headers).json["deadlines"] == []
    assert client.get(f"/v1/towns/{TOWN}/deadlines/figures", headers=headers).json["units"] == []
