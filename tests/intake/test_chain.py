"""The history is a chain: any changed bit is found, and erasing a person or a text leaves it whole."""

from dataclasses import replace
from typing import Any

import msgspec
import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.chain import (
    BEGINNING,
    ChainCheck,
    HistoryEntry,
    Keyed,
    Link,
    digest,
    verify_chain,
)
from services.intake.domain.chain_keys import ChainKeys
from services.intake.store import tables
from shared.kernel.keyring import Key, Keyring
from shared.kernel.subject import Subject, SubjectKind, case_subject
from tests.intake.house import SECRET, House
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
KEYS = ChainKeys(SECRET)
KEYED = Keyed(KEYS)


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def changed(part: msgspec.Raw, **more: Any) -> msgspec.Raw:
    return raw({**msgspec.json.decode(part), **more})


def chained(
    contents: list[tuple[dict[str, Any], dict[str, tuple[str, str]]]],
    key: Key | None = KEYS.newest,
    before: list[HistoryEntry] | None = None,
) -> list[HistoryEntry]:
    """Entries with these contents, after those before; `key` None: as version 0.1 made them."""
    entries = list(before or ())
    for data, texts in contents:
        said = {**data, "texts": {name: digest(*pair) for name, pair in texts.items()}}
        entries.append(following(entries, "step", said, texts, key))
    return entries


def following(
    entries: list[HistoryEntry], what: str, said: Any, texts: Any = None, key: Key | None = KEYS.newest
) -> HistoryEntry:
    subject, n, previous = (
        case_subject("case-1"),
        len(entries) + 1,
        entries[-1].hash if entries else BEGINNING,
    )
    end = Link(subject.key, n, "t", what, BY, said, previous).hash(key)
    return HistoryEntry(
        subject, n, "t", what, raw(BY), raw(said), previous, end, texts or None, key.id if key else None
    )


def checked(entries: list[HistoryEntry], keyed: Keyed = KEYED) -> ChainCheck:
    return verify_chain(entries, len(entries), entries[-1].hash, keyed)


CONTENTS = st.lists(st.tuples(DATA, TEXTS), min_size=1, max_size=5)


@given(CONTENTS)
def test_an_untouched_chain_is_whole_with_and_without_its_texts(contents: list[Any]) -> None:
    """Texts may be erased from beside the chain: it stays whole where a later entry says so."""
    entries = chained(contents)
    assert checked(entries).whole
    gone = [replace(entry, texts=None) for entry in entries]
    erased = following(gone, "erased", {"data": "texts", "pieces": 1})
    assert checked([*gone, erased]).whole


@given(CONTENTS)
def test_a_text_that_was_dropped_is_found(contents: list[Any]) -> None:
    """Without a later entry that says so no text may be gone."""
    entries = chained(contents)
    gone = [replace(entry, texts=None) for entry in entries]
    with_texts = [entry.n for entry in entries if entry.texts]
    assert checked(gone).broken_at == min(with_texts, default=None)
    assert checked(gone).cause == ("text-dropped" if with_texts else None)
    other = following(gone, "erased", {"data": "identities", "pieces": 1})
    assert checked([*gone, other]).broken_at == min(with_texts, default=None)
    told = following(gone, "erased", {"data": "texts", "pieces": 1})
    later = following([*gone, told], "step", {"texts": {"note": digest("salt", "a")}})
    assert (
        checked([*gone, told, later]).broken_at == later.n
    )  # what came after the erasure was not erased by it


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
        replace(entry, key=None),
        replace(entry, key="00000000"),
    ]
    verdict = verify_chain(
        [*entries[:place], data.draw(st.sampled_from(changes)), *entries[place + 1 :]], count, head, KEYED
    )
    assert (verdict.whole, verdict.broken_at) == (False, place + 1)
    assert not verify_chain(entries[:-1], count, head, KEYED).whole
    assert not verify_chain(entries[1:], count, head, KEYED).whole
    assert not verify_chain([*entries, replace(entries[-1], n=count + 1)], count, head, KEYED).whole


@given(CONTENTS, st.integers(0, 4))
def test_whoever_rewrites_rows_and_hashes_is_found_where_it_was_done(contents: list[Any], place: int) -> None:
    """All of the store may be written, hashes and the case's own row too: without the key no hash fits, neither a plain
    one nor one of another key."""
    entries = chained(contents)
    place = min(place, len(entries) - 1)
    forged = [*contents[:place], ({**contents[place][0], "state": "forged"}, {}), *contents[place + 1 :]]
    as_before = chained(forged, key=None)
    assert (checked(as_before).broken_at, checked(as_before).cause) == (1, "plain")
    rest = chained(forged[place:], key=None, before=entries[:place])
    assert (checked(rest).broken_at, checked(rest).cause) == (place + 1, "plain")
    own = replace(ChainKeys(b"the key of somebody else").newest, id=KEYS.newest.id)
    rest = chained(forged[place:], key=own, before=entries[:place])
    assert (checked(rest).broken_at, checked(rest).cause) == (place + 1, "content")


@given(CONTENTS, CONTENTS)
def test_a_history_of_version_0_1_goes_on_with_keys(before: list[Any], after: list[Any]) -> None:
    """Its plain beginning was sealed when keys came: it verifies as it stands, and rewritten it does not."""
    plain = chained(before, key=None)
    sealed = Keyed(KEYS, KEYS.seal("case-1", len(plain), plain[-1].hash))
    assert checked(plain, sealed).whole
    assert checked(chained(after, before=plain), sealed).whole
    assert checked(plain, Keyed(KEYS, is_stated=False)).whole
    assert checked(plain).cause == "plain"
    forged = chained([*before[:-1], ({"state": "forged"}, {})], key=None)
    assert (checked(forged, sealed).cause, checked(forged, sealed).broken_at) == ("seal", len(plain))
    assert checked(chained(after, key=None, before=plain), sealed).cause == "plain"
    own = ChainKeys(b"the key of somebody else").seal("case-1", len(forged), forged[-1].hash)
    assert checked(forged, Keyed(KEYS, replace(own, key=KEYS.newest.id))).cause == "seal"


@given(CONTENTS, CONTENTS)
def test_a_chain_goes_on_over_a_rotation(before: list[Any], after: list[Any]) -> None:
    """Entries of an older secret verify for as long as it is in the ring; without it they can't be verified."""
    new = b"the secret of the next year"
    rotated = ChainKeys(Keyring((new, SECRET)))
    entries = chained(after, key=rotated.newest, before=chained(before))
    assert checked(entries, Keyed(rotated)).whole
    assert checked(entries, Keyed(ChainKeys(new))).cause == "unknown-key"


def test_a_rewritten_chain_is_found_by_its_head() -> None:
    """An end that was cut off or put back is found by the head that the case knows."""
    entries = chained([({"state": "settled"}, {}), ({"state": "closed"}, {})])
    assert verify_chain(entries[:1], 2, entries[-1].hash, KEYED).cause == "end"
    assert verify_chain(entries, 2, entries[0].hash, KEYED).cause == "end"


@pytest.mark.proves("P001-04.25", "P001-07.11", "P001-12.9")
@pytest.mark.parametrize("column", ["at", "what", "by", "data", "previous", "hash", "texts", "key"])
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
        assert row[column] is not None
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
    assert Link(case.key, 3, at, "step", by, said, BEGINNING).hash(None) == OF_VERSION_0_1
    assert Link(duty.key, 3, at, "step", by, said, BEGINNING).hash(None) != OF_VERSION_0_1
