"""Reports of two towns that wait at the same moment: each town's share a transaction, and neither waits for another."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gridcase.house_stores import inspect_store, upgrade_at
from services.intake.handlers.group_commit import GroupCommit
from services.intake.store.tables import numbers
from shared.db.provision import provision, random_passwords
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.scope import StorePart, StoreScope, within

OWN, OTHER = "t-one", "t-two"
PATIENCE = 60.0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Intake's store, as its process opens it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/intake.db"
        upgrade_at(url, "intake")
    else:
        database = request.getfixturevalue("fresh_database")
        url = provision(database, random_passwords(["intake"]))["intake"]
        upgrade_at(database, "intake")
    opened = inspect_store("intake", url)
    yield opened
    opened.close()


class Desk:
    """Writes a row for each request, and is held up by its first one until it is let go."""

    def __init__(self, store: Store) -> None:
        self.commit: GroupCommit[tuple[str, int], int] = GroupCommit(store, self._act)
        self.groups: list[set[str]] = []
        self.is_first_here, self.may_go = threading.Event(), threading.Event()

    def ask(self, town: str, n: int) -> int:
        """Ask as a request of that town does."""
        with within(StoreScope(StorePart.REQUEST, town)):
            return self.commit.do(town, (town, n))

    def _act(self, work: Work, asked: Sequence[tuple[str, int]]) -> list[int]:
        self.groups.append({town for town, _ in asked})
        for town, n in asked:
            work.rows(numbers).add({"town": town, "year": n, "last": n})
        if (OWN, 0) in asked:
            self.is_first_here.set()
            assert self.may_go.wait(PATIENCE)
        return [n for _, n in asked]


def test_requests_of_two_towns_that_wait_together_are_all_answered(store: Store) -> None:
    """While one town's transaction lasts, requests of both towns gather; all are answered, each with a row of its
    own town. Where the store keeps towns apart no transaction has two, and the other town's waits for nobody.
    """
    desk = Desk(store)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(desk.ask, OWN, 0)
        assert desk.is_first_here.wait(PATIENCE)
        gathered = [pool.submit(desk.ask, town, n) for n in range(1, 6) for town in (OWN, OTHER)]
        if not store.is_sqlite:
            assert [one.result(PATIENCE) for one in gathered[1::2]] == [1, 2, 3, 4, 5]
            assert not any(one.done() for one in (first, *gathered[::2]))
        desk.may_go.set()
        assert first.result(PATIENCE) == 0
        assert [one.result(PATIENCE) for one in gathered] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    if not store.is_sqlite:
        assert all(len(towns) == 1 for towns in desk.groups)
    for town, found in ((OWN, 6), (OTHER, 5)):
        with within(StoreScope(StorePart.REQUEST, town)), store.read() as conn:
            counted = "select count(*) from case_numbers where town = '{}'"
            assert conn.exec_driver_sql(counted.format(town)).scalar() == found
