"""While a case is decided again, its new facts and its old assignment are no situation that rules may judge."""

from services.sla.store.tables import situations
from tests.sla.conftest import House
from tests.sla.packs import TOWN, CaseMail, at, files_with

BUREAU = f"{TOWN}/bureau"
MIXED = files_with("when: {urgent: yes}", "when: {urgent: yes, level: village}")


def corrected(house: House) -> CaseMail:
    """A village's case that is found urgent two days later, for which routing is asked again."""
    house.take(house.mail.edition(MIXED))
    case = house.case(edition=house.mail.edition(MIXED).data["edition"])
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.at("2026-03-11 09:00")
    house.take(case.step("2026-03-11 09:00", "correct", facts={"urgent": True}, awaits=True))
    return case


def test_nothing_is_said_of_facts_and_levels_that_do_not_belong_together(house: House):
    """The village's urgent limit, two hours from the report, would long be overdue; the case is going to the town."""
    case = corrected(house)
    house.at("2026-03-11 10:00")
    assert house.heard() == [("settle", "started", "2026-03-12 24:00")]
    house.take(case.accepted("2026-03-11 10:00", "town", BUREAU))
    house.work()
    assert [event for event in house.heard() if event[0] == "attend"] == []
    assert house.heard()[1:] == [
        ("settle", "stopped", "2026-03-12 24:00"),
        ("settle", "started", "2026-03-18 24:00"),
    ]


def test_with_the_decision_everything_is_judged_from_its_own_start(house: House):
    """Where the case stays in the village, its urgent limit runs from the report, and is then truly late."""
    case = corrected(house)
    house.take(case.accepted("2026-03-11 10:00"))
    house.work()
    late = house.clocks()["urgent-limit"]
    assert (late["started_at"], late["state"]) == (at("2026-03-09 10:00"), "breached")


def test_a_running_deadline_does_not_wait_for_the_decision(house: House):
    """What ran before the correction falls due while routing has yet to answer."""
    corrected(house)
    house.at("2026-03-13 00:00")
    assert [event for _, event, _ in house.heard()][1:] == ["warned", "breached", "escalated"]


def test_the_case_is_kept_as_it_stands_and_asked_again_with_the_decision(house: House):
    """Facts that were corrected are on record at once; that limits have yet to be judged by them is, too."""
    case = corrected(house)
    assert [(row["snapshot"].facts, row["is_unsettled"]) for row in house.rows(situations)] == [
        ({"urgent": True}, True)
    ]
    house.take(case.accepted("2026-03-11 10:00"))
    assert [row["is_unsettled"] for row in house.rows(situations)] == [False]


def test_steps_in_between_change_nothing_of_that(house: House):
    """A step that is taken while routing is asked carries the same mixture, and is not judged by it either."""
    case = corrected(house)
    house.take(case.step("2026-03-11 09:30", "look", awaits=True))
    house.work()
    assert list(house.clocks()) == ["village-limit"]
    house.take(case.accepted("2026-03-11 10:00"))
    assert sorted(house.clocks()) == ["urgent-limit", "village-limit"]


def test_a_milestone_of_the_correcting_step_starts_its_limits_with_the_decision(house: House):
    """A limit from a milestone that the step itself reached counts from that step, though nothing else has changed."""
    files = files_with("from: reported", "from: urge")
    files = {
        path: text.replace("when: {urgent: yes}", "when: {level: village}") for path, text in files.items()
    }
    house.take(house.mail.edition(files))
    case = house.case(edition=house.mail.edition(files).data["edition"])
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    house.take(case.step("2026-03-11 09:00", "urge", awaits=True))
    assert sorted(house.clocks()) == ["village-limit"]
    house.take(case.accepted("2026-03-11 10:00"))
    assert house.clocks()["urgent-limit"]["started_at"] == at("2026-03-11 09:00")
