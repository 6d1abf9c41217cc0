"""The history is a chain: any changed bit is found, and erasing a person or a text leaves it whole."""

from dataclasses import replace
from typing import Any

import msgspec
import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.chain import BEGINNING, HistoryEntry, digest, link, verify_chain
from services.intake.store import tables
from shared.kernel.subject import Subject, SubjectKind, case_subject
from tests.intake.house import House
from tests.intake.town import TOWN

VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)
DATA = st.dictionaries(st.sampled_from(["state", "step", "n"]), VALUES)
TEXTS = st.dictionaries(
    st.sampled_from(["note", "text"]), st.tuples(st.just("salt"), st.text("ab", max_size=3))
)


OF_VERSION_0_1 = (
    "60741b3c23b4021a772be1860077ea27c61587a516f6c7c1db17025d87ee2081"  # made by that version itself
)
BY = {"role": "unit_staff", "unit": "u", "person": "p"}


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def changed(part: msgspec.Raw, **more: Any) -> msgspec.Raw:
    return raw({**msgspec.json.decode(part), **more})


def chained(contents: list[tuple[dict[str, Any], dict[str, tuple[str, str]]]]) -> list[HistoryEntry]:
    entries: list[HistoryEntry] = []
    subject = case_subject("case-1")
    for n, (data, texts) in enumerate(contents, 1):
        previous = entries[-1].hash if entries else BEGINNING
        said = {**data, "texts": {name: digest(*pair) for name, pair in texts.items()}}
        end = link(subject.key, n, "t", "step", BY, said, previous)
        entries.append(
            HistoryEntry(subject, n, "t", "step", raw(BY), raw(said), previous, end, texts or None)
        )
    return entries


CONTENTS = st.lists(st.tuples(DATA, TEXTS), min_size=1, max_size=5)


@given(CONTENTS)
def test_an_untouched_chain_is_whole_with_and_without_its_texts(contents: list[Any]) -> None:
    """Texts may be erased from beside the chain: it stays whole."""
    entries = chained(contents)
    head = entries[-1].hash
    assert verify_chain(entries, len(entries), head).whole
    assert verify_chain([replace(entry, texts=None) for entry in entries], len(entries), head).whole


@given(CONTENTS, st.data())
def test_any_change_is_found_where_it_was_made(contents: list[Any], data: st.DataObject) -> None:
    """Another content, instant, actor, text, order or number of entries: the first broken entry is named."""
    entries = chained(contents)
    head, count = entries[-1].hash, len(entries)
    place = data.draw(st.integers(0, count - 1))
    entry = entries[place]
    changes = [
        replace(entry, at="later"),
        replace(entry, what="decided"),
        replace(entry, by=changed(entry.by, person="q")),
        replace(entry, data=changed(entry.data, added=1)),
        replace(entry, n=entry.n + 1),
        replace(entry, subject=case_subject("case-2")),
        replace(entry, subject=Subject(SubjectKind.DUTY, "case-1")),
        replace(entry, previous="1" * 64),
        replace(entry, hash="1" * 64),
        replace(entry, texts={**(entry.texts or {}), "note": ("salt", "forged")}),
    ]
    verdict = verify_chain(
        [*entries[:place], data.draw(st.sampled_from(changes)), *entries[place + 1 :]], count, head
    )
    assert (verdict.whole, verdict.broken_at) == (False, place + 1)
    assert not verify_chain(entries[:-1], count, head).whole
    assert not verify_chain(entries[1:], count, head).whole
    assert not verify_chain([*entries, replace(entries[-1], n=count + 1)], count, head).whole


def test_a_rewritten_chain_is_found_by_its_head() -> None:
    """Somebody who forges an entry and all hashes after it is found by the head that the case knows."""
    entries = chained([({"state": "settled"}, {}), ({"state": "closed"}, {})])
    forged = chained([({"state": "accepted"}, {}), ({"state": "closed"}, {})])
    assert verify_chain(forged, 2, forged[-1].hash).whole
    assert verify_chain(forged, 2, entries[-1].hash).cause == "end"


@pytest.mark.proves("P001-04.25", "P001-07.11", "P001-12.9")
@pytest.mark.parametrize("column", ["at", "what", "by", "data", "previous", "hash", "texts"])
def test_a_change_in_the_store_is_found(column: str) -> None:
    """Whichever column of a history row is changed behind the service's back, the verification says where."""
    house = House()
    case = house.report()
    house.route(case)
    house.step(case, "settle", facts={"result": "done"})
    path = f"/v1/towns/{TOWN}/cases/{case}/history/verify"
    assert house.call("GET", path, "engineer").json == {
        "whole": True,
        "entries": 3,
        "head": house.rows(tables.cases)[0]["history_head"],
        "broken_at": None,
        "cause": None,
    }
    with house.engine.begin() as conn:
        row = conn.execute(sa.select(tables.history).where(tables.history.c.n == 3)).mappings().one()
        forged = _forged(row[column])
        conn.execute(sa.update(tables.history).where(tables.history.c.n == 3).values({column: forged}))
    verdict = house.call("GET", path, "engineer").json
    assert (verdict["whole"], verdict["broken_at"]) == (False, 3)


def _forged(value: Any) -> Any:
    if isinstance(value, str):
        return "0" + value[1:] if value[0] != "0" else "1" + value[1:]
    forged = (
        msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else orjson.loads(orjson.dumps(value))
    )
    key = next(iter(forged))
    is_text = isinstance(forged[key], list) and len(forged[key]) == 2
    forged[key] = ["salt", "forged"] if is_text else "forged"
    return raw(forged) if isinstance(value, msgspec.Raw) else forged


def test_the_hashes_of_cases_are_those_of_ever() -> None:
    """A case's chain was begun before other subjects had one: its entries hash as they did in version 0.1.0."""
    by = {"role": "unit_staff", "unit": "elm.east-village/station", "person": "staff-1"}
    order = {
        "id": "o-1",
        "unit": "elm.east-village/station",
        "part": "lead",
        "state": "done",
        "held_for_seconds": 5400,
    }
    said = {
        "step": "settle",
        "reached": ["settled", "settle"],
        "undone": [],
        "facts": {"litres": 5},
        "state": "settled",
        "round": 1,
        "orders": [order],
        "texts": {"result": digest("salt", "pumped out")},
    }
    at = "2026-03-09T02:00:00.000000Z"
    case, duty = case_subject("0197-case"), Subject(SubjectKind.DUTY, "0197-case")
    assert link(case.key, 3, at, "step", by, said, BEGINNING) == OF_VERSION_0_1
    assert link(duty.key, 3, at, "step", by, said, BEGINNING) != OF_VERSION_0_1
