"""The baseline is there, whole, and written by the command."""

from pathlib import Path

import pytest

from scripts.ratchet.__main__ import BASELINE, main
from scripts.ratchet.baseline import Baseline, Raise, read_baseline, write_baseline
from scripts.ratchet.findings import Kind
from tests.ratchet.snippets import write_tree

PROJECT = Path(__file__).resolve().parent.parent.parent
CASE = "services/intake/domain/case.py"


def test_without_a_baseline_nothing_is_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lost baseline is no leave."""
    write_tree(tmp_path, {CASE: ""})
    assert main([str(tmp_path)]) == 1
    assert "--update starts it" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["[", "raised = 1", "[[raised]]\nreason = 'x'", "['services/intake']\n'a.py' = 1"]
)
def test_a_damaged_baseline_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """It is named, and nothing passes."""
    write_tree(tmp_path, {CASE: "", str(BASELINE): text})
    assert main([str(tmp_path)]) == 1
    assert "baseline.toml: " in capsys.readouterr().out


def test_a_file_that_is_no_python_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is counted around it."""
    write_tree(tmp_path, {CASE: "def ("})
    assert main([str(tmp_path)]) == 1
    assert CASE in capsys.readouterr().out


def test_check_runs_it() -> None:
    """The ratchet is part of `make check`."""
    assert "\ttry $(PY) -m scripts.ratchet;" in (PROJECT / "Makefile").read_text(encoding="utf-8")


def test_the_baseline_is_as_the_command_writes_it(tmp_path: Path) -> None:
    """Nobody edits it by hand: read and written again it is the same, raised numbers and reasons included."""
    kept = read_baseline(PROJECT / BASELINE)
    assert kept is not None
    write_baseline(tmp_path / "again.toml", kept)
    assert (tmp_path / "again.toml").read_text(encoding="utf-8") == (PROJECT / BASELINE).read_text(
        encoding="utf-8"
    )


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every room has its own table, whatever its files are called; kinds, names and quoted reasons return."""
    places = {
        "services/a.py": 1,
        "services/intake/store/rows.py": 2,
        "services/z.py": 3,
        "gridcase/home.py": 4,
    }
    counts = {
        Kind.MAPPING: places,
        Kind.KEY: {"services/z.py": 5},
        Kind.ONE: {"shared/rules/language/nodes.py": 6},
    }
    baseline = Baseline(
        counts, {"Case": 2}, (Raise('moved: "as it is" \\ 原样', ("shared/rules: keys 1 → 2",)),)
    )
    write_baseline(tmp_path / "baseline.toml", baseline)
    assert read_baseline(tmp_path / "baseline.toml") == baseline
