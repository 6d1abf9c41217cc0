"""`gridcase simulate` with files as they are: what can't be read is named by its line, all else is sent."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli

MAPPING = Path("tests/data/la311/mapping.yaml")
HEADS = "srnumber;created_date;closed_date;type_id;source_id;latitude;longitude"
LINES = [
    '"two\r\nlines";2020-01-02 10:00:00;2020-01-03 13:00:00;6;7;34.08;-118.26',
    "no date;;2020-01-03 13:00:00;6;7;34.08;-118.26",
    "no point;2020-01-02 11:00:00;2020-01-03 13:00:00;6;7;n/a;n/a",
    "closed too early;2020-01-02 11:00:00;2020-01-01 13:00:00;6;7;34.08;-118.26",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file as Excel saves it where the comma separates decimals: with a mark, and semicolons."""
    path = tmp_path / "reports.csv"
    path.write_bytes("\r\n".join([HEADS, *LINES]).encode("utf-8-sig"))
    return path


def simulate(file: Path, *more: str) -> Result:
    """Run the command."""
    words = ["simulate", "los-angeles", str(file), "--mapping", str(MAPPING), *more]
    return CliRunner().invoke(
        cli, words, catch_exceptions=False, env={"GRIDCASE_LANG": "en", "COLUMNS": "200"}
    )


def test_what_can_be_read_is_sent_and_the_rest_named(file: Path) -> None:
    """Two of four are sent; a case closed before it was reported is in no figure, least of all 'in time'."""
    result = simulate(file)
    assert result.exit_code == 0, result.output
    assert f"{file}:4: created_date: there is no instant of the report" in result.output
    assert f"{file}:6: closed_date: '2020-01-01 13:00:00' lies before the report" in result.output
    assert "2 lines could not be read" in result.output
    (row,) = [line for line in result.output.splitlines() if "│ all" in line]
    figures = [int(cell) for cell in row.split("│")[2:-1]]
    assert figures == [2, 1, 1, 1, 0, 0, 1], "the one without a point is sent, and refused by the town"


def test_a_dry_run_shows_the_first_lines_and_sends_nothing(file: Path) -> None:
    """Each field as the door would get it, in universal time."""
    result = simulate(file, "--dry-run")
    assert result.exit_code == 0, result.output
    shown = result.stdout.splitlines()
    assert shown[0] == "line 2 would become:"
    assert "  at: '2020-01-02T18:00:00Z'" in shown
    assert "    category: illegal-dumping" in shown
    assert not [line for line in shown if "│" in line]
