"""A running case is bound to another edition: limits are reckoned again from the same starts."""

from collections.abc import Mapping

from tests.sla.conftest import House
from tests.sla.packs import CaseMail, at, edition_of, files_with

ESCALATION = "escalate: [{to: supervisor}, {after: 1 working day, to: [supervisor, bureau]}]"


def running(house: House, files: Mapping[str, str]) -> CaseMail:
    """A case accepted under the first edition, and the second edition published."""
    house.take(house.mail.edition(files))
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    return case


def follow(house: House, case: CaseMail, files: Mapping[str, str], when: str) -> None:
    case.edition = edition_of(files)
    house.take(case.step(when, "progress"))
    house.work()


def test_what_was_not_fired_moves_and_says_what_was(house: House):
    """A longer limit counts from the old start; warning, due instant and escalations move with it."""
    longer = files_with("within: 3 working days", "within: 4 working days")
    case = running(house, longer)
    old = case.edition
    follow(house, case, longer, "2026-03-10 09:00")
    assert house.heard() == [
        ("settle", "started", "2026-03-12 24:00"),
        ("settle", "corrected", "2026-03-13 24:00"),
    ]
    corrected = house.emitted()[-1]
    assert (corrected.edition, corrected.data.started_at) == (
        edition_of(longer),
        at("2026-03-09 10:00"),
    )
    assert (corrected.data.was.label, corrected.data.was.edition) == ("2026-03-12 24:00", old)
    assert corrected.data.certificate["edition"] == edition_of(longer)
    assert [due for _, due in house.pending()] == [
        at("2026-03-14 00:00"),
        at("2026-03-17 00:00"),
        at("2026-03-13 00:00"),
    ]
    house.at("2026-03-14 00:00")
    assert [event for _, event, _ in house.heard()][2:] == ["warned", "breached", "escalated"]


def test_what_was_fired_stays_fired(house: House):
    """A breach stands although the new edition would give more time; escalations ahead are the new edition's."""
    kinder = files_with("within: 3 working days", "within: 9 working days")
    kinder = {
        path: text.replace("after: 1 working day,", "after: 3 working days,") for path, text in kinder.items()
    }
    case = running(house, kinder)
    house.at("2026-03-13 09:00")
    follow(house, case, kinder, "2026-03-13 09:00")
    clock = house.clocks()["village-limit"]
    assert (clock["state"], clock["verdict"], clock["label"]) == ("breached", "late", "2026-03-12 24:00")
    assert house.pending() == [("escalation", at("2026-03-18 00:00"))]
    house.at("2026-03-18 00:00")
    assert [event for _, event, _ in house.heard()].count("breached") == 1
    assert [event for _, event, _ in house.heard()].count("escalated") == 2


def test_a_shorter_limit_may_be_past_at_once(house: House):
    """Reckoned from the old start, the new due instant may lie behind: the breach is dated on it."""
    shorter = files_with("within: 3 working days", "within: 1 working day")
    case = running(house, shorter)
    house.store.set_now(at("2026-03-12 09:00"))
    follow(house, case, shorter, "2026-03-12 09:00")
    assert house.clocks()["village-limit"]["breached_at"] == at("2026-03-11 00:00")


def test_a_limit_that_the_new_edition_does_not_have_ends(house: House):
    """Its clock stops without a verdict; the edition's own limit of the stage counts from the same start."""
    other = files_with("rule: village-limit", "rule: village-limit-of-2027")
    case = running(house, other)
    follow(house, case, other, "2026-03-10 09:00")
    assert house.heard()[1:] == [
        ("settle", "stopped", "2026-03-12 24:00"),
        ("settle", "started", "2026-03-12 24:00"),
    ]
    clocks = house.clocks()
    assert (clocks["village-limit"]["stopped_by"], clocks["village-limit"]["verdict"]) == ("edition", None)
    assert clocks["village-limit-of-2027"]["started_at"] == at("2026-03-09 10:00")


def test_an_edition_that_changes_nothing_for_a_clock_is_silent(house: House):
    """Where no due instant moves nobody hears anything; the clock is of the new edition from then on."""
    same = files_with("town of limits", "town of the same limits")
    case = running(house, same)
    follow(house, case, same, "2026-03-10 09:00")
    assert [event for _, event, _ in house.heard()] == ["started"]
    assert house.clocks()["village-limit"]["edition"] == edition_of(same)


def test_a_pause_and_a_written_due_instant_are_kept(house: House):
    """What a person wrote stands under the new edition as it did under the old."""
    longer = files_with("within: 3 working days", "within: 4 working days")
    case = running(house, longer)
    house.take(case.step("2026-03-10 08:00", "note", effects=(("extend", "settle"),), due="2026-03-20 17:00"))
    follow(house, case, longer, "2026-03-10 09:00")
    assert house.clocks()["village-limit"]["label"] == "2026-03-20 17:00"
    assert house.clocks()["village-limit"]["first_due_at"] == at("2026-03-14 00:00")


def test_more_steps_or_fewer_change_nothing_that_was_told(house: House):
    """An edition with one step less after the breach leaves nothing pending, and one with a reminder begins none at a
    breach that is past."""
    fewer = files_with(ESCALATION, "escalate: [{to: supervisor}]")
    case = running(house, fewer)
    house.at("2026-03-13 00:00")
    follow(house, case, fewer, "2026-03-13 09:00")
    assert house.pending() == []
    case.lead = "t-time/station"
    house.take(case.step("2026-03-13 10:00", "settled"))
    assert house.clocks()["village-limit"]["verdict"] == "late"
