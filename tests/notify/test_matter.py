"""What programs outside are told of a case: its class, state and dates, as far as the told unit may read them."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
import sqlalchemy as sa

from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.adapters.webhook_body import SCHEMA, body_of, schema
from services.notify.domain.notification import Channel
from shared.db.sight import shares_table, sight_columns, sight_of
from shared.db.visibility import CaseColumns, names_one, visible
from shared.kernel.clock import SetClock
from shared.kernel.roles import Role, Viewer
from shared.rules.case.readers import unit_may_read
from shared.rules.case.snapshot import Assignment, CaseSnapshot, Place
from tests.notify.house import HEAD, TOWN, House, changed_files
from tests.notify.samples import NOON, channel_message

PUBLISHED = Path(__file__).parents[2] / "docs" / "webhook.schema.json"
UNIT, OTHER = "t/one", "t/other"
NAMED = (None, f"|{UNIT}|", f"|{OTHER}|", f"|{OTHER}|{UNIT}|", f"|{UNIT}x|")
BY_HEAD = "level: village, vacant: town-grid-centre}"


def house_with(channel: str, **settings: Any) -> House:
    """A house whose station head is told over a channel that programs read."""
    files = changed_files(
        (BY_HEAD, BY_HEAD.replace("}", f", channels: [inbox, {channel}]}}")),
        (f"town: {TOWN}\n", f"town: {TOWN}\nwebhooks: [hooks.example.org]\n"),
    )
    house = House(files=files, **settings)
    house.member(HEAD, f"p-{HEAD}", webhook="https://hooks.example.org/")
    return house


def told(**changes: Any) -> list[dict[str, Any]]:
    """The matters of all webhooks of a case that was admitted, accepted, given time and settled."""
    outside = PretendChannel(SetClock(NOON))
    house = house_with("webhook", channels={Channel.WEBHOOK: outside})
    house.take(house.admitted(**changes), house.accepted(**changes), house.clock_event("started"))
    house.take(house.clock_event("warned"), house.step("settled", "settle", ["settled"], **changes))
    house.duties["deliver"].run(100)
    return [json.loads(body_of(message))["data"] for message in outside.delivered]


def test_number_class_level_state_and_dates_are_told() -> None:
    """By names of the edition and under the members of an import; what does not hold yet is null."""
    first = told()[0]["matter"]
    assert (first["number"], first["category"]["key"]) == ("2026-c-1", "ditch-and-drain")
    assert first["category"]["name"]["en"]
    assert (first["level"]["key"], first["lead"], first["state"]) == ("village", HEAD, "accepted")
    assert first["reported_at"] == first["accepted_at"] == "2026-03-09T04:00:00.000000Z"
    assert first["settled_at"] is None


def test_the_due_instant_is_told_once_it_is_known() -> None:
    """A reminder says until when, in UTC and as people of the town write it."""
    (warned,) = [each for each in told() if each["on"] == "settle warned"]
    (due,) = warned["matter"]["due"]
    assert (due["stage"], due["at"], due["label"]) == (
        "settle",
        "2026-03-09T04:00:00.000000Z",
        "2026-03-12 24:00",
    )


def test_a_case_that_the_unit_may_not_read_is_told_by_its_words_alone() -> None:
    """What rules hide from the told unit stays hidden from whatever program it has."""
    assert {each["matter"] is None for each in told(seen_by="|t-vtc/governance-office|")} == {True}


def test_the_file_says_the_same_as_the_webhook(tmp_path: Path) -> None:
    """A line has the matter of the request that would have gone, and the version of its form."""
    house = house_with("file", file=tmp_path / "told.jsonl")
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.duties["file"].run(100)
    lines = [orjson.loads(line) for line in (tmp_path / "told.jsonl").read_bytes().splitlines()]
    (line,) = [each for each in lines if each["unit"] == HEAD and each["on"] == "accepted"]
    assert line["matter"] == told()[0]["matter"]
    assert line["dataschema"] == "urn:gridcase:notification-line:1.1"


def test_the_published_schema_is_that_of_the_body() -> None:
    """`python -m services.notify.adapters.webhook_body > docs/webhook.schema.json` was run; bodies keep to it."""
    assert PUBLISHED.read_bytes() == schema()
    outside = PretendChannel(SetClock(NOON))
    house = house_with("webhook", channels={Channel.WEBHOOK: outside})
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.duties["deliver"].run(100)
    for message in (*outside.delivered, channel_message()):
        body = orjson.loads(body_of(message))
        jsonschema.validate(body, orjson.loads(schema()))
        assert body["dataschema"] == SCHEMA
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {**body, "data": {**body["data"], "matter": {"number": 1}}}, orjson.loads(schema())
        )


def test_no_more_is_told_than_the_unit_could_ask_for() -> None:
    """Of every way in which a case can be private, hidden, held or found: whoever is told of it may read it too."""
    metadata = sa.MetaData()
    cases = sa.Table(
        "cases", metadata, sa.Column("id", sa.String, primary_key=True), sa.Column("town", sa.String),
        sa.Column("seen_by", sa.String), *sight_columns(),
    )  # fmt: skip
    shares = shares_table(metadata, "cases", "id")
    every = {str(number): case for number, case in enumerate(_every_case())}
    with sa.create_engine("sqlite://").begin() as conn:
        metadata.create_all(conn)
        conn.execute(
            sa.insert(cases), [{"id": id_, "town": TOWN, **sight_of(case)} for id_, case in every.items()]
        )
        conn.execute(
            sa.insert(shares),
            [
                {"case_id": id_, "unit": unit, "work_order": "w", "has_finished": False}
                for id_, case in every.items()
                for unit in _holders(case)
            ],
        )
        asked = sa.select(cases.c.id).where(
            visible(Viewer(TOWN, Role.UNIT_STAFF, UNIT, None), _columns(cases, shares))
        )
        may_ask = set(conn.scalars(asked))
    may_be_told = {id_ for id_, case in every.items() if unit_may_read(case, UNIT)}
    assert may_be_told == may_ask
    assert 0 < len(may_be_told) < len(every)


def _holders(case: CaseSnapshot) -> set[str]:
    held = case.assignment
    return {unit for unit in (held.lead, *held.assisting) if unit} if held else set()


def _columns(cases: sa.Table, shares: sa.Table) -> CaseColumns:
    def held_by(unit: str) -> sa.ColumnElement[bool]:
        return (
            sa.select(shares.c.case_id).where(shares.c.case_id == cases.c.id, shares.c.unit == unit).exists()
        )

    return CaseColumns(
        id=cases.c.id, town=cases.c.town, private=cases.c.private, seen_by=cases.c.seen_by, asked=cases.c.asked,
        finder_role=cases.c.finder_role, finder_unit=cases.c.finder_unit,
        reported_by=lambda _town, person: names_one(cases.c.reporters, person), held_by=held_by,
    )  # fmt: skip


def _every_case() -> list[CaseSnapshot]:
    leads = (None, UNIT, OTHER)
    found = product(
        (False, True), NAMED, NAMED, leads, leads, (None, "grid_worker", "unit_staff"), (None, UNIT)
    )
    return [
        CaseSnapshot(
            category="c", channel="app", place=Place(jurisdiction="t"), facts={}, private=private, seen_by=seen_by,
            asked=asked, finder_role=role, finder_unit=by, assignment=_held(lead, assisting),
        )
        for private, seen_by, asked, lead, assisting, role, by in found
    ]  # fmt: skip


def _held(lead: str | None, assisting: str | None) -> Assignment | None:
    if lead is None and assisting is None:
        return None
    helping = (assisting,) if assisting else ()
    return Assignment(decision=1, levels=("town",), lead=lead, assisting=helping, procedure="p")
