"""`gridcase replay`: a service's store is emptied and filled from what the others kept, in a house in a folder."""

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli
from shared.contracts.routes import LISTENS, REPLAYABLE
from tests.e2e.houses import RunningHouse, embedded_house
from tests.e2e.own_town import OFFICE, PACK, STATION, TOWN, at

CASES = f"/v1/towns/{TOWN}/cases"
STATION_LINE = "  station: {name: {zh: 站, en: station}, level: village"
BY_MAIL = PACK.replace(STATION_LINE, f"{STATION_LINE}, channels: [inbox, mail]")
# What each service holds of its own, without what only itself knew: its own ids, and when it wrote.
HELD: Mapping[str, tuple[str, ...]] = {
    "routing": (
        "select case_id, decision, rule, because, assignment from decisions order by 1, 2",
        "select case_id, reported_at, decisions from cases order by 1",
    ),
    "sla": (
        "select clock_id, subject_id, rule, state, verdict, unit, due_at, label, version from clocks order by 1",
        "select clock_id, kind, nth, due_at, fired_at is null from deadlines order by 1, 2, 3",
        "select clock_id, version, at, event, state, due_at from clock_versions order by 1, 2",
        "select subject_id, snapshot, timeline from situations order by 1",
    ),
    "notify": (
        "select key, subject_id, event, party, unit, channel, text_en from notifications order by 1",
        "select unit, person, role, held from memberships order by 1, 2, 3",
    ),
    "assess": ("select * from happenings order by id", "select * from cases order by id"),
}
TOLD = "select key from notifications where subject_id != ? order by 1"
STREAMS = "select stream, last from stream_out where last > 0 order by 1"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English and know no servers, whatever machine this is."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")
    for name in ("GRIDCASE_BROKER_URL", "GRIDCASE_MAIL", "GRIDCASE_WEBHOOKS", "GRIDCASE_NOTIFY_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A house that was run and stopped, one case settled and one late in it, and an operator's token for it."""
    assert BY_MAIL != PACK
    folder = tmp_path_factory.mktemp("lived")
    with embedded_house(folder, at("2026-03-09 09:00")) as house:
        house.registry.publish(TOWN, {f"{TOWN}/pack.yaml": BY_MAIL})
        house.registry.enter_member(TOWN, STATION, "unit_staff", "p-1")
        house.registry.enter_member(TOWN, OFFICE, "operator", "p-2")
        token = house.registry.issue_token("operator", OFFICE, "p-2", (TOWN,))
        staff = house.registry.issue_token("unit_staff", STATION, "p-1", (TOWN,))
        house.time.wait_quiet()
        settled = report(house, token)
        report(house, token)
        house.time.wait_quiet()
        ask(house, "POST", f"{CASES}/{settled}/steps", staff, {"step": "settle", "facts": {"result": "done"}})
        house.time.advance(at("2026-03-20 09:00"), 120)
    return folder, token


@pytest.fixture
def folder(lived: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of that house, to be damaged."""
    return Path(shutil.copytree(lived[0], tmp_path / "house"))


def ask(house: RunningHouse, method: str, path: str, token: str, body: Any = None) -> Any:
    answer = house.ask("intake", method, path, token, body)
    assert answer.ok, answer.text
    return answer.json()


def report(house: RunningHouse, token: str) -> str:
    body = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "two neighbours"}
    return str(ask(house, "POST", CASES, token, body)["case"])


def replay(folder: Path, *words: str) -> Result:
    url = f"sqlite:///{folder}/{{service}}.db"
    return CliRunner().invoke(cli, ["replay", *words, "--store-url", url], catch_exceptions=False)


def rows(folder: Path, service: str, *statements: str) -> list[list[Any]]:
    with sqlite3.connect(folder / f"{service}.db") as conn:
        return [conn.execute(statement).fetchall() for statement in statements]


def told_of_others_than(folder: Path, case: str) -> list[Any]:
    with sqlite3.connect(folder / "notify.db") as conn:
        return conn.execute(TOLD, (case,)).fetchall()


def written(folder: Path) -> bytes:
    file = folder / "notifications.jsonl"
    return file.read_bytes() if file.exists() else b""


@pytest.mark.parametrize("service", REPLAYABLE)
def test_an_emptied_service_holds_what_it_held_and_goes_on(
    lived: tuple[Path, str], folder: Path, service: str
) -> None:
    """It is filled anew, sends nothing and writes nothing outside; what is reported afterwards goes all its way."""
    before, lines = rows(folder, service, *HELD[service], STREAMS), written(folder)
    told = told_of_others_than(folder, "")
    assert all(before[:-1])  # what it has said is little, or nothing
    assert told
    result = replay(folder, service, "--empty")
    assert result.exit_code == 0, result.output
    assert "0 of which could not be handled" in result.output
    assert rows(folder, service, *HELD[service], STREAMS) == before
    assert rows(folder, service, "select count(*) from outbox") == [[(0,)]]
    assert written(folder) == lines
    with embedded_house(folder) as house:
        case = report(house, lived[1])
        house.time.wait_quiet()
        found = ask(house, "GET", f"{CASES}/{case}", lived[1])
        assert found["assignment"]["lead"] == STATION
        assert [clock["state"] for clock in found["deadlines"]] == ["running"]
        assert {notice["on"] for notice in found["notifications"]} == {"accepted"}
    assert told_of_others_than(folder, case) == told


@pytest.mark.parametrize("service", REPLAYABLE)
def test_a_store_in_use_is_left_as_it_is(folder: Path, service: str) -> None:
    """The past is not lived twice: whoever means it says so."""
    before = rows(folder, service, *HELD[service], STREAMS)
    result = replay(folder, service)
    assert result.exit_code == 2
    assert "is not empty" in result.output
    assert "--empty" in result.output
    assert rows(folder, service, *HELD[service], STREAMS) == before


def test_a_service_that_joins_later_is_filled(folder: Path) -> None:
    """A store that is not there yet is made, and holds what one that was there all along holds."""
    before = rows(folder, "sla", *HELD["sla"])
    for file in folder.glob("sla.db*"):
        file.unlink()
    result = replay(folder, "sla")
    assert result.exit_code == 0, result.output
    assert rows(folder, "sla", *HELD["sla"]) == before


@pytest.mark.parametrize("service", ["intake", "registry"])
def test_what_nobody_else_has_is_not_made_anew(folder: Path, service: str) -> None:
    """Intake and registry are the truth: neither is filled, nor emptied."""
    count = "select count(*) from outbox"
    before = rows(folder, service, count)
    result = replay(folder, service, "--empty")
    assert result.exit_code == 2
    assert all(name in result.output for name in REPLAYABLE)
    assert rows(folder, service, count) == before


def test_without_a_producers_store_nothing_is_emptied(folder: Path) -> None:
    """Half a past is none: the store that is missing is named, and what there is stays."""
    before = rows(folder, "notify", *HELD["notify"])
    assert "sla" in LISTENS["notify"]
    for file in folder.glob("sla.db*"):
        file.unlink()
    result = replay(folder, "notify", "--empty")
    assert result.exit_code == 2
    assert f"there is no store sqlite:///{folder}/sla.db" in result.output
    assert rows(folder, "notify", *HELD["notify"]) == before
    assert not (folder / "sla.db").exists()


@pytest.mark.parametrize(
    ("mail", "channels"), [("", ("mail", "not-set-up")), ("smtp://mail", ("mail", "no-address"))]
)
def test_a_deployments_channels_are_those_of_its_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mail: str, channels: tuple[str, str]
) -> None:
    """What became of a notice is kept by the channels that the service has, not by those of a house in a folder."""
    sent_by = "select distinct channel, cause from notifications where unit = ? and channel != 'inbox'"
    with sqlite3.connect(folder / "notify.db") as conn:
        assert conn.execute(sent_by, (STATION,)).fetchall() == [("file", None)]
    for name, value in {
        "STORE_URL": "unused", "BROKER_URL": "unused", "SECRET": "a secret of sixteen bytes",
        "MAIL": mail, "MAIL_FROM": "house@example.org",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"GRIDCASE_{name}", value)
    result = replay(folder, "notify", "--empty")
    assert result.exit_code == 0, result.output
    with sqlite3.connect(folder / "notify.db") as conn:
        assert conn.execute(sent_by, (STATION,)).fetchall() == [channels]
