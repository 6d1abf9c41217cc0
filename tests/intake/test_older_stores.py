"""Stores of earlier forms are brought to the present one, and their cases are read as they were."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from msgspec import json

from services.intake.domain.case import Case, snapshot_of
from services.intake.store.reading import find_case
from services.intake.store.tables import retained
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, revisions, upgrade
from shared.kernel.instants import format_instant
from shared.kernel.roles import Viewer
from shared.rules.case.situation import situation_of
from shared.rules.case.snapshot import LinkDirection
from shared.rules.case.timeline import Milestone
from tests.flow.stores import fresh_url
from tests.intake.town import MONDAY, TOWN, blank_case

AS_TEXT = "%Y-%m-%d %H:%M:%S.%f"
LATER = MONDAY + timedelta(hours=5)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """An empty store."""
    url = "sqlite://" if request.param == "sqlite" else fresh_url(request.getfixturevalue("fresh_database"))
    made = open_engine(url, "public")
    yield made
    made.dispose()


def bring_to(engine: sa.Engine, revision: str) -> None:
    """Make the store what a revision made it."""
    scripts = revisions("services.intake")
    with engine.begin() as conn:
        steps = {
            "version_table": VERSION_TABLE,
            "fn": lambda present, _: scripts._upgrade_revs(revision, present),
        }
        context = MigrationContext.configure(conn, opts=steps)
        with context.begin_transaction(), Operations.context(context):
            context.run_migrations()


def add_case(engine: sa.Engine, number: str, marks: dict[str, str], **more: object) -> None:
    """Insert a case as versions before milestones kept it: every document as text."""
    case = blank_case(id=f"case-{number}", number=number)
    with engine.begin() as conn:
        columns = {column["name"] for column in sa.inspect(conn).get_columns("cases")}
        plain = {name: getattr(case, name) for name in columns & set(Case.__dataclass_fields__)}
        row = {**plain, "marks": marks, "said": case.messages, "place_key": "east-1", **more}
        known = {name: stored(value, engine) for name, value in row.items() if name in columns}
        conn.execute(sa.insert(sa.table("cases", *map(sa.column, known))).values(known))


def stored(value: object, engine: sa.Engine) -> object:
    """Return a value as the driver takes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(AS_TEXT) if engine.dialect.name == "sqlite" else value
    if value is None or isinstance(value, bool | int | str):
        return value
    return json.encode(value).decode()


def read_case(engine: sa.Engine, number: str, town: str = TOWN) -> Case:
    with engine.connect() as conn:
        found = find_case(conn, Viewer(town, "operator", f"{town}/centre", "p"), number)
    assert found is not None
    return found


def test_older_cases_stay_what_they_were(engine: sa.Engine) -> None:
    """After the upgrade they are no drafts, hidden from nobody, accepted when they were admitted at the latest, and
    found by their place."""
    bring_to(engine, "0001")
    at = format_instant(MONDAY)
    add_case(engine, "1", {"reported": at, "accepted": at})
    add_case(engine, "2", {"reported": at})
    upgrade(engine, "services.intake")
    cases = [read_case(engine, number) for number in ("1", "2")]
    assert [case.accepted_at for case in cases] == [MONDAY, None]
    with engine.connect() as conn:
        assert list(conn.scalars(sa.text("select place_key from cases"))) == ["east-1", "east-1"]
    assert all(
        (case.draft, case.seen_by, case.reporters, case.repeats) == (None, None, (), 0) for case in cases
    )


def test_milestones_of_before_stand_where_they_stood(engine: sa.Engine) -> None:
    """What stood still stands since the same instant; the first acceptance is known also where it fell since, and a
    hand-over of the past is not forgotten."""
    bring_to(engine, "0005")
    first, last = format_instant(MONDAY), format_instant(LATER)
    marks = {"reported": first, "assigned": last, "handed_over": last}
    add_case(engine, "1", marks, accepted_at=MONDAY, said=7)
    add_case(engine, "2", {"reported": first, "accepted": last}, accepted_at=MONDAY)
    upgrade(engine, "services.intake")
    handed, accepted = read_case(engine, "1"), read_case(engine, "2")
    assert handed.milestones == {
        "reported": Milestone(MONDAY, MONDAY),
        "assigned": Milestone(LATER, LATER),
        "handed_over": Milestone(LATER, LATER),
        "accepted": Milestone(MONDAY, MONDAY, False),
    }
    assert (handed.messages, snapshot_of(handed).handed_over) == (7, True)
    assert accepted.milestones["accepted"] == Milestone(MONDAY, LATER)
    assert (accepted.standing["accepted"], snapshot_of(accepted).handed_over) == (LATER, False)


def test_what_had_ended_before_is_kept_from_its_last_change(engine: sa.Engine) -> None:
    """A period counts for cases of before too: never from earlier than their end, and not at all while they run."""
    bring_to(engine, "0007")
    at = Milestone(MONDAY, MONDAY)
    add_case(engine, "1", {}, state="closed", milestones={"closed": at}, changed_at=LATER, messages=5)
    add_case(engine, "2", {}, state="dismissed", milestones={"dismissed": at}, changed_at=LATER, messages=0)
    add_case(engine, "3", {}, state="settled", milestones={"settled": at}, changed_at=LATER, messages=5)
    upgrade(engine, "services.intake")
    with engine.connect() as conn:
        rows = conn.execute(sa.select(retained).order_by(retained.c.case_id)).all()
    assert [(row.case_id, row.ended_at, row.texts, row.deliveries) for row in rows] == [
        ("case-1", LATER, True, True),
        ("case-2", LATER, True, False),
    ]


@pytest.mark.parametrize(
    ("origin", "town", "direction", "from_above"),
    [
        ("city", "elm", LinkDirection.ABOVE, True),
        ("elm", "city", LinkDirection.BELOW, False),
        ("elm", "oak", LinkDirection.ACROSS, False),
        ("nobody", "elm", LinkDirection.ACROSS, False),
    ],
)
def test_linked_cases_of_before_know_where_the_other_lies(
    engine: sa.Engine, origin: str, town: str, direction: LinkDirection, from_above: bool
) -> None:
    """By the tree that the service has heard of, at any depth: only a case from above is from above."""
    bring_to(engine, "0005")
    with engine.begin() as conn:
        tree = {"city": None, "county": "city", "elm": "county", "oak": "county"}
        for key, part_of in tree.items():
            row = {"key": key, "part_of": part_of, "name": "{}", "as_of": stored(MONDAY, engine)}
            conn.execute(sa.insert(sa.table("jurisdiction_copies", *map(sa.column, row))).values(row))
    at = {"reported": format_instant(MONDAY)}
    add_case(engine, "1", at, town=origin)
    add_case(engine, "2", at, town=town, linked_from="case-1")
    upgrade(engine, "services.intake")
    linked = read_case(engine, "2", town)
    assert (linked.linked_from, linked.link_direction) == ("case-1", direction)
    assert situation_of(snapshot_of(linked)).from_above is from_above
    assert read_case(engine, "1", origin).link_direction is None


def test_documents_of_before_are_read_as_types(engine: sa.Engine) -> None:
    """Assignment, work orders, clocks, links, merged cases, the draft, the proposal and words on the result stay."""
    bring_to(engine, "0005")
    at = format_instant(MONDAY)
    by = {"role": "unit_staff", "unit": "elm/centre", "person": None}
    was = {
        "assignment": {
            "decision": 2, "levels": ["village"], "lead": "elm/a", "assisting": ["elm/b"],
            "previous_lead": "elm/c", "procedure": "standard", "departments": ["elm/b"],
        },
        "progress": {"taken": ["accept"], "run": ["accept"], "approvals": ["approve"]},
        "orders": [{"id": "o", "unit": "elm/a", "part": "lead", "issued_at": at, "accepted_at": None}],
        "clocks": {"k": ["settle", "running", at], "l": ["accept", "withheld", None]},
        "linked": [{"jurisdiction": "oak", "case": "x", "number": "2026-1", "state": "settled"}],
        "merged": [{"case": "y", "number": "2026-2", "reporter": "r-2"}],
        "merged_into": {"case": "z", "number": "2026-3"},
        "draft": {"because": ["machine"], "outcome": "confirmed", "at": at, "by": by, "reason": None},
        "proposal": {"category": "ditch", "matched": ["ditch"]},
        "satisfaction": {"r-2": {"satisfied": True, "round": 1, "at": at}},
        "also": ["dumping"],
        "reporters": ["r-2"],
    }  # fmt: skip
    add_case(engine, "1", {"reported": at}, **was)
    upgrade(engine, "services.intake")
    case = read_case(engine, "1")
    for name, before in was.items():
        now = orjson.loads(json.encode(getattr(case, name)))
        assert without_defaults(now) == without_defaults(before), name
    assert (case.clocks["k"].due_at, case.draft.at if case.draft else None) == (MONDAY, MONDAY)


def without_defaults(value: object) -> object:
    """Return a document without what says nothing, and with its instants in one form."""
    if isinstance(value, dict):
        return {key: without_defaults(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [without_defaults(part) for part in value if part is not None]
    return value.replace(".000000Z", "Z") if isinstance(value, str) else value
