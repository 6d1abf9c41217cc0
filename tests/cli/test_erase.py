"""What is due, what went and how to have it go now, by the command line, through a whole running house."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from gridcase.cli.root import cli
from services.notify.store.tables import notifications
from tests.e2e.houses import RunningHouse, embedded_house
from tests.e2e.own_town import OFFICE, PACK, STATION, TOWN, at

KEPT = """
retention:
  texts: {keep: 30 days, because: P}
  deliveries: {keep: 60 days, because: P}
"""
START = at("2026-03-09 09:00")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningHouse]:
    """A running house whose town keeps texts for thirty days and what was told for sixty."""
    (tmp_path / "house").mkdir()
    with embedded_house(tmp_path / "house", START) as running:
        running.registry.publish(TOWN, {f"{TOWN}/pack.yaml": PACK + KEPT})
        monkeypatch.setenv("GRIDCASE_TOKEN", running.registry.issue_token("operator", OFFICE, "p-1", (TOWN,)))
        monkeypatch.setenv("GRIDCASE_URL", running.addresses["intake"])
        monkeypatch.setenv("GRIDCASE_LANG", "en")
        running.time.wait_quiet()
        yield running


def run(*words: str) -> Result:
    """Run the command, which must end well."""
    result = CliRunner().invoke(cli, ["erase", TOWN, *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def closed_case(house: RunningHouse) -> str:
    """A quarrel that the station settled and closed, of which people were told."""
    token = house.registry.issue_token("unit_staff", STATION, "p-2", (TOWN,))
    house.time.wait_quiet()
    body = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "Zhang San and Li Si"}
    case = str(house.ask("intake", "POST", f"/v1/towns/{TOWN}/cases", token, body).json()["case"])
    house.time.wait_quiet()
    for step in ("settle", "close"):
        answer = house.ask("intake", "POST", f"/v1/towns/{TOWN}/cases/{case}/steps", token, {"step": step})
        assert answer.status_code == 200, answer.text
        house.time.wait_quiet()
    return case


def told(house: RunningHouse) -> list[str]:
    """The words that notify keeps."""
    with house.services["notify"].store.read() as conn:
        return list(conn.scalars(sa.select(notifications.c.text_en)))


def due(output: str) -> dict[str, str]:
    """What a dry run shows: class of data → cases."""
    lines = [line.split() for line in output.splitlines()[1:]]
    return {line[0]: line[-1] for line in lines}


def test_what_is_due_is_shown_erased_and_listed(house: RunningHouse) -> None:
    """First nothing is due; then the texts; then what was told, which goes from notify's store as well."""
    closed_case(house)
    assert due(run("--dry-run").output) == {"texts": "0", "deliveries": "0"}
    house.time.advance(START + timedelta(days=31))
    assert due(run("--dry-run").output) == {"texts": "1", "deliveries": "0"}
    assert "erased 1 " in run().output
    assert due(run("--dry-run").output) == {"texts": "0", "deliveries": "0"}
    assert any(told(house))
    house.time.advance(START + timedelta(days=61))
    assert "erased 1 " in run().output
    house.time.wait_quiet()
    lines = run("--list").output.splitlines()[1:]
    assert [line.split()[1] for line in lines] == ["deliveries", "texts"]
    assert "erased 0 " in run().output
    eventually_untold(house)


def eventually_untold(house: RunningHouse) -> None:
    """The duty of the running house drops the words, or this process does it in its place: it is the same duty."""
    duty = next(duty for duty in house.services["notify"].duties if duty.name == "erase-texts")
    duty.run(100)
    assert not any(told(house))


def test_a_town_without_periods_says_so(house: RunningHouse) -> None:
    """Nothing is ever erased where no rule says so."""
    house.registry.publish(TOWN, {f"{TOWN}/pack.yaml": PACK})
    house.time.wait_quiet()
    assert "state no periods" in run("--dry-run").output
    assert "erased 0 " in run().output
