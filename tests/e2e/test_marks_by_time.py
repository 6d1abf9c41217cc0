"""What time reaches is reached: an escalation's mark allows steps, starts limits, tells people, and travels along."""

from collections.abc import Iterator

import pytest

from tests.e2e.own_town import OFFICE, PACK, OwnTown

MARKING = (
    PACK.replace("escalate: [{to: supervisor}]", "escalate: [{mark: under-supervision, to: supervisor}]")
    .replace(
        "procedures:",
        """  demand:
    name: {zh: 督办, en: demand}
    who: [supervisor]
    after: [under-supervision]
    any_time: yes
procedures:""",
        1,
    )
    .replace(
        "tell:\n",
        """  - rule: answer-to-supervisor
    because: P
    when: {category: quarrel}
    clock: feed_back
    within: 1 working day
    from: under-supervision
    until: [demand, settled, closed]
tell:
  - rule: tell-supervised
    because: P
    on: under-supervision
    who: [supervisor]
    text: {zh: '{case.number}已督办', en: '{case.number} is supervised'}
""",
    )
)


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town on a Monday morning; what is late comes under supervision."""
    made = OwnTown(pack=MARKING)
    yield made
    made.close()


def refusal(town: OwnTown, case: str) -> tuple[int, str]:
    """What the supervisor hears who demands something."""
    answer = town.ask("POST", f"/cases/{case}/steps", "supervisor", json={"step": "demand"})
    return answer.status_code, answer.json.get("code", "")


def test_a_mark_of_an_escalation_allows_the_step_that_waits_for_it(town: OwnTown) -> None:
    """Before the due instant it is refused, afterwards it is taken."""
    case = town.report()
    assert refusal(town, case) == (409, "step-not-now")
    town.advance("2026-03-13 09:00")
    assert refusal(town, case)[0] == 200


def test_a_limit_counts_from_the_mark_and_people_are_told_of_it(town: OwnTown) -> None:
    """It is reached at midnight, when the first limit ends: the Friday that begins then is not counted."""
    case = town.report()
    town.advance("2026-03-13 09:00")
    assert ("answer-to-supervisor", "running", "2026-03-16 24:00", None) in town.clocks(case)
    told = [one["unit"] for one in town.view(case)["notifications"] if one["on"] == "under-supervision"]
    assert told == [OFFICE]
    events = [one["what"] for one in town.view(case)["history"]]
    assert events.count("reached") == 1


def test_a_case_that_is_over_reaches_nothing_more(town: OwnTown) -> None:
    """Settled in time, no mark is ever reached."""
    case = town.report()
    town.step(case, "settle", "station", result="done")
    town.advance("2026-03-20 09:00")
    assert "under-supervision" not in {one["what"] for one in town.view(case)["history"]}
    assert refusal(town, case) == (409, "step-not-now")
