"""Scenarios about duties: what they expect is held against what the pack comes to, and each slip is said."""

import pytest

from gridcase.scenarios.trial_differences import play_trial
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios, load_trials
from tests.packs.corpus import TOWN, base_files

SCENARIOS = f"{TOWN}/scenarios.yaml"
HEAD = """
- scenario: D-1
  title: {zh: 三月, en: March}
  because: P-1.9
  time: 2026-03-02..2026-03-31
"""
LOG = "{at: 2026-03-02 17:00, record: work-log, by: village-clerk, place: east, facts: {done: talks}"


def said(body: str, head: str = HEAD) -> list[str]:
    """Return what differs, in English, of a scenario of the sound pack with this body."""
    files = {**base_files(), SCENARIOS: head + "".join(f"  {line}\n" for line in body.splitlines())}
    (trial,) = load_trials(files, TOWN)
    return [difference.what.en for difference in play_trial(build_pack(files, TOWN), trial)]


def test_scenarios_of_cases_and_of_duties_stand_in_one_file() -> None:
    """Each kind is read by who plays it, in the order of the file."""
    files = base_files()
    both = {**files, SCENARIOS: files[SCENARIOS] + HEAD + "  duties: {held_on: {monthly-talk: 2026-03-27}}\n"}
    assert load_scenarios(both, TOWN) == load_scenarios(files, TOWN)
    assert [trial.key for trial in load_trials(both, TOWN)] == ["D-1"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("duties: {held_on: {weekly-talk: [2026-03-02, 2026-03-09, 2026-03-16, 2026-03-23, 2026-03-30]}}",
         "2026-03-09, "),
        ("duties: {held_at: {weekly-talk: 08:30}}", ":30"),
        ("duties: {owed_on: {weekly-talk: 2026-03-09}}", "-09"),
        ("duties: {not_owed: {weekly-talk: 2026-03-10}}", "-10"),
        ("duties: {owed_by: {log-of-the-day: village-clerk, weekly-talk: works-office}}", "-talk: works-office"),
        ("duties: {shows: {weekly-talk: {attend: village-clerk}}}", "village-clerk"),
        ("duties: {shows: {weekly-talk: {leave_before: 08:00}}}", "08:00"),
        ("duties: {may_make: {work-log: village-clerk}}", "village-clerk"),
        ("duties: {readers: {household-visit: [village-clerk, supervisor]}}", "supervisor"),
        ("duties: {due: {visits: 2026-03-15 24:00}}", "15 24"),
        ("duties: {warned: {visits: 2026-03-15 18:00}}", "18:00"),
        ("duties: {missing: {duty: visits, lacks: 2, minutes: 120}}", "lacks: 2"),
        ("duties: {missing: {duty: visits, lacks: 2, minutes: 120}}", "120"),
        ("duties: {listed: {duty: monthly-talk, given: 0}}", "given: 0"),
        ("duties: {heard: {duty: log-of-the-day, who: supervisor, at: 2026-03-03 17:30}}", "17:30"),
    ],
)  # fmt: skip
def test_what_is_expected_holds_and_a_slip_in_it_does_not(body: str, wrong: str) -> None:
    """Each expectation is met by the pack as it is; with one word of it altered something differs."""
    slips = {"2026-03-09, ": "", ":30": ":45", "-09": "-10", "-10": "-09", "-talk: works-office": "-talk: town-centre",
             "village-clerk": "town-centre", "08:00": "08:15", "supervisor": "operator", "15 24": "14 24",
             "18:00": "19:00", "lacks: 2": "lacks: 1", "120": "60", "given: 0": "given: 1",
             "17:30": "17:31"}  # fmt: skip
    assert said(body) == []
    assert said(body.replace(wrong, slips[wrong])) != []


def test_a_record_is_taken_refused_or_marked_late_as_its_form_says() -> None:
    """A lacking entry, another maker, another day: each is expected, or differs."""
    taken = f"recorded:\n  - {LOG}"
    assert said(f"{taken}, late: no}}") == []
    assert said(f"{taken}, late: yes}}") != []
    assert said(f"{taken}, refused: yes}}") != []
    assert said(f"{taken.replace('done: talks', 'situation: calm')}, refused: yes}}") == []
    assert said(f"{taken.replace('by: village-clerk', 'by: works-office')}, refused: yes}}") == []
    assert said(f"{taken}, day: 2026-03-01, late: yes}}") == []


def test_a_correction_counts_in_place_of_what_it_corrects() -> None:
    """Two visits of an hour are two hours; one of them corrected to half an hour leaves thirty minutes wanting."""
    visit = "{at: 2026-03-10 17:00, record: household-visit, place: east, between: 09:00-10:00, facts: {met: adult}"
    visits = f"recorded:\n  - {visit}, name: first}}\n  - {visit}}}\n"
    assert said(f"{visits}duties: {{met: {{duty: visits, given: 2}}}}") == []
    shorter = visit.replace("10:00", "09:30").replace("2026-03-10", "2026-03-11")
    shorter = f"  - {shorter}, day: 2026-03-10, corrects: first}}\n"
    assert said(f"{visits}{shorter}duties: {{missing: {{duty: visits, given: 2, minutes: 30}}}}") == []


def test_days_may_be_amended_and_readings_turned() -> None:
    """A holiday announced in March moves Monday's meeting; read otherwise, it is skipped."""
    amended = """calendar: {holidays: [2026-03-09]}
duties: {falls_on: {weekly-talk: {2026-03-09: 2026-03-10}}}
otherwise:
  - {readings: {RC-14: skip}, duties: {not_owed: {weekly-talk: [2026-03-09, 2026-03-10]}}}"""
    assert said(amended) == []


def test_a_duty_that_does_not_come_stands_nowhere() -> None:
    """What is expected of a day on which a duty is not owed differs, whatever was expected."""
    assert said("duties: {met: {duty: weekly-talk, on: 2026-03-10}}") == [
        "weekly-talk does not come on 2026-03-10"
    ]
