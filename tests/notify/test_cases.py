"""Who is told of a case's steps, by the example town's own rules, on a real store."""

from datetime import timedelta

import pytest

from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.domain.notification import Channel
from tests.notify.house import (
    CENTRE,
    DEPARTMENT,
    ENVIRONMENT,
    HEAD,
    OFFICE,
    OPERATOR,
    VILLAGE,
    House,
    changed_files,
)


def test_the_station_head_is_told_with_the_due_time() -> None:
    """P001-09.5: the head is told at acceptance, and the text carries the due time that the clock's service
    set.
    """
    house = House()
    house.take(house.admitted(), house.accepted())
    assert house.told() == [], "the text waits for its due time"
    house.take(house.clock_event("started"))
    assert house.told() == [(HEAD, "accepted")]
    assert house.texts(HEAD) == [
        "Case 2026-c-1 (ditch and drain) is accepted; settle it by 2026-03-12 24:00."
    ]
    assert house.texts(HEAD, "zh") == ["2026-c-1（沟渠排水）已受理，请于2026-03-12 24:00前办结。"]


def test_it_does_not_matter_which_message_comes_first() -> None:
    """A clock that is heard of before its step changes nothing: the same is told, once."""
    early, late = House(), House()
    early.take(early.clock_event("started"))
    early.take(early.admitted(), early.accepted())
    late.take(late.admitted(), late.accepted())
    late.take(late.clock_event("started"))
    keys = [{(row["unit"], row["event"], row["text_en"]) for row in house.rows()} for house in (early, late)]
    assert keys[0] == keys[1]
    assert len(early.rows()) == 1


def test_what_was_told_is_said_to_the_case() -> None:
    """The case's stream carries who was told what by which rule, over which channel, with the stable key."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    (message,) = house.emitted("notification.")
    (row,) = house.rows()
    assert message.type == "notification.sent"
    assert message.stream == "c-1"
    assert message.edition == house.edition
    changed = message.data
    assert (changed.unit, changed.on, changed.channel, changed.party) == (
        HEAD,
        "accepted",
        "inbox",
        "village-station-head",
    )
    assert changed.reason.rule == "tell-low-head"
    assert "P001-09.5" in changed.reason.because
    assert (changed.key, changed.notification) == (row["key"], row["notification"])


def test_messages_that_come_twice_tell_once() -> None:
    """A redelivered batch makes no second notification."""
    house = House()
    batch = [house.admitted(), house.accepted(), house.clock_event("started")]
    house.take(*batch)
    house.take(*batch)
    assert len(house.rows()) == 1


def test_a_year_without_calendar_is_said_in_the_text() -> None:
    """RC-22: the deadline is withheld, and the head is told at once that it will be set."""
    house = House()
    house.take(house.admitted(), house.accepted())
    house.take(house.clock_event("withheld", state="withheld", due_at=None, label=None, missing_year=2027))
    assert "when that year's calendar is published" in house.texts(HEAD)[0]


def test_a_text_without_limit_says_so_at_once() -> None:
    """RC-20: where no limit applies the text does not wait, and reads 'no time limit'."""
    house = House()
    city = {**DEPARTMENT, "levels": ["city"], "lead": ENVIRONMENT}
    house.take(house.admitted(), house.step("progressed", "urge", ["urge"], assignment=city))
    assert house.texts(ENVIRONMENT) == ["You are urged to settle 2026-c-1, due at no time limit."]


def test_a_text_about_a_clock_known_before_quotes_it_at_once() -> None:
    """Urging long after acceptance quotes the due time that is known."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.clock.set(house.clock.now() + timedelta(days=1))
    house.take(house.step("progressed", "urge", ["urge"], state="accepted"))
    assert house.texts(HEAD)[1:] == ["You are urged to settle 2026-c-1, due at 2026-03-12 24:00."]


def test_a_hand_over_tells_the_new_lead_the_old_one_and_the_reporter() -> None:
    """P001-05.3: the department is told of its dispatch, the village that the case left; RC-18: the reporter
    too.
    """
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.clock.set(house.clock.now() + timedelta(hours=1))
    house.take(
        house.step(
            "handed_over", "assigned", ["assigned", "handed_over"], assignment=DEPARTMENT, state="assigned"
        )
    )
    assert set(house.told()[1:]) == {
        (CENTRE, "assigned"),
        (ENVIRONMENT, "assigned"),
        (HEAD, "assigned"),
        ("r-9", "handed_over"),
    }
    assert house.rows(person="r-9")[0]["party"] == "reporter"


def test_a_notice_that_two_marks_call_is_told_once() -> None:
    """A step that is both 'submitted' and 'report-progress' brings the reporter's notice once."""
    house = House()
    house.take(
        house.admitted(), house.step("progressed", "report-progress", ["report-progress", "submitted"])
    )
    assert [row["event"] for row in house.rows(person="r-9")] == ["report-progress"]


def test_a_breach_tells_the_supervisor_and_an_escalation_whom_it_names() -> None:
    """P001-05.4: the supervising office hears of the breach; the units of an escalation always hear of it."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.take(
        house.clock_event("breached", state="breached", verdict="late"),
        house.clock_event("escalated", state="breached", verdict="late", escalation=1, to=[CENTRE]),
    )
    assert set(house.told()[1:]) == {(OFFICE, "settle breached"), (CENTRE, "settle escalated")}
    assert "brought before you" in house.texts(CENTRE)[0]
    assert house.rows(unit=CENTRE)[0]["rule"] == "own-matter-limit"


def test_who_heard_of_a_breach_hears_that_it_was_none() -> None:
    """A step dated earlier corrects the clock: supervisor and escalated units are told, once, and nobody
    else.
    """
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.take(
        house.clock_event("breached", state="breached", verdict="late"),
        house.clock_event("escalated", state="breached", verdict="late", escalation=1, to=[CENTRE]),
    )
    was = {"state": "breached", "verdict": "late"}
    house.take(house.clock_event("corrected", was=was), house.clock_event("corrected", was=was))
    corrected = [unit for unit, event in house.told() if event == "settle corrected"]
    assert sorted(corrected, key=str) == sorted([OFFICE, CENTRE])


def test_a_moved_due_time_is_no_correction_of_a_breach() -> None:
    """A calendar's amendment moves an open clock: nobody had heard of a breach, nobody is told of one undone."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.take(house.clock_event("corrected", was={"state": "running", "verdict": None}))
    assert [event for _, event in house.told()] == ["accepted"]


def test_a_vacant_unit_falls_back_and_alarms_once_a_case() -> None:
    """Nobody heads the village station: its desk keeps the notice, the centre is told in its place, one
    alarm.
    """
    house = House(staffed=False)
    house.member(CENTRE, "p-c")
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    assert [
        (row["unit"], row["via"]) for row in house.rows(channel="inbox") if row["party"] != "operator"
    ] == [(HEAD, None), (CENTRE, HEAD)]
    house.take(house.step("progressed", "urge", ["urge"], state="accepted"))
    assert house.alarms() == ["vacant-unit"]
    (alarm,) = house.emitted("alarm.")
    assert (alarm.stream, alarm.data.case) == ("c-1", "c-1")
    assert alarm.data.detail == {"unit": HEAD, "stands_in": CENTRE}
    assert house.told(unit=OPERATOR) == [(OPERATOR, "alarm vacant-unit")]


def test_a_membership_that_ends_takes_effect_at_once() -> None:
    """Within one batch, and for the caches of the process: who left is not told any more."""
    house = House(channels={Channel.MAIL: PretendChannel()}, files=mail_files())
    house.member(HEAD, f"p-{HEAD}", mail="head@example.org")
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    assert [row["person"] for row in house.rows(channel="mail")] == [f"p-{HEAD}"]
    house.take(
        house.membership(HEAD, f"p-{HEAD}", held=False),
        house.membership(HEAD, "p-new", mail="new@example.org"),
    )
    house.take(house.step("progressed", "urge", ["urge"], state="accepted"))
    assert [row["person"] for row in house.rows(channel="mail")][1:] == ["p-new"]


def test_a_batch_sees_its_own_memberships() -> None:
    """Registry's message and the clocks' in one batch: the later one tells whom the earlier one appointed."""
    house = House(staffed=False)
    house.take(house.admitted(), house.accepted())
    house.take(house.membership(HEAD, "p-1"), house.clock_event("started"))
    assert house.alarms() == []


@pytest.mark.proves("P001-05.9", "P001-18.9", "P001-08.9")
def test_what_the_public_is_told_names_no_person_and_no_place() -> None:
    """P001-05.9, A-20: the text for the public leaves out where the case lies and who reported it."""
    house = House()
    house.take(
        house.admitted(), house.step("published", "close", ["close", "published", "closed"], state="closed")
    )
    (told,) = house.rows(channel="publication")
    everything = " ".join(str(told[name]) for name in ("text_zh", "text_en", "unit", "person"))
    assert told["text_en"]
    for hidden in ("r-9", "p-42", "east"):
        assert hidden not in everything
    assert [message.data.channel for message in house.emitted("notification.")] == ["publication"]


def test_of_a_private_case_the_public_is_told_nothing() -> None:
    """A-20: a private case appears in publications as a number alone, so no text of it goes to the public."""
    house = House()
    house.take(
        house.admitted(private=True),
        house.step("published", "close", ["close", "published", "closed"], state="closed", private=True),
    )
    assert house.rows(channel="publication") == []


def test_an_anonymous_report_has_no_reporter_to_tell() -> None:
    """Without a reference there is nobody, and no failure."""
    house = House()
    house.take(
        house.admitted(reporter=None),
        house.step("progressed", "report-progress", ["report-progress"], reporter=None),
    )
    assert house.rows() == []


def test_one_case_causes_no_more_than_its_bound() -> None:
    """A loop of steps ends at the bound: one alarm, one line on the operators' desk, nothing more."""
    house = House(most_per_case=5)
    house.take(house.admitted())
    for _ in range(12):
        house.take(house.step("progressed", "report-progress", ["report-progress"], state="accepted"))
    assert len(house.rows(person="r-9")) == 5
    assert house.alarms() == ["notification-bound"]
    assert house.told(unit=OPERATOR) == [(OPERATOR, "alarm notification-bound")]


def test_a_text_that_waits_too_long_goes_out_as_it_is() -> None:
    """With the clocks' service away, people are told all the same, without the due time, once."""
    house = House()
    house.take(house.admitted(), house.accepted())
    assert house.duties["waiting-notices"].run(100) == 0
    house.clock.set(house.clock.now() + timedelta(minutes=11))
    assert house.duties["waiting-notices"].run(100) == 1
    assert house.texts(HEAD) == ["Case 2026-c-1 (ditch and drain) is accepted; settle it by to follow."]
    house.take(house.clock_event("started"))
    assert house.duties["waiting-notices"].run(100) == 0
    assert len(house.texts(HEAD)) == 1


def test_a_clock_event_ahead_of_its_step_waits_for_it_and_not_for_ever() -> None:
    """A breach after a hand-over not heard of yet is told by the rules of where the case then stands."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.clock.set(house.clock.now() + timedelta(hours=1))
    house.take(house.clock_event("extended", state="extended", clock="k-1"))
    assert [event for _, event in house.told()] == ["accepted"], "the step with the reason is not known yet"
    house.take(house.step("extended", "note-reason", ["note-reason"], state="accepted"))
    assert house.told()[1:] == [(OFFICE, "settle extended")]
    house.clock.set(house.clock.now() + timedelta(hours=1))
    house.take(house.clock_event("extended", state="extended", clock="k-1"))
    house.clock.set(house.clock.now() + timedelta(minutes=11))
    house.duties["waiting-notices"].run(10)
    assert house.told()[2:] == [(OFFICE, "settle extended")]


def test_events_of_a_case_that_is_not_known_are_kept() -> None:
    """Patience does not make up a case: the events wait until its own service speaks."""
    house = House()
    house.take(house.clock_event("started"), house.clock_event("breached", state="breached", verdict="late"))
    for _ in range(3):
        house.clock.set(house.clock.now() + timedelta(minutes=11))
        house.duties["waiting-notices"].run(10)
    assert house.told() == []
    house.take(house.admitted(), house.accepted())
    assert set(house.told()) >= {(OFFICE, "settle breached")}


def test_a_case_waits_for_its_edition() -> None:
    """A message of an edition that has not arrived is put off, never decided by another edition."""
    house = House()
    message = house.admitted()
    house.edition = "0" * 64
    tally = house.take(message, house.accepted())
    assert (tally.done, tally.later) == (1, 1)
    assert house.rows() == []


def test_facts_that_the_edition_does_not_know_alarm_and_do_not_stop_the_stream() -> None:
    """What can't be decided is shown to the operator, and the next message is handled."""
    house = House()
    house.take(house.admitted(), house.accepted(facts={"finding": 7}), house.clock_event("started"))
    assert house.alarms() == ["notice-error"]
    assert not house.inbox_states()


def mail_files() -> dict[str, str]:
    """The example town, whose station head also wants mail."""
    return changed_files(
        (
            "level: village, vacant: town-grid-centre}",
            "level: village, vacant: town-grid-centre, channels: [inbox, mail]}",
        )
    )


def test_a_decision_that_changes_nothing_quotes_the_clock_that_runs() -> None:
    """Decided again for the same lead: the text goes out at once with the due time that still holds."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.clock.set(house.clock.now() + timedelta(hours=5))
    house.take(house.accepted(undone=["accepted"], assignment={**VILLAGE, "decision": 2}))
    assert [text[-17:] for text in house.texts(HEAD)] == ["2026-03-12 24:00."] * 2
