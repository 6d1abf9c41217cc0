"""Cases that came from elsewhere: what lies before they came is counted, and nobody is told of it."""

from collections import Counter

from tests.sla.conftest import House
from tests.sla.packs import CaseMail, at


def imported(house: House, *, settled: str | None = None) -> CaseMail:
    """A case of March that comes here in April."""
    house.store.set_now(at("2026-04-01 09:00"))
    case = house.case(silent=True, committed="2026-04-01 09:00")
    messages = [case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00")]
    if settled:
        messages.append(case.step(settled, "settled"))
    house.take(*messages)
    house.work()
    return case


def heard(house: House) -> Counter[tuple[str, bool]]:
    return Counter((message.type, message.data.silent) for message in house.emitted())


def test_what_fell_due_before_the_case_came_is_silent_and_escalates_to_nobody(house: House):
    """Start, warning and breach are on record under their old instants; no supervisor hears of an old breach."""
    imported(house)
    assert heard(house) == {
        ("clock.started", True): 1,
        ("clock.warned", True): 1,
        ("clock.breached", True): 1,
    }
    clock = house.clocks()["village-limit"]
    assert (clock["state"], clock["breached_at"], house.pending()) == ("breached", at("2026-03-13 00:00"), [])
    read = house.metrics.registry.get_sample_value
    assert read("gridcase_breaches_total", {"town": "t-time"}) is None


def test_what_happens_here_is_told(house: House):
    """From the import on the case is like any other."""
    case = imported(house)
    case.silent, case.committed = False, None
    house.take(case.step("2026-04-02 10:00", "settled"))
    assert heard(house)["clock.stopped", False] == 1


def test_a_limit_that_runs_on_is_fired_as_ever(house: House):
    """What falls due after the import is told: an old start does not silence the future."""
    house.store.set_now(at("2026-03-10 09:00"))
    case = house.case(silent=True, committed="2026-03-10 09:00")
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.at("2026-03-13 00:00")
    assert heard(house) == {
        ("clock.started", True): 1,
        ("clock.warned", False): 1,
        ("clock.breached", False): 1,
        ("clock.escalated", False): 1,
    }


def test_a_case_settled_elsewhere_has_its_old_verdict(house: House):
    """Its steps come with their own dates: in time is in time, and nobody is told of the end."""
    imported(house, settled="2026-03-11 10:00")
    assert house.clocks()["village-limit"]["verdict"] == "in_time"
    assert {is_silent for _, is_silent in heard(house)} == {True}
