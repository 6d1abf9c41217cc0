"""A town that nothing here was written for: real requests of Los Angeles under a pack of its own."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from gridcase.cli.simulate import count
from gridcase.recorded.mapping import read_mapping
from gridcase.recorded.rows import MappedTable, RecordedReport, UnreadRow
from gridcase.recorded.run import RecordedReports, ReportOutcome, in_order
from gridcase.recorded.tables import open_table
from gridcase.scenarios.actors import acting, reporting
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.kernel.problems import Problem
from shared.rules.pack.build.files import load_files

DATA = Path("tests/data/la311")
SAMPLE = DATA / "sample.csv"
CLOSE = time(16, 45)
HOLIDAYS = {date(2020, 1, 1), date(2020, 1, 20), date(2020, 2, 17), date(2020, 3, 30)}
WORKING_DAYS = {"1": 3, "4": 5, "5": 5, "6": 5, "7": 5, "8": 10, "9": 20, "11": 5, "12": 5}


def sample() -> list[RecordedReport]:
    """Return the reports of the sample, all of which can be read."""
    path = DATA / "mapping.yaml"
    with open_table(SAMPLE) as table:
        read = list(MappedTable(table, read_mapping(path), path, "UTC").reports())
    assert not [found for found in read if isinstance(found, UnreadRow)]
    return [found for found in read if isinstance(found, RecordedReport)]


@pytest.fixture(scope="module")
def outcomes() -> list[ReportOutcome]:
    """What became of the sample, sent to the HTTP API of a simulated house."""
    house = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC))
    stage = Stage(house, load_files(Path("rules/los-angeles")), "los-angeles")
    recorded = RecordedReports(
        stage, reporting(stage.pack, None, None), lambda case: acting(stage.pack, "lead", case)
    )
    found = recorded.send(sample(), lambda: None)
    house.close()
    return sorted(found, key=lambda outcome: outcome.line)


def rows() -> list[dict[str, str]]:
    """Return the sample as it stands in its file."""
    with SAMPLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def slow_due(reported: str, days: int) -> datetime:
    """Walk from day to day, as a person with the city's calendar would."""
    on = datetime.fromisoformat(reported).date()
    while days:
        on += timedelta(days=1)
        days -= on.weekday() < 5 and on not in HOLIDAYS
    return datetime.combine(on, CLOSE)


def test_every_request_is_decided_and_due(outcomes: list[ReportOutcome]) -> None:
    """Each of the twelve types has an agency and a limit; none is refused."""
    figures = count(outcomes)
    assert figures["reported"] == figures["decided"] == figures["due"] == len(rows())
    assert figures["refused"] == 0


def test_due_instants_and_verdicts_are_those_of_a_person_with_a_calendar(
    outcomes: list[ReportOutcome],
) -> None:
    """Working days skip weekends and the city's own holidays and end at its close of office (RC-2, RC-3)."""
    for row, outcome in zip(rows(), outcomes, strict=True):
        days = WORKING_DAYS.get(row["type_id"])
        if days is None:
            continue
        due = slow_due(row["created_date"], days)
        assert outcome.due == f"{due:%Y-%m-%d %H:%M}", row
        if row["closed_date"]:
            is_late = datetime.fromisoformat(row["closed_date"]) > due
            assert outcome.verdict == ("late" if is_late else "in_time"), row


def test_what_the_record_leaves_open_stays_open(outcomes: list[ReportOutcome]) -> None:
    """A request without a closing time is not settled by sending its record."""
    for row, outcome in zip(rows(), outcomes, strict=True):
        assert (outcome.state == "settled") == bool(row["closed_date"])


def test_reports_and_steps_come_in_the_order_of_time() -> None:
    """A step never comes before its report, whatever the record says."""
    order = list(in_order(sample()))
    assert [at for at, _, _ in order] == sorted(at for at, _, _ in order)
    assert len(order) == sum(1 + bool(row["closed_date"]) for row in rows())


def test_a_mapping_with_a_word_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """A typing error in a mapping is named."""
    path = tmp_path / "mapping.yaml"
    path.write_text("time zone: UTC\nreported at: a\ncategroy: b\n", encoding="utf-8")
    with pytest.raises(Problem, match="categroy"):
        read_mapping(path)
