"""A store of the first form is brought to the present one, and its cases are read as they were."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from services.intake.store import tables
from services.intake.store.reading import find_case
from services.intake.store.visibility import Viewer
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, revisions, upgrade
from tests.flow.stores import fresh_url
from tests.intake.house import MONDAY
from tests.intake.town import TOWN, blank_case


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """A store as the first revision made it."""
    url = "sqlite://" if request.param == "sqlite" else fresh_url(request.getfixturevalue("fresh_database"))
    made = open_engine(url, "public")
    scripts = revisions("services.intake")
    with made.begin() as conn:
        steps = {
            "version_table": VERSION_TABLE,
            "fn": lambda revision, _: scripts._upgrade_revs("0001", revision),
        }
        context = MigrationContext.configure(conn, opts=steps)
        with context.begin_transaction(), Operations.context(context):
            context.run_migrations()
    yield made
    made.dispose()


def old_row(columns: list[str], number: str, marks: dict[str, str]) -> dict[str, Any]:
    case = blank_case(id=f"case-{number}", number=number, marks=marks)
    return {name: getattr(case, name) for name in columns}


def test_older_cases_stay_what_they_were(engine: sa.Engine) -> None:
    """After the upgrade they are no drafts, hidden from nobody, accepted when they were admitted at the latest, and
    found by their place."""
    with engine.begin() as conn:
        columns = [one["name"] for one in sa.inspect(conn).get_columns("cases")]
        first = sa.table("cases", *(sa.column(name, tables.cases.c[name].type) for name in columns))
        for number, marks in (("1", {"reported": "t", "accepted": "t"}), ("2", {"reported": "t"})):
            conn.execute(sa.insert(first).values(old_row(columns, number, marks)))
    upgrade(engine, "services.intake")
    viewer = Viewer(TOWN, "unit_staff", f"{TOWN}/centre", "p")
    with engine.connect() as conn:
        found = [find_case(conn, viewer, number) for number in ("1", "2")]
        places = conn.scalars(sa.select(tables.cases.c.place_key)).all()
    assert [case.accepted_at if case else "-" for case in found] == [MONDAY, None]
    assert places == ["east-1", "east-1"]
    assert all(
        case and (case.draft, case.seen_by, case.reporters, case.repeats) == (None, None, [], 0)
        for case in found
    )
