"""Every list of every service, over a hundred thousand cases of fifty towns, on both stores as the services run there.

One test a store, since filling one takes longer than asking it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.lists.asked import LISTS, STEPS_A_ROW, limit_of, unknown_of
from bench.lists.measure import Reading, parameters_of, read_all
from bench.lists.rows import (
    BIG,
    BUSY,
    RARE_CATEGORY,
    RARE_LEVEL,
    RARE_UNIT,
    SECOND_UNIT,
    Case,
    all_cases,
    handles,
    is_flagged,
)
from bench.lists.standing import Standing, standing

Fits = Callable[[Case], bool]
LONG_AGO = "2024-08-01T00:00:00Z"
# Rare values, and two together that no index answers: what is shown of them lies far apart.
WHOLE: tuple[tuple[dict[str, str], Fits], ...] = (
    ({"state": "reopened"}, lambda case: case.state == "reopened"),
    ({"state": "closed", "flagged": "true"}, lambda case: case.state == "closed" and is_flagged(case)),
    ({"category": RARE_CATEGORY}, lambda case: case.category == RARE_CATEGORY),
    ({"level": RARE_LEVEL, "overdue": "true"}, lambda case: case.level == RARE_LEVEL and case.is_overdue),
    ({"unit": f"{BIG}/{RARE_UNIT}"}, lambda case: handles(case, RARE_UNIT)),
    ({"unit": f"{BIG}/{SECOND_UNIT}", "level": RARE_LEVEL},
     lambda case: handles(case, SECOND_UNIT) and case.level == RARE_LEVEL),
    ({"accepted": "never"}, lambda case: case.is_unaccepted),
    ({"extended": "without-due"}, lambda case: case.is_open and case.is_extended),
    ({"assignee": BUSY, "state": "accepted"}, lambda case: case.is_busys and case.state == "accepted"),
    ({"to": LONG_AGO, "state": "rejected"}, lambda case: case.at < "2024-08-01" and case.state == "rejected"),
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Standing]:
    """The filled house; in PostgreSQL each service in its own roles, kept to the town by row-level security."""
    database = request.getfixturevalue("fresh_database") if request.param == "postgresql" else None
    with standing(tmp_path, database) as made:
        yield made


def test_a_page_reads_a_stated_multiple_of_itself_and_pages_are_the_whole_list(house: Standing) -> None:
    """No list that a service describes, nor any of its filters, is missing here. With no filter, with each alone and
    with each two together, for everybody who may ask and on the next page too, no more rows are read than the table
    of lists allows for a full page. And whoever follows the pages of a rare filter finds all that fits, in order.
    """
    assert unknown_of(house.operations, parameters_of(house)) == []
    readings = list(read_all(house))
    assert {reading.key for reading in readings} == LISTS.keys()
    assert [over for reading in readings if (over := too_much(reading))] == []
    assert {reading.key for reading in readings if reading.shown} >= {
        key for key in LISTS if not any(name in key[1] for name in ("{case}", "{redecision}", "{entry}"))
    }
    known = [case for case in all_cases() if case.town == BIG]
    for query, fits in WHOLE:
        expected = sorted((case.id for case in known if fits(case)), reverse=True)
        assert expected, query
        assert list(followed(house, query)) == [key for key in expected if key], query


def too_much(reading: Reading) -> str | None:
    """Say what was read for a page, where it is more than is allowed."""
    rows = limit_of(reading.key)
    found = {"rows": (reading.rows, rows), "buffers": (reading.buffers, 4 * rows),
             "steps": (reading.steps, STEPS_A_ROW * rows)}  # fmt: skip
    over = [f"{read} {what}, not {most}" for what, (read, most) in found.items() if read > most]
    return f"{reading.path} {dict(reading.query)} as {reading.looker}: {over}" if over else None


def followed(house: Standing, query: dict[str, str]) -> Iterator[str]:
    """Yield the ids of a list of cases, page by page."""
    cursor: dict[str, str] = {}
    while True:
        answer = house.ask("intake", f"/v1/towns/{BIG}/cases", {"limit": 20, **query, **cursor}, "operator")
        body = answer.get_json()
        yield from (case["id"] for case in body["cases"])
        if body["next"] is None:
            return
        cursor = {"cursor": body["next"]}
