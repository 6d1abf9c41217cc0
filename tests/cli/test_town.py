"""The life of a town by the command line: in, listed, suspended, out, away, back, and on again."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli
from gridcase.secret_file import NAME as SECRET_FILE
from tests.e2e.own_town import PACK
from tests.towns.house import OTHER, OWN, House, fill, opened

SECRET = b"the secret of a command's house ..."


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house on files with one town, whose operator reads English."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")
    with opened(tmp_path / "house", secret=SECRET) as found:
        monkeypatch.setenv("GRIDCASE_STORE_URL", found.url)
        monkeypatch.setenv("GRIDCASE_SECRET", SECRET.decode())
        fill(found, OWN)
        yield found


def run(*words: str, code: int = 0, typed: str | None = None) -> Result:
    """Run a command about towns."""
    result = CliRunner().invoke(cli, ["town", *words], input=typed, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def listed() -> dict[str, dict[str, object]]:
    """What the list says, by town."""
    return {(row := json.loads(line))["town"]: row for line in run("list", "--json").output.splitlines()}


def pack_in(folder: Path, town: str, more: str = "") -> str:
    """Write a town's pack and return its folder."""
    (folder / town).mkdir()
    (folder / town / "pack.yaml").write_text(PACK.replace("t-own", town) + more, encoding="utf-8")
    return str(folder / town)


def test_a_town_is_listed_with_its_size_and_last_activity(house: House, tmp_path: Path) -> None:
    """Its name, edition, state, cases open and all, rows, bytes and files; one without any case too."""
    fill(house, OTHER)
    run("create", pack_in(tmp_path, "t-new"))
    house.settle()
    found = listed()
    assert set(found) == {OWN, OTHER, "t-new"}
    own = found[OWN]
    assert (own["en"], own["edition"], own["open"], own["cases"]) == ("own town", 1, 2, 4)
    assert own["rows"] == sum(map(len, house.rows(OWN).values()))
    assert own["attachments"] == len(b"\x89PNG\r\n\x1a\n" + OWN.encode())
    assert own["last_activity"] == "2026-03-09T01:00:00Z"
    files = sum(file.stat().st_size for file in house.folder.glob("*.db*"))
    assert 0 < int(str(own["bytes"])) < files
    assert found["t-new"]["cases"] == 0
    run("suspend", OTHER)
    lines = run("list").output.splitlines()
    assert lines[0].split()[:4] == ["town", "name", "edition", "state"]
    assert [line.split()[0] for line in lines[1:]] == ["t-new", OWN, OTHER]
    assert ["suspended" in line for line in lines[1:]] == [False, False, True]


def test_a_new_town_is_published_and_told_what_comes_next(house: House, tmp_path: Path) -> None:
    """Once; whoever publishes it again is sent to the command for that. What it is part of is looked for."""
    del house
    folder = pack_in(tmp_path, "t-new", "part_of: c-far\n")
    output = run("create", folder).output
    assert "part of 'c-far', of which no rules are here" in output
    assert "gridcase token issue operator --town t-new" in output
    assert "is here already" in run("create", folder, code=2).output


def test_a_town_goes_and_comes_back(house: House, tmp_path: Path) -> None:
    """It must be suspended, and its key written twice; it comes back suspended, and its histories are whole."""
    archive = str(tmp_path / "own.zip")
    rows = house.rows(OWN)
    assert f"{sum(map(len, rows.values()))} rows and 1 attachments" in run("export", OWN, archive).output
    assert Path(archive).stat().st_mode & 0o777 == 0o600
    assert "is not suspended" in run("remove", OWN, "--yes", OWN, code=2).output
    run("suspend", OWN)
    house.settle()
    assert "nothing was removed" in run("remove", OWN, typed="t-other\n", code=2).output
    run("remove", OWN, typed=f"{OWN}\n")
    assert not any(house.rows(OWN).values())
    assert listed() == {}
    assert (
        house.ask("intake", "GET", f"/v1/towns/{OWN}/cases", house.tokens["station", OWN]).status_code == 200
    )
    house.settle()
    assert (
        house.ask("intake", "GET", f"/v1/towns/{OWN}/cases", house.tokens["station", OWN]).status_code == 401
    )
    assert "suspended" in run("restore", archive).output
    verified = CliRunner().invoke(cli, ["verify", "--town", OWN])
    assert (verified.exit_code, "whole: 4 histories" in verified.output) == (0, True)
    run("resume", OWN)
    house.settle()
    house.tokens.clear()
    house.report(OWN)


def test_it_wants_the_secret_of_the_house(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the environment, or of the file beside the stores; another one is named by its id."""
    archive = str(tmp_path / "own.zip")
    run("export", OWN, archive)
    run("suspend", OWN)
    house.settle()
    run("remove", OWN, "--yes", OWN)
    monkeypatch.delenv("GRIDCASE_SECRET")
    assert "GRIDCASE_SECRET" in run("restore", archive, code=2).output
    assert not (house.folder / SECRET_FILE).exists()
    monkeypatch.setenv("GRIDCASE_SECRET", "another secret than the house's ..")
    assert "closed or signed with the secrets" in run("restore", archive, code=2).output
