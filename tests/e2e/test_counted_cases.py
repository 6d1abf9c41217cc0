"""A count of earlier cases is the same for every service, ahead and afterwards (decision 35)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.own_town import BUREAU, PACK, STATION, OwnTown

COUNT = "  again: {type: 'whole number [1..5]', from: earlier cases, same: [category, place], within: DAYS days}\n"
AGAIN = """routing:
  - rule: again-to-bureau
    because: P
    when: {again: {at_least: 2}}
    then: {level: town, lead: bureau, procedure: standard}
"""


def pack(days: int, more: str = "") -> str:
    """The town, whose bureau leads what comes a second time within some days."""
    text = PACK.replace("town: t-own\n", "town: t-own\nformat: 2\nhit_policy: first\n")
    text = text.replace("from: category, name", "from: category, combine: any, name")
    text = text.replace(
        "    otherwise: yes\n    then: {level", "    otherwise: yes\n    then: {flagged: yes, level"
    )
    text = text.replace("facts:\n  litres", f"facts:\n{COUNT.replace('DAYS', str(days))}  litres")
    return text.replace("routing:\n", AGAIN, 1) + more


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town with both evaluators."""
    made = OwnTown(pack=pack(30), engine="both")
    yield made
    made.close()


def decided_again(town: OwnTown, edition: str, case: str) -> tuple[Any, Any]:
    """Who leads the case by a preview of the edition, and who leads it once it is decided by it."""
    asked = {"edition": edition, "cases": [case]}
    shown = town.ask("POST", "/redecisions", json=asked).json["cases"][0]
    done = town.ask("POST", "/redecisions", json={**asked, "preview": False, "reason": "amended"})
    assert done.status_code == 202, done.text
    return shown["decision"]["after"], town.view(case)["assignment"]


def test_a_preview_counts_as_the_re_decision_does(town: OwnTown) -> None:
    """Another window counts as of the report in both; what came after the report is not counted in either."""
    town.report()
    town.advance("2026-03-19 09:00")
    case = town.report()
    town.advance("2026-03-20 09:00")
    town.report()
    assert (town.view(case)["assignment"]["lead"], town.view(case)["facts"]["again"]) == (BUREAU, 2)
    shorter = town.publish(pack(5))
    shown, now = decided_again(town, shorter, case)
    assert (shown["lead"], now["lead"], town.view(case)["facts"]["again"]) == (STATION, STATION, 1)
    shown, now = decided_again(town, town.publish(pack(30, "\n")), case)
    assert (shown["lead"], now["lead"], town.view(case)["facts"]["again"]) == (BUREAU, BUREAU, 2)


def test_the_services_decide_by_the_number_of_the_report(town: OwnTown) -> None:
    """A correction to another place is decided by what was there when the case was reported."""
    town.report(place="grid-1")
    case = town.report(place="grid-1")
    town.report(place="grid-2")
    assert town.view(case)["assignment"]["lead"] == BUREAU
    town.step(case, "correct", place="grid-2")
    assert town.view(case)["facts"]["again"] == 1
    town.step(case, "correct", place="grid-1")
    assert (town.view(case)["facts"]["again"], town.view(case)["assignment"]["lead"]) == (2, BUREAU)
