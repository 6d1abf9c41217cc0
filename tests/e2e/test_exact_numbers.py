"""A number is what was written: nothing is rounded before a rule looks at it (from format 2 on)."""

import pytest

from tests.e2e.own_town import PACK, OwnTown

MEASURING = PACK.replace(
    "  litres:", "  level: {type: number, from: reporter, name: {zh: 水位, en: water level}}\n  litres:"
).replace("from: category, name: {zh: 气味", "from: category, combine: any, name: {zh: 气味").replace(
    "  - rule: lake-to-bureau",
    """  - rule: high-water
    because: P
    when: {level_of_water: {at_least: 50}}
    then: {level: town, lead: bureau, procedure: standard}
  - rule: lake-to-bureau""",
).replace("  level: {type: number", "  level_of_water: {type: number")  # fmt: skip


@pytest.mark.parametrize(("number", "written", "status"), [
    (2, 49.99996, 422), (2, 0.30004, 422), (2, 49.9999, 201), (2, 50, 201), (1, 49.99996, 201),
])  # fmt: skip
def test_a_number_that_is_too_fine_is_refused_and_not_rounded(
    number: int, written: float, status: int
) -> None:
    """49.99996 is not 50: where the format is 2 it is refused with the remedy; format 1 rounds as it always did."""
    town = OwnTown(pack=MEASURING.replace("town: t-own", f"town: t-own\nformat: {number}"))
    body = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "water",
            "answers": {"level_of_water": written}}  # fmt: skip
    answer = town.ask("POST", "/cases", "citizen", json=body)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert (answer.json["code"], "4 decimal places" in answer.text) == ("too-fine", True)
    else:
        is_high = written >= 50 or number == 1
        case = town.view(answer.json["case"])
        assert case["assignment"]["lead"] == ("t-own/bureau" if is_high else "t-own/station")
    town.close()
