"""Cases out of a running house and into another, by the command line."""

import csv
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli
from shared.web.quotas import Allowance, DoorSettings, Measure
from tests.e2e.houses import RunningHouse, embedded_house
from tests.e2e.own_town import OFFICE, PACK, STATION, TOWN, at

OLD = {
    "number": "HL-1",
    "category": "quarrel",
    "channel": "app",
    "place": "grid-1",
    "text": "two neighbours,\nsince last week",
    "reported_at": "2026-03-05T09:00:00+08:00",
    "accepted_at": "2026-03-05T10:00:00+08:00",
    "lead": STATION,
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningHouse]:
    """A running house with the town's rules, and an operator's token where the command looks for it."""
    with embedded_house(tmp_path / "house", at("2026-03-09 09:00")) as running:
        use(running, monkeypatch)
        yield running


def use(running: RunningHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish the town's rules, and put an operator's token where the command looks for it."""
    running.registry.publish(TOWN, {f"{TOWN}/pack.yaml": PACK})
    monkeypatch.setenv("GRIDCASE_TOKEN", running.registry.issue_token("operator", OFFICE, "p-1", (TOWN,)))
    monkeypatch.setenv("GRIDCASE_URL", running.addresses["intake"])
    monkeypatch.setenv("GRIDCASE_LANG", "en")
    running.time.wait_quiet()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    """Make the house's folder."""
    (tmp_path / "house").mkdir()


def run(*words: object) -> Result:
    """Run the command with its arguments."""
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)


def test_out_and_in_again(house: RunningHouse, tmp_path: Path) -> None:
    """What is imported from JSON lines is exported as a table, and that table is known when it comes again."""
    file, table = tmp_path / "old.jsonl", tmp_path / "new.csv"
    lines = [{**OLD, "number": f"HL-{n}"} for n in range(3)]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    result = run("import", TOWN, file, "--source", "hotline", "--check")
    assert (result.exit_code, "3 can be imported" in result.output) == (0, True), result.output
    result = run("import", TOWN, file, "--source", "hotline")
    assert "3 imported, 0 known" in result.output
    assert "0 imported, 3 known" in run("import", TOWN, file, "--source", "hotline").output
    house.time.wait_quiet()
    assert run("export", TOWN, table).exit_code == 0
    with table.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert sorted((row["number"], row["state"], row["lead"]) for row in rows) == [
        (f"HL-{n}", "accepted", STATION) for n in range(3)
    ]
    assert not table.with_name("new.csv.part").exists()


def test_a_file_longer_than_its_quota_goes_in_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused for want of room in its middle, it waits as long as it is told and goes on; each line is told once."""
    file = tmp_path / "old.jsonl"
    lines = [json.dumps({**OLD, "number": f"HL-{n}"}) for n in range(1, 181)]
    file.write_text("\n".join([*lines, json.dumps({**OLD, "category": "none"})]), encoding="utf-8")
    # Sixty never hold a part of the file: it has to be sent in smaller ones, too.
    door = DoorSettings({Measure.IMPORT: Allowance(60, 1)})
    with embedded_house(tmp_path / "house", door=door) as running:
        use(running, monkeypatch)
        began = time.monotonic()
        result = run("import", TOWN, file, "--source", "hotline")
        took = time.monotonic() - began
    assert "180 imported, 0 known from before, 1 refused" in result.output, result.output
    assert f"{file}:181:" in result.output
    waits = [int(seconds) for seconds in re.findall(r"going on in (\d+) s", result.output)]
    assert waits
    assert took > sum(waits)


def test_refused_lines_are_told_and_kept(house: RunningHouse, tmp_path: Path) -> None:
    """Each with file, line, field, cause and remedy; beside the file they wait to be mended."""
    table = tmp_path / "old.csv"
    with table.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(OLD))
        writer.writeheader()
        writer.writerows([OLD, {**OLD, "number": "HL-2", "category": "noise!"}, {**OLD, "number": "HL-3"}])
    result = run("import", TOWN, table, "--source", "hotline")
    assert result.exit_code == 1
    assert f"{table}:4: category: there is no category 'noise!'" in result.output.replace("\n ", " ")
    assert "2 imported, 0 known from before, 1 refused" in result.output
    refused = tmp_path / "old.refused.csv"
    mended = refused.read_text(encoding="utf-8").replace("noise!", "noise")
    refused.write_text(mended, encoding="utf-8", newline="")
    assert "1 imported" in run("import", TOWN, refused, "--source", "hotline").output


def test_what_stands_in_the_way_is_said_plainly(
    house: RunningHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No house, no right, no such right: exit status 2 with cause and remedy, and no half file is left."""
    target = tmp_path / "out.jsonl"
    result = run("export", TOWN, target, "--url", "http://127.0.0.1:9")
    assert (result.exit_code, "can't be reached" in result.output) == (2, True)
    monkeypatch.setenv("GRIDCASE_TOKEN", "nonsense")
    assert run("export", TOWN, target).exit_code == 2
    assert list(tmp_path.glob("out*")) == []
