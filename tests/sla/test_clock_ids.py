"""Ids of clocks: the same whenever a service is filled with the same messages, and never given twice."""

import uuid
from typing import Any

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.sla.bootstrap import metadata
from services.sla.store.tables import clocks, flow, situations
from shared.contracts.envelope import Envelope
from shared.kernel.ids import derived_id, new_id
from tests.sla.conftest import House

parts = st.lists(st.text(max_size=4) | st.integers(0, 99), max_size=4)


@given(st.uuids().map(str) | st.text(max_size=5), parts, parts)
def test_equal_parts_give_equal_ids_and_others_do_not(owner: str, these: list[Any], those: list[Any]):
    """An id stands for its owner and parts, for their kinds and for where one ends and the next begins."""
    own, other = derived_id(owner, *these), derived_id(owner, *those)
    assert (own == other) == (
        [(type(part), part) for part in these] == [(type(part), part) for part in those]
    )
    assert (uuid.UUID(own).version, uuid.UUID(own).variant) == (8, uuid.RFC_4122)
    assert str(uuid.UUID(own)) == own


def test_an_id_begins_as_its_owners():
    """What belongs to one thing lies together in an index, where the thing itself lies."""
    owner = new_id()
    assert derived_id(owner, "rule", 1)[:13] == owner[:13]
    assert derived_id(owner, "rule", 1) != derived_id(owner[:-1] + "g", "rule", 1)


def test_ids_are_what_they_have_always_been():
    """A store of today is filled anew by the house of tomorrow: the way to an id must never change."""
    found = derived_id("019e0000-0000-7000-8000-000000000001", "case", "village-limit", 1, 2)
    assert found == "019e0000-0000-8846-b37d-c899e9c189ae"


def lived(house: House) -> list[Envelope]:
    """Two cases alike, one of which is done again under another decision."""
    first, second = house.case(1), house.case(2)
    messages = [first.reported("2026-03-09 10:00"), first.accepted("2026-03-09 10:00")]
    messages += [second.reported("2026-03-09 10:00"), second.accepted("2026-03-09 10:00")]
    messages += [first.step("2026-03-10 10:00", "settled")]
    first.round = 2
    messages += [first.step("2026-03-11 10:00", "reopened", undone=("settled",))]
    messages += [first.accepted("2026-03-11 12:00", "town", "t-time/bureau")]
    return messages


def test_a_service_that_is_filled_anew_has_the_clocks_that_it_had(house: House):
    """Emptied and given the same messages, it keeps and says the same of every clock, under the same ids."""
    messages = lived(house)
    house.take(*messages)
    kept, emitted = known(house), emitted_by_case(house)
    assert len({row["clock_id"] for row in kept[clocks.name]}) == 4
    empty(house)
    for message in messages:  # one by one: how they were gathered is nothing to an id
        house.take(message)
    assert (known(house), emitted_by_case(house)) == (kept, emitted)


def emitted_by_case(house: House) -> list[tuple[str, int, Any]]:
    return sorted((message.stream, message.sequence, message.data) for message in house.emitted())


def known(house: House) -> dict[str, list[dict[str, Any]]]:
    return {table.name: house.rows(table) for table in (situations, clocks)}


def empty(house: House) -> None:
    """Leave the editions and the time as they are, and nothing else."""
    with house.store.engine.begin() as conn:
        for table in metadata.sorted_tables:
            if table not in (flow.editions, flow.meta):
                conn.execute(sa.delete(table))
