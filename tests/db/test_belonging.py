"""Every table says which of its rows are a town's, and no row that another row means is drawn anew."""

from importlib import import_module

import pytest
import sqlalchemy as sa

from gridcase.house_stores import NAMES, PACKAGES
from shared.db.belonging import (
    BELONGS,
    KEYED,
    ByColumn,
    ByParent,
    ByStream,
    OfHouse,
    belonging_of,
    counts_by_town,
    drawn_key,
    rows_of,
    town_in,
    towns_tables,
)
from shared.db.confinement import ASKED, of_all, of_row_in
from shared.db.flow_tables import flow_tables


def metadata_of(service: str) -> sa.MetaData:
    """Return a service's tables."""
    metadata: sa.MetaData = import_module(f"{PACKAGES[service]}.bootstrap").metadata
    return metadata


@pytest.mark.parametrize("service", NAMES)
def test_every_table_says_whose_its_rows_are(service: str) -> None:
    """A town's by its column, by another's row, by a stream or a key; or the house's, and why."""
    for table in metadata_of(service).tables.values():
        how = belonging_of(table)
        if isinstance(how, OfHouse):
            assert how.why, table.name
            assert "town" not in table.c, table.name
        elif isinstance(how, ByParent):
            assert {how.key} <= set(metadata_of(service).tables[how.parent].c.keys()), table.name
            assert how.column in table.c, table.name
        assert table.info.get(KEYED, table.columns[0].name) in table.c, table.name


def test_a_table_that_says_nothing_is_refused() -> None:
    """Nobody guesses: what is open to requests as it is says nothing of whose it is."""
    metadata = sa.MetaData()
    table = sa.Table("silent", metadata, sa.Column("n", sa.Integer), info={ASKED: of_all()})
    with pytest.raises(LookupError, match="silent"):
        belonging_of(table)


def test_what_requests_reach_by_another_row_belongs_as_that_one_does() -> None:
    """It is said once, for rights and for belonging; what is said beside it goes before."""
    metadata = sa.MetaData()
    sa.Table("cases", metadata, sa.Column("id", sa.String, primary_key=True), sa.Column("town", sa.String))
    parts = sa.Table(
        "parts", metadata, sa.Column("case_id", sa.String), info={ASKED: of_row_in("cases", "id", "case_id")}
    )
    assert belonging_of(parts) == ByParent("cases", "id", "case_id")
    parts.info[BELONGS] = ByColumn("case_id")
    assert belonging_of(parts) == ByColumn("case_id")


@pytest.mark.parametrize("service", NAMES)
def test_parents_come_before_what_belongs_by_them(service: str) -> None:
    """So rows are written from the first to the last, and deleted the other way round."""
    tables = [table.name for table in towns_tables(metadata_of(service))]
    for table in towns_tables(metadata_of(service)):
        how = belonging_of(table)
        if isinstance(how, ByParent):
            assert tables.index(how.parent) < tables.index(table.name)
        elif isinstance(how, ByStream):
            for subjects, *_ in metadata_of(service).info.get("subjects", ()):
                assert tables.index(subjects) < tables.index(table.name)


def test_no_table_refers_to_a_key_that_is_drawn_anew() -> None:
    """Rows that the database numbers get new numbers when a town is restored: nothing may name them by these."""
    drawn = {
        (service, table.name): key
        for service in NAMES
        for table in towns_tables(metadata_of(service))
        if (key := drawn_key(table)) is not None
    }
    assert {name for _, name in drawn} == {"outbox", "readings", "refused", "clock_deltas", "openings"}
    for service in NAMES:
        for table in metadata_of(service).tables.values():
            assert not table.foreign_keys, table.name
            # A reference to one of them would be a whole number that is called after its table.
            numbers = {column.name for column in table.columns if isinstance(column.type, sa.Integer)}
            called = {f"{name.rstrip('s')}_id" for _, name in drawn} | {"outbox_id", "reading", "clock_delta"}
            assert not numbers & called, table.name


@pytest.fixture
def keyed() -> sa.Connection:
    """A store with rows of towns whose keys begin alike."""
    metadata = sa.MetaData(info={"subjects": (("cases", "id"),)})
    flow_tables(metadata)
    sa.Table("cases", metadata, sa.Column("id", sa.String, primary_key=True), sa.Column("town", sa.String))
    conn = sa.create_engine("sqlite://").connect()
    metadata.create_all(conn)
    conn.execute(
        sa.insert(metadata.tables["cases"]), [{"id": "c-1", "town": "t_a"}, {"id": "c-2", "town": "T_A"}]
    )
    said = ["town/t_a", "town/txa", "town/t_a2", "c-1", "c-2", "token/c-1", "town/T_A", "alarm/intake"]
    conn.execute(sa.insert(metadata.tables["stream_out"]), [{"stream": name, "last": 1} for name in said])
    return conn


def test_streams_are_told_by_whole_keys(keyed: sa.Connection) -> None:
    """Neither a longer key, nor one in other letters, nor '_' as any letter; a token's stream is no town's."""
    metadata = sa.MetaData(info={"subjects": (("cases", "id"),)})
    stream_out = flow_tables(metadata).stream_out
    sa.Table("cases", metadata, sa.Column("id", sa.String, primary_key=True), sa.Column("town", sa.String))
    found = set(keyed.scalars(sa.select(stream_out.c.stream).where(rows_of(stream_out, "t_a"))))
    assert found == {"town/t_a", "c-1"}
    assert counts_by_town(keyed, stream_out) == {"t_a": 2, "T_A": 2, "txa": 1, "t_a2": 1}


def test_a_key_begins_with_its_town() -> None:
    """Of a place and of a unit alike."""
    assert {town_in(key) for key in ("t-a", "t-a.grid-1", "t-a/station", "t-a.grid-1/station")} == {"t-a"}
