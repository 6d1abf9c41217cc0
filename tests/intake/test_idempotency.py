"""One key, one answer: repeated, changed, and a hundred at once."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.intake.handlers.group_commit import GroupCommit
from services.intake.store import tables
from services.intake.store.idempotency import KEPT_FOR
from shared.db.engines import open_engine
from shared.db.work import Work
from tests.intake.house import House
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"
PLAIN = {"category": "ditch", "channel": "app", "place": "east-1", "text": "the ditch is full"}


def report(house: House, key: str, body: Any = None, who: str = "citizen", path: str = CASES) -> TestResponse:
    return house.call("POST", path, who, json=body or PLAIN, headers={"Idempotency-Key": key})


def test_the_same_key_and_body_get_the_same_answer() -> None:
    """A repetition, whatever the order of its fields, is answered as the first one, and makes no case."""
    house = House()
    first = report(house, "k")
    house.pass_time(hours=1)
    again = report(house, "k", dict(reversed(PLAIN.items())))
    assert (again.status_code, again.json) == (201, first.json)
    assert len(house.rows(tables.cases)) == 1


def test_the_same_key_with_another_body_is_refused() -> None:
    """Another body under a used key is a mistake: 422, and no case."""
    house = House()
    report(house, "k")
    answer = report(house, "k", {**PLAIN, "text": "another"})
    assert (answer.status_code, answer.json["code"]) == (422, "key-reused")
    assert len(house.rows(tables.cases)) == 1


def test_a_key_belongs_to_its_caller_and_town() -> None:
    """Two people may use the same key without meeting."""
    house = House()
    cases = {report(house, "k", who=who).json["case"] for who in ("citizen", "other-citizen", "grid")}
    assert len(cases) == 3


def test_a_refused_request_leaves_its_key_free() -> None:
    """After a refusal the corrected report may come with the same key."""
    house = House()
    assert report(house, "k", {**PLAIN, "category": "dich"}).status_code == 422
    assert report(house, "k").status_code == 201


def test_a_bulk_is_repeated_as_a_whole() -> None:
    """Also the refusals in it are given again, in the language of whoever asks now."""
    house = House()
    body = {"cases": [PLAIN, {**PLAIN, "category": "dich"}, {}]}
    first = report(house, "k", body, "station", f"{CASES}/bulk").json
    again = house.call(
        "POST",
        f"{CASES}/bulk",
        "station",
        json=body,
        headers={"Idempotency-Key": "k", "Accept-Language": "zh"},
    ).json
    assert len(house.rows(tables.cases)) == 1
    assert again["results"][0] == first["results"][0]
    assert again["results"][1]["problem"]["code"] == "unknown-category"
    assert again["results"][1]["problem"]["cause"] != first["results"][1]["problem"]["cause"]
    assert (
        again["results"][2]["problem"]["errors"][0]["field"]
        == first["results"][2]["problem"]["errors"][0]["field"]
    )


def test_a_report_with_its_date_has_a_key_as_well() -> None:
    """An instant in the body is a part of what the key stands for: the same again is the same, another is refused."""
    house = House()
    told = {**PLAIN, "reported_at": "2026-03-08T10:00:00+08:00"}
    later = {**told, "reported_at": "2026-03-08T11:00:00+08:00"}
    answers = [report(house, "k", body, who="engineer") for body in (told, told, later)]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].json == answers[1].json


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "a\xe9b"])
def test_a_key_is_a_short_printable_text(key: str) -> None:
    """Endless or unprintable keys are refused by name."""
    answer = report(House(), key)
    assert (answer.status_code, answer.json["code"]) == (400, "bad-key")


def test_keys_are_forgotten_after_their_time() -> None:
    """The duty drops what is older than two days and tells when the next is due."""
    house = House()
    report(house, "old")
    house.pass_time(days=1)
    report(house, "young")
    (duty,) = [duty for duty in house.service.duties if duty.name == "forget-idempotency-keys"]
    with house.store.read() as conn:
        assert duty.next_at(conn) == house.clock.now() - timedelta(days=1) + KEPT_FOR
    house.pass_time(days=1, seconds=1)
    assert duty.run(100) == 1
    assert len(house.rows(tables.claims)) == 1


def at_once(count: int, act: Any) -> list[Any]:
    """Run an act in many threads that start together."""
    gate, results = threading.Barrier(count), [None] * count

    def run(place: int) -> None:
        gate.wait()
        results[place] = act(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_hundred_at_once_make_one_case(tmp_path: Path) -> None:
    """A hundred simultaneous requests with one key and body: one case, and everybody hears of it."""
    house = House(engine=open_engine(f"sqlite:///{tmp_path}/intake.db", "intake"))
    answers = at_once(100, lambda _: report(house, "k"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["case"] for answer in answers}) == 1
    assert len(house.rows(tables.cases)) == 1
    house.store.close()


def test_a_hundred_different_ones_at_once_are_a_hundred_cases(tmp_path: Path) -> None:
    """Requests that share a transaction don't share anything else: each its case, its number, its answer."""
    house = House(engine=open_engine(f"sqlite:///{tmp_path}/intake.db", "intake"))
    bodies = [
        {**PLAIN, "text": f"report {n}"} if n % 5 else {**PLAIN, "category": "dich"} for n in range(100)
    ]
    answers = at_once(100, lambda n: report(house, f"k{n}", bodies[n]))
    stored = {row["id"]: row for row in house.rows(tables.cases)}
    assert len(stored) == 80
    assert sorted(row["number"] for row in stored.values()) == [f"2026-{n:06d}" for n in range(1, 81)]
    for n, answer in enumerate(answers):
        assert answer.status_code == (201 if n % 5 else 422)
        assert not n % 5 or stored[answer.json["case"]]["text"] == f"report {n}"
    house.store.close()


def test_a_failure_strikes_only_the_request_that_causes_it(tmp_path: Path) -> None:
    """When one of many requests in a transaction fails, all are tried by themselves: the others succeed."""
    house = House(engine=open_engine(f"sqlite:///{tmp_path}/intake.db", "intake"))
    sizes: list[int] = []

    def act(work: Work, asked: Sequence[int]) -> list[int]:
        sizes.append(len(asked))
        for one in asked:
            work.rows(tables.numbers).add({"town": str(one), "year": 1, "last": one})
        if 13 in asked:
            raise ZeroDivisionError
        return [one * 2 for one in asked]

    commit: GroupCommit[int, int] = GroupCommit(house.store, act)

    def ask(n: int) -> int | str:
        try:
            return commit.do("t", n)
        except ZeroDivisionError:
            return "failed"

    assert at_once(40, ask) == [n * 2 if n != 13 else "failed" for n in range(40)]
    assert sorted(row["last"] for row in house.rows(tables.numbers)) == [n for n in range(40) if n != 13]
    house.store.close()
