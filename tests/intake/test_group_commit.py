"""Requests that share a transaction: nobody is woken without an answer, and nothing is counted that was not kept."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.intake.handlers.group_commit import GroupCommit, WriterEnded
from shared.db.engines import open_engine
from shared.db.work import Work
from tests.intake.house import House
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"


class ThreadEnded(BaseException):
    """What ends a thread, and is no failure of what it did."""


class Endings:
    """Answers requests; the first batch waits for others to queue up behind it, the second is ended."""

    def __init__(self) -> None:
        self.is_writing, self.may_go_on = threading.Event(), threading.Event()
        self.batches: list[list[int]] = []

    def __call__(self, _work: Work, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        if len(self.batches) == 1:
            self.is_writing.set()
            assert self.may_go_on.wait(30)
        if len(self.batches) == 2:
            raise ThreadEnded
        return [one * 2 for one in asked]


def test_nobody_is_woken_without_an_answer(tmp_path: Path) -> None:
    """The thread that writes for three is ended: it ends by what ended it, the two others are told that their fate is
    unknown, and whoever comes after is answered."""
    house = House(engine=open_engine(f"sqlite:///{tmp_path}/intake.db", "intake"))
    act, got = Endings(), {}
    commit: GroupCommit[int, int] = GroupCommit(house.store, act)

    def ask(n: int) -> None:
        try:
            got[n] = commit.do(TOWN, n)
        except BaseException as failure:  # noqa: BLE001 - what ends the thread is looked at
            got[n] = type(failure)

    first = threading.Thread(target=ask, args=(0,))
    first.start()
    assert act.is_writing.wait(30)
    others = [threading.Thread(target=ask, args=(n,)) for n in (1, 2, 3)]
    for thread in others:
        thread.start()
    while len(commit._waiting[""]) < 3:  # SQLite has one writer: all towns share
        threading.Event().wait(0.01)
    act.may_go_on.set()
    for thread in (first, *others):
        thread.join(30)
    assert got.pop(0) == 0
    assert sorted(got) == [1, 2, 3]
    assert sorted(map(str, got.values())) == sorted(map(str, [ThreadEnded, WriterEnded, WriterEnded]))
    assert commit.do(TOWN, 5) == 10
    house.store.close()


def test_a_refusal_counts_once_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that is given up has refused nothing: a bulk's refusals are counted when the bulk is kept."""
    house = House()
    body = {"cases": [{"category": "noise", "channel": "app", "text": "x"}, {"channel": "app"}]}
    fails = [True]

    def failing(*_: object) -> None:
        if fails.pop() if fails else False:
            raise sa.exc.OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("services.intake.store.idempotency.SqlClaims.settle", failing)
    assert house.call("POST", f"{CASES}/bulk", "station", json=body).status_code == 503
    assert _refused(house) == 0
    answer = house.call("POST", f"{CASES}/bulk", "station", json=body)
    assert answer.status_code == 200
    assert _refused(house) == answer.json["refused"] > 0


def _refused(house: House) -> float:
    return sum(
        sample.value
        for family in house.metrics.registry.collect()
        for sample in family.samples
        if sample.name == "gridcase_reports_refused_total"
    )
