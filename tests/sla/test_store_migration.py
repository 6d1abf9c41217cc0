"""A store of the first form is brought to the present one with what lists need of older cases."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from services.sla.store.clock_rows import dump_rung, load_rung
from services.sla.store.tables import assisting, situations
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, revisions, upgrade
from tests.sla.packs import at

LIFE = '{{"marks": {marks}, "pauses": {{}}, "written": {{}}, "stopped": {{}}, "round": 1, "decision": 1}}'
OLD = """
insert into situations (case_id, town, edition, number, situation, life, clock_ids, as_of)
values (?, 't', 'e', ?, ?, ?, '[]', ?)
"""


def first_form(engine: sa.Engine) -> None:
    """Make the tables as the first revision made them."""
    scripts = revisions("services.sla")
    with engine.begin() as conn:
        steps = {
            "version_table": VERSION_TABLE,
            "fn": lambda revision, _: scripts._upgrade_revs("0001", revision),
        }
        context = MigrationContext.configure(conn, opts=steps)
        with context.begin_transaction(), Operations.context(context):
            context.run_migrations()


def test_older_cases_keep_their_first_acceptance_and_who_assists():
    """Nobody who was accepted long ago is listed as never accepted after an upgrade."""
    engine = open_engine("sqlite://", "sla")
    first_form(engine)
    marks = '{"accepted": ["2026-03-09T02:00:00.000000Z", "2026-03-10T02:00:00.000000Z", true]}'
    with engine.begin() as conn:
        for case, found in (("c-1", marks), ("c-2", "{}")):
            situation = '{"assisting": ["t/office"]}' if case == "c-1" else '{"assisting": []}'
            row = (case, case, situation, LIFE.format(marks=found), "2026-03-10 02:00:00.000000")
            conn.exec_driver_sql(OLD, row)
    upgrade(engine, "services.sla")
    with engine.connect() as conn:
        accepted = dict(conn.execute(sa.select(situations.c.case_id, situations.c.accepted_at)).all())
        assist = conn.execute(sa.select(assisting)).all()
    assert accepted == {"c-1": datetime(2026, 3, 9, 2, tzinfo=UTC), "c-2": None}
    assert assist == [("t/office", "c-1", True)]


def test_escalations_of_the_first_form_are_read():
    """A rung written before reminders existed is one that comes once, at the instant that it had."""
    rung = load_rung(["2026-03-13T16:00:00.000000Z", True, ["t/office"], "urged"])
    assert (rung.at, rung.first_at, rung.repeats) == (at("2026-03-14 00:00"), at("2026-03-14 00:00"), False)
    assert load_rung(dump_rung(rung)) == rung
