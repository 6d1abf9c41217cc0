"""The document keeps the tables of runs that were not repeated, and shows what was looked at."""

from typing import Any

from tests.faults.report import COUNTED, report

LINE: dict[str, Any] = {**dict.fromkeys(COUNTED, 0), "recovered": [1.0, 3.0], "firing": []}


def run(way: str, fault: str, **more: Any) -> list[dict[str, Any]]:
    return [{"machine": {"cores": "2"}}, {**LINE, "way": way, "fault": fault, **more}, {"seconds": 120.0}]


def test_a_run_writes_its_own_table_and_leaves_the_others() -> None:
    """What it counted before is replaced, in its place; what another run counted stays with where that was."""
    first = report(run("embedded", "house killed at any moment") + run("real servers", "poison messages"))
    second = report(run("embedded", "house killed in-scan", acknowledged=7), first)
    assert "house killed at any moment" not in second
    assert "| house killed in-scan | 1 | 7 |" in second
    assert "| poison messages | 1 | 0 |" in second
    assert second.index("### Embedded") < second.index("### Real servers")
    assert (
        second.count("Counted with cores 2; 4 minutes.")
        == second.count("Counted with cores 2; 2 minutes.")
        == 1
    )


def test_how_long_an_answer_was_waited_for_stands_where_it_was_looked_at() -> None:
    """The longest of all runs; tables of faults at which nobody looked have no such column."""
    lines = run("three machines", "node killed", waited=2.0) + run(
        "three machines", "node killed", waited=1.0
    )
    table, plain = report(lines), report(run("embedded", "poison messages"))
    assert "| slowest | longest wait for an answer |" in table
    assert "| node killed | 2 | 0 | 0 | 0 | 0 | 2.0 s, 3.0 s | 0 | 0 | 0 | 0 | 0 | – | 2.0 s |" in table
    assert "longest wait for an answer |" not in plain
