"""Reporters of merged cases, matters given back, cases that came from elsewhere: who is told, and who is not."""

from tests.notify.house import HEAD, TOWN, VILLAGE, House, changed_files

TELL = """tell:
  - rule: to-the-reporter
    because: P001-05
    on: settled
    who: reporter
    text: {zh: "{case.number}已办结。", en: "Case {case.number} is settled."}
  - rule: given-back
    because: P001-05
    on: rejected
    who: reporter
    text: {zh: "{case.number}：{case.reason}", en: "Case {case.number}: {case.reason}"}
  - rule: urged
    because: P001-05
    on: settle escalated
    who: village-station-head
    text: {zh: "{case.number}催办", en: "Urged: {case.number}"}
  - rule: appeal
    because: P001-05
    on: settle excused
    who: lead
    text: {zh: "{case.number}申诉成立", en: "Excused: {case.number}"}
steps:
  uphold-appeal:
    {name: {zh: 申诉成立, en: uphold an appeal}, who: [governance-office], does: [{excuse: settle}], any_time: yes}
routing:
  - rule: not-ours
    title: {zh: 不属本镇职责, en: no matter of this town}
    because: P001-05
    when: {category: other}
    then: {returned: yes, level: town, procedure: standard}
"""


def town(tell: str = TELL) -> House:
    return House(files=changed_files(("calendar: {official", f"{tell}calendar: {{official")))


def told(house: House, rule: str) -> list[tuple[str | None, str]]:
    return [(row["person"] or row["unit"], row["text_en"]) for row in house.rows(rule=rule, channel="inbox")]


def test_each_reporter_of_merged_cases_is_told() -> None:
    """Nobody is lost by merging: each reporter hears of the surviving case, once, under a key of the own."""
    house = town()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    settled = house.step("settled", "settle", ["settled"], reporters=["r-2", "r-3", "r-9"])
    house.take(settled)
    house.take(settled)
    assert told(house, "to-the-reporter") == [
        (person, "Case 2026-c-1 is settled.") for person in ("r-9", "r-2", "r-3")
    ]
    assert len({row["key"] for row in house.rows(rule="to-the-reporter")}) == 3


def test_reporters_of_merged_cases_hear_where_the_first_report_came_from_the_grid() -> None:
    """A case found from the grid has no reporter of its own; those of merged cases are told all the same."""
    house = town()
    own = {"reporter": None, "finder_role": "grid_worker", "finder_unit": HEAD}
    house.take(house.admitted(**own), house.accepted(**own), house.clock_event("started"))
    house.take(house.step("settled", "settle", ["settled"], reporters=["r-2"], **own))
    assert [to for to, _ in told(house, "to-the-reporter")] == [HEAD, "r-2"]


def test_a_merging_is_told_to_lead_and_reporters_with_both_numbers() -> None:
    """By the town's own rule (the shipped template's): who leads the case that goes on, and each reporter, once."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    taken = house.step("progressed", "took_in", ["took_in"], reporters=["r-2"], other="2026-c-9")
    house.take(taken)
    house.take(taken)
    text = "2026-c-9 and 2026-c-1 are one matter; it goes on as 2026-c-1."
    assert told(house, "tell-of-merging") == [(to, text) for to in (HEAD, "r-9", "r-2")]


def test_whoever_s_case_goes_into_another_may_be_told_at_its_end() -> None:
    """On 'merged' the number is that of the case that goes on; without a merging the placeholder reads '—'."""
    rule = TELL.replace("on: rejected", "on: [merged, took_in]").replace("{case.reason}", "{case.other}")
    house = town(rule)
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.take(house.step("merged", "merged", ["merged"], state="merged", other="2026-c-2"))
    assert told(house, "given-back") == [("r-9", "Case 2026-c-1: 2026-c-2")]


def test_whoever_gets_a_matter_back_reads_why() -> None:
    """A matter of another house is given back with the title of the rule that says so."""
    house = town()
    nobody = {**VILLAGE, "lead": None, "levels": []}
    returned = house.step(
        "returned",
        "rejected",
        ["rejected"],
        effects=[["reject", "not-ours"]],
        category="other",
        assignment=nobody,
        state="rejected",
        reason=True,
    )
    house.take(house.admitted(category="other"), returned)
    assert told(house, "given-back") == [("r-9", "Case 2026-c-1: no matter of this town")]


def test_a_persons_own_words_are_not_sent_round() -> None:
    """What a person writes on rejecting stays in the case file; the notice says that nothing is known here."""
    house = town()
    house.take(house.admitted(), house.step("returned", "reject", ["rejected"], effects=[["reject", None]]))
    ((_, text),) = told(house, "given-back")
    assert text.startswith("Case 2026-c-1: ")
    assert "{" not in text


def test_nobody_is_told_of_what_happened_before_the_case_came_here() -> None:
    """Steps and clock events of an imported case are remembered in silence; from then on people are told."""
    house = town()
    house.take(house.admitted(silent=True), house.accepted(silent=True))
    house.take(house.clock_event("started", silent=True))
    house.take(house.clock_event("breached", silent=True, state="breached", verdict="late"))
    house.take(
        house.clock_event("escalated", silent=True, state="breached", to=[f"{TOWN}/governance-office"])
    )
    assert house.rows() == []
    house.take(house.step("settled", "settle", ["settled"]))
    assert told(house, "to-the-reporter") == [("r-9", "Case 2026-c-1 is settled.")]


def test_a_silent_clock_event_ahead_of_its_step_is_told_to_nobody_either() -> None:
    """The order of messages from two services changes nothing."""
    house = town()
    house.take(house.clock_event("breached", silent=True, state="breached", verdict="late"))
    house.take(house.admitted(silent=True), house.accepted(silent=True))
    assert house.rows() == []


def test_a_text_that_quotes_a_silent_clock_has_its_due_time() -> None:
    """What was heard in silence is known: later texts quote it."""
    house = town(TELL.replace("is settled.", "is settled; it was due {deadline.settle}."))
    house.take(house.admitted(silent=True), house.accepted(silent=True))
    house.take(house.clock_event("started", silent=True))
    house.take(house.step("settled", "settle", ["settled"]))
    assert told(house, "to-the-reporter") == [
        ("r-9", "Case 2026-c-1 is settled; it was due 2026-03-12 24:00.")
    ]


def test_every_reminder_is_told_by_rule_and_to_the_units_it_reaches() -> None:
    """Urging again is telling again: each reminder is a notification with a key of its own."""
    house = town()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    for _ in range(3):
        house.take(
            house.clock_event(
                "escalated", state="breached", verdict="late", escalation=1, to=[f"{TOWN}/works-office"]
            )
        )
    assert [text for _, text in told(house, "urged")] == ["Urged: 2026-c-1"] * 3
    rows = [row for row in house.rows(channel="inbox") if row["unit"] == f"{TOWN}/works-office"]
    assert len({row["key"] for row in rows}) == len(rows) == 3


def test_an_upheld_appeal_is_told_by_rule() -> None:
    """'settle excused' is an event like the others; ahead of its step it waits."""
    house = town()
    excused = house.clock_event("excused", state="breached", verdict="excused", was={"verdict": "late"})
    house.take(house.admitted(), house.accepted(), house.clock_event("started"), excused)
    assert told(house, "appeal") == [(HEAD, "Excused: 2026-c-1")]
