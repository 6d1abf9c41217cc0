"""A store of version 0.1.0 goes on in the present one: nothing that waited is lost, nobody is told twice.

`data/store-of-0.1.0.json` was written by that version: rows of its store in the middle of several cases – a text that
waits for its due time, a breach that was told, a case handed over, clock events ahead of a case not yet known, a
second round, a case refused, alarms –, frames of the messages that came next, and whom that version told on them.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from services.notify.bootstrap import NAME
from services.notify.domain.notified_case import NotifiedCase
from services.notify.store import tables
from shared.contracts.envelope import decode
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, revisions, upgrade
from shared.rules.case.snapshot import CaseState
from shared.rules.case.timeline import Milestone
from tests.notify.house import ENVIRONMENT, HEAD, OFFICE, House
from tests.notify.samples import NOON, after

WRITTEN = (Path(__file__).parent / "data" / "store-of-0.1.0.json").read_text(encoding="utf-8")
PACKAGE = "services.notify"


def written_for(edition: str) -> dict[str, Any]:
    """What version 0.1.0 wrote, its cases bound to the example town's edition of today."""
    found: dict[str, Any] = json.loads(WRITTEN.replace(json.loads(WRITTEN)["edition"], edition))
    return found


def to_third_form(engine: sa.Engine) -> None:
    """Make the tables as version 0.1.0 had them."""
    scripts = revisions(PACKAGE)
    with engine.begin() as conn:
        steps = {
            "version_table": VERSION_TABLE,
            "fn": lambda revision, _: scripts._upgrade_revs("0003", revision),
        }
        context = MigrationContext.configure(conn, opts=steps)
        with context.begin_transaction(), Operations.context(context):
            context.run_migrations()


def put_rows(engine: sa.Engine, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put rows into tables as they lie there, past everything that the present code knows of them."""
    with engine.begin() as conn:
        for name, of_table in rows.items():
            names = list(of_table[0])
            values = ", ".join(f":{column}" for column in names)
            words = f"insert into {name} ({', '.join(names)}) values ({values})"
            zone = "" if engine.dialect.name == "sqlite" else "+00:00"
            conn.execute(
                sa.text(words), [{key: _bound(key, row[key], zone) for key in names} for row in of_table]
            )


def _bound(name: str, value: object, zone: str) -> object:
    """SQLite holds instants as UTC without saying so."""
    return f"{value}{zone}" if name.endswith(("_at", "_until")) and value is not None else value


@pytest.fixture
def engine_at() -> Iterator[Callable[[str], sa.Engine]]:
    """Opens stores and closes them after the test."""
    engines: list[sa.Engine] = []

    def open_(url: str) -> sa.Engine:
        engines.append(open_engine(url, NAME))
        return engines[-1]

    yield open_
    for engine in engines:
        engine.dispose()


@pytest.fixture
def edition() -> str:
    """The example town's edition of today."""
    return House(staffed=False).edition


def upgraded(engine: sa.Engine, edition: str) -> House:
    """The store of version 0.1.0 in the present form, with the service on it."""
    to_third_form(engine)
    put_rows(engine, written_for(edition)["rows"])
    upgrade(engine, PACKAGE)
    return House(engine=engine)


def known(house: House, case: str) -> NotifiedCase:
    """What is known of a case."""
    with house.store.read() as conn:
        found = conn.scalar(sa.select(tables.cases.c.memory).where(tables.cases.c.case_id == case))
    assert isinstance(found, NotifiedCase)
    return found


def goes_on(house: House, edition: str) -> None:
    """Taken up where version 0.1.0 stopped, its next messages tell the same people under the same keys, each once."""
    before = {row["notification"] for row in house.rows()}
    written = written_for(edition)
    messages = [decode(frame.encode()) for frame in written["queue"]]
    for message in messages:
        house.take(message)
    house.take(*messages)  # the broker may bring all of them again
    told = [row for row in house.rows() if row["notification"] not in before]
    keys = [[row["key"], row["unit"] or row["person"], row["event"], row["text_en"]] for row in told]
    assert keys == written["told_afterwards"]
    assert len({row["key"] for row in house.rows()}) == len(house.rows())
    assert house.alarms() == []
    assert not house.inbox_states()


def test_running_cases_go_on(engine_at: Callable[[str], sa.Engine], edition: str) -> None:
    """Texts that waited go out with their due time, those who heard of a breach hear that it was none."""
    goes_on(upgraded(engine_at("sqlite://"), edition), edition)


@pytest.mark.servers
def test_running_cases_go_on_in_postgresql(
    engine_at: Callable[[str], sa.Engine], edition: str, fresh_database: str
) -> None:
    """The same in the database of many workers."""
    address = sa.make_url(fresh_database).set(drivername="postgresql+psycopg")
    engine = engine_at(address.render_as_string(hide_password=False))
    with engine.begin() as conn:
        conn.exec_driver_sql(f"create schema if not exists {NAME}")
    goes_on(upgraded(engine, edition), edition)


def test_what_was_known_of_a_case_is_known_still(engine_at: Callable[[str], sa.Engine], edition: str) -> None:
    """Where it stands, its milestones with both instants, that it was handed over, who heard of its breach."""
    house = upgraded(engine_at("sqlite://"), edition)
    case = known(house, "c-2")
    assert case.snapshot is not None
    assert (case.snapshot.lead, case.snapshot.private, case.snapshot.reporters) == (
        ENVIRONMENT,
        True,
        ("r-2",),
    )
    assert (case.state, case.timeline.decision, case.snapshot.handed_over) == (CaseState.ASSIGNED, 2, True)
    assert case.timeline.marks["accepted"] == Milestone(NOON, NOON, stands=False)
    assert case.timeline.marks["assigned"] == Milestone(NOON, after(3))
    assert case.told_of_breach["settle"][0] == OFFICE
    assert case.made == len(house.rows(subject_id="c-2"))


def test_each_kind_of_case_is_read(engine_at: Callable[[str], sa.Engine], edition: str) -> None:
    """One that waits, one not known itself, one in its second round, one refused: as they were."""
    house = upgraded(engine_at("sqlite://"), edition)
    waiting, unknown, again, refused = (known(house, f"c-{number}") for number in (1, 3, 4, 5))
    assert [notice.awaits["settle"].lead for notice in waiting.waiting] == [HEAD]
    assert waiting.waits_until is not None
    assert unknown.snapshot is None
    assert [event.since for event in unknown.early] == [after(3)] * 2
    assert (again.timeline.round, again.timeline.reopened_at) == (2, after(5))
    assert (refused.state, refused.returned_by) == (CaseState.REJECTED, "not-ours")


def test_more_cases_than_a_page_are_all_converted(
    engine_at: Callable[[str], sa.Engine], edition: str
) -> None:
    """The store is converted page by page, and no case falls between two of them."""
    engine, rows = engine_at("sqlite://"), written_for(edition)["rows"]
    to_third_form(engine)
    pattern = rows["cases"][0]
    put_rows(engine, {"cases": [{**pattern, "case_id": f"x-{number}"} for number in range(2500)]})
    upgrade(engine, PACKAGE)
    with engine.connect() as conn:
        found = conn.scalars(sa.select(tables.cases.c.memory)).all()
    assert len(found) == 2500
    assert all(case.snapshot is not None for case in found)


def test_older_notifications_are_about_cases(engine_at: Callable[[str], sa.Engine], edition: str) -> None:
    """Rows keep their case under its new name; what concerned a town concerns it still."""
    house = upgraded(engine_at("sqlite://"), edition)
    rows = {row["key"]: row for row in house.rows()}
    for old in written_for(edition)["rows"]["notifications"]:
        assert (rows[old["key"]]["subject_id"], rows[old["key"]]["subject_kind"]) == (old["case_id"], "case")
