"""The harness measures what it says: small runs of its parts, and no figure asserted."""

from pathlib import Path

import psycopg
import pytest

from bench import report, storm
from bench.__main__ import BENCHES
from bench.ground import Ground
from bench.load import ask, request_of
from bench.peers.work import TABLES, Worker
from bench.peers.work import report as peer_report
from bench.web_server import nothing
from shared.flow.webserver import WebServer

P10 = {"rounds": 1, "packs": 4, "seconds": 1.5, "each": [1.5]}


def test_a_load_counts_the_answers_that_it_got() -> None:
    """Every answer has its latency, and the rate is that of answers."""
    server = WebServer(nothing(), "127.0.0.1", 0)
    server.start()
    try:
        found = ask(server.port, request_of("/", {"a": 1}, {}), 2, 0.2)
    finally:
        server.stop()
    assert found.requests == len(found.latencies) > 0
    assert found.per_second == pytest.approx(found.requests / found.seconds)


def test_a_target_that_is_missed_is_said_to_be_missed() -> None:
    """The page says 'no' where a figure misses its target, and 'yes' where it meets it."""
    assert "| P10 | first case within 2 s of the start | 1.5 s | yes |" in report.targets_of({"P10": P10})
    assert "| 3.5 s | **no** |" in report.targets_of({"P10": {**P10, "seconds": 3.5}})


def test_writing_keeps_the_words_around_the_figures(tmp_path: Path) -> None:
    """Writing twice leaves the last figures once, between the marks, and all other words."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\n{report.END}\nafter\n", encoding="utf-8")
    report.write(page, "one")
    report.write(page, "two")
    assert page.read_text(encoding="utf-8") == f"before\n{report.BEGIN}\ntwo\n{report.END}\nafter\n"


def test_every_target_belongs_to_a_measurement() -> None:
    """No target is listed that nothing measures."""
    assert {target.bench for target in report.TARGETS} <= {
        key for bench in BENCHES.values() for key in bench.keys
    }


@pytest.mark.servers
def test_a_neighbour_does_the_same_work(fresh_database: str) -> None:
    """A neighbour's four tasks leave a decision, a hashed history, a clock with its deadlines and a notification."""
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(TABLES)
        worker = Worker(fresh_database)
        message = peer_report(1)
        for task in (worker.route, worker.accept, worker.set_deadlines, worker.notify):
            message = task(message)
        worker.close()
        left = {
            table: _count(conn, table)
            for table in ("inbox", "decisions", "history", "clocks", "notifications")
        }
    assert left == {"inbox": 4, "decisions": 1, "history": 4, "clocks": 1, "notifications": 1}
    assert message["decision"]["lead"] == "t-vtc.east-village/village-station-head"


def _count(conn: "psycopg.Connection[tuple[int]]", table: str) -> int:
    row = conn.execute(f"select count(*) from peer.{table}").fetchone()
    assert row is not None
    return row[0]


def test_ground_lends_nothing_that_it_does_not_know() -> None:
    """Addresses come from the servers alone."""
    with pytest.raises(KeyError), Ground({}).database():
        pass


@pytest.mark.servers
def test_a_storm_is_fired_whole_by_the_engine_and_its_helper(fresh_database: str) -> None:
    """However few deadlines a storm has: each is fired once, with its version and its message, or nothing is told."""
    found = storm.run(Ground({"PG_DSN": fresh_database}), size=2500, rounds=1)
    assert [one["size"] for one in found["storms"]] == [2500]
    assert "| 2,500 |" in storm.table_of(found)
