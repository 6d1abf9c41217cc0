"""Where secrets are kept: made once, whole or not at all, private, and renewed without losing the ones before."""

import stat
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridcase import secret_file
from gridcase.cli.root import cli
from gridcase.embedded import plan_in
from gridcase.secret_file import house_secrets, read_secrets, rotate_file, rotate_settings
from shared.contracts.sealed import Sealer
from shared.kernel.keyring import Keyring, keyring_of


def test_a_start_that_dies_leaves_no_empty_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at any moment of its first start, a house has no secret or a whole one; the next start goes on."""

    def dies(handle: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(secret_file.os, "fsync", dies)
        with pytest.raises(KeyboardInterrupt):
            plan_in(tmp_path / "var", "reference")
    assert not (tmp_path / "var" / "secret").exists()
    made = plan_in(tmp_path / "var", "reference").secret
    assert plan_in(tmp_path / "var", "reference").secret == made
    assert Sealer(made).open(Sealer(made).seal("a")) == "a"


def test_an_empty_secret_that_version_0_1_left_is_replaced(tmp_path: Path) -> None:
    """Nothing can have been sealed with it: no house of before started with it either."""
    (tmp_path / "secret").touch()
    assert len(keyring_of(plan_in(tmp_path, "reference").secret).secrets[0]) >= 32
    assert read_secrets(tmp_path / "secret") == plan_in(tmp_path, "reference").secret


def test_the_secret_of_a_house_of_version_0_1_stays_byte_for_byte(tmp_path: Path) -> None:
    """Spaces, line ends and all: it is what everything was sealed with."""
    (tmp_path / "secret").write_bytes(b"as it was, with\na line end\n")
    assert house_secrets(tmp_path) == Keyring((b"as it was, with\na line end\n",))
    rotated = rotate_file(tmp_path / "secret")
    assert rotated.secrets[1:] == (b"as it was, with\na line end\n",)
    assert house_secrets(tmp_path) == rotated


def test_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    """Of several processes one makes it, and all have that one."""
    found: list[Keyring] = []
    starts = [
        threading.Thread(target=lambda: found.append(house_secrets(tmp_path)), daemon=True) for _ in range(8)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join(60)
    assert len(found) == 8
    assert len({ring.secrets for ring in found}) == 1


def test_a_rotation_keeps_every_secret_of_before(tmp_path: Path) -> None:
    """The newest is first; what was sealed at any time opens; the file is its owner's alone, and no other is left."""
    first = house_secrets(tmp_path)
    rings = [first, *(rotate_file(tmp_path / "secret") for _ in range(3))]
    sealed = [Sealer(each).seal("一") for each in rings]
    ring = house_secrets(tmp_path)
    assert ring.secrets[3] == first.secrets[0]
    assert {Sealer(ring).open(each) for each in sealed} == {"一"}
    assert len({each.split(".")[1] for each in sealed}) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_deployments_settings_are_rotated_in_place(tmp_path: Path) -> None:
    """The secret becomes the first of the old ones; every other line stays."""
    settings = tmp_path / ".env"
    settings.write_text("# a comment\nGRIDCASE_SECRET=0123456789abcdef\nGRIDCASE_PORT=8080\n")
    once = rotate_settings(settings)
    twice = rotate_settings(settings)
    assert twice.secrets[1:] == once.secrets
    lines = settings.read_text().splitlines()
    assert lines[:2] == ["# a comment", "GRIDCASE_PORT=8080"]
    assert lines[2] == f"GRIDCASE_SECRET={twice.secrets[0].decode()}"
    assert lines[3] == f"GRIDCASE_OLD_SECRETS={once.secrets[0].decode()} 0123456789abcdef"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600


def run(*words: str, code: int = 0) -> str:
    """Run the command, which ends with this code, and return what it printed."""
    result = CliRunner(env={"GRIDCASE_LANG": "en", "GRIDCASE_SECRET": ""}).invoke(
        cli, list(words), catch_exceptions=False
    )
    assert result.exit_code == code, result.output
    return result.output


def test_the_command_rotates_and_names_secrets_by_their_ids(tmp_path: Path) -> None:
    """`gridcase secret rotate` and `list` show ids and no secret; where there is none they say so."""
    ring = house_secrets(tmp_path)
    said = run("secret", "rotate", "--data", str(tmp_path))
    new = house_secrets(tmp_path)
    assert f"{new.ids[0]}  newest" in said
    assert f"{ring.ids[0]}  older" in said
    assert f"{ring.ids[0]}  older" in run(
        "secret", "list", "--store-url", f"sqlite:///{tmp_path}/{{service}}.db"
    )
    assert not any(each.decode() in said for each in new.secrets)
    assert "there is no secret" in run("secret", "rotate", "--data", str(tmp_path / "other"), code=2)
    (tmp_path / "env").write_text("GRIDCASE_PORT=1\n")
    assert "there is no secret" in run("secret", "rotate", "--env", str(tmp_path / "env"), code=2)
    (tmp_path / "env").write_text('GRIDCASE_SECRET="0123456789abcdef"\n')
    assert "quotation marks" in run("secret", "rotate", "--env", str(tmp_path / "env"), code=2)
