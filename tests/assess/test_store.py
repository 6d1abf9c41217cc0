"""The store of assessment: its revisions lead to its tables, and a figure reads one stretch of one index."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from services.assess.bootstrap import NAME, metadata
from services.assess.domain.happening import Pending, of_changed, of_owed
from services.assess.store.tables import happenings
from shared.contracts.messages import DutyChanged, DutyOwed, OccurrenceEvent, Reason
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, upgrade
from tests.assess.house import TOWN, House


def test_the_revisions_lead_to_the_tables() -> None:
    """A store that was brought up revision by revision has the tables, columns and indexes that are defined."""
    engine, fresh = open_engine("sqlite://", NAME), open_engine("sqlite://", NAME)
    upgrade(engine, "services.assess")
    metadata.create_all(fresh)

    def shape(which: sa.Engine) -> set[str]:
        with which.connect() as conn:
            names = sa.inspect(conn).get_table_names()
            found = {
                f"{t}.{c['name']}:{c['nullable']}" for t in names for c in sa.inspect(conn).get_columns(t)
            }
            return found | {f"{t}/{i['name']}" for t in names for i in sa.inspect(conn).get_indexes(t)}

    version = {each for each in shape(engine) if each.startswith(VERSION_TABLE)}
    assert shape(engine) - version == shape(fresh)


def test_what_a_figure_needs_is_found_by_kind_and_instant() -> None:
    """However much was counted before, a period reads its own stretch."""
    house = House()
    h = happenings.c
    asked = sa.select(h.id).where(
        h.town == TOWN,
        h.kind == "clock",
        h.at >= datetime(2026, 1, 1, tzinfo=UTC),
        h.at < datetime(2026, 4, 1, tzinfo=UTC),
    )
    written = asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with house.store.read() as conn:
        plan = " ".join(str(row) for row in conn.exec_driver_sql(f"explain query plan {written}"))
    assert "happenings_of_kind (town=? AND kind=? AND at>? AND at<?)" in plan
    house.store.close()


def test_an_occurrence_goes_on_from_what_became_of_it() -> None:
    """Met in time or late, reopened, excused, moved, withdrawn: the last word holds; a move changes its end alone."""
    at = datetime(2026, 2, 10, tzinfo=UTC)
    due = datetime(2026, 2, 11, tzinfo=UTC)
    owed = of_owed(
        TOWN,
        DutyOwed(
            occurrence="d", number="d", duty="log", reason=Reason(rule="log", because=("P",)), unit=f"{TOWN}.east-1/w",
            label=at.date(), on=at.date(), opens_at=at, due_at=due, at=at,
        ),
    )  # fmt: skip

    def after(event: OccurrenceEvent, when: datetime = at, **more: datetime) -> str:
        return of_changed(
            owed, event, DutyChanged(occurrence="d", duty="log", unit="u", at=when, **more)
        ).result

    late = datetime(2026, 2, 12, tzinfo=UTC)
    assert [
        after(OccurrenceEvent.MET),
        after(OccurrenceEvent.MET, due),
        after(OccurrenceEvent.MET, late),
    ] == ["met", "late", "late"]
    assert after(OccurrenceEvent.EXCUSED) == "excused"
    assert after(OccurrenceEvent.REOPENED) == Pending.OPEN
    moved = of_changed(
        owed, OccurrenceEvent.MOVED, DutyChanged(occurrence="d", duty="log", unit="u", at=at, due_at=late)
    )
    assert (moved.until, moved.at, moved.result) == (late, owed.at, Pending.OPEN)
    withdrawn = of_changed(
        owed, OccurrenceEvent.WITHDRAWN, DutyChanged(occurrence="d", duty="log", unit="u", at=at)
    )
    assert withdrawn.counted(late) is None
