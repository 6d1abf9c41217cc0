"""A house that can't have its address does nothing before it says so."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


def serve(data: Path, port: int) -> Result:
    """Try to start a house with every town."""
    words = ["serve", "--data", str(data), "--engine", "reference", "--port", str(port)]
    return CliRunner().invoke(cli, words, catch_exceptions=False, env={"GRIDCASE_LANG": "en"})


def test_a_taken_port_is_found_before_anything_is_published(tmp_path: Path, taken: int) -> None:
    """No store is made and no town published; else the next start would show no first token any more."""
    result = serve(tmp_path / "house", taken)
    assert (result.exit_code, f"port {taken} is in use" in result.output) == (2, True), result.output
    assert "--port" in result.output
    assert not (tmp_path / "house").exists()


def test_a_taken_port_of_figures_is_found_before_anything_is_published(
    tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The port of the figures is another that may be taken."""
    monkeypatch.setenv("GRIDCASE_METRICS_PORT", str(taken))
    result = serve(tmp_path / "house", 0)
    assert (result.exit_code, "GRIDCASE_METRICS_PORT" in result.output) == (2, True), result.output
    assert "published" not in result.output
