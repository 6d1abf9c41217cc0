"""A town's days change while clocks run: what is pending is counted again, and everyone can see what moved."""

from services.sla.store.tables import clocks, moved, raised
from tests.sla.conftest import House, Open
from tests.sla.packs import CaseMail, at, edition_of, files_with

YEAR_2027 = {"2027-01-01": "元旦", "2027-01-02": "元旦", "2027-01-03": "元旦"}


def accept(house: House, number: int, when: str, **more: str) -> CaseMail:
    case = house.case(number, **more)
    house.take(case.reported(when), case.accepted(when))
    return case


def alarms(house: House) -> list[tuple[str, int]]:
    return [
        (message.data.code, message.data.detail["year"])
        for message in house.emitted()
        if message.type == "alarm.raised"
    ]


def test_a_missing_year_withholds_until_it_arrives(house: House):
    """S-016, RC-22 refuse: no due instant and one alarm; when the year arrives it is counted from the old start."""
    accept(house, 1, "2026-12-30 10:00")
    assert house.heard() == [("settle", "withheld", "")]
    assert (alarms(house), house.pending()) == ([("calendar-missing", 2027)], [])
    house.take(house.mail.calendar("2026-12-31 12:00", 1, holidays=YEAR_2027, years=(2027,)))
    house.work()
    assert house.heard()[1:] == [("settle", "started", "2027-01-05 24:00")]
    started = house.emitted()[-1].data
    assert started.started_at == at("2026-12-30 10:00")
    house.at("2027-01-06 00:00")
    assert ("settle", "breached", "2027-01-05 24:00") in house.heard()


def test_the_alarm_of_a_missing_year_is_raised_once_a_town(house: House):
    """However many cases need the year, the operator is alarmed once, and again if the days are still missing later."""
    for number in (1, 2, 3):
        accept(house, number, "2026-12-30 10:00")
    assert alarms(house) == [("calendar-missing", 2027)]
    house.take(house.mail.calendar("2026-12-31 12:00", 1, years=(2027,)))
    house.work()
    assert house.rows(raised) == []


def test_a_provisional_due_instant_becomes_final(open_house: Open):
    """RC-22 provisional: weekends alone give a due instant marked as provisional; the year's days correct it."""
    files = files_with("fallback: station", "fallback: station\nreadings: {RC-22: provisional}")
    house = open_house()
    house.take(house.mail.edition(files))
    accept(house, 1, "2026-12-30 10:00", edition=edition_of(files))
    assert house.heard() == [("settle", "started", "2027-01-04 24:00")]
    assert (house.emitted()[0].data.provisional, alarms(house)) == (True, [("calendar-missing", 2027)])
    house.take(house.mail.calendar("2026-12-31 12:00", 1, holidays=YEAR_2027, years=(2027,)))
    house.work()
    corrected = house.emitted()[-1].data
    assert (corrected.label, corrected.provisional) == ("2027-01-05 24:00", False)
    assert (corrected.was.label, corrected.was.provisional) == ("2027-01-04 24:00", True)


def test_an_amended_calendar_moves_what_is_pending_and_lists_it(house: House):
    """A new holiday moves due instants; both forms stay on record, and the list says what moved."""
    accept(house, 1, "2026-03-09 10:00")
    accept(house, 2, "2026-03-03 10:00")
    settled = house.case(2)
    settled.level, settled.lead, settled.decision = "village", "t-time/station", 1
    house.take(settled.step("2026-03-04 10:00", "settled"))
    house.take(house.mail.calendar("2026-03-10 09:00", 1, holidays={"2026-03-11": "停电"}))
    house.work()
    assert house.heard()[-1] == ("settle", "corrected", "2026-03-13 24:00")
    (row,) = house.rows(moved)
    clock_id = row["clock_id"]
    assert (row["subject_id"], row["was_due_at"], row["due_at"]) == (
        "case-1",
        at("2026-03-13 00:00"),
        at("2026-03-14 00:00"),
    )
    assert [row["label"] for row in house.versions() if row["clock_id"] == clock_id] == [
        "2026-03-12 24:00",
        "2026-03-13 24:00",
    ]
    house.at("2026-03-13 00:00")
    assert "breached" not in [event for _, event, _ in house.heard()]
    house.at("2026-03-14 00:00")
    assert ("settle", "breached", "2026-03-13 24:00") in house.heard()


def test_an_amendment_that_changes_nothing_says_nothing(house: House):
    """A holiday outside a clock's days is counted with in silence."""
    accept(house, 1, "2026-03-09 10:00")
    house.take(house.mail.calendar("2026-03-10 09:00", 1, holidays={"2026-06-01": "停电"}))
    house.work()
    assert ([event for _, event, _ in house.heard()], house.rows(moved)) == (["started"], [])
    assert house.clocks()["village-limit"]["revision"] == 1


def test_a_holiday_declared_afterwards_takes_a_breach_back(house: House):
    """A day that turns out to be no working day takes back the breach that rested on it."""
    accept(house, 1, "2026-03-09 10:00")
    house.at("2026-03-13 09:00")
    assert house.clocks()["village-limit"]["state"] == "breached"
    house.take(house.mail.calendar("2026-03-13 09:00", 1, holidays={"2026-03-12": "停电"}))
    house.work()
    clock = house.clocks()["village-limit"]
    assert (clock["state"], clock["verdict"], clock["label"]) == ("warned", None, "2026-03-13 24:00")
    house.at("2026-03-14 00:00")
    assert [event for _, event, _ in house.heard()].count("breached") == 2
    assert house.clocks()["village-limit"]["verdict"] == "late"


def test_a_make_up_day_that_brings_a_due_instant_forward_is_fired_at_once(house: House):
    """A make-up day may bring a due instant into the past: the breach is then dated on it."""
    accept(house, 1, "2026-03-12 10:00")
    house.at("2026-03-17 12:00")
    house.take(
        house.mail.calendar("2026-03-17 12:00", 1, make_up={"2026-03-14": "调休", "2026-03-15": "调休"})
    )
    house.work()
    breach = next(message.data for message in house.emitted() if message.type == "clock.breached")
    assert breach.at == at("2026-03-16 00:00")


def test_a_verdict_that_had_to_wait_for_the_year_is_given_when_it_arrives(house: House):
    """RC-22: a clock that stopped in the missing year gets its verdict once the days are known."""
    for number, settled in ((1, "2026-12-31 10:00"), (2, "2027-01-05 10:00"), (3, "2027-01-06 10:00")):
        case = accept(house, number, "2026-12-30 10:00")
        house.take(case.step(settled, "settled"))
    before = {row["subject_id"]: row["verdict"] for row in house.rows(clocks)}
    assert before == {"case-1": "in_time", "case-2": None, "case-3": None}
    house.store.set_now(at("2027-01-10 10:00"))
    house.take(house.mail.calendar("2027-01-10 10:00", 1, holidays=YEAR_2027, years=(2027,)))
    house.work()
    after = {row["subject_id"]: row["verdict"] for row in house.rows(clocks)}
    assert after == {"case-1": "in_time", "case-2": "in_time", "case-3": "late"}


def test_counting_again_goes_on_where_it_was_cut_off(house: House, open_house: Open):
    """A process that dies among its batches leaves nothing out and nothing done twice."""
    for number in range(1, 8):
        accept(house, number, "2026-03-09 10:00")
    house.take(house.mail.calendar("2026-03-10 09:00", 1, holidays={"2026-03-11": "停电"}))
    assert house.duty("count again").run(3) == 3
    other = open_house()
    other.work()
    assert len(other.rows(moved)) == 7
    assert [event for _, event, _ in other.heard()].count("corrected") == 7


def test_days_that_arrive_before_the_clock_are_counted_with(house: House):
    """A clock that starts after the amendment is counted with it from the beginning."""
    house.take(house.mail.calendar("2026-03-08 09:00", 3, holidays={"2026-03-11": "停电"}))
    accept(house, 1, "2026-03-09 10:00")
    house.work()
    assert house.heard() == [("settle", "started", "2026-03-13 24:00")]
    assert house.clocks()["village-limit"]["revision"] == 3


def test_time_does_not_pass_over_days_that_wait_to_be_counted_with(house: House):
    """A simulated world is told that there is work at once, and that there is none afterwards."""
    accept(house, 1, "2026-03-09 10:00")
    house.take(house.mail.calendar("2026-03-08 09:00", 1, holidays={"2026-03-11": "停电"}))
    duty = house.duty("count again")
    with house.store.read() as conn:
        assert duty.next_at(conn) is not None
    house.work()
    with house.store.read() as conn:
        assert duty.next_at(conn) is None
