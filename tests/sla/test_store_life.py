"""One case's clocks from message to message on a real store."""

import pytest

from services.sla.store.counts import counts
from services.sla.store.tables import clock_counts, clock_deltas
from shared.contracts.messages import Reason
from tests.sla.conftest import House, Open
from tests.sla.packs import FILES, at, edition_of, files_with


def test_a_case_settled_in_time(house: House):
    """S-001: acceptance starts the clock, settling stops it in time, and nothing is left to be fired."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    assert house.pending() == [
        ("due", at("2026-03-13 00:00")),
        ("escalation", at("2026-03-14 00:00")),
        ("warn", at("2026-03-12 00:00")),
    ]
    house.take(case.step("2026-03-11 09:00", "settled", type_="case.settled"))
    house.at("2026-04-01 00:00")
    assert house.heard() == [
        ("settle", "started", "2026-03-12 24:00"),
        ("settle", "stopped", "2026-03-12 24:00"),
    ]
    assert (house.clocks()["village-limit"]["verdict"], house.pending()) == ("in_time", [])


def test_warned_breached_escalated_each_once(house: House):
    """T4.3: warning, breach and escalations are fired at their instants, each once, with its message."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    for moment in (
        "2026-03-11 23:59",
        "2026-03-12 00:00",
        "2026-03-12 12:00",
        "2026-03-13 00:00",
        "2026-03-16 00:00",
    ):
        house.at(moment)
    said = [message for message in house.emitted() if message.type != "clock.started"]
    assert [(message.type, message.data.at, message.data.to, message.data.verdict) for message in said] == [
        ("clock.warned", at("2026-03-12 00:00"), (), None),
        ("clock.breached", at("2026-03-13 00:00"), (), "late"),
        ("clock.escalated", at("2026-03-13 00:00"), ("t-time/office",), "late"),
        ("clock.escalated", at("2026-03-14 00:00"), ("t-time/office", "t-time/bureau"), "late"),
    ]
    assert [message.sequence for message in house.emitted()] == [1, 2, 3, 4, 5]


def test_a_backlog_is_fired_in_the_order_of_its_instants(house: House):
    """An engine that was away fires what it missed, per case in the order in which it fell due."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.at("2026-03-20 00:00")
    assert [event for _, event, _ in house.heard()] == [
        "started",
        "warned",
        "breached",
        "escalated",
        "escalated",
    ]
    assert house.clocks()["village-limit"]["state"] == "breached"


def test_a_step_that_comes_after_an_unfired_due_instant_finds_the_breach(house: House):
    """A step dated after the due instant is late even where no engine was quicker, and the breach is said first."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.store.set_now(at("2026-03-13 09:00"))
    house.take(case.step("2026-03-13 08:00", "settled"))
    house.work()
    assert [event for _, event, _ in house.heard()] == [
        "started",
        "warned",
        "breached",
        "escalated",
        "stopped",
    ]
    assert house.clocks()["village-limit"]["verdict"] == "late"


def test_a_step_dated_before_the_firing_corrects_it(house: House):
    """A step dated before the due instant that arrives after the firing takes the breach back; both forms stay."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    settled = case.step("2026-03-12 23:59", "settled")
    house.at("2026-03-13 00:00")
    house.take(settled)
    house.at("2026-03-20 00:00")
    assert [event for _, event, _ in house.heard()] == [
        "started",
        "warned",
        "breached",
        "escalated",
        "corrected",
        "stopped",
    ]
    corrected = next(message for message in house.emitted() if message.type == "clock.corrected")
    assert (corrected.data.was.verdict, corrected.data.verdict) == ("late", None)
    assert house.clocks()["village-limit"]["verdict"] == "in_time"
    assert "breached" in [row["state"] for row in house.versions()]


def test_a_redelivered_message_does_nothing(house: House):
    """S-020: one clock, one message, however often the acceptance arrives."""
    case = house.case()
    reported, accepted = case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00")
    for _ in range(3):
        house.take(reported, accepted)
    house.take(accepted)
    assert (house.heard(), len(house.clocks())) == ([("settle", "started", "2026-03-12 24:00")], 1)


def test_messages_out_of_order_are_held_until_their_turn(house: House):
    """A step that overtakes the acceptance waits for it: the result is the same as in order."""
    case = house.case()
    reported, accepted = case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00")
    settled = case.step("2026-03-11 09:00", "settled")
    assert house.take(settled).held == 1
    house.take(accepted)
    house.take(reported)
    assert [event for _, event, _ in house.heard()] == ["started", "stopped"]


def test_a_limit_from_the_report_starts_when_its_condition_comes_to_hold(house: House):
    """A fact set later brings its limit, counted from the milestone that stands since the report."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.store.set_now(at("2026-03-09 11:00"))
    house.take(case.step("2026-03-09 11:00", "urge", facts={"urgent": True}))
    assert house.clocks()["urgent-limit"]["label"] == "2026-03-09 12:00"
    house.at("2026-03-09 12:00")
    assert ("attend", "breached", "2026-03-09 12:00") in house.heard()


def test_an_extension_moves_what_is_pending(house: House):
    """S-038: with a cap, a reason in time makes the cap the new due instant; the old one is fired no more."""
    case = house.case(category="dumping")
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00", "town", "t-time/bureau"))
    assert house.clocks()["town-limit"]["label"] == "2026-03-16 24:00"
    house.store.set_now(at("2026-03-12 10:00"))
    house.take(case.step("2026-03-12 10:00", "note", effects=(("extend", "settle"),)))
    assert house.pending() == [("cap", at("2026-03-20 00:00"))]
    house.at("2026-03-20 00:00")
    assert house.heard()[1:] == [
        ("settle", "extended", "2026-03-19 24:00"),
        ("settle", "breached", "2026-03-19 24:00"),
    ]


def test_a_case_without_its_edition_waits_and_uses_no_other(open_house: Open):
    """A message whose edition is not here is put off; when the edition arrives the clock starts as its rules say."""
    house = open_house()
    shorter = files_with("within: 3 working days", "within: 2 working days")
    house.take(house.mail.edition(FILES))
    case = house.case(edition=edition_of(shorter))
    tally = house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    assert (tally.done, tally.later, tally.held, house.heard()) == (0, 1, 1, [])
    house.take(house.mail.edition(shorter))
    house.take(case.step("2026-03-09 10:01", "progress"))
    retry_all(house)
    assert house.heard() == [("settle", "started", "2026-03-11 24:00")]


def retry_all(house: House) -> None:
    """Take again what waits, without waiting for its turn."""
    from shared.contracts.envelope import decode

    waiting = [row for row in house.rows(house.store.flow.inbox) if row["state"] == "later"]
    house.take(*(decode(row["frame"]) for row in waiting))


def test_a_running_case_keeps_its_edition(house: House):
    """S-019: a new edition changes nothing for a case that is bound to another; both show which they were judged by."""
    shorter = files_with("within: 3 working days", "within: 2 working days")
    house.take(house.mail.edition(shorter))
    old, new = house.case(1), house.case(2, edition=edition_of(shorter))
    house.take(old.reported("2026-03-31 10:00"), old.accepted("2026-03-31 10:00"))
    house.take(new.reported("2026-04-01 10:00"), new.accepted("2026-04-01 10:00"))
    started = [message for message in house.emitted() if message.type == "clock.started"]
    assert [(message.data.label, message.data.certificate["edition"]) for message in started] == [
        ("2026-04-03 24:00", edition_of(FILES)),
        ("2026-04-03 24:00", edition_of(shorter)),
    ]


def test_dates_of_effect_are_compared_with_the_first_day_of_the_clock(open_house: Open):
    """A limit that takes effect on a day applies to clocks that start on that local day, whatever day it is now."""
    house = open_house()
    dated = files_with(
        """  - rule: village-limit
    title: {zh: 村级时限, en: the limit of villages}
    because: P""",
        """  - rule: village-limit
    title: {zh: 村级时限, en: the limit of villages}
    because: P
    valid: {from: 2026-04-01}""",
    )
    house.take(house.mail.edition(dated))
    for number, moment in ((1, "2026-03-31 23:59"), (2, "2026-04-01 00:00")):
        case = house.case(number, edition=edition_of(dated))
        house.take(case.reported(moment), case.accepted(moment))
        house.take(case.step("2026-04-02 10:00", "progress", facts={"urgent": False}))
    assert [row["subject_id"] for row in house.clocks().values()] == ["case-2"]


def test_counts_follow_the_states(house: House):
    """The number of clocks per state is right at every moment, folded or not."""
    for number in range(1, 4):
        case = house.case(number)
        house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
        if number == 1:
            house.take(case.step("2026-03-10 10:00", "settled"))
    assert counted(house) == {("t-time", "running"): 2, ("t-time", "stopped"): 1}
    house.at("2026-03-13 00:00")
    assert counted(house) == {
        ("t-time", "running"): 0,
        ("t-time", "stopped"): 1,
        ("t-time", "warned"): 0,
        ("t-time", "breached"): 2,
    }
    assert house.rows(clock_deltas) == []
    assert {(row["town"], row["state"]): row["n"] for row in house.rows(clock_counts)} == counted(house)


def counted(house: House) -> dict[tuple[str, str], int]:
    with house.store.read() as conn:
        return dict(counts(conn))


def test_figures_are_shown_per_town(house: House):
    """Breaches are counted once each, and the share of the limit that settling took is observed."""
    first, second = house.case(1), house.case(2)
    for case in (first, second):
        house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.take(first.step("2026-03-10 10:00", "settled"))
    house.at("2026-03-13 00:00")
    read = house.metrics.registry.get_sample_value
    assert read("gridcase_breaches_total", {"town": "t-time"}) == 1
    assert read("gridcase_settled_share_count", {"town": "t-time"}) == 1
    assert read("gridcase_clocks", {"town": "t-time", "state": "breached"}) == 1
    assert read("gridcase_engine_lag_seconds") == 0


def test_the_engines_lag_is_read_when_somebody_looks(house: House):
    """The age of the oldest deadline that is due and not fired, also while no engine runs; 0 when nothing waits."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    read = house.metrics.registry.get_sample_value
    assert read("gridcase_engine_lag_seconds") == 0
    house.store.set_now(at("2026-03-12 00:01"))
    assert read("gridcase_engine_lag_seconds") == 60
    house.store.set_now(at("2026-03-13 00:00"))
    assert read("gridcase_engine_lag_seconds") == 24 * 3600
    house.work()
    assert read("gridcase_engine_lag_seconds") == 0


DEFAULT = """  - rule: by-default
    because: P
    clock: attend
    within: 10 working days
    until: [closed]
    default: yes
    otherwise: yes
tell: []"""


@pytest.mark.parametrize(("reading", "heard"), [
    ("none", ["started"]),
    ("platform", ["started", "stopped", "started"]),
])  # fmt: skip
def test_a_default_limit_holds_where_no_other_does(open_house: Open, reading: str, heard: list[str]):
    """RC-20 platform: a matter without a limit of its own has the town's default, until a rule sets one."""
    path, text = next(iter(files_with("tell: []", DEFAULT).items()))
    files = {path: text.replace("fallback: station", f"fallback: station\nreadings: {{RC-20: {reading}}}")}
    house = open_house()
    house.take(house.mail.edition(files))
    case = house.case(edition=edition_of(files))
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.take(case.step("2026-03-09 11:00", "urge", facts={"urgent": True}))
    assert [event for stage, event, _ in house.heard() if stage == "attend"] == heard


def test_a_case_judged_anew_can_still_be_rejected(house: House):
    """What is remembered of a situation may hold more than rules look at: rejecting stops its clocks all the same."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    data = {"case": "case-1", "number": None, "reason": "duplicate", "note": None}
    house.take(
        house.mail.message("intake", "case.rejected", "case-1", data, at("2026-03-09 12:00"), case.edition)
    )
    assert house.clocks()["village-limit"]["state"] == "stopped"


def test_a_rejected_case_has_no_running_clock(house: House):
    """A case that is returned stops its clocks without a verdict."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.take(case.step("2026-03-10 10:00", "rejected", type_="case.returned"))
    assert (house.clocks()["village-limit"]["state"], house.clocks()["village-limit"]["verdict"]) == (
        "stopped",
        None,
    )


def test_the_certificate_goes_with_every_new_count_and_only_then(house: House):
    """Whoever hears of a new due instant gets its certificate with it, with rule, edition and readings."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.at("2026-03-13 00:00")
    started, *rest = house.emitted()
    assert started.data.certificate["rule"] == "village-limit"
    assert started.data.certificate["label"] == "2026-03-12 24:00"
    assert started.data.reason == Reason(rule="village-limit", because=("P",), facts={"level": "village"})
    assert [message.data.certificate for message in rest] == [{}] * len(rest)
